//! Whole pipeline files.

use seatflow_spec::{Inputs, Node, NodeName, Output, Override, OverrideError, Problems, Settings, Tree};

use crate::{pipeline, pipeline_with, slugs, source, tree};

const AUDIT: &str = r#"
version: 1
pipeline: license-audit
description: Every device, for the accounts in a CSV.
settings:
  accounts: fixtures/accounts.csv
connections:
  portal:
    catalog: alteryx
    authorization: { refresh_token: "${env:TOKEN}" }
nodes:
  accounts:
    read_csv: { path: "${accounts}" }
  login:
    authorize: { connection: portal }
  devices:
    license_api: { endpoint: devices.list }
    A: login
    D: accounts
    note: one call per account
  both:
    join: { on: [id] }
    D: { left: accounts, right: [devices, devices.F] }
"#;

/// A file with these nodes and nothing wrong beside them.
fn with_nodes(nodes: &str) -> String {
    format!("version: 1\npipeline: example\nnodes:\n{nodes}")
}

fn slugs_of(nodes: &str) -> Vec<&'static str> {
    slugs(&pipeline(&with_nodes(nodes)).1)
}

#[test]
fn a_pipeline_is_read_into_nodes_with_places() {
    let (pipeline, problems) = pipeline(AUDIT);
    assert_eq!(problems, Problems::new());
    let pipeline = pipeline.expect("the pipeline is read");
    assert_eq!(pipeline.name.as_ref().map(|name| name.value.as_str()), Some("license-audit"));
    let names: Vec<_> = pipeline.nodes.iter().map(|node| node.name.value.as_str()).collect();
    assert_eq!(names, ["accounts", "login", "devices", "both"]);
    let devices = pipeline.node("devices").expect("the node is there");
    assert_eq!(devices.tool.value, "license_api");
    assert_eq!(devices.tool.place.to_string(), "test.yaml:17:5");
    assert_eq!(devices.note.as_deref(), Some("one call per account"));
    assert_eq!(devices.config.get("endpoint").and_then(Tree::as_text), Some("devices.list"));
    assert_eq!(pipeline.connection("portal").map(|found| found.name.place.line()), Some(8));
    assert!(pipeline.unreadable.is_empty());
}

#[test]
fn a_wire_end_is_a_node_and_perhaps_an_anchor_each_with_its_place() {
    let (pipeline, _) = pipeline(AUDIT);
    let pipeline = pipeline.expect("the pipeline is read");
    let both = pipeline.node("both").and_then(|node| node.d.as_ref()).expect("it has a D");
    let Inputs::Named(named) = both else { panic!("the inputs have names") };
    assert_eq!(named[1].0.value, "right");
    let wire = named[1].1[1].as_ref().expect("it is read");
    let anchor = wire.anchor.as_ref().expect("an anchor is named");
    assert_eq!((wire.node.value.as_str(), anchor.output()), ("devices", Some(Output::F)));
    assert_eq!(wire.node.place.to_string(), "test.yaml:23:43");
    assert_eq!(anchor.place.to_string(), "test.yaml:23:51");
    assert_eq!(both.wires().count(), 3);
    assert!(both.is_whole());
}

#[test]
fn a_wire_that_cannot_be_read_leaves_a_gap() {
    let (pipeline, problems) = pipeline(&with_nodes("  a: { sql: {}, A: [b], D: [b, 5x] }\n  b: { sql: {}, d: a }\n"));
    assert_eq!(slugs(&problems), ["wrong-type", "bad-name", "unknown-key"]);
    let pipeline = pipeline.expect("the nodes are read");
    let inputs = |node: &str, input: fn(&Node) -> &Option<Inputs>| {
        let inputs = pipeline.node(node).and_then(|node| input(node).as_ref()).expect("something is wired");
        (inputs.wires().count(), inputs.is_whole())
    };
    assert_eq!(inputs("a", |node| &node.a), (0, false));
    assert_eq!(inputs("a", |node| &node.d), (1, false));
    assert_eq!(inputs("b", |node| &node.d), (0, false));
}

#[test]
fn a_letter_that_is_no_output_is_kept_for_who_knows_the_tool() {
    let (pipeline, problems) = pipeline(&with_nodes("  a:\n    sql: {}\n    D: b.G\n"));
    assert_eq!(slugs(&problems), [""; 0]);
    let pipeline = pipeline.expect("the pipeline is read");
    let wire = pipeline.nodes[0].d.as_ref().and_then(|inputs| inputs.wires().next());
    let anchor = wire.and_then(|wire| wire.anchor.clone()).expect("an anchor is named");
    assert_eq!((anchor.text.as_str(), anchor.output()), ("G", None));
}

#[test]
fn all_problems_are_reported_together_and_in_the_order_of_the_file() {
    let text = "version: 2\npipeline: Audit\nnodez: {}\nnodes:\n  a:\n    read_csv: {}\n    sort: {}\n  B:\n    read_csv: {}\n  c:\n    d: a\n  d:\n    union:\n    D: [a.b.c, 5x]\n";
    let (read, problems) = pipeline(text);
    let expected = [
        "bad-version",
        "bad-name",
        "unknown-key",
        "bad-name",
        "one-tool-per-node",
        "unknown-key",
        "bad-value",
        "bad-name",
    ];
    assert_eq!(slugs(&problems), expected);
    let read = read.expect("the rest is read");
    assert_eq!((read.name, read.nodes.len()), (None, 2));
}

#[test]
fn nodes_that_cannot_be_read_are_known_by_name() {
    let (pipeline, _) = pipeline(&with_nodes("  a: { note: x }\n  b: 5\n  c: { union: , D: a }\n"));
    let pipeline = pipeline.expect("the rest is read");
    assert_eq!(pipeline.unreadable.iter().map(NodeName::as_str).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(pipeline.nodes.len(), 1);
}

#[test]
fn a_node_has_exactly_one_tool() {
    assert_eq!(slugs_of("  a: { A: b, note: x }\n"), ["one-tool-per-node"]);
    assert_eq!(slugs_of("  a:\n"), ["one-tool-per-node"]);
    assert_eq!(slugs_of("  a: { sql: }\n"), [""; 0]);
}

#[test]
fn which_of_several_keys_is_the_tool_is_left_to_who_knows_the_tools() {
    let (pipeline, problems) = pipeline(&with_nodes("  a: { retries: 3, A: b, sql: {}, sort: {} }\n"));
    assert_eq!(slugs(&problems), [""; 0]);
    let node = pipeline.expect("the pipeline is read").nodes.remove(0);
    let others: Vec<&str> = node.others.iter().map(|(key, _)| key.text.as_str()).collect();
    assert_eq!((node.tool.value.as_str(), others), ("retries", vec!["sql", "sort"]));
}

#[test]
fn a_misspelt_input_is_not_taken_for_a_tool() {
    let (_, problems) = pipeline(&with_nodes("  a: { sql: {}, d: b, inputs: c, auth: e }\n"));
    let helps: Vec<_> = problems.iter().map(|problem| problem.help.as_deref().unwrap_or_default()).collect();
    assert_eq!(helps, ["did you mean `D`?", "did you mean `D`?", "did you mean `A`?"]);
    assert_eq!(slugs(&problems), ["unknown-key"; 3]);
}

#[test]
fn an_a_takes_one_wire_and_no_input_takes_none() {
    assert_eq!(slugs_of("  a: { sql: {}, A: [b, c] }\n"), ["wrong-type"]);
    assert_eq!(slugs_of("  a: { sql: {}, A: { x: b } }\n"), ["wrong-type"]);
    assert_eq!(slugs_of("  a: { sql: {}, D: [] }\n"), ["bad-value"]);
    assert_eq!(slugs_of("  a: { sql: {}, D: }\n"), ["wrong-type"]);
    assert_eq!(slugs_of("  a: { sql: {}, D: {} }\n"), ["wrong-type"]);
}

#[test]
fn a_file_that_is_no_map_is_one_problem() {
    for text in ["just text", "5", "[a]"] {
        assert_eq!(slugs(&pipeline(text).1), ["wrong-type"], "{text}");
    }
    assert_eq!(slugs(&pipeline("~").1), ["missing-key", "missing-key", "missing-key"]);
}

#[test]
fn what_is_broken_as_yaml_is_reported_once() {
    let (_, problems) = pipeline("version: !x 1\npipeline: ${\nsettings: !x {}\nnodes:\n  a: !x { sql: }\n  a: 2\n");
    let expected = ["unreadable-yaml", "bad-reference", "unreadable-yaml", "unreadable-yaml", "duplicate-key"];
    assert_eq!(slugs(&problems), expected);
}

#[test]
fn settings_are_single_values_that_refer_to_nothing() {
    let text = "settings: { Bad: 1, list: [1], up: \"${other}\", from: \"${env:X}\", open: , fine: 00123 }\n";
    let mut problems = Problems::new();
    let settings = Settings::read(&tree(text), &mut problems);
    assert_eq!(slugs(&problems), ["bad-name", "wrong-type", "bad-reference", "bad-reference"]);
    let names: Vec<_> = settings.iter().map(|setting| setting.name.as_str()).collect();
    assert_eq!(names, ["list", "up", "from", "open", "fine"]);
    assert_eq!(settings.get("fine").and_then(|setting| setting.value.as_text()), Some("00123"));
}

fn set(settings: &str, arguments: &[&str]) -> Result<Settings, OverrideError> {
    let mut problems = Problems::new();
    let mut settings = Settings::read(&tree(settings), &mut problems);
    let overrides: Result<Vec<_>, _> = arguments.iter().map(|argument| Override::parse(argument)).collect();
    settings.set(&overrides?)?;
    Ok(settings)
}

#[test]
fn an_override_is_a_plain_scalar_and_the_last_one_counts() {
    let settings = set("settings: { a: 1, b: x, c: }", &["a=5", "a=006", "b=${env:HOME}", "c="]).expect("set");
    let value = |name| settings.get(name).map(|setting| (setting.value.as_text(), setting.overridden));
    assert_eq!(value("a"), Some((Some("006"), true)));
    assert_eq!(value("b"), Some((Some("${env:HOME}"), true)));
    assert_eq!(value("c"), Some((Some(""), true)));
}

#[test]
fn an_unknown_override_is_no_problem_of_the_file() {
    let error = set("settings: { accounts: x }", &["acounts=y"]).expect_err("no such setting");
    assert_eq!(error.to_string(), "the pipeline has no setting `acounts`; did you mean `accounts`?");
    let error = set("a: 1", &["x=y"]).expect_err("no settings");
    assert_eq!(error.to_string(), "the pipeline has no setting `x`; it has none");
    let error = set("a: 1", &["x"]).expect_err("no value");
    assert_eq!(error.to_string(), "`x` is not written as `name=value`");
}

#[test]
fn a_name_from_a_variable_is_checked_as_a_written_one() {
    let text = "version: 1\npipeline: ${env:NAME}\nnodes: { a: { sql: } }\n";
    assert_eq!(slugs(&pipeline_with(text, &[("NAME", "audit-2")]).1), [""; 0]);
    assert_eq!(slugs(&pipeline_with(text, &[("NAME", "${x}")]).1), ["bad-name"]);
    assert_eq!(slugs(&pipeline(text).1), ["missing-variable"]);
}

#[test]
fn the_references_of_a_file_are_listed_before_anything_is_read() {
    let text = "a: ${env:X}/${file:p q.txt}\nb: [\"${env:Y}\", \"${env:X}\", \"${s}\", \"$${env:Z}\"]\n";
    let tree = Tree::parse(&source(text)).expect("the text is read");
    assert_eq!(tree.variables(), ["X", "Y"]);
    assert_eq!(tree.files(), ["p q.txt"]);
    let places: Vec<_> = tree.references().iter().map(|found| found.place.column()).collect();
    assert_eq!(places, [4, 13, 6, 18, 30]);
}
