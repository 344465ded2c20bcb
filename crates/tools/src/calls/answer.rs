//! A body that came back, parsed or kept as it is.

use bytes::Bytes;
use seatflow_call::Page;
use seatflow_catalog::{Condition, Endpoint, FailsWhen, Method, ResponseForm};
use seatflow_flatten::{Document, Path, Unparsed, Value};

/// No JSON with more paths than these is parsed, whatever a connection allows.
pub(super) const MOST_COLUMNS: usize = 65_536;

/// A body that came back.
#[derive(Debug)]
pub(super) enum Answer {
    /// A JSON document with so many records.
    Parsed(Document, u64),
    /// What was to have no rows: a file; or nothing, where nothing can be: 204 and 205 have no body, and neither has
    /// what is asked with HEAD.
    Kept(Unparsed),
    /// Something else.
    Unparsed(Unparsed),
}

impl Page for Answer {
    fn parse(answer: &seatflow_call::Answer, endpoint: &Endpoint) -> Self {
        let body = answer.body.clone();
        let is_bodiless = body.is_empty() && (matches!(answer.status, 204 | 205) || endpoint.method == Method::Head);
        if endpoint.response.form == ResponseForm::File && !is_bodiless {
            return Self::file(body, endpoint);
        }
        let envelope = endpoint.response.records.as_deref().and_then(path);
        match Document::parse(answer.readable(endpoint), MOST_COLUMNS) {
            Ok(document) => {
                let records = document.records(envelope.as_ref());
                Self::Parsed(document, records)
            }
            Err(unparsed) if is_bodiless => Self::Kept(unparsed),
            Err(unparsed) => Self::Unparsed(Unparsed { bytes: body, ..unparsed }),
        }
    }

    fn records(&self) -> Option<u64> {
        match self {
            Self::Parsed(_, records) => Some(*records),
            Self::Kept(_) => Some(0),
            Self::Unparsed(_) => None,
        }
    }

    fn scalar(&self, at: &str) -> Option<String> {
        let Self::Parsed(document, _) = self else { return None };
        document.get(&path(at)?).text().map(str::to_owned)
    }

    fn failure(&self, conditions: &[FailsWhen]) -> Option<String> {
        let Self::Parsed(document, _) = self else { return None };
        conditions.iter().find(|condition| is_met(condition, document)).map(|condition| {
            let message = condition.message.as_deref().unwrap_or(&condition.path);
            let text = path(message).and_then(|path| document.get(&path).text());
            text.map_or_else(|| format!("the body says so in `{}`", condition.path), str::to_owned)
        })
    }
}

impl Answer {
    /// A file, unless it is the document with which the system says that there is none.
    fn file(body: Bytes, endpoint: &Endpoint) -> Self {
        if !endpoint.fails_when.is_empty()
            && let Ok(document) = Document::parse(body.clone(), MOST_COLUMNS)
        {
            let answer = Self::Parsed(document, 0);
            if answer.failure(&endpoint.fails_when).is_some() {
                return answer;
            }
        }
        let reason = if body.is_empty() { "empty body".to_owned() } else { format!("a file of {} bytes", body.len()) };
        Self::Kept(Unparsed { reason, bytes: body })
    }
}

fn is_met(condition: &FailsWhen, document: &Document) -> bool {
    let value = |at: &str| path(at).map_or(Value::Absent, |path| document.get(&path));
    let found = value(&condition.path);
    let holds = match &condition.is {
        Condition::Present => !is_null(found) && found.text() != Some(""),
        Condition::Null => is_null(found),
        Condition::Equals(text) => found.text() == Some(text),
        Condition::Not(text) => found.text() != Some(text),
    };
    holds && condition.and_null.as_deref().is_none_or(|at| is_null(value(at)))
}

fn is_null(value: Value<'_>) -> bool {
    matches!(value, Value::Absent | Value::Null)
}

/// A catalog's path; its form was checked when the catalog was read.
fn path(text: &str) -> Option<Path> {
    Path::parse(text).ok()
}
