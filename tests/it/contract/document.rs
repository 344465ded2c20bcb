//! A document, and whether it allows a request and an answer.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::made;

/// What stands in the braces of a path.
type Given = Vec<(String, String)>;

/// The document of a system.
pub(super) struct Document {
    value: Value,
}

impl Document {
    pub(super) fn new(value: Value) -> Self {
        Self { value }
    }

    /// The id of the operation that an exchange is one of.
    ///
    /// # Errors
    /// What of it the document does not allow.
    pub(super) fn check(&self, exchange: &Exchange) -> Result<String, String> {
        let (operation, in_path) = self.operation(exchange)?;
        self.check_query(&operation["parameters"], &in_path, exchange)?;
        self.check_payload(&operation["requestBody"], exchange)?;
        let id = operation["operationId"].as_str().unwrap();
        self.check_answer(id, &operation["responses"], exchange)?;
        Ok(id.to_owned())
    }

    /// The operation whose path has most of its parts in common with that of the request, and what stands in its braces.
    fn operation(&self, exchange: &Exchange) -> Result<(&Value, Given), String> {
        let mut found: Option<(usize, &Value, Given)> = None;
        for (template, item) in self.value["paths"].as_object().unwrap() {
            let Some(operation) = item.get(&exchange.method) else { continue };
            let is_selector = |name: &str| {
                let mut parameters = operation["parameters"].as_array().into_iter().flatten();
                parameters.any(|one| one["name"] == name && one["x-seatflow-selector"] == true)
            };
            let Some((literal, given)) = fit(template, &exchange.path(), is_selector) else { continue };
            if found.as_ref().is_none_or(|(most, ..)| literal > *most) {
                found = Some((literal, operation, given));
            }
        }
        found.map(|(_, operation, given)| (operation, given)).ok_or_else(|| "no operation has this path".to_owned())
    }

    fn check_query(&self, told: &Value, in_path: &Given, exchange: &Exchange) -> Result<(), String> {
        let told: Vec<&Value> = told.as_array().into_iter().flatten().collect();
        let sent: Vec<(String, String)> = exchange.url.query_pairs().into_owned().collect();
        for one in &told {
            let name = one["name"].as_str().unwrap();
            let values: Vec<&str> = match one["in"].as_str().unwrap() {
                "path" => in_path.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect(),
                "query" => sent.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect(),
                _ => continue,
            };
            if values.is_empty() && one["required"] == true && !is_keys(one) {
                return Err(format!("the parameter `{name}` is missing"));
            }
            let separator = match one["style"].as_str() {
                Some("form") if one["explode"] == true => None,
                Some("form" | "simple") => Some(','),
                Some("spaceDelimited") => Some(' '),
                Some("pipeDelimited") => Some('|'),
                _ => None,
            };
            let is_list = one["schema"]["type"] == "array";
            let values: Vec<&str> = match separator.filter(|_| is_list) {
                Some(separator) => values.iter().flat_map(|value| value.split(separator)).collect(),
                None => values,
            };
            let schema = if is_list { &one["schema"]["items"] } else { &one["schema"] };
            if !is_list && values.len() > 1 {
                return Err(format!("the parameter `{name}` is there {} times", values.len()));
            }
            let validator = self.validator(schema);
            for value in values {
                if !readings(value).iter().any(|reading| validator.is_valid(reading)) {
                    return Err(format!("the parameter `{name}` cannot be `{value}`"));
                }
            }
        }
        let takes_keys = told.iter().any(|one| is_keys(one));
        let is_told = |name: &str| told.iter().any(|one| one["in"] == "query" && one["name"] == name);
        // What begins with a slash includes objects in the answer of a graph: it is of the path.
        let is_include = |name: &str| name.starts_with('/');
        match sent.iter().find(|(name, value)| !(is_told(name) || value.is_empty() && (takes_keys || is_include(name))))
        {
            Some((name, _)) => Err(format!("there is no parameter `{name}`")),
            None => Ok(()),
        }
    }

    fn check_payload(&self, told: &Value, exchange: &Exchange) -> Result<(), String> {
        if exchange.body.is_empty() {
            let is_required = told["required"] == true;
            return if is_required { Err("the body is missing".to_owned()) } else { Ok(()) };
        }
        let Some(content) = told["content"].get(&exchange.media) else {
            return Err(format!("there is no body of `{}`", exchange.media));
        };
        let payload = exchange.payload();
        let validator = self.validator(&content["schema"]);
        let is_form = exchange.media == "application/x-www-form-urlencoded";
        if validator.is_valid(&payload) || is_form && validator.is_valid(&typed(&payload)) {
            return Ok(());
        }
        Err(format!("the body does not fit: {}", why(&validator, &payload)))
    }

    /// Only a refusal may have a status that is not named.
    fn check_answer(&self, id: &str, told: &Value, exchange: &Exchange) -> Result<(), String> {
        let named = told.get(exchange.status.to_string());
        let unnamed = || told.get("default").filter(|_| exchange.status >= 400);
        let Some(response) = named.or_else(unnamed) else {
            return Err(format!("nothing with the status {} should be answered", exchange.status));
        };
        let answer = exchange.answer.as_deref().unwrap_or_default();
        let Some(content) = response.get("content") else {
            return if answer.is_empty() { Ok(()) } else { Err("nothing should be answered".to_owned()) };
        };
        let Some(media) = content.get(&exchange.answer_media).or_else(|| content.get("*/*")) else {
            return Err(format!("nothing of `{}` should be answered", exchange.answer_media));
        };
        if media["schema"]["format"] == "binary" {
            return Ok(());
        }
        if exchange.status < 300 {
            made::check(id, exchange)?;
        }
        if exchange.answer_media == "application/jwt" {
            return Ok(());
        }
        let answer: Value = serde_json::from_str(answer).map_err(|error| format!("the answer is no JSON: {error}"))?;
        let validator = self.validator(&media["schema"]);
        if validator.is_valid(&answer) {
            let says_why = exchange.status < 300 || is_any_told(&media["schema"], &answer);
            return if says_why { Ok(()) } else { Err(format!("the refusal does not say why: {answer}")) };
        }
        Err(format!("the answer does not fit: {}", why(&validator, &answer)))
    }

    /// A schema of the document, with all that it may refer to.
    fn validator(&self, schema: &Value) -> Validator {
        let mut whole = if schema.is_object() { schema.clone() } else { json!({}) };
        whole["components"] = self.value["components"].clone();
        jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
    }
}

/// Whether a parameter stands for keys of the query that have no values.
fn is_keys(parameter: &Value) -> bool {
    parameter["schema"]["propertyNames"].is_object()
}

/// Whether an answer has a text at one of the places that a schema has, if it has any.
fn is_any_told(schema: &Value, answer: &Value) -> bool {
    let Some(properties) = schema["properties"].as_object() else { return true };
    properties.iter().any(|(name, schema)| match &schema["properties"] {
        Value::Null => answer[name].as_str().is_some_and(|text| !text.is_empty()),
        _ => is_any_told(schema, &answer[name]),
    })
}

/// The first thing that does not fit.
fn why(validator: &Validator, value: &Value) -> String {
    let errors = validator.iter_errors(value);
    errors.map(|error| format!("{} at {}", error, error.instance_path())).next().unwrap_or_default()
}

/// What a text may stand for.
fn readings(text: &str) -> Vec<Value> {
    let typed = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
    typed.into_iter().chain([Value::String(text.to_owned())]).collect()
}

/// The fields of a form, with numbers and truth values where they look so.
fn typed(form: &Value) -> Value {
    match form {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), typed(value))).collect(),
        Value::Array(values) => values.iter().map(typed).collect(),
        Value::String(text) => readings(text).swap_remove(0),
        other => other.clone(),
    }
}

/// How many letters of a template are in a path, and what stands in its braces; none, if it is another path. A selector
/// takes all that is left.
fn fit(template: &str, path: &[String], is_selector: impl Fn(&str) -> bool) -> Option<(usize, Given)> {
    let (mut literal, mut given) = (0, Given::new());
    let mut parts = path.iter();
    for wanted in template.split('/') {
        if let Some(name) = wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}'))
            && is_selector(name)
        {
            given.push((name.to_owned(), parts.as_slice().join("/")));
            return Some((literal, given));
        }
        literal += fit_part(wanted, parts.next()?, &mut given)?;
    }
    parts.next().is_none().then_some((literal, given))
}

/// The same for one part of a path.
fn fit_part(wanted: &str, part: &str, given: &mut Given) -> Option<usize> {
    let Some((before, rest)) = wanted.split_once('{') else { return (wanted == part).then_some(wanted.len()) };
    let (name, after) = rest.split_once('}')?;
    let part = part.strip_prefix(before)?;
    let next = after.split('{').next().unwrap_or_default();
    let end = if after.is_empty() { part.len() } else { part.find(next)? };
    if end == 0 {
        return None;
    }
    given.push((name.to_owned(), part[..end].to_owned()));
    Some(before.len() + fit_part(after, &part[end..], given)?)
}
