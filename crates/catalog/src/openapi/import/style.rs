//! How the values of a list are written in a parameter.

use super::document::Found;

/// The form of a list parameter in a catalog.
///
/// # Errors
/// There is none for the way in which the document has it.
pub(super) fn of(parameter: &Found<'_>, place: &str) -> Result<&'static str, String> {
    if let Some(format) = parameter.text("collectionFormat") {
        return match format {
            "csv" => Ok("comma"),
            "ssv" => Ok("space"),
            "pipes" => Ok("pipe"),
            "multi" => Ok("repeated"),
            other => Err(format!("a list written as `{other}` is not sent")),
        };
    }
    let usual = if place == "query" { "form" } else { "simple" };
    let is_swagger = parameter.value.get("schema").is_none();
    let style = parameter.text("style").unwrap_or(usual);
    let explodes = parameter.value.get("explode").and_then(serde_json::Value::as_bool);
    match (style, explodes.unwrap_or(style == "form" && !is_swagger)) {
        // Where each value is a parameter of its own, nothing stands between them.
        ("form" | "spaceDelimited" | "pipeDelimited", true) => Ok("repeated"),
        ("form", false) | ("simple", _) => Ok("comma"),
        ("spaceDelimited", false) => Ok("space"),
        ("pipeDelimited", false) => Ok("pipe"),
        (other, _) => Err(format!("a list in the style `{other}` is not sent")),
    }
}
