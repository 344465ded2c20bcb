//! Pipelines that say what cannot be.

use super::calls::{calls, connection, folder};
use super::table::Input;

fn input(name: &str, keys: &str) -> Input {
    let given = "  given: { rows: [{ name: abc, group: 1, json: \"{}\" }] }\n";
    let nodes = format!("{given}{}", calls(keys, "    D: given\n"));
    Input::new(name, folder(&connection("http://127.0.0.1:9"), &nodes))
}

fn whole(name: &str, text: impl AsRef<[u8]>) -> Input {
    let folder = folder(&connection("http://127.0.0.1:9"), "");
    folder.write("bad.yaml", text);
    Input::new(name, folder)
}

pub(super) fn inputs() -> Vec<Input> {
    let mut inputs: Vec<Input> = [
        ("a payload with a misspelt key", "endpoint: things.make, payload: { nmae: abc }"),
        ("a payload without a key that it needs", "endpoint: things.make, payload: { quantity: 1 }"),
        ("a payload that is missing", "endpoint: things.make"),
        ("a payload that is a list where a map must be", "endpoint: things.make, payload: [{ name: abc }]"),
        ("a payload that is text where a map must be", "endpoint: things.make, payload: abc"),
        ("a payload with text where a number must be", "endpoint: things.make, payload: { name: abc, quantity: two }"),
        ("a payload with a value that is not allowed", "endpoint: things.make, payload: { name: abc, kind: editr }"),
        ("a payload of both forms", "endpoint: things.make, payload: { field: json, name: abc }"),
        ("a payload with a column that is not there", "endpoint: things.make, payload: { name: { field: nmae } }"),
        ("a payload for a read", "endpoint: things.list, payload: { name: abc }"),
        (
            "a payload for a DELETE",
            "endpoint: things.delete, confirm_delete: true, parameters: { id: x }, payload: { name: abc }",
        ),
        ("a DELETE without `confirm_delete`", "endpoint: things.delete, parameters: { id: x }"),
        (
            "a DELETE with `confirm_delete: \"yes\"`",
            "endpoint: things.delete, parameters: { id: x }, confirm_delete: \"yes\"",
        ),
        (
            "a DELETE with `confirm_delete: false`",
            "endpoint: things.delete, parameters: { id: x }, confirm_delete: false",
        ),
        ("`confirm_delete` on a POST", "endpoint: things.make, payload: { name: abc }, confirm_delete: true"),
        ("`repeat` on a read", "endpoint: things.list, repeat: true"),
        (
            "`group_by` of a column that is not there",
            "endpoint: things.make, group_by: [gruop], payload: { name: { field: name } }",
        ),
        ("`group_by: []`", "endpoint: things.make, group_by: [], payload: { name: { field: name } }"),
        (
            "`group_by` with the same column twice",
            "endpoint: things.make, group_by: [group, group], payload: { name: { field: name } }",
        ),
        ("`group_by` with text", "endpoint: things.make, group_by: group, payload: { name: { field: name } }"),
        ("a key that is misspelt", "endpoint: things.make, payloda: { name: abc }"),
        ("an endpoint that is misspelt", "endpoint: things.mkae, payload: { name: abc }"),
        ("no endpoint", "payload: { name: abc }"),
        ("a parameter that is misspelt", "endpoint: things.find, parameters: { ident: x }"),
        ("a parameter that is missing", "endpoint: things.find"),
        ("`keep` of a column that is not there", "endpoint: things.list, keep: [nmae]"),
    ]
    .into_iter()
    .map(|(name, keys)| input(name, keys))
    .collect();
    inputs.push(whole("tabs", "version: 1\npipeline: bad\nnodes:\n\ta:\n\t\trows: [{ x: 1 }]\n"));
    inputs.push(whole("an empty file", ""));
    inputs.push(whole("a bracket that is not closed", "version: 1\npipeline: bad\nnodes: { a: [1, 2\n"));
    inputs.push(whole("a file that is not UTF-8", b"version: 1\npipeline: caf\xe9\n"));
    inputs.push(whole("two documents", "version: 1\npipeline: bad\nnodes: {}\n---\nversion: 1\n"));
    inputs.push(whole("a key that is there twice", "version: 1\npipeline: bad\npipeline: bad\nnodes: {}\n"));
    inputs.push(whole("no nodes", "version: 1\npipeline: bad\n"));
    inputs.push(whole("another version", "version: 2\npipeline: bad\nnodes: { a: { rows: [{ x: 1 }] } }\n"));
    inputs
}
