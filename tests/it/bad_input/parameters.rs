//! Values that no parameter can have.

use super::calls::{calls, connection, content, folder};
use super::table::Input;

/// A call with this value in one parameter, written as JSON, which is YAML.
fn input(name: &str, parameter: &str, value: &str) -> Input {
    let server = content();
    let id = if parameter == "id" { "" } else { "id: x, " };
    let keys = format!("endpoint: things.find, parameters: {{ {id}{parameter}: {{ field: value }} }}");
    let value = serde_json::to_string(value).unwrap();
    let nodes = format!("  given: {{ rows: [{{ value: {value} }}] }}\n{}", calls(&keys, "    D: given\n"));
    let folder = folder(&connection(&server.url()), &nodes);
    Input::new(format!("{name}, in `{parameter}`"), folder).sent_to(server)
}

pub(super) fn inputs() -> Vec<Input> {
    let long = "x".repeat(8192);
    let mut inputs = Vec::new();
    for (name, value) in [
        ("`..`", ".."),
        ("`.`", "."),
        ("empty text", ""),
        ("`a/b`", "a/b"),
        ("`%2e%2e`", "%2e%2e"),
        ("`?x=1`", "?x=1"),
        ("`#`", "#"),
        ("8 KiB", &long),
        ("a line break", "a\nb"),
        ("an emoji", "🙂"),
        ("a control character", "a\u{1b}[31m"),
        ("a NUL", "a\0b"),
    ] {
        inputs.extend(["id", "q", "X-Pin"].map(|parameter| input(name, parameter, value)));
    }
    for (name, value) in [("no number", "many"), ("a fraction", "1.5"), ("zero", "0"), ("too many", "501")] {
        inputs.push(input(name, "count", value));
    }
    inputs
}
