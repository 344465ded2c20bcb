//! 10Duke's graph: what selectors select, and how objects are read, merged and deleted.

mod changes;
mod conditions;
mod named;
mod queries;
mod refused;

use serde_json::{Value, json};

use crate::client::{Answer, Portal, send};
use crate::tenduke::{HOST, call};

/// The id of an object of the starting state.
fn id(prefix: &str, number: u32) -> String {
    format!("{prefix}-0000-4000-8000-{number:012}")
}

/// A read by an administrator, encoded where it cannot be sent as it is.
async fn read(portal: &Portal, selector: &str) -> Answer {
    call(portal, 0, "GET", &target(selector)).await
}

/// A request of the administrator with a JSON body.
async fn write(portal: &Portal, method: &str, target: &str, body: &Value) -> Answer {
    let headers = "authorization: Bearer token-p0\r\ncontent-type: application/json\r\n";
    send(portal.sandbox.address(), HOST, method, target, headers, &body.to_string()).await.unwrap()
}

/// The reference fields of an object, of which there is one.
fn reference(name: &str, to: &str) -> Value {
    json!({
        "__objType": "HashMap",
        "Entries": [{
            "__objType": "KeyValue",
            "value": { "__objType": "UUID", "value": to },
            "key": { "__objType": "String", "value": name },
        }],
    })
}

/// What an object relates to, over one relation.
fn related(relation: &Value, objects: &[Value]) -> Value {
    json!([{
        "rel_Relation": relation,
        "rel_RelatedObjectList": { "__objType": "RelatedObjectList", "rel_RelatedObjects": objects },
    }])
}

/// The target of a request with a selector.
fn target(selector: &str) -> String {
    format!("/graph/{}", selector.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E"))
}

/// The objects of an answer, each by the beginning of its id and its number.
fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let objects = answer.json();
    let objects = objects.as_array().unwrap_or_else(|| panic!("{answer:?}"));
    objects.iter().map(|object| name(&object["id"])).collect()
}

/// The name that an object of the starting state has among those who talk of it.
fn name(id: &Value) -> String {
    let (prefix, rest) = id.as_str().unwrap_or_default().split_at(8);
    let letter = match prefix {
        "10000000" => "O",
        "20000000" => "P",
        "30000000" => "E",
        "40000000" => "L",
        "50000000" => "A",
        "60000000" => "C",
        "70000000" => "I",
        "80000000" => "M",
        "90000000" => "K",
        "a0000000" => "G",
        "b0000000" => "person ",
        "c0000000" => "contact ",
        "d0000000" => "email ",
        other => other,
    };
    let number = rest.trim_start_matches("-0000-4000-8000-").parse::<u32>();
    number.map_or_else(|_| format!("{letter}{rest}"), |number| format!("{letter}{number}"))
}

/// Each object of an answer with what comes with it, in a line: `L1 (I1, A1 (P1))`.
fn trees(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap_or_else(|| panic!("{answer:?}")).iter().map(tree).collect()
}

fn tree(object: &Value) -> String {
    let relations = object["rel_Relations"].as_array().into_iter().flatten();
    let related = relations.filter_map(|relation| relation["rel_RelatedObjectList"]["rel_RelatedObjects"].as_array());
    let related: Vec<String> = related.flatten().map(tree).collect();
    let name = name(&object["id"]);
    if related.is_empty() { name } else { format!("{name} ({})", related.join(", ")) }
}

/// The message of a failure with this status.
fn refusal(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{answer:?}");
    answer.json()["errorMessage"].as_str().unwrap_or_default().to_owned()
}
