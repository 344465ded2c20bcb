//! An answer to a question, as JSON.

use std::borrow::Cow;

use seatflow_catalog::{DottedPath, Endpoint, Method, Response, ResponseForm};
use serde_json::{Value, json};

use crate::journal::Answer;
use crate::page::{Found, Page};

/// A body that is JSON, or is not, with the number of its records; or that nobody has read.
#[derive(Debug, Default)]
pub(crate) struct Document {
    value: Option<Value>,
    records: Option<u64>,
}

impl Page for Document {
    fn parse(answer: &Answer, endpoint: &Endpoint) -> Self {
        let value = serde_json::from_slice(&answer.readable(endpoint)).ok();
        let document = Self { value, records: None };
        let is_bodiless = matches!(answer.status, 204 | 205) || endpoint.method == Method::Head;
        let is_kept = endpoint.response.form == ResponseForm::File || (is_bodiless && answer.body.is_empty());
        let records = document.records_at(&endpoint.response).map(|records| records.len() as u64);
        Self { records: records.or(is_kept.then_some(0)), ..document }
    }

    fn records(&self) -> Option<u64> {
        self.records
    }

    fn at(&self, path: &str) -> Found {
        let Some(value) = &self.value else { return Found::Unread };
        let found = if path == "." { Some(value) } else { DottedPath::read(path).find(value) };
        match found {
            None | Some(Value::Null) => Found::Nothing,
            Some(Value::String(text)) => Found::Scalar(text.clone()),
            Some(Value::Number(number)) => Found::Scalar(number.to_string()),
            Some(Value::Bool(truth)) => Found::Scalar(truth.to_string()),
            Some(Value::Array(_) | Value::Object(_)) => Found::Nested,
        }
    }
}

impl Document {
    /// The records of an answer; nothing, where they should be and are not.
    pub(super) fn records_at(&self, response: &Response) -> Option<Vec<Cow<'_, Value>>> {
        let value = self.value.as_ref()?;
        let found = response.records.as_ref().map_or(Some(value), |path| DottedPath::read(path).find(value))?;
        match (found, &response.scalar) {
            (Value::Null, _) => Some(Vec::new()),
            (Value::Array(items), None) => Some(items.iter().map(Cow::Borrowed).collect()),
            (Value::Array(items), Some(name)) => Some(items.iter().map(|item| named(item, name)).collect()),
            (Value::Object(_), _) => Some(vec![Cow::Borrowed(found)]),
            (Value::Bool(_) | Value::Number(_) | Value::String(_), _) => None,
        }
    }
}

/// A record; one that is a single value is a map of it.
fn named<'a>(item: &'a Value, name: &str) -> Cow<'a, Value> {
    if item.is_object() { Cow::Borrowed(item) } else { Cow::Owned(json!({ name: item })) }
}
