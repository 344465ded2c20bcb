//! What `seatflow graph` draws.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use roxmltree::Document;

use crate::program::{Folder, Ran};

const AUDIT: &str = "pipelines/license-audit.yaml";

/// Draws a file; that has to work.
fn draw(folder: &Folder, file: &str, format: &str) -> String {
    let Ran { status, stdout, stderr } = folder.run(&["graph", file, "--format", format]);
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    stdout
}

/// A pipeline whose words mean something else to every language that it is drawn in.
fn odd_names() -> Folder {
    let folder = Folder::new();
    folder.write("in.csv", "id\n1\n");
    let pipeline = r#"version: 1
pipeline: end
settings: { out: "a\"b<c>&d#e\\new`[x](y)|w;%%.csv" }
nodes:
  end: { read_csv: { path: in.csv }, note: "Said \"no\" <b> & `x` --> y;\nand went. </title>" }
  graph: { unique: , D: end }
  subgraph: { unique: , D: [graph.S, graph.F] }
  node: { write_csv: { path: "${out}" }, D: [subgraph, end.F] }
  edge: { write_csv: { path: "${env:NO_SUCH_VARIABLE}/c.csv" }, D: subgraph.F }
"#;
    folder.write("odd.yaml", pipeline);
    folder
}

#[test]
fn mermaid_is_what_is_drawn_without_a_word() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["graph", AUDIT]).stdout, draw(&folder, AUDIT, "mermaid"));
    assert_snapshot!(draw(&folder, AUDIT, "mermaid"), @r#"
    ---
    title: "license-audit"
    ---
    flowchart LR
      node_accounts["<b>accounts</b><br/>read_csv<br/>fixtures/accounts.csv"]
      node_devices["<b>devices</b><br/>license_api<br/>devices.list on portal"]
      node_licenses["<b>licenses</b><br/>license_api<br/>licenses.list on portal"]
      node_users["<b>users</b><br/>license_api<br/>users.list on portal"]
      node_machines["<b>machines</b><br/>unique"]
      node_save_devices["<b>save_devices</b><br/>write_parquet<br/>out/devices.parquet"]
      node_save_licenses["<b>save_licenses</b><br/>write_parquet<br/>out/licenses.parquet"]
      node_save_users["<b>save_users</b><br/>write_parquet<br/>out/users.parquet"]
      node_failures["<b>failures</b><br/>write_csv<br/>out/failed.csv"]
      node_accounts -->|S| node_devices
      node_devices ==>|A| node_licenses
      node_accounts -->|S| node_licenses
      node_licenses ==>|A| node_users
      node_accounts -->|S| node_users
      node_devices -->|S| node_machines
      node_machines -->|S| node_save_devices
      node_licenses -->|S| node_save_licenses
      node_users -->|S| node_save_users
      node_accounts -.->|F| node_failures
      node_devices -.->|F| node_failures
      node_licenses -.->|F| node_failures
      node_users -.->|F| node_failures
      linkStyle 9,10,11,12 stroke:#b02a2a
      linkStyle 1,3 stroke:#2a6099
      classDef files fill:#eef6ee,stroke:#3c763d,color:#222222,stroke-width:1px
      class node_accounts,node_save_devices,node_save_licenses,node_save_users,node_failures files
      classDef calls fill:#e8f1fb,stroke:#2a6099,color:#222222,stroke-width:1px
      class node_devices,node_licenses,node_users calls
      classDef others fill:#f6f6f6,stroke:#666666,color:#222222,stroke-width:1px
      class node_machines others
    "#);
}

#[test]
fn dot() {
    assert_snapshot!(draw(&Folder::new(), AUDIT, "dot"), @r##"
    digraph "license-audit" {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];
      edge [fontname="Helvetica", fontsize=10];
      "accounts" [label="accounts\nread_csv\nfixtures/accounts.csv", fillcolor="#eef6ee", color="#3c763d"];
      "devices" [label="devices\nlicense_api\ndevices.list on portal", fillcolor="#e8f1fb", color="#2a6099"];
      "licenses" [label="licenses\nlicense_api\nlicenses.list on portal", fillcolor="#e8f1fb", color="#2a6099"];
      "users" [label="users\nlicense_api\nusers.list on portal", fillcolor="#e8f1fb", color="#2a6099"];
      "machines" [label="machines\nunique", fillcolor="#f6f6f6", color="#666666"];
      "save_devices" [label="save_devices\nwrite_parquet\nout/devices.parquet", fillcolor="#eef6ee", color="#3c763d"];
      "save_licenses" [label="save_licenses\nwrite_parquet\nout/licenses.parquet", fillcolor="#eef6ee", color="#3c763d"];
      "save_users" [label="save_users\nwrite_parquet\nout/users.parquet", fillcolor="#eef6ee", color="#3c763d"];
      "failures" [label="failures\nwrite_csv\nout/failed.csv", fillcolor="#eef6ee", color="#3c763d"];
      "accounts" -> "devices" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "devices" -> "licenses" [label="A", style=bold, color="#2a6099", fontcolor="#2a6099"];
      "accounts" -> "licenses" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "licenses" -> "users" [label="A", style=bold, color="#2a6099", fontcolor="#2a6099"];
      "accounts" -> "users" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "devices" -> "machines" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "machines" -> "save_devices" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "licenses" -> "save_licenses" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "users" -> "save_users" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "accounts" -> "failures" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
      "devices" -> "failures" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
      "licenses" -> "failures" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
      "users" -> "failures" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
    }
    "##);
}

#[test]
fn no_word_of_a_language_breaks_it() {
    let folder = odd_names();
    assert_snapshot!(draw(&folder, "odd.yaml", "mermaid"), @r#"
    ---
    title: "end"
    ---
    flowchart LR
      node_end["<b>end</b><br/>read_csv<br/>in.csv<br/><i>Said #quot;no#quot; #lt;b#gt; #amp; #96;x#96; --#gt; y; and went. #lt;/title#gt;</i>"]
      node_graph["<b>graph</b><br/>unique"]
      node_subgraph["<b>subgraph</b><br/>unique"]
      node_node["<b>node</b><br/>write_csv<br/>a#quot;b#lt;c#gt;#amp;d#35;e#92;new#96;[x](y)|w;#37;#37;.csv"]
      node_edge["<b>edge</b><br/>write_csv<br/>${env:NO_SUCH_VARIABLE}/c.csv"]
      node_end -->|S| node_graph
      node_graph -->|S| node_subgraph
      node_graph -.->|F| node_subgraph
      node_subgraph -->|S| node_node
      node_end -.->|F| node_node
      node_subgraph -.->|F| node_edge
      linkStyle 2,4,5 stroke:#b02a2a
      classDef files fill:#eef6ee,stroke:#3c763d,color:#222222,stroke-width:1px
      class node_end,node_node,node_edge files
      classDef others fill:#f6f6f6,stroke:#666666,color:#222222,stroke-width:1px
      class node_graph,node_subgraph others
    "#);
    assert_snapshot!(draw(&folder, "odd.yaml", "dot"), @r##"
    digraph "end" {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];
      edge [fontname="Helvetica", fontsize=10];
      "end" [label="end\nread_csv\nin.csv", fillcolor="#eef6ee", color="#3c763d", tooltip="Said \"no\" <b> &amp; `x` --> y; and went. </title>"];
      "graph" [label="graph\nunique", fillcolor="#f6f6f6", color="#666666"];
      "subgraph" [label="subgraph\nunique", fillcolor="#f6f6f6", color="#666666"];
      "node" [label="node\nwrite_csv\na\"b<c>&amp;d#e\\new`[x](y)|w;%%.csv", fillcolor="#eef6ee", color="#3c763d"];
      "edge" [label="edge\nwrite_csv\n${env:NO_SUCH_VARIABLE}/c.csv", fillcolor="#eef6ee", color="#3c763d"];
      "end" -> "graph" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "graph" -> "subgraph" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "graph" -> "subgraph" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
      "subgraph" -> "node" [label="S", style=solid, color="#333333", fontcolor="#333333"];
      "end" -> "node" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
      "subgraph" -> "edge" [label="F", style=dashed, color="#b02a2a", fontcolor="#b02a2a"];
    }
    "##);
}

#[test]
fn a_picture_is_well_formed_and_shows_every_node_and_wire() {
    let folder = odd_names();
    for (file, names, wires) in [
        (AUDIT, "accounts devices licenses users machines save_devices save_licenses save_users failures", 13),
        ("odd.yaml", "end graph subgraph node edge", 6),
    ] {
        let svg = draw(&folder, file, "svg");
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
        let texts = document.descendants().filter(|node| node.has_tag_name("text"));
        let texts: Vec<&str> = texts.filter_map(|text| text.text()).collect();
        for name in names.split(' ') {
            assert!(texts.contains(&name), "`{name}` is not in {texts:?}");
        }
        let arrows = document.descendants().filter(|node| node.attribute("marker-end").is_some());
        assert_eq!(arrows.count(), wires, "{svg}");
        let labels = texts.iter().filter(|text| ["A", "S", "F"].contains(text));
        assert_eq!(labels.count(), wires, "{texts:?}");
    }
}

#[test]
fn everything_is_within_the_picture() {
    let svg = draw(&Folder::new(), AUDIT, "svg");
    let document = Document::parse(&svg).unwrap();
    let numbers = |text: &str| text.split(' ').map(|number| number.parse::<f64>().unwrap()).collect::<Vec<_>>();
    let [x, y, width, height] = numbers(document.root_element().attribute("viewBox").unwrap())[..] else { panic!() };
    for shape in document.descendants().filter(|node| node.has_tag_name("rect") || node.has_tag_name("text")) {
        let of = |name| shape.attribute(name).map_or(0.0, |number| number.parse::<f64>().unwrap());
        let right = of("x") + of("width") <= x + width && of("y") + of("height") <= y + height;
        assert!(of("x") >= x && of("y") >= y && right, "{svg}");
    }
}

#[test]
fn a_note_is_a_tooltip() {
    let folder = odd_names();
    let svg = draw(&folder, "odd.yaml", "svg");
    let document = Document::parse(&svg).unwrap();
    let titles: BTreeSet<&str> =
        document.descendants().filter(|node| node.has_tag_name("title")).filter_map(|node| node.text()).collect();
    let noted = titles.iter().find(|title| title.starts_with("end\nread_csv\n")).unwrap();
    assert_eq!(noted.lines().nth(3), Some("Said \"no\" <b> & `x` --> y;"));
    assert!(
        draw(&folder, "odd.yaml", "dot").contains(r#"tooltip="Said \"no\" <b> &amp; `x` --> y; and went. </title>""#)
    );
}

/// A pipeline with every sort of call.
const CALLS: &str = r#"version: 1
pipeline: calls
connections:
  portal:
    catalog: alteryx
    authorization: { refresh_token: "${env:TOKEN}" }
nodes:
  login: { authorize: { connection: portal } }
  devices: { license_api: { endpoint: devices.list, parameters: { accountId: "1" } }, A: login }
  gone:
    license_api:
      endpoint: devices.delete
      parameters: { accountId: "1", deviceId: { field: id } }
      confirm_delete: true
    A: devices
    D: devices
  save: { write_csv: { path: "${env:OUT}" }, D: [login.L, gone.F, devices.F, login.F] }
"#;

#[test]
fn a_graph_needs_no_environment_and_shows_none() {
    let without = draw(&odd_names(), "odd.yaml", "mermaid");
    assert!(without.contains("${env:NO_SUCH_VARIABLE}/c.csv"), "{without}");
    let with = odd_names().variable("NO_SUCH_VARIABLE", "secret");
    assert_eq!(draw(&with, "odd.yaml", "mermaid"), without);
    let with = ["AUTH_URL", "BASE_URL", "CLIENT_ID", "REFRESH_TOKEN"]
        .into_iter()
        .fold(Folder::new(), |folder, name| folder.variable(&format!("ALTERYX_{name}"), "http://secret.test"));
    assert_eq!(draw(&with, AUDIT, "mermaid"), draw(&Folder::new(), AUDIT, "mermaid"));
}

#[test]
fn what_changes_the_remote_system_is_marked() {
    let folder = Folder::new();
    folder.write("calls.yaml", CALLS);
    let mermaid = draw(&folder, "calls.yaml", "mermaid");
    assert!(mermaid.contains("deletes: devices.delete on portal"), "{mermaid}");
    assert!(mermaid.contains("\n  class node_gone writes\n"), "{mermaid}");
    assert!(mermaid.contains("\n  class node_login,node_devices calls\n"), "{mermaid}");
    let dot = draw(&folder, "calls.yaml", "dot");
    assert_eq!(dot.matches("penwidth=2.5").count(), 1, "{dot}");
}

#[test]
fn a_catalog_of_ones_own_tells_what_changes_its_system() {
    let folder = Folder::new().variable("CATALOG", "own.yaml");
    let catalog = "catalog: own
summary: A system of our own
base_url: http://own.test
authorization: [bearer]
endpoints:
  seats.list: { request: GET /seats, summary: The seats }
  seats.take: { request: POST /seats, summary: Takes a seat }
";
    folder.write("own.yaml", catalog);
    let pipeline = r#"version: 1
pipeline: own
connections: { own: { catalog: "${env:CATALOG}", authorization: { token: "${env:TOKEN}" } } }
nodes:
  list: { license_api: { connection: own, endpoint: GET /seats } }
  take: { license_api: { endpoint: POST /seats }, A: list, D: list }
"#;
    folder.write("own-seats.yaml", pipeline);
    let mermaid = draw(&folder, "own-seats.yaml", "mermaid");
    assert!(mermaid.contains("<br/>GET /seats on own\"]"), "{mermaid}");
    assert!(mermaid.contains("<br/>writes: POST /seats on own\"]"), "{mermaid}");
}

#[test]
fn a_setting_is_shown_by_its_value() {
    let folder = Folder::new();
    folder.write("mine.csv", "account_id,account_name\n1,x\n");
    let ran = folder.run(&["graph", AUDIT, "--set", "accounts=mine.csv"]);
    assert!(ran.stdout.contains("<br/>mine.csv\"]"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_pipeline_with_problems_is_not_drawn() {
    let folder = Folder::new();
    folder.write("wrong.yaml", CALLS.replace("A: devices", "A: devises"));
    let drawn = folder.run(&["graph", "wrong.yaml"]);
    assert_eq!((drawn.status, drawn.stdout.as_str()), (1, ""));
    assert_eq!(drawn.stderr, folder.run(&["check", "wrong.yaml"]).stderr);
    assert!(drawn.stderr.contains("did you mean `devices`?"), "{}", drawn.stderr);
}
