//! Records that make no payload that the catalog allows.

use super::calls::{calls, connection, content, folder};
use super::table::Input;

/// Calls with the one record of a CSV with these columns.
fn input(name: &str, keys: &str, columns: &str, values: &[&str]) -> Input {
    let server = content();
    let nodes = calls(keys, "    D: given\n");
    let given = "  given: { read_csv: { path: in.csv, empty: null } }\n  \
                 unread: { write_csv: { path: out/unread.csv }, D: given.F }\n";
    let folder = folder(&connection(&server.url()), &format!("{given}{nodes}"));
    let values: Vec<String> = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
    let lines: Vec<String> = values.chunks(columns.split(',').count()).map(|record| record.join(",")).collect();
    folder.write("in.csv", format!("{columns}\n{}\n", lines.join("\n")));
    Input::new(name, folder).sent_to(server)
}

const MAKE: &str = "endpoint: things.make, payload: { name: { field: name } }";
const QUANTITY: &str = "endpoint: things.make, payload: { name: abc, quantity: { field: quantity } }";
const JSON: &str = "endpoint: things.put, payload: { field: json }";

pub(super) fn inputs() -> Vec<Input> {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(10 << 20));
    let mut inputs = Vec::new();
    for (name, quantity) in [
        ("text where a number must be", "two"),
        ("a fraction where a whole number must be", "1.5"),
        ("a number with a comma", "1,5"),
        ("a negative number", "-1"),
        ("zero", "0"),
        ("a number beyond the largest", "1001"),
        ("a number of 30 digits", "123456789012345678901234567890"),
        ("blanks around a number", " 1 "),
    ] {
        inputs.push(input(name, QUANTITY, "quantity", &[quantity]));
    }
    for (name, text) in [
        ("empty text, quoted", ""),
        ("text that is too long", "abcdefghijklmnop"),
        ("text that does not follow the pattern", "Abc"),
        ("text with a line break", "ab\nc"),
        ("an emoji", "🙂"),
    ] {
        inputs.push(input(name, MAKE, "name", &[text]));
    }
    let null = "endpoint: things.make, payload: { name: { field: name }, quantity: 1 }";
    inputs.push(input("nothing where something is required", null, "other,name", &["x", ""]));
    let kind = "endpoint: things.make, payload: { name: abc, kind: { field: kind } }";
    inputs.push(input("a value that is not allowed", kind, "kind", &["editr"]));
    let tags = "endpoint: things.make, payload: { name: abc, tags: { field: tags } }";
    inputs.push(input("text where a list must be", tags, "tags", &["a"]));
    inputs.push(input("a list that is too long", tags, "tags", &[r#"["a","b","c"]"#]));
    for (name, json) in [
        ("a JSON column: broken JSON", "{\"name\":"),
        ("a JSON column: a repeated key", r#"{"name":"a","name":"b"}"#),
        ("a JSON column: a word", "name"),
        ("a JSON column: blanks", "   "),
        ("a JSON column: text after the JSON", "{} {}"),
        ("a JSON column: 200 levels", &deep),
        ("a JSON column: 10 MiB", &large),
    ] {
        inputs.push(input(name, JSON, "json", &[json]));
    }
    let checked = "endpoint: things.make, payload: { field: json }";
    for (name, json) in [
        ("a JSON column: a list where a map must be", "[1]"),
        ("a JSON column: null", "null"),
        ("a JSON column: a key that is not known", r#"{"name":"a","quanity":1}"#),
        ("a JSON column: a key that is missing", "{}"),
    ] {
        inputs.push(input(name, checked, "json", &[json]));
    }
    inputs.push(input("a JSON column: nothing", checked, "other,json", &["x", ""]));
    let form = "endpoint: things.post, payload: { field: json }";
    inputs.push(input("a map within a map, into a form", form, "json", &[r#"{"name":{"first":"a"}}"#]));
    inputs.push(input("a list, into a form", form, "json", &["[1]"]));
    let group = "endpoint: things.make, group_by: [group], payload: { name: { field: name } }";
    inputs.push(input("a group whose records differ", group, "group,name", &["1", "a", "1", "b"]));
    inputs.push(input("a group in which one record has nothing", group, "group,name", &["1", "a", "1", ""]));
    inputs.push(input("two equal records", MAKE, "name", &["abc", "abc"]));
    inputs
}
