//! The payload of an operation.

use serde_json::{Map, Value, json};

use super::definitions::Definitions;
use super::document::{Document, Found, Version};
use super::report::Report;
use super::{example, media};

/// A payload, as far as a catalog can have it.
#[derive(Clone, Debug, Default)]
pub(super) struct Payload {
    /// What stands below `body`.
    pub(super) said: Map<String, Value>,
}

/// Why an operation cannot be in a catalog at all.
pub(super) struct Unusable(pub(super) String);

/// The payload of an operation; none, if it takes none.
pub(super) fn read<'d>(
    document: Document<'d>,
    operation: &Found<'d>,
    parameters: &[Found<'d>],
    definitions: &mut Definitions<'d>,
    report: &mut Report,
) -> Result<Option<Payload>, Unusable> {
    if document.version == Version::Swagger2 {
        return swagger(document, operation, parameters, definitions, report);
    }
    let Some(body) = operation.get("requestBody") else { return Ok(None) };
    let body = match document.resolve(body.value, &body.pointer) {
        Ok(body) => body,
        Err(why) => {
            report.add(&body.pointer, why);
            return Ok(None);
        }
    };
    let all = media::of(body.get("content").as_ref());
    let chosen = all.iter().find(|(media, _)| media::is_json(media));
    let chosen = chosen.or_else(|| all.iter().find(|(media, _)| media::is_form(media)));
    let Some((name, content)) = chosen else {
        let names: Vec<_> = all.iter().map(|(media, _)| format!("`{media}`")).collect();
        let why = format!("a body of {} is not written", names.join(", "));
        if body.says("required") {
            return Err(Unusable(why));
        }
        if !names.is_empty() {
            report.add(&body.pointer, why);
        }
        return Ok(None);
    };
    for (other, found) in all.iter().filter(|(other, _)| other != name) {
        report.add(&found.pointer, format!("the body is written as `{name}`, not as `{other}`"));
    }
    if media::is_json(name) && !media::is_plain_json(name) {
        report.add(&content.pointer, format!("a body of `{name}` is sent as `application/json`"));
    }
    let mut said = Map::new();
    if media::is_form(name) {
        said.insert("form".to_owned(), json!("form"));
    }
    let schema = content.get("schema");
    if let Some(schema) = &schema {
        said.insert("schema".to_owned(), definitions.convert(schema, report));
    }
    if let Some(example) = example::of(document, content, schema.as_ref()) {
        said.insert("example".to_owned(), example);
    }
    Ok(Some(Payload { said }))
}

/// Swagger 2.0 has payloads among the parameters.
fn swagger<'d>(
    document: Document<'d>,
    operation: &Found<'d>,
    parameters: &[Found<'d>],
    definitions: &mut Definitions<'d>,
    report: &mut Report,
) -> Result<Option<Payload>, Unusable> {
    let root = document.at("").map(|value| Found { value, pointer: String::new() });
    let consumes = media::listed(&[operation.get("consumes"), root.and_then(|root| root.get("consumes"))]);
    let is_json = consumes.is_empty() || consumes.iter().any(|media| media::is_json(media));
    let mut said = Map::new();
    if let Some(body) = parameters.iter().find(|parameter| parameter.text("in") == Some("body")) {
        if !is_json {
            return Err(Unusable(format!("a body of `{}` is not written", consumes.join("`, `"))));
        }
        let schema = body.get("schema");
        if let Some(schema) = &schema {
            said.insert("schema".to_owned(), definitions.convert(schema, report));
        }
        if let Some(example) = example::of(document, body, schema.as_ref()) {
            said.insert("example".to_owned(), example);
        }
        return Ok(Some(Payload { said }));
    }
    let fields: Vec<&Found<'d>> =
        parameters.iter().filter(|parameter| parameter.text("in") == Some("formData")).collect();
    if fields.is_empty() {
        return Ok(None);
    }
    let has_file = fields.iter().any(|field| field.text("type") == Some("file"));
    let has_form = consumes.is_empty() || consumes.iter().any(|media| media::is_form(media));
    if has_file || !has_form {
        let media = consumes.first().copied().unwrap_or("multipart/form-data");
        return Err(Unusable(format!("a body of `{media}` is not written")));
    }
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let Some(name) = field.text("name") else { continue };
        properties.insert(name.to_owned(), definitions.convert(field, report));
        if field.says("required") {
            required.push(name);
        }
    }
    let mut schema = Map::from_iter([("type".to_owned(), json!("object"))]);
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    said.insert("form".to_owned(), json!("form"));
    said.insert("schema".to_owned(), Value::Object(schema));
    Ok(Some(Payload { said }))
}
