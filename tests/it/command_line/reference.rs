//! What there is to look up: sorts of problems, tools, catalogs.

use insta::assert_snapshot;
use seatflow_call::FailureKind;
use serde_json::Value;

use super::{seatflow, seen};
use crate::program::Folder;

#[test]
fn every_kind_of_failure_leads_to_a_page_that_tells_of_it() {
    for kind in FailureKind::ALL.map(FailureKind::as_str) {
        let ran = Folder::new().run(&["explain", kind]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{kind}");
        assert!(ran.stdout.contains(kind), "{kind} is not told in\n{}", ran.stdout);
    }
    assert!(Folder::new().run(&["explain", "in-doubt"]).stdout.starts_with("# What happens when\n"));
    let one = Folder::new().run(&["explain", "in-dobt"]);
    assert!(one.status == 2 && one.stderr.contains("did you mean `in-doubt`?"), "{}", one.stderr);
}

#[test]
fn explain_lists_every_sort_of_problem_and_shows_pages() {
    let list = Folder::new().run(&["explain"]);
    // The heading, and behind the problems seven topics.
    assert_eq!((list.status, list.stdout.lines().count()), (0, seatflow_spec::PAGES.len() + 8));
    assert!(list.stdout.lines().last().unwrap().starts_with("what-happens-when  "), "{}", list.stdout);
    assert!(Folder::new().run(&["explain", "faults"]).stdout.contains("| `commit-then-503` |"));
    assert_snapshot!(list.stdout.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
    problem               meaning
    bad-endpoint          the parts of a catalog's endpoint do not fit together
    bad-name              a name is not written as names are
    ");
    assert_snapshot!(seatflow(&["explain", "bad-version"]), @r"
    exit status 0
    --- stdout
    # bad-version

    ## What it means

    `version` says for which form of the file the pipeline is written. This program reads version 1.

    ## An example

    ```yaml
    version: 2
    pipeline: example
    nodes:
      accounts:
        read_csv: { path: accounts.csv }
    ```

    ## How to mend it

    Write `version: 1`. If the file was written for a later version, use a program that reads it.
    ");
    let as_json: Value = serde_json::from_str(&Folder::new().run(&["explain", "--json"]).stdout).unwrap();
    assert_eq!(as_json.as_array().unwrap().len(), seatflow_spec::PAGES.len() + 7);
    assert_eq!(as_json[0]["slug"], "bad-endpoint");
    let two = Folder::new().run(&["explain", "cycle", "bad-name"]);
    assert!(two.stdout.starts_with("# cycle\n") && two.stdout.contains("\n\n# bad-name\n"), "{}", two.stdout);
    assert_snapshot!(seatflow(&["explain", "unknown-anchr"]), @r"
    exit status 2
    --- stderr
      × there is no problem `unknown-anchr`
      help: did you mean `unknown-anchor`? `seatflow explain` lists them all
    ");
}

#[test]
fn tools_lists_the_tools() {
    let list = Folder::new().run(&["tools"]);
    assert_eq!((list.status, list.stdout.lines().count()), (0, seatflow_tools::TOOLS.len() + 1));
    let lines = ["tool ", "authorize ", "read_csv ", "license_api ", "unique "];
    let lines = list.stdout.lines().filter(|line| lines.iter().any(|name| line.starts_with(name)));
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    tool           in     out      summary
    read_csv              S F      Reads records from a CSV file
    authorize      A?     A F L    Logs in to a remote system, and hands the login on
    license_api    A? D?  A S F L  Calls an endpoint of a remote system, once for each record
    unique         D      S F      Lets the first record of each key pass, and sets the repeats apart
    ");
    let tools: Value = serde_json::from_str(&Folder::new().run(&["tools", "--json"]).stdout).unwrap();
    let unique = tools.as_array().unwrap().iter().find(|tool| tool["name"] == "unique").unwrap();
    assert_snapshot!(unique, @r#"{"name":"unique","summary":"Lets the first record of each key pass, and sets the repeats apart","inputs":{"A":null,"D":"required"},"outputs":["S","F"],"on_f":"rest","effects":"none"}"#);
}

#[test]
fn tools_shows_the_page_of_one() {
    let page = Folder::new().run(&["tools", "read_csv"]);
    assert_eq!((page.status, page.stderr.as_str()), (0, ""));
    assert!(page.stdout.starts_with("# read_csv\n\n"), "{}", page.stdout);
    let as_json: Value = serde_json::from_str(&Folder::new().run(&["tools", "read_csv", "--json"]).stdout).unwrap();
    assert_eq!(as_json["page"].as_str(), Some(page.stdout.as_str()));
    assert!(as_json["config"]["properties"]["delimiter"]["description"].is_string(), "{as_json}");
    assert_snapshot!(seatflow(&["tools", "read_cvs"]), @r"
    exit status 2
    --- stderr
      × there is no tool `read_cvs`
      help: did you mean `read_csv`? `seatflow tools` lists them all
    ");
}

#[test]
fn catalog_lists_catalogs_and_endpoints() {
    assert_snapshot!(seatflow(&["catalog", "list"]), @r"
    exit status 0
    --- stdout
    catalog                   endpoints  summary
    alteryx                   19         Accounts, users, licences, devices and downloads of the Alteryx licence portal.
    google-licensing          7          Licences of Google products, and the users to whom they are assigned.
    microsoft-graph-licenses  3          Licences that an organization has bought from Microsoft, and their assignment to users.
    tenduke                   40         Licences, their users and their leases in 10Duke Enterprise.
    uipath                    6          Licences of organizations, tenants, groups and users of UiPath Automation Suite.
    ");
    assert_snapshot!(seatflow(&["catalog", "list", "--json"]), @r#"
    exit status 0
    --- stdout
    [
      {
        "catalog": "alteryx",
        "summary": "Accounts, users, licences, devices and downloads of the Alteryx licence portal.",
        "documentation": "https://help.alteryx.com",
        "base_url": "https://us1.alteryxcloud.com/license-portal/api",
        "endpoints": 19
      },
      {
        "catalog": "google-licensing",
        "summary": "Licences of Google products, and the users to whom they are assigned.",
        "documentation": "https://developers.google.com/workspace/admin/licensing/reference/rest",
        "base_url": "https://licensing.googleapis.com",
        "endpoints": 7
      },
      {
        "catalog": "microsoft-graph-licenses",
        "summary": "Licences that an organization has bought from Microsoft, and their assignment to users.",
        "documentation": "https://learn.microsoft.com/graph/api/resources/subscribedsku",
        "base_url": "https://graph.microsoft.com/v1.0",
        "endpoints": 3
      },
      {
        "catalog": "tenduke",
        "summary": "Licences, their users and their leases in 10Duke Enterprise.",
        "documentation": "https://docs.enterprise.10duke.com",
        "base_url": null,
        "endpoints": 40
      },
      {
        "catalog": "uipath",
        "summary": "Licences of organizations, tenants, groups and users of UiPath Automation Suite.",
        "documentation": "https://docs.uipath.com/automation-suite/automation-suite/2023.10/api-guide",
        "base_url": null,
        "endpoints": 6
      }
    ]
    "#);
    assert_snapshot!(seatflow(&["catalog", "list", "alterix"]), @r"
    exit status 2
    --- stderr
      × there is no catalog `alterix`
      help: did you mean `alteryx`? `seatflow catalog list` lists them all
    ");
    assert_snapshot!(seatflow(&["catalog", "list", "./nothing.yaml"]), @r"
    exit status 1
    --- stderr
      × `./nothing.yaml` cannot be read: there is no such file
      help: see that the path is right

    1 problem; `seatflow explain unreadable-file` tells more
    ");
    let endpoints = Folder::new().run(&["catalog", "list", "alteryx"]);
    let lines = ["endpoint ", "devices."];
    let lines = endpoints.stdout.lines().filter(|line| lines.iter().any(|name| line.starts_with(name)));
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    endpoint                 request                                           effect  source    summary
    devices.list             GET /v1/devices                                   read    assumed   The devices of an account, with the licence keys that they hold.
    devices.get              GET /v1/devices/{deviceId}                        read    assumed   One device.
    devices.licenseFile      GET /v1/devices/{deviceId}/licenseFile            read    assumed   The licence file that was made last for a device, as a file.
    devices.activateOffline  POST /v1/devices                                  write   assumed   Activates licence keys on a machine that is offline, and answers with its licence file.
    devices.removeLicenses   PATCH /v1/devices/{deviceId}                      write   assumed   Takes licence keys off a device and keeps the device.
    devices.delete           DELETE /v1/devices/{deviceId}                     write   assumed   Deletes a device and frees its seats.
    ");
}

/// The part of the output of `catalog show` that begins with this title.
fn section(endpoint: &str, title: &str) -> String {
    let shown = Folder::new().run(&["catalog", "show", "alteryx", endpoint]);
    assert_eq!((shown.status, shown.stderr.as_str()), (0, ""));
    let from = shown.stdout.split_once(&format!("\n{title}\n")).unwrap_or_else(|| panic!("{}", shown.stdout)).1;
    from.split("\n\n").next().unwrap().to_owned()
}

#[test]
fn catalog_shows_an_endpoint_with_a_node_to_paste() {
    let shown = Folder::new().run(&["catalog", "show", "alteryx", "devices.list"]);
    assert_snapshot!(shown.stdout.split("\nResponse\n").next().unwrap(), @r"
    devices.list  GET /v1/devices
    The devices of an account, with the licence keys that they hold.

    source   assumed
    effect   read
    success  200
    failure  msg is there and data is not
    records  data
    paging   by `page` from 0, 100 at a time by `size`

    Parameters
      name            in     type              required  default  source   description
      accountId       query  text              yes                assumed  The account, an `id` of accounts.list.
      name            query  text                                 assumed  A part of the name.
      userId          query  text                                 assumed  The user, an `id` of users.list.
      licenseKey      query  text                                 assumed  Devices that hold this key.
      lastSeenBefore  query  time                                 assumed  Devices that have not been seen since.
      page            query  integer from 0              0        assumed  The number of the page.
      size            query  integer 1 to 500            100      assumed  Elements on a page.
    ");
    assert_snapshot!(section("devices.list", "Node"), @r"
    devices_list:
      license_api:
        endpoint: devices.list
        parameters:
          accountId: { field: account_id }
      A: login
      D: records
    ");
    assert_snapshot!(section("devices.activateOffline", "Node"), @r"
    devices_activate_offline:
      license_api:
        endpoint: devices.activateOffline
        parameters:
          accountId: { field: account_id }
        payload:
          name: { field: name }
          hostId: { field: host_id }
          licenses:
            - licenseKey: { field: license_key }
      A: login
      D: records
    ");
    assert_snapshot!(section("devices.delete", "Node"), @r"
    devices_delete:
      license_api:
        endpoint: devices.delete
        parameters:
          deviceId: { field: device_id }
          accountId: { field: account_id }
        confirm_delete: true
      A: login
      D: records
    ");
    assert!(section("devices.activateOffline", "Payload").contains("\n  hostId  "));
    let by_path = Folder::new().run(&["catalog", "show", "alteryx", "GET /v1/devices"]);
    assert_eq!(by_path.stdout, shown.stdout);
    assert_snapshot!(seatflow(&["catalog", "show", "alteryx", "device.list"]), @r"
    exit status 2
    --- stderr
      × the catalog `alteryx` has no endpoint `device.list`
      help: did you mean `devices.list`? `seatflow catalog list alteryx` lists them
    ");
}

#[test]
fn catalog_prints_just_a_payload() {
    assert_snapshot!(seatflow(&["catalog", "show", "alteryx", "devices.activateOffline", "--payload"]), @r#"
    exit status 0
    --- stdout
    payload:
      name: WS-0500
      hostId: "8CDCD4000500"
      hostIdType: ETHERNET
      userId: USR-000731
      licenses:
        - licenseKey: AYXD-0001-0001-0001-0001-0001-0001-0001
          quantity: 1
      offlineRequest:
        fileName: WS-0500.req
        content: "V1MtMDUwMA=="
    "#);
    assert_snapshot!(seatflow(&["catalog", "show", "alteryx", "users.update", "--payload", "--json"]), @r#"
    exit status 0
    --- stdout
    {
      "status": "INACTIVE"
    }
    "#);
    assert_snapshot!(seatflow(&["catalog", "show", "alteryx", "devices.delete", "--payload"]), @r"
    exit status 2
    --- stderr
      × `devices.delete` takes no payload
      help: leave out `--payload` to see what it takes
    ");
    let folder = Folder::new();
    folder.write(
        "own.yaml",
        "catalog: own\nsummary: x\nendpoints:\n  a.add: { request: POST /a, summary: x, body: {} }\n  \
         b.add: { request: POST /b, summary: x, body: { schema: { properties: { seats: { type: integer } } } } }\n",
    );
    assert_snapshot!(seen(&folder.run(&["catalog", "show", "./own.yaml", "a.add", "--payload"])), @r"
    exit status 2
    --- stderr
      × the catalog `own` does not tell the payload of `a.add`
      help: see the system's documentation; a catalog tells it with `body: { schema: .., example: .. }`
    ");
    assert_snapshot!(seen(&folder.run(&["catalog", "show", "./own.yaml", "b.add", "--payload"])), @r"
    exit status 0
    --- stdout
    payload:
      seats: 1
    ");
}

#[test]
fn every_node_to_paste_is_without_problems() {
    let folder = Folder::new().variable("TOKEN", "rt-000001");
    let endpoints = seatflow_catalog::builtin("alteryx").unwrap().endpoints.iter();
    for endpoint in endpoints {
        let node = section(&endpoint.id, "Node");
        let columns = node.split("{ field: ").skip(1).filter_map(|from| from.split(" }").next());
        let record: Vec<String> = columns.map(|column| format!("{column}: x")).collect();
        let name = node.trim_start().split(':').next().unwrap();
        let pipeline = format!(
            "version: 1
pipeline: pasted
connections: {{ portal: {{ catalog: alteryx, authorization: {{ refresh_token: \"${{env:TOKEN}}\" }} }} }}
nodes:
  login: {{ authorize: {{ connection: portal }} }}
  records: {{ rows: [{{ {} }}] }}
{node}
  failures: {{ write_csv: {{ path: failed.csv }}, D: [login.F, {name}.F] }}
",
            if record.is_empty() { "any: x".to_owned() } else { record.join(", ") }
        );
        folder.write("pasted.yaml", pipeline);
        let ran = folder.run(&["check", "pasted.yaml"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, "pasted.yaml: no problems\n"), "{}", endpoint.id);
    }
}

#[test]
fn every_payload_to_paste_does_its_work() {
    let folder = Folder::new();
    let endpoints = seatflow_catalog::builtin("alteryx").unwrap().endpoints.iter();
    let mut pasted = 0;
    for endpoint in endpoints.filter(|endpoint| endpoint.body.is_some()) {
        let payload = folder.run(&["catalog", "show", "alteryx", &endpoint.id, "--payload"]).stdout;
        let payload: String = payload.lines().flat_map(|line| ["      ", line, "\n"]).collect();
        let known = [("accountId", "ACC-100234"), ("deviceId", "DEV-000412"), ("userId", "USR-000731")];
        let given = known.iter().filter(|(name, _)| endpoint.parameter(name).is_some());
        let parameters: Vec<String> = given.map(|(name, value)| format!("{name}: {value}")).collect();
        let pipeline = format!(
            "version: 1
pipeline: pasted
connections:
  portal:
    catalog: alteryx
    base_url: ${{env:ALTERYX_BASE_URL}}
    authorization:
      auth_url: ${{env:ALTERYX_AUTH_URL}}
      refresh_token: ${{env:ALTERYX_REFRESH_TOKEN}}
      client_id: ${{env:ALTERYX_CLIENT_ID}}
nodes:
  pasted:
    license_api:
      connection: portal
      endpoint: {}
      parameters: {{ {} }}
{payload}
  failures: {{ write_csv: {{ path: failed.csv }}, D: pasted.F }}
",
            endpoint.id,
            parameters.join(", ")
        );
        folder.write("pasted.yaml", pipeline);
        let ran = folder.run(&["run", "pasted.yaml", "--sandbox"]);
        assert_eq!(ran.status, 0, "{}: {}", endpoint.id, ran.stderr);
        // The heading, and nothing below it.
        assert_eq!(folder.read("failed.csv").lines().count(), 1, "{}", endpoint.id);
        pasted += 1;
    }
    assert_eq!(pasted, 3);
}
