//! Connections: what a check finds of them, so that no run has to.

use rcgen::generate_simple_self_signed;
use seatflow_plan::{facts, plan};
use seatflow_spec::{Pipeline, Reading, Settings, Source, Tree, Values};
use seatflow_tool::Facts;
use seatflow_tools::TOOLS;
use serde_json::Value;

use super::problems;
use crate::program::{Folder, repository};

/// A catalog that asks for no authorization, and knows no URL.
const OPEN: &str = "catalog: open\nsummary: Asks for nothing.\nendpoints: \
                    { things.list: { request: GET /things, summary: The things. } }\n";

/// A pipeline with one connection and a call on it.
fn pipeline(catalog: &str, connection: &str) -> String {
    let endpoint = if catalog == "alteryx" { "accounts.list" } else { "things.list" };
    format!(
        "version: 1
pipeline: connected
connections:
  portal: {{ catalog: {catalog}, {connection} }}
nodes:
  things: {{ license_api: {{ connection: portal, endpoint: {endpoint} }} }}
  failures: {{ write_csv: {{ path: failed.csv }}, D: things.F }}
"
    )
}

/// Whether there is a plan, and the messages of the problems that forbid one.
fn planned(text: &str) -> (bool, Vec<String>) {
    let tree = Tree::parse(&Source::new("connected.yaml", text)).unwrap();
    let mut problems = seatflow_spec::Problems::new();
    let mut values = Values::new(Settings::read(&tree, &mut problems));
    values.set_variable("SECRET", "s3cret");
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading).unwrap();
    problems.extend(reading.into_problems());
    let mut found = Facts::default();
    for fact in facts(&pipeline, &values, TOOLS) {
        found.insert(fact.path, Ok(OPEN.as_bytes().to_vec()));
    }
    let (plan, more) = plan(&pipeline, &values, &found, TOOLS);
    problems.extend(more);
    let fatal = problems.iter().filter(|problem| problem.severity == seatflow_spec::Severity::Problem);
    if let Some(plan) = &plan {
        assert_eq!((plan.nodes.len(), plan.connections.len()), (2, 1));
        let wires = plan.nodes[1].d.as_ref().unwrap();
        assert_eq!(plan.nodes[wires[0].node].name, "things");
    }
    (plan.is_some(), fatal.map(|problem| problem.message.clone()).collect())
}

#[test]
fn every_authorization_gives_a_plan_or_says_why_not() {
    let secret = "\"${env:SECRET}\"";
    let auth = "auth_url: https://auth.example.test/token";
    let cases = [
        ("{}".to_owned(), None, Some("`authorization` does not say how to authorize")),
        ("{ kind: }".to_owned(), None, Some("`authorization` does not say how to authorize")),
        (format!("{{ refresh_token: {secret} }}"), None, Some("`authorization` has no `auth_url`")),
        (format!("{{ kind: , refresh_token: {secret}, {auth} }}"), None, None),
        (
            format!("{{ client_id: a, client_secret: {secret} }}"),
            Some("`authorization` has no `auth_url`"),
            Some("`authorization` has no `auth_url`"),
        ),
        (format!("{{ client_id: a, client_secret: {secret}, {auth} }}"), None, None),
        (
            format!("{{ kind: ropc, tenancy: a, user: b, password: {secret} }}"),
            Some("`authorization` has no `auth_url`"),
            Some("`authorization` has no `auth_url`"),
        ),
        (format!("{{ kind: ropc, tenancy: a, user: b, password: {secret}, {auth} }}"), None, None),
        (format!("{{ token: {secret} }}"), None, None),
        (format!("{{ user: a, password: {secret} }}"), None, None),
        (format!("{{ header: X-Key, value: {secret} }}"), None, None),
        (
            format!("{{ kind: header, value: {secret} }}"),
            Some("`authorization` has no `header`"),
            Some("`authorization` has no `header`"),
        ),
    ];
    for (authorization, alteryx, open) in cases {
        for (catalog, expected) in [("alteryx", alteryx), ("./open.yaml", open)] {
            // The first way of this catalog is taken where none is told.
            let is_usual = catalog == "alteryx" && matches!(authorization.as_str(), "{}" | "{ kind: }");
            let expected = if is_usual { Some("`authorization` has no `refresh_token`") } else { expected };
            let connection = format!("base_url: https://h.example.test, authorization: {authorization}");
            let (is_planned, problems) = planned(&pipeline(catalog, &connection));
            let expected: Vec<&str> = expected.into_iter().collect();
            assert_eq!(problems, expected, "{catalog} {authorization}");
            assert_eq!(is_planned, expected.is_empty(), "{catalog} {authorization}");
        }
    }
}

#[test]
fn what_would_break_in_mid_run_is_found_before() {
    let folder = Folder::new().variable("SECRET", "s3cret").variable("EMPTY", "").variable("TWO_LINES", "s3cret\nx");
    folder.write("open.yaml", OPEN);
    folder.write("no.pem", "hello");
    folder.write("empty", "");
    for name in ["ada", "bob"] {
        let made = generate_simple_self_signed([name.to_owned()]).unwrap();
        folder.write(&format!("{name}.pem"), made.cert.pem());
        folder.write(&format!("{name}.key"), made.signing_key.serialize_pem());
    }
    let shown = |cert: &str, key: &str| format!("client_certificate: {{ cert_file: {cert}, key_file: {key} }}");
    let base = "base_url: https://h.example.test";
    for (connection, message) in [
        ("base_url: \"https://me:hunter2@h.example.test\"".to_owned(), "`base_url` must not hold a user or a password"),
        ("base_url: \"https://h.example.test?x=1\"".to_owned(), "`base_url` must end with its path"),
        ("base_url: \"https://h.example.test#x\"".to_owned(), "`base_url` must end with its path"),
        (
            "base_url: \"https://h.example.test/\\nX-Evil: 1\"".to_owned(),
            "`base_url` must not hold a line break or another control character",
        ),
        ("base_url: ftp://h.example.test".to_owned(), "`base_url` is neither http nor https"),
        (format!("{base}, headers: {{ X Y: a }}"), "the header `X Y` cannot be sent: it is no name of a header"),
        (
            format!("{base}, headers: {{ X-Y: \"a\\nb\" }}"),
            "the header `X-Y` cannot be sent: its value has characters that no header can hold",
        ),
        (format!("{base}, ca_file: no.pem"), "`no.pem` holds no certificate"),
        (format!("{base}, {}", shown("no.pem", "ada.key")), "`no.pem` holds no certificate"),
        (format!("{base}, {}", shown("ada.pem", "no.pem")), "`no.pem` holds no private key"),
        (format!("{base}, {}", shown("ada.pem", "empty")), "`empty` holds no private key"),
        (format!("{base}, {}", shown("ada.pem", "bob.key")), "`bob.key` does not belong to the certificate"),
        (format!("{base}, proxy: \"socks5://me:hunter2@p.example.test\""), "`proxy` is neither http nor https"),
        (format!("{base}, proxy: p.example.test"), "`proxy` is no URL: relative URL without a base"),
        (format!("{base}, proxy: \"http://p.example.test/x\""), "`proxy` must end with its host and port"),
        (format!("{base}, proxy: \"http://me:${{env:TWO_LINES}}@p.example.test\""), "the secret holds a line break"),
        (
            format!(
                "{base}, authorization: {{ refresh_token: \"${{env:SECRET}}\", \
                 auth_url: \"https://me:hunter2@h.example.test\" }}"
            ),
            "`auth_url` must not hold a user or a password",
        ),
        (
            format!("{base}, authorization: {{ header: \"X Y\", value: \"${{env:SECRET}}\" }}"),
            "the header `X Y` cannot be sent: it is no name of a header",
        ),
        (
            format!("{base}, authorization: {{ token: \"${{env:EMPTY}}\" }}"),
            "the environment variable `EMPTY` is empty",
        ),
        (
            format!("{base}, authorization: {{ token: \"${{env:TWO_LINES}}\" }}"),
            "the environment variable `TWO_LINES` holds a line break",
        ),
    ] {
        folder.write("connected.yaml", pipeline("./open.yaml", &connection));
        let found = problems(&folder.run(&["check", "--json", "connected.yaml"]));
        let messages: Vec<&Value> = found.iter().map(|problem| &problem["message"]).collect();
        assert_eq!(messages, [message], "{connection}");
        assert_eq!((&found[0]["slug"], &found[0]["line"]), (&"bad-value".into(), &4.into()), "{connection}");
        let ran = folder.run(&["check", "connected.yaml"]);
        assert!(!ran.stderr.contains("hunter2") && !ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
}

#[test]
fn a_token_lives_as_long_as_its_own_way_says() {
    let catalog = std::fs::read_to_string(repository().join("crates/catalog/catalogs/alteryx.yaml")).unwrap();
    assert!(catalog.contains("expires_in_seconds: 300"), "the first way of this catalog says how long");
    let text = pipeline(
        "alteryx",
        "authorization: { kind: ropc, tenancy: a, user: b, password: \"${env:SECRET}\", auth_url: \"https://h.example.test\" }",
    );
    let tree = Tree::parse(&Source::new("connected.yaml", text)).unwrap();
    let mut values = Values::default();
    values.set_variable("SECRET", "s3cret");
    let pipeline = Pipeline::read(&tree, &mut Reading::new(&values)).unwrap();
    let (plan, _) = plan(&pipeline, &values, &Facts::default(), TOOLS);
    assert_eq!(plan.unwrap().connections["portal"].settings.token_life, None);
}

#[test]
fn a_way_to_authorize_that_stands_alone_is_shown_as_a_map() {
    let secret = "sec-ret-0001";
    for (written, help) in [
        ("bearer", "write `{ token: \"${env:NAME}\" }`"),
        ("basic", "write `{ user: .., password: \"${env:NAME}\" }`"),
        (secret, "write `{ refresh_token: \"${env:NAME}\" }`"),
    ] {
        let folder = Folder::new();
        folder.write("word.yaml", pipeline("alteryx", &format!("authorization: {written}")));
        let found = problems(&folder.run(&["check", "--json", "word.yaml"]));
        assert_eq!((found.len(), &found[0]["slug"], &found[0]["help"]), (1, &"wrong-type".into(), &help.into()));
        assert!(!folder.run(&["check", "word.yaml"]).stderr.contains(secret));
    }
}
