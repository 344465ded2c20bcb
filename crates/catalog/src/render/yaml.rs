//! JSON as YAML that reads the same.

use serde_json::Value;

/// A value as YAML; a reference-like `${` stays as it is.
pub(super) fn block(value: &Value) -> String {
    let mut yaml = lines(value).join("\n");
    yaml.push('\n');
    yaml
}

fn lines(value: &Value) -> Vec<String> {
    match (on_one_line(value), value) {
        (None, Value::Object(fields)) => fields.iter().flat_map(|(name, value)| field(name, value)).collect(),
        (None, Value::Array(items)) => items.iter().flat_map(item).collect(),
        (line, _) => line.into_iter().collect(),
    }
}

fn field(name: &str, value: &Value) -> Vec<String> {
    let name = text(name);
    if let Some(value) = on_one_line(value) {
        return vec![format!("{name}: {value}")];
    }
    let below = lines(value).into_iter().map(|line| format!("  {line}"));
    [format!("{name}:")].into_iter().chain(below).collect()
}

/// What is nested begins behind its dash.
fn item(value: &Value) -> Vec<String> {
    let heads = ["- "].into_iter().chain(std::iter::repeat("  "));
    heads.zip(lines(value)).map(|(head, line)| format!("{head}{line}")).collect()
}

/// What has no line of its own: a single value, nothing, a column of a record, or a list of just that.
fn on_one_line(value: &Value) -> Option<String> {
    match value {
        Value::String(value) => Some(text(value)),
        Value::Null => Some("~".to_owned()),
        Value::Object(fields) if !fields.is_empty() => match (fields.len(), fields.get("field")) {
            (1, Some(Value::String(name))) => Some(format!("{{ field: {} }}", text(name))),
            _ => None,
        },
        Value::Array(items) if !items.is_empty() => match items.as_slice() {
            [item @ Value::Object(_)] => on_one_line(item).map(|item| format!("[{item}]")),
            _ => None,
        },
        scalar_or_empty => Some(scalar_or_empty.to_string()),
    }
}

/// A value as YAML on one line, as it stands in a node.
pub fn flow_yaml(value: &Value) -> String {
    match value {
        Value::String(value) => text(value),
        Value::Null => "~".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(flow_yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", text(name), flow_yaml(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// A text as it is written in YAML, in quotes where it could be taken for something else.
pub(super) fn text(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter));
    let word = ["null", "true", "false"].contains(&text.to_lowercase().as_str());
    if plain && !word { text.to_owned() } else { Value::String(text.replace("${", "$${")).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_plain_words_stand_in_quotes() {
        assert_eq!(text("accountId"), "accountId");
        assert_eq!(text("$top"), "\"$top\"");
        assert_eq!(text("${x}"), "\"$${x}\"");
        assert_eq!(text("true"), "\"true\"");
        assert_eq!(text("00123"), "\"00123\"");
        assert_eq!(text("filter[name]"), "\"filter[name]\"");
    }
}
