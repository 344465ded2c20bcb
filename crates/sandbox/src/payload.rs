//! The JSON that a write carries, read field by field; what is wrong is told with the name of its field.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::exchange::Request;
use crate::refusal::Refusal;

/// The body of a request, as it was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payload<'a> {
    media_type: &'a str,
    body: &'a [u8],
}

impl<'a> Payload<'a> {
    pub(crate) fn of(request: &'a Request) -> Self {
        Self { media_type: request.media_type(), body: &request.body }
    }

    /// The JSON of the body.
    ///
    /// # Errors
    /// The body is not said to be JSON, or it is not.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        if !self.media_type.eq_ignore_ascii_case("application/json") {
            let message = "The content type must be application/json.";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        serde_json::from_slice(self.body)
            .map_err(|error| Refusal::bad_request(format!("The body is not valid JSON: {error}.")))
    }
}

/// The fields of an object in a payload.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    /// What stands before the name of each field, such as `licenses[0].`.
    place: String,
    fields: &'a Map<String, Value>,
}

/// A field of a payload, or an element of an array in it.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Fields<'a> {
    /// The fields of a whole payload, all of which are among those that are `known`.
    pub(crate) fn of(payload: &'a Value, known: &[&str]) -> Result<Self, Refusal> {
        let fields = payload.as_object().ok_or_else(|| Refusal::bad_request("The body must be a JSON object."))?;
        Self { place: String::new(), fields }.checked(known)
    }

    pub(crate) fn required(&self, name: &str) -> Result<Field<'a>, Refusal> {
        self.optional(name).ok_or_else(|| Refusal::bad_request(format!("Field {}{name} is required.", self.place)))
    }

    pub(crate) fn optional(&self, name: &str) -> Option<Field<'a>> {
        self.fields.get(name).map(|value| Field { path: format!("{}{name}", self.place), value })
    }

    fn checked(self, known: &[&str]) -> Result<Self, Refusal> {
        match self.fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(Refusal::bad_request(format!("Field {}{unknown} is unknown.", self.place))),
            None => Ok(self),
        }
    }
}

impl<'a> Field<'a> {
    /// The refusal of what the field holds.
    pub(crate) fn must(&self, what: &str) -> Refusal {
        Refusal::bad_request(format!("Field {} must {what}.", self.path))
    }

    /// The field, unless it holds null.
    pub(crate) fn unless_null(self) -> Option<Self> {
        (!self.value.is_null()).then_some(self)
    }

    pub(crate) fn text(&self) -> Result<&'a str, Refusal> {
        self.value.as_str().ok_or_else(|| self.must("be a string"))
    }

    /// A text of 1 to `most` characters.
    pub(crate) fn short_text(&self, most: usize) -> Result<&'a str, Refusal> {
        let text = self.text()?;
        match text.chars().count() {
            0 => Err(self.must(&format!("have 1 to {most} characters"))),
            count if count > most => Err(self.must(&format!("have 1 to {most} characters"))),
            _ => Ok(text),
        }
    }

    pub(crate) fn one_of(&self, allowed: &[&str]) -> Result<&'a str, Refusal> {
        let text = self.value.as_str().filter(|text| allowed.contains(text));
        text.ok_or_else(|| self.must(&format!("be one of {}", allowed.join(", "))))
    }

    /// An integer from 1.
    pub(crate) fn count(&self) -> Result<i64, Refusal> {
        let number = self.value.as_i64().filter(|number| *number >= 1);
        number.ok_or_else(|| self.must("be an integer from 1"))
    }

    pub(crate) fn check_true(&self) -> Result<(), Refusal> {
        if self.value == &Value::Bool(true) { Ok(()) } else { Err(self.must("be true")) }
    }

    /// The bytes that the field holds as base64.
    pub(crate) fn decoded_base64(&self) -> Result<Vec<u8>, Refusal> {
        BASE64_STANDARD.decode(self.text()?).map_err(|_| self.must("be base64"))
    }

    /// The elements of an array that has at least one.
    pub(crate) fn elements(&self) -> Result<impl Iterator<Item = Field<'a>>, Refusal> {
        let elements = self.value.as_array().filter(|elements| !elements.is_empty());
        let elements = elements.ok_or_else(|| self.must("be an array with at least one element"))?;
        let element = |(number, value)| Field { path: format!("{}[{number}]", self.path), value };
        Ok(elements.iter().enumerate().map(element))
    }

    /// The fields of an object, all of which are among those that are `known`.
    pub(crate) fn fields(&self, known: &[&str]) -> Result<Fields<'a>, Refusal> {
        let fields = self.value.as_object().ok_or_else(|| self.must("be an object"))?;
        Fields { place: format!("{}.", self.path), fields }.checked(known)
    }
}
