//! A body that came back, parsed or kept as it is.

use bytes::Bytes;
use seatflow_call::{Found, Page};
use seatflow_catalog::{Endpoint, Method, ResponseForm};
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

    fn at(&self, at: &str) -> Found {
        let Self::Parsed(document, _) = self else { return Found::Unread };
        let value = match at {
            "." => document.whole(),
            at => path(at).map_or(Value::Absent, |path| document.get(&path)),
        };
        match value {
            Value::Absent | Value::Null => Found::Nothing,
            Value::Object(_) | Value::Array(_) => Found::Nested,
            scalar => scalar.text().map_or(Found::Nothing, |text| Found::Scalar(text.to_owned())),
        }
    }
}

impl Answer {
    /// A file, unless it is the document with which the system says that there is none.
    fn file(body: Bytes, endpoint: &Endpoint) -> Self {
        if !endpoint.fails_when.is_empty()
            && let Ok(document) = Document::parse(body.clone(), MOST_COLUMNS)
        {
            let answer = Self::Parsed(document, 0);
            if answer.fails(&endpoint.fails_when) {
                return answer;
            }
        }
        let reason = if body.is_empty() { "empty body".to_owned() } else { format!("a file of {} bytes", body.len()) };
        Self::Kept(Unparsed { reason, bytes: body })
    }
}

/// A catalog's path; its form was checked when the catalog was read.
fn path(text: &str) -> Option<Path> {
    Path::parse(text).ok()
}
