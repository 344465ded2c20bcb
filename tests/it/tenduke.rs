//! What the catalog of 10Duke promises, seen in what the program asks for.

use std::fs;

use crate::played::{Played, assert_closed, count, report};
use crate::program::repository;

/// A pipeline on the licences of an administrator, by this catalog.
fn licences(catalog: &str, nodes: &str) -> String {
    format!(
        "version: 1\npipeline: licences\nconnections:\n  licences:\n    catalog: {catalog}\n    \
         base_url: ${{env:TENDUKE_BASE_URL}}\n    authorization: {{ token: \"${{env:TENDUKE_TOKEN}}\" }}\nnodes:\n{nodes}"
    )
}

#[test]
fn pages_of_one_field_go_on_where_some_objects_do_not_have_it() {
    let played = Played::with_faults(&[]);
    let nameless = "  nameless: { rows: [{ user: a-1 }, { user: a-2 }, { user: a-3 }, { user: v-1 }, { user: a-4 }] }
  made:
    license_api:
      connection: licences
      endpoint: user.register
      payload: { __objType: Profile, userName: { field: user } }
    D: nameless
  failed: { write_csv: { path: out/failed.csv }, D: made.F }
";
    let ran = played.run(&licences("tenduke", nameless));
    assert_eq!((ran.status, count(&report(&ran), "made", "succeeded")), (0, 5), "{}", ran.stderr);

    let catalog = fs::read_to_string(repository().join("crates/catalog/catalogs/tenduke.yaml")).unwrap();
    played.folder.write("small.yaml", catalog.replacen("default_size: 500", "default_size: 2", 1));
    let names = |selector: &str| {
        let nodes = format!(
            "  names:\n    license_api:\n      connection: licences\n      endpoint: graph.read\n      \
             parameters: {{ selector: \"{selector}\" }}\n  save: {{ write_csv: {{ path: out/names.csv }}, D: names }}\n  \
             failed: {{ write_csv: {{ path: out/failed.csv }}, D: names.F }}\n"
        );
        let ran = played.run_with(&licences("small.yaml", &nodes), &["--new"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert_closed(&report(&ran));
        played.rows("names.csv").into_iter().map(|mut row| row.remove("value").unwrap()).collect::<Vec<_>>()
    };
    let expected =
        ["User 05", "User 04", "User 03", "User 02", "User 01", "Administrator 00"].map(str::to_owned).to_vec();
    // Sorted by name, four without one come first or last, and another one between those who have one.
    for (sorted, expected) in [("-userName", expected.clone()), ("userName", expected.into_iter().rev().collect())] {
        assert_eq!(names(&format!("Profile/@displayName{{s={sorted}}}")), expected, "{sorted}");
    }
    assert_eq!(names("Profile/@userName{s=userName}").len(), 11);
}

/// Two users want two items of one licence, of which one seat is left.
const WANTED: &str = "  wanted:
    rows:
      - { item: DemoItem1, user: 20000000-0000-4000-8000-000000000002 }
      - { item: DemoFeature1, user: 20000000-0000-4000-8000-000000000003 }
  taken:
    license_api:
      connection: licences
      endpoint: authz.consume
      parameters: { item: { field: item }, onBehalfOfId: { field: user } }
      keep: [item, user]
    D: wanted
  save: { write_csv: { path: out/taken.csv }, D: taken }
  failed: { write_csv: { path: out/denied.csv }, D: taken.F }
";

/// Takes back what keeps the second of them from the licence.
const CLEARED: &str = "  cleared:
    license_api:
      connection: licences
      endpoint: assignment.clear
      payload:
        licenseId: 40000000-0000-4000-8000-000000000001
        profileId: 20000000-0000-4000-8000-000000000003
  failed: { write_csv: { path: out/failed.csv }, D: cleared.F }
";

#[test]
fn who_comes_first_gets_the_last_seat_though_the_items_differ() {
    let files = |concurrency: &str| {
        let played = Played::with_faults(&["match=authz.consume,times=1,do=hold"]);
        assert_eq!(played.run(&licences("tenduke", CLEARED)).status, 0);
        played.folder.write("wanted.yaml", licences("tenduke", WANTED));
        let ran = played.typed_holding(1, &["run", "wanted.yaml", "--json", "--concurrency", concurrency]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let [first, second] = played.requests("authz.consume").try_into().unwrap();
        assert!(first.answered_after.is_some_and(|answered| answered < second.number), "{first:?} {second:?}");
        let users = |name: &str| played.rows(name).into_iter().map(|row| row["item"].clone()).collect::<Vec<_>>();
        assert_eq!((users("taken.csv"), users("denied.csv")), (vec!["DemoItem1".into()], vec!["DemoFeature1".into()]));
        ["taken.csv", "denied.csv"].map(|name| {
            let own = format!(".localhost:{}", played.address().port());
            String::from_utf8(played.folder.files("out")[name].clone()).unwrap().replace(&own, "")
        })
    };
    assert_eq!(files("1"), files("64"));
}
