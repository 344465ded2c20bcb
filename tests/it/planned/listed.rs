//! The list of a plan is what a run then sends.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{INPUT, SAVED, plan, writes};
use crate::pipelines::examples;
use crate::played::{Played, TAKE, report, seats};

/// The examples that write, and how many writes each plans.
const WRITING: [(&str, usize); 12] = [
    ("activate-offline", 6),
    ("deactivate-devices", 7),
    ("deactivate-license", 7),
    ("delete-devices", 7),
    ("delete-users", 7),
    ("reclaim-unused", 3),
    ("tenduke-deny", 5),
    ("tenduke-grant", 10),
    ("tenduke-release-idle", 1),
    ("tenduke-reserve-seats", 8),
    ("uipath-allocate", 10),
    ("uipath-group-licenses", 5),
];

/// Method and URL of each, sorted.
fn sorted(mut requests: Vec<String>) -> Vec<String> {
    requests.sort();
    requests
}

#[test]
fn what_is_listed_is_what_a_run_sends_and_a_plan_sends_none_of_it() {
    let writing: BTreeMap<_, _> = WRITING.into_iter().collect();
    for name in examples() {
        let played = Played::with_faults(&[]);
        let file = format!("pipelines/{name}.yaml");
        let ran = played.folder.run(&["plan", &file, "--json", "--save", "list.csv"]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        assert!(writes(&played).is_empty(), "{name} wrote");
        assert!(played.folder.files("out").is_empty(), "{name}: no output, and nothing beside its place");
        let plan = report(&ran);
        let listed = plan["writes"].as_array().unwrap();
        assert_eq!(listed.len(), writing.get(name.as_str()).copied().unwrap_or(0), "{name}");
        let lines = played.folder.read("list.csv").lines().count();
        assert!(lines > listed.len(), "{name}: a line for each, and the header");

        // The plan is no run of its own that would have to be done first.
        let ran = played.folder.run(&["run", &file]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        let sent = writes(&played).into_iter().map(|request| {
            let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
            let host = format!("{}.localhost:{}", request.system.unwrap(), played.address().port());
            format!("{} http://{host}{}{query}", request.method, request.path)
        });
        let sent = sorted(sent.collect());
        let listed = listed
            .iter()
            .map(|write| format!("{} {}", write["method"].as_str().unwrap(), write["url"].as_str().unwrap()));
        assert_eq!(sorted(listed.collect()), sent, "{name}");
    }
}

#[test]
fn a_write_is_listed_with_all_that_is_known_of_it() {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", "holder,quantity,desk\nann,1,north\nbob,2,\n");
    let plan = plan(&played, &seats("", &format!("{INPUT}{TAKE}{SAVED}")), &[]);
    let url = format!("http://seats.localhost:{}/v1/seats", played.address().port());
    let write = |record: u64, payload: &str, input: Value| {
        json!({
            "node": "calls",
            "record": record,
            "endpoint": "seats.take",
            "method": "POST",
            "url": url,
            "payload": payload,
            "input": input,
            "unknown": null,
        })
    };
    let expected = [
        write(0, "holder=ann&product=viewer&quantity=1", json!({ "holder": "ann", "quantity": "1", "desk": "north" })),
        write(1, "holder=bob&product=viewer&quantity=2", json!({ "holder": "bob", "quantity": "2" })),
    ];
    assert_eq!(plan["writes"], json!(expected));
    let totals = json!([{ "endpoint": "seats.take", "method": "POST", "planned": 2, "unknown": 0 }]);
    assert_eq!(plan["totals"], totals);
    assert_eq!((&plan["ending"], &plan["exit_status"]), (&json!("completed"), &json!(0)));
}

#[test]
fn a_call_of_a_group_is_listed_once_with_the_payload_of_all_its_records() {
    let played = Played::with_faults(&[]);
    let ran = played.folder.run(&["plan", "pipelines/reclaim-unused.yaml", "--json"]);
    let plan = report(&ran);
    let keys = plan["writes"].as_array().unwrap().iter().map(|write| write["payload"]["licenseKeysToRemove"].clone());
    let counts: Vec<usize> = keys.map(|keys| keys.as_array().unwrap().len()).collect();
    assert_eq!(counts, [2, 1, 1]);
}

#[test]
fn a_secret_is_in_no_list() {
    let played = Played::with_faults(&[]).variable("SEATS_TOKEN", "hunter2-hunter2");
    played.folder.write("input.csv", "holder,quantity\nhunter2-hunter2,1\n");
    played.folder.write("played.yaml", seats("", &format!("{INPUT}{TAKE}{SAVED}")));
    for arguments in [["--save", "list.csv"].as_slice(), &["--save", "list.parquet", "--json"]] {
        let ran = played.folder.run(&[&["plan", "played.yaml"], arguments].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let list = played.folder.files(".").remove(arguments[1]).unwrap();
        let all = [ran.stdout.as_bytes(), ran.stderr.as_bytes(), &list].concat();
        assert!(!String::from_utf8_lossy(&all).contains("hunter2"), "{}", ran.stdout);
    }
}
