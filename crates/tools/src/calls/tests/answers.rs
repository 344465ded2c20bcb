//! How an answer is read, by the form that its endpoint names.

use bytes::Bytes;
use seatflow_call::Page;
use seatflow_catalog::{Catalog, Endpoint};
use seatflow_spec::Source;

use crate::calls::answer::Answer;

fn endpoint(form: &str) -> Endpoint {
    let text = format!(
        "catalog: vendor
summary: Licences of a vendor.
base_url: https://api.example.test
authorization: [bearer]
endpoints:
  licenses.list:
    request: GET /licenses
    summary: The licences.
    response: {{ form: {form}, records: Licenses }}
"
    );
    let catalog = Catalog::parse(&Source::new("vendor.yaml", text)).unwrap();
    catalog.endpoint("licenses.list").unwrap().clone()
}

fn read(endpoint: &Endpoint, body: &str) -> Answer {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let url = "https://api.example.test/licenses".to_owned();
    let (content_type, link) = (None, None);
    Answer::parse(
        &seatflow_call::Answer { status: 200, content_type, link, body, url, attempts: 1, repeated: false },
        endpoint,
    )
}

const GRAPH: &str = r#"{
    "referenceFields": { "Entries": [{ "key": { "value": "ref_Owner_id" }, "value": { "value": 1.50 } }] },
    "rel_Relations": [{
        "rel_Relation": { "relatedObjectType": "com.example.Licenses" },
        "rel_RelatedObjectList": { "rel_RelatedObjects": [{ "id": "a" }, { "id": "b" }] }
    }]
}"#;

#[test]
fn relations_of_a_graph_are_records_and_its_references_are_fields() {
    let graph = read(&endpoint("graph"), GRAPH);
    assert_eq!((graph.records(), graph.scalar("ref_Owner_id").as_deref()), (Some(2), Some("1.50")));
    let json = read(&endpoint("json"), GRAPH);
    assert_eq!((json.records(), json.scalar("ref_Owner_id")), (Some(0), None));
}

#[test]
fn a_graph_that_cannot_be_read_is_kept_as_it_came() {
    let endpoint = endpoint("graph");
    let deep = format!("{}{GRAPH}{}", "[".repeat(125), "]".repeat(125));
    for (body, why) in
        [(deep.as_str(), "128"), (r#"{"Licenses":[],"a":1,"a":2}"#, "`a`"), (&GRAPH[..100], "JSON"), ("", "empty body")]
    {
        let Answer::Unparsed(unparsed) = read(&endpoint, body) else { panic!("{body}") };
        assert_eq!(unparsed.bytes, body, "{}", unparsed.reason);
        assert!(unparsed.reason.contains(why), "{}", unparsed.reason);
    }
}
