//! What a request carries: JSON, sent as it is or as a form.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use seatflow_catalog::{Body, BodyForm, DottedPath};
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

    /// The payload with what its endpoint always sends before it, once what it holds is checked.
    ///
    /// # Errors
    ///
    /// What does not fit the schema; and a field that the endpoint fixes.
    pub(crate) fn completed(&self, body: &Body) -> Result<Cow<'_, Self>, Refusal> {
        if let Some(misfit) = body.schema.as_ref().and_then(|schema| schema.misfit(&self.json)) {
            let kind = if misfit.is_missing { RefusalKind::MissingParameter } else { RefusalKind::BadParameter };
            return Err(Refusal { kind, message: misfit.to_string() });
        }
        if body.fixed.is_empty() {
            return Ok(Cow::Borrowed(self));
        }
        let Value::Object(fields) = &self.json else {
            return Err(bad("must be a map: fields of it are fixed in the catalog"));
        };
        if let Some((name, _)) = body.fixed.iter().find(|(name, _)| fields.contains_key(name)) {
            return Err(bad(&format!("must not hold `{name}`, which is fixed in the catalog")));
        }
        let fixed: Map<_, _> = body.fixed.iter().cloned().collect();
        let text = self.text.as_ref().map(|text| after(&fixed, text, fields.is_empty()));
        let own = fields.iter().map(|(name, value)| (name.clone(), value.clone()));
        let json = Value::Object(fixed.into_iter().chain(own).collect());
        Ok(Cow::Owned(Self { json, text }))
    }

    /// Writes the payload as its endpoint wants it.
    pub(crate) fn write(&self, form: BodyForm) -> Result<Bytes, Refusal> {
        match form {
            BodyForm::Json => Ok(self.text.clone().unwrap_or_else(|| self.json.to_string().into())),
            BodyForm::Form => write_form(&self.json),
        }
    }

    /// What it says.
    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    /// The value at a dotted path, as text; nothing, if there is none.
    pub(crate) fn at(&self, path: &str) -> Option<String> {
        let found = DottedPath::read(path).find(&self.json)?;
        match found {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The text of a map after these fields, which are not in it: digit by digit as it stands.
fn after(fixed: &Map<String, Value>, text: &Bytes, is_empty: bool) -> Bytes {
    let fixed = Value::Object(fixed.clone()).to_string();
    let Some(open) = text.iter().position(|byte| *byte == b'{').filter(|_| !is_empty) else {
        return fixed.into();
    };
    let fixed = fixed.strip_suffix('}').unwrap_or(&fixed);
    [fixed.as_bytes(), b",", &text[open + 1..]].concat().into()
}

/// A form: a field for each scalar, and one for each element of a list of scalars. Null is left out.
fn write_form(json: &Value) -> Result<Bytes, Refusal> {
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
        with_fixed(form, json!({}), payload)
    }

    /// The payload as it is written after fixed fields.
    fn with_fixed(form: BodyForm, fixed: Value, payload: &Payload) -> Result<String, String> {
        let Value::Object(fixed) = fixed else { panic!("fixed fields are a map") };
        let body = Body { form, fixed: fixed.into_iter().collect(), schema: None, example: None };
        let written = payload.completed(&body).and_then(|payload| payload.write(form));
        let written = written.map_err(|refusal| refusal.message)?;
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
        let refused = |json| Payload::new(json).completed(&body).unwrap_err();
        let missing = refused(json!({ "seats": 1 }));
        assert_eq!(missing.kind, RefusalKind::MissingParameter, "{}", missing.message);
        let bad = refused(json!({ "name": "x", "seats": "two" }));
        assert_eq!(bad.kind, RefusalKind::BadParameter);
        assert_eq!(bad.message, "the payload's `seats` must be a whole number, not `two`");
        assert!(Payload::new(json!({ "name": "x" })).completed(&body).is_ok());
    }

    #[test]
    fn fixed_fields_stand_before_the_others_in_their_order() {
        let fixed = || json!({ "operation": "X", "reservationType": "", "n": 1 });
        let own = Payload::new(json!({ "z": "a b", "a": null }));
        let form = with_fixed(BodyForm::Form, fixed(), &own).unwrap();
        assert_eq!(form, "operation=X&reservationType=&n=1&z=a+b");
        let json = with_fixed(BodyForm::Json, fixed(), &own).unwrap();
        assert_eq!(json, r#"{"operation":"X","reservationType":"","n":1,"z":"a b","a":null}"#);
    }

    #[test]
    fn the_text_of_a_payload_keeps_its_digits_after_fixed_fields() {
        for (text, expected) in [
            (r#" { "b": 1.0e0, "c": {} } "#, r#"{"a":{"x":"}"}, "b": 1.0e0, "c": {} } "#),
            ("{ }", r#"{"a":{"x":"}"}}"#),
        ] {
            let payload = Payload::verbatim(serde_json::from_str(text).unwrap(), Bytes::from_static(text.as_bytes()));
            let written = with_fixed(BodyForm::Json, json!({ "a": { "x": "}" } }), &payload).unwrap();
            assert_eq!(written, expected);
            assert!(serde_json::from_str::<Value>(&written).is_ok(), "{written}");
        }
    }

    #[test]
    fn what_is_fixed_is_not_written() {
        let refused = |json| with_fixed(BodyForm::Form, json!({ "operation": "X" }), &Payload::new(json)).unwrap_err();
        let fixed = "the payload must not hold `operation`, which is fixed in the catalog";
        assert_eq!(refused(json!({ "operation": "X" })), fixed);
        assert_eq!(refused(json!([])), "the payload must be a map: fields of it are fixed in the catalog");
    }

    #[test]
    fn a_path_finds_scalars_as_text() {
        let payload = Payload::new(json!({ "host": { "id": "h-1", "ports": [80] }, "seats": 3, "none": null }));
        let found = ["host.id", "seats", "host.ports", "none", "host.no"].map(|path| payload.at(path));
        assert_eq!(found.map(Option::unwrap_or_default), ["h-1", "3", "[80]", "", ""]);
        let payload = Payload::new(json!({ "@odata.id": "x" }));
        assert_eq!([payload.at(r"@odata\.id").as_deref(), payload.at("@odata.id").as_deref()], [Some("x"), None]);
    }
}
