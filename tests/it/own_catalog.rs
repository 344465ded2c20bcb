//! A catalog of the user's own, by path, for an API that nobody has heard of.

use crate::program::{Folder, Ran};

/// The portal's products, as somebody would describe them who knows only that call.
const CATALOG: &str = "\
catalog: licences
summary: The licences of our own portal
authorization: [{ kind: bearer, source: documented }]
endpoints:
  products.list:
    request: GET /v1/products
    summary: The products of an account
    source: observed
    parameters:
      accountId: { in: query, required: true, description: The account }
    response: { records: data }
";

const PIPELINE: &str = r#"
version: 1
pipeline: own
connections:
  portal:
    catalog: catalogs/licences.yaml
    base_url: ${env:ALTERYX_BASE_URL}
    authorization: { token: "${env:ALTERYX_ACCESS_TOKEN}" }
nodes:
  products:
    license_api: { connection: portal, endpoint: products.list, parameters: { accountId: ACC-100777 } }
  save:
    write_csv: { path: out/products.csv }
    D: products
  failures:
    write_csv: { path: out/failed.csv }
    D: products.F
"#;

fn run(catalog: &str, arguments: &[&str]) -> (Folder, Ran) {
    let folder = Folder::new();
    folder.write("catalogs/licences.yaml", catalog);
    folder.write("own.yaml", PIPELINE);
    let ran = folder.run(arguments);
    (folder, ran)
}

#[test]
fn a_pipeline_calls_what_the_users_own_catalog_describes() {
    let (folder, ran) = run(CATALOG, &["run", "own.yaml", "--sandbox"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let expected = "_call,data.idx,id,name,description\n0,0,Alteryx Designer,Alteryx Designer,Alteryx Designer\n";
    assert_eq!(folder.read("out/products.csv"), expected);
}

#[test]
fn a_value_from_a_record_that_the_catalog_does_not_know_is_told_once_and_sent() {
    let known = "refused: [no one], suggested: [ACC-100777], description: The account";
    let catalog = CATALOG.replace("description: The account", known);
    let given = "  accounts:
    rows: [{ account: ACC-100777 }, { account: ACC-100234 }, { account: ACC-404001 }, { account: ACC-100234 }, { account: no one }]
";
    let pipeline = PIPELINE.replace("nodes:\n", &format!("nodes:\n{given}"));
    let pipeline =
        pipeline.replace("{ accountId: ACC-100777 } }", "{ accountId: { field: account } } }\n    D: accounts");
    let folder = Folder::new();
    folder.write("catalogs/licences.yaml", &catalog);
    folder.write("own.yaml", &pipeline);
    let ran = folder.run(&["run", "own.yaml", "--sandbox"]);
    let warned: Vec<_> = ran.stderr.lines().filter(|line| line.contains("does not know")).collect();
    assert_eq!(warned.len(), 2, "{}", ran.stderr);
    for account in ["ACC-100234", "ACC-404001"] {
        let said = format!(
            "`products`: the parameter `accountId` is `{account}`, which the catalog does not know; it is sent"
        );
        assert_eq!(warned.iter().filter(|line| line.contains(&said)).count(), 1, "{}", ran.stderr);
    }
    assert!(folder.read("out/failed.csv").contains("ACC-404001"), "it was asked for, and is not there");
    assert!(folder.read("out/failed.csv").contains("no one"), "it is refused, and not called unknown");
}

#[test]
fn the_users_own_catalog_is_shown_as_a_built_in_one() {
    let (_, listed) = run(CATALOG, &["catalog", "list", "catalogs/licences.yaml"]);
    assert!(listed.stdout.contains("products.list"), "{}{}", listed.stdout, listed.stderr);
    let (_, shown) = run(CATALOG, &["catalog", "show", "catalogs/licences.yaml", "products.list"]);
    assert!(shown.stdout.contains("accountId: { field: account_id }"), "{}{}", shown.stdout, shown.stderr);
}

#[test]
fn a_mistake_in_the_users_own_catalog_is_shown_at_its_place_in_the_catalog() {
    let catalog = CATALOG.replace("required: true", "requird: true");
    let (_, ran) = run(&catalog, &["check", "own.yaml", "--sandbox", "--json"]);
    assert_eq!(ran.status, 1);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let problem = &found["problems"][0];
    assert_eq!(problem["file"], "catalogs/licences.yaml", "{found}");
    assert_eq!((problem["line"].as_u64(), problem["slug"].as_str()), (Some(10), Some("unknown-key")), "{found}");
}
