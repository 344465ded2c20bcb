//! What a request carries: JSON, sent as it is or as a form.

use std::fmt;

use bytes::Bytes;
use seatflow_catalog::{Body, BodyForm};
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use crate::request::{Refusal, RefusalKind};

/// A payload, before it is known how its endpoint wants it written.
#[derive(Clone, PartialEq)]
pub struct Payload {
    json: Value,
    text: Option<Bytes>,
}

/// Without what it says: any value may be a secret.
impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Payload").finish_non_exhaustive()
    }
}

impl Payload {
    /// A payload that is written from this value, its keys in their order.
    pub fn new(json: Value) -> Self {
        Self { json, text: None }
    }

    /// A payload that is sent as this text stands, digit by digit; `json` is what the text says.
    pub fn verbatim(json: Value, text: Bytes) -> Self {
        Self { json, text: Some(text) }
    }

    /// Checks the payload against what its endpoint takes, and writes it.
    pub(crate) fn write(&self, body: &Body) -> Result<Bytes, Refusal> {
        if let Some(misfit) = body.schema.as_ref().and_then(|schema| schema.misfit(&self.json)) {
            let kind = if misfit.is_missing { RefusalKind::MissingParameter } else { RefusalKind::BadParameter };
            return Err(Refusal { kind, message: misfit.to_string() });
        }
        match body.form {
            BodyForm::Json => Ok(self.text.clone().unwrap_or_else(|| self.json.to_string().into())),
            BodyForm::Form => form(&self.json),
        }
    }

    /// What it says.
    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    /// The value at a dotted path, as text; nothing, if there is none.
    pub(crate) fn at(&self, path: &str) -> Option<String> {
        let found = path.split('.').try_fold(&self.json, |value, name| value.get(name))?;
        match found {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// A form: a field for each scalar, and one for each element of a list of scalars. Null is left out.
fn form(json: &Value) -> Result<Bytes, Refusal> {
    let Value::Object(fields) = json else {
        return Err(bad("must be a map: it is sent as a form"));
    };
    let mut form = Serializer::new(String::new());
    for (name, value) in flat(fields)? {
        form.append_pair(name, &value);
    }
    Ok(form.finish().into())
}

fn flat(fields: &Map<String, Value>) -> Result<Vec<(&str, String)>, Refusal> {
    let mut flat = Vec::new();
    for (name, value) in fields {
        let several = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in several {
            match value {
                Value::Null => {}
                Value::String(text) => flat.push((name.as_str(), text.clone())),
                Value::Bool(_) | Value::Number(_) => flat.push((name.as_str(), value.to_string())),
                Value::Array(_) | Value::Object(_) => {
                    return Err(bad(&format!("holds a map or a list in `{name}`, which a form cannot")));
                }
            }
        }
    }
    Ok(flat)
}

fn bad(what: &str) -> Refusal {
    Refusal { kind: RefusalKind::BadParameter, message: format!("the payload {what}") }
}

#[cfg(test)]
mod tests {
    use seatflow_catalog::Schema;
    use serde_json::json;

    use super::*;

    fn written(form: BodyForm, payload: &Payload) -> Result<String, String> {
        let body = Body { form, fixed: Vec::new(), schema: None, example: None };
        let written = payload.write(&body).map_err(|refusal| refusal.message)?;
        Ok(String::from_utf8(written.to_vec()).unwrap())
    }

    #[test]
    fn json_keeps_its_order_and_a_text_its_digits() {
        let json = json!({ "b": 1, "a": [true, null] });
        assert_eq!(written(BodyForm::Json, &Payload::new(json.clone())).unwrap(), r#"{"b":1,"a":[true,null]}"#);
        let text = Bytes::from_static(br#"{ "b": 1.0e0 }"#);
        assert_eq!(written(BodyForm::Json, &Payload::verbatim(json, text)).unwrap(), r#"{ "b": 1.0e0 }"#);
    }

    #[test]
    fn a_form_has_a_field_for_each_scalar() {
        let form = |json| written(BodyForm::Form, &Payload::new(json));
        let fields = json!({ "name": "a b&c=ä", "seats": 2, "keys": ["x", "y"], "none": null, "empty": "" });
        assert_eq!(form(fields).unwrap(), "name=a+b%26c%3D%C3%A4&seats=2&keys=x&keys=y&empty=");
        let nested = form(json!({ "a": { "b": 1 } })).unwrap_err();
        assert_eq!(nested, "the payload holds a map or a list in `a`, which a form cannot");
        assert_eq!(form(json!([1])).unwrap_err(), "the payload must be a map: it is sent as a form");
    }

    #[test]
    fn a_payload_is_held_to_its_schema() {
        let schema = json!({ "required": ["name"], "properties": { "seats": { "type": "integer" } } });
        let body = Body {
            form: BodyForm::Json,
            fixed: Vec::new(),
            schema: Some(Schema::compile(schema).unwrap()),
            example: None,
        };
        let refused = |json| Payload::new(json).write(&body).unwrap_err();
        let missing = refused(json!({ "seats": 1 }));
        assert_eq!(missing.kind, RefusalKind::MissingParameter, "{}", missing.message);
        let bad = refused(json!({ "name": "x", "seats": "two" }));
        assert_eq!(bad.kind, RefusalKind::BadParameter);
        assert_eq!(bad.message, "the payload's `seats` must be a whole number, not `two`");
        assert!(Payload::new(json!({ "name": "x" })).write(&body).is_ok());
    }

    #[test]
    fn a_path_finds_scalars_as_text() {
        let payload = Payload::new(json!({ "host": { "id": "h-1", "ports": [80] }, "seats": 3, "none": null }));
        let found = ["host.id", "seats", "host.ports", "none", "host.no"].map(|path| payload.at(path));
        assert_eq!(found.map(Option::unwrap_or_default), ["h-1", "3", "[80]", "", ""]);
    }
}
