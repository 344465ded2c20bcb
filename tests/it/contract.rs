//! Every request of every example pipeline and of a call of every endpoint, and every answer, against the documents of the
//! systems that are played.
//!
//! The documents are made from the catalogs, as the requests are; the requests and answers are those of the L anchors. So
//! this proves that the client sends and the sandbox answers what the catalogs say, in the words of a standard that others
//! read. It does not prove that the catalogs say what the vendors do.

mod document;
mod exchange;
mod made;

use std::collections::{BTreeMap, BTreeSet};

use seatflow_sandbox::Settings;
use serde_json::Value;

use self::document::Document;
use self::exchange::Exchange;
use crate::pipelines::examples;
use crate::played::{Played, report};
use crate::program::{Folder, Ran};
use crate::systems;

/// The systems that are played and have a catalog.
const SYSTEMS: [&str; 3] = ["alteryx", "tenduke", "uipath"];

fn documents() -> BTreeMap<&'static str, Document> {
    let played = Played::new(Settings::default());
    let document = |name: &str| played.administer("GET", &format!("openapi/{name}.json"), "");
    SYSTEMS.map(|name| (name, Document::new(serde_json::from_str(&document(name)).unwrap()))).into()
}

/// What the calling nodes of a run have sent, and what they were answered.
fn exchanges(folder: &Folder, ran: &Ran) -> Vec<Exchange> {
    let report = report(ran);
    let run = report["run"].as_str().unwrap();
    let nodes = report["nodes"].as_array().unwrap().iter();
    let calling = nodes.filter(|node| node["tool"] == "license_api").map(|node| node["node"].as_str().unwrap());
    let lines = calling.flat_map(|node| {
        let shown = folder.run(&["show", run, "--anchor", &format!("{node}.L"), "--format", "json"]);
        assert_eq!(shown.status, 0, "{node}: {}", shown.stderr);
        shown.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    });
    lines.filter_map(|line| Exchange::of(&line)).collect()
}

#[test]
fn every_request_and_answer_is_as_the_documents_say() {
    let documents = documents();
    let mut called: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut misfits = Vec::new();
    let examples =
        examples().into_iter().map(|name| (name.clone(), Folder::new().read(&format!("pipelines/{name}.yaml"))));
    for (pipeline, text) in examples.chain(systems::pipelines()) {
        let folder = Folder::new();
        folder.write("contract.yaml", text);
        let ran = folder.run(&["run", "contract.yaml", "--sandbox", "--json"]);
        assert_eq!(ran.status, 0, "{pipeline}: {}", ran.stderr);
        let exchanges = exchanges(&folder, &ran);
        assert!(!exchanges.is_empty(), "{pipeline} called nobody");
        for exchange in exchanges {
            let (name, document) = documents.get_key_value(exchange.system.as_str()).unwrap();
            match document.check(&exchange) {
                Ok(operation) => drop(called.insert((name, operation))),
                Err(misfit) => misfits.push(format!("{pipeline}: {misfit}\n  {exchange}")),
            }
        }
    }
    assert!(misfits.is_empty(), "{}", misfits.join("\n"));
    for name in SYSTEMS {
        assert!(called.iter().any(|(system, _)| *system == name), "nobody calls {name}");
    }
}

/// A read of devices that the document allows, with its answer.
fn devices(url: &str, answer: &str) -> Exchange {
    let line = serde_json::json!({
        "method": "GET",
        "url": format!("http://alteryx.sandbox.test{url}"),
        "request.headers": "{\"authorization\": \"***\"}",
        "request.body": null,
        "status": 200,
        "response.headers": "{\"content-type\": \"application/json\"}",
        "response.body": answer,
    });
    Exchange::of(&line).unwrap()
}

#[test]
fn what_a_document_does_not_allow_is_found() {
    let documents = documents();
    let check = |exchange: Exchange| documents["alteryx"].check(&exchange);
    let good = "/v1/devices?accountId=ACC-100234";
    let answer = r#"{"data": [{"id": "DEV-1", "licenses": []}], "msg": null}"#;
    assert_eq!(check(devices(good, answer)), Ok("devices.list".to_owned()));
    for (url, answer, misfit) in [
        ("/v1/gadgets", answer, "no operation has this path"),
        ("/v1/devices", answer, "the parameter `accountId` is missing"),
        ("/v1/devices?accountId=a&colour=red", answer, "there is no parameter `colour`"),
        ("/v1/devices?accountId=a&accountId=b", answer, "the parameter `accountId` is there 2 times"),
        ("/v1/devices?accountId=a&size=501", answer, "the parameter `size` cannot be `501`"),
        ("/v1/devices?accountId=a&size=all", answer, "the parameter `size` cannot be `all`"),
        (good, "<html>", "the answer is no JSON"),
        (good, r#"{"data": [{"id": 7}]}"#, "the answer does not fit: 7 is not of types"),
        (good, r#"{"data": [{"licenses": {}}]}"#, "the answer does not fit: {} is not of types"),
    ] {
        let found = check(devices(url, answer)).unwrap_err();
        assert!(found.starts_with(misfit), "{url} {answer}: {found}");
    }
    let write = |body: &str| {
        let mut exchange = devices(good, answer);
        exchange.method = "post".to_owned();
        exchange.media = if body.is_empty() { String::new() } else { "application/json".to_owned() };
        exchange.body = body.to_owned();
        exchange.answer = Some("{\"data\": {\"id\": \"DEV-1\"}}".to_owned());
        exchange
    };
    for (body, misfit) in [
        ("", "the body is missing"),
        (r#"{"name": "WS-1"}"#, "the body does not fit"),
        (r#"{"name": 1}"#, "the body does not fit"),
    ] {
        let found = check(write(body)).unwrap_err();
        assert!(found.starts_with(misfit), "{body}: {found}");
    }
}
