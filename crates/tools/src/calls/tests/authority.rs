//! Authorizations that come from records on A.

use seatflow_testkit::Ran;

use super::{column, run};

/// A node whose A is wired to the records of a `where` with this YAML.
fn with_records_on_a(records: &str) -> Ran {
    let nodes = format!(
        "
  where:
    rows: {records}
  given:
    rows: [{{ account: ACC-100777 }}, {{ account: ACC-404001 }}, {{ account: ~ }}]
  tested:
    license_api:
      connection: portal
      authorization: {{ base_url: {{ field: base }}, access_token: {{ field: token }} }}
      endpoint: products.list
      parameters: {{ accountId: {{ field: account }} }}
    A: where
    D: given
"
    );
    run(&nodes, &["tested.S", "tested.F"])
}

#[test]
fn without_a_usable_record_on_a_every_record_is_on_f_and_nothing_is_called() {
    for (records, message) in [
        ("[{ base: ~, token: ~ }]", "the first record on `A` has no access token in `token`"),
        (
            "[{ base: ~, token: ~ }, { base: ~, token: second }]",
            "the first record on `A` has no access token in `token`",
        ),
        ("[{ base: 'ftp://x', token: t }]", "the base URL `ftp://x` is neither http nor https"),
        ("[{ base: 'http://elsewhere.test', token: t }]", "the origin `http://elsewhere.test` is refused"),
        ("[{ base: ~, token: \"a\\nb\" }]", "the header `authorization` cannot be sent"),
    ] {
        let ran = with_records_on_a(records);
        let failed = ran.table("tested.F").unwrap();
        assert_eq!(column(&failed, "error.kind"), ["authorization"; 3], "{records}");
        assert_eq!(column(&failed, "account"), ["ACC-100777", "ACC-404001", ""], "{records}");
        let said = &column(&failed, "error.message")[0];
        assert!(said.contains(message), "{said}");
        assert_eq!(ran.node("tested").unwrap().calls, 0, "{records}");
    }
}

#[test]
fn no_record_on_a_is_no_authorization() {
    let nodes = "
  nobody:
    rows: [{ token: ~ }]
  some:
    unique: {}
    D: nobody
  given:
    rows: [{ account: ACC-100777 }, { account: ACC-100234 }]
  tested:
    license_api:
      connection: portal
      authorization: { access_token: { field: token } }
      endpoint: products.list
      parameters: { accountId: { field: account } }
    A: some.F
    D: given
";
    let ran = run(nodes, &["tested.F"]);
    let failed = ran.table("tested.F").unwrap();
    assert_eq!(column(&failed, "error.message"), ["there is no record on `A`"; 2]);
    assert_eq!(column(&failed, "error.kind"), ["authorization"; 2]);
}

#[test]
fn a_lack_of_authorization_is_handed_on_over_a() {
    let nodes = "
  where:
    rows: [{ token: ~ }]
  first:
    license_api:
      connection: portal
      authorization: { access_token: { field: token } }
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    A: where
  second:
    license_api:
      endpoint: products.list
      parameters: { accountId: ACC-100777 }
    A: first
";
    let ran = run(nodes, &["first.F", "second.F"]);
    for anchor in ["first.F", "second.F"] {
        let failed = ran.table(anchor).unwrap();
        let expected = "the first record on `A` has no access token in `token`";
        assert_eq!(column(&failed, "error.message"), [expected], "{anchor}");
    }
}
