//! An answer to a question, as JSON.

use std::borrow::Cow;

use seatflow_catalog::{Condition, Endpoint, FailsWhen, Response};
use serde_json::{Value, json};

use crate::journal::Answer;
use crate::page::Page;

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
        let records = document.records_at(&endpoint.response).map(|records| records.len() as u64);
        Self { records, ..document }
    }

    fn records(&self) -> Option<u64> {
        self.records
    }

    fn scalar(&self, path: &str) -> Option<String> {
        match at(self.value.as_ref()?, path)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn failure(&self, conditions: &[FailsWhen]) -> Option<String> {
        let value = self.value.as_ref()?;
        let is_null = |path: &str| at(value, path).is_none_or(Value::is_null);
        let is_met = |condition: &&FailsWhen| {
            let holds = match &condition.is {
                Condition::Present => !is_null(&condition.path) && self.scalar(&condition.path).as_deref() != Some(""),
                Condition::Null => is_null(&condition.path),
                Condition::Equals(text) => self.scalar(&condition.path).as_ref() == Some(text),
                Condition::Not(text) => self.scalar(&condition.path).as_ref() != Some(text),
            };
            holds && condition.and_null.as_deref().is_none_or(is_null)
        };
        conditions.iter().find(is_met).map(|condition| {
            let message = condition.message.as_deref().unwrap_or(&condition.path);
            self.scalar(message).unwrap_or_else(|| format!("the body says so in `{}`", condition.path))
        })
    }
}

impl Document {
    /// The records of an answer; nothing, where they should be and are not.
    pub(super) fn records_at(&self, response: &Response) -> Option<Vec<Cow<'_, Value>>> {
        let value = self.value.as_ref()?;
        let found = response.records.as_ref().map_or(Some(value), |path| at(value, path))?;
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

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}
