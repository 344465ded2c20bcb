//! The L of a calling node: one record per attempt.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::{Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use base64::Engine as _;
use seatflow_call::Attempt;
use seatflow_tool::{Columns, ToolError};
use serde_json::{Map, Value};

use super::origin::{CALL, call_field};

/// The columns of L, in order.
pub(super) const COLUMNS: [&str; 16] = [
    CALL,
    "page",
    "attempt",
    "started_at",
    "duration_ms",
    "method",
    "url",
    "request.headers",
    "request.body",
    "status",
    "response.headers",
    "response.body",
    "error",
    "retry",
    "bytes_sent",
    "bytes_received",
];

/// What is known of the columns of L: they are always the same.
pub(super) fn columns() -> Columns {
    Columns::Known(COLUMNS.map(str::to_owned).into())
}

/// So many bytes of bodies are enough for a batch: a column of text must stay below 2 GiB.
const ENOUGH_BYTES: u64 = 16 * 1024 * 1024;

/// Attempts on their way to L.
#[derive(Default)]
pub(super) struct Logged {
    numbers: [Int64Builder; 7],
    texts: [StringBuilder; 8],
    started_at: TimestampMicrosecondBuilder,
    rows: usize,
    bytes: u64,
}

impl Logged {
    /// Adds an attempt of a call.
    pub(super) fn push(&mut self, call: i64, attempt: &Attempt) {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let duration = i64::try_from(attempt.duration.as_millis()).unwrap_or(i64::MAX);
        let numbers = [
            Some(call),
            attempt.page.map(count),
            Some(i64::from(attempt.attempt)),
            Some(duration),
            attempt.status.map(i64::from),
            Some(count(attempt.bytes_sent)),
            Some(count(attempt.bytes_received)),
        ];
        for (builder, number) in self.numbers.iter_mut().zip(numbers) {
            builder.append_option(number);
        }
        let texts = [
            Some(attempt.method.as_str().to_owned()),
            Some(attempt.url.clone()),
            Some(headers(&attempt.request_headers)),
            attempt.request_body.as_deref().map(body),
            Some(headers(&attempt.response_headers)),
            attempt.response_body.as_deref().map(body),
            attempt.error.clone(),
            attempt.retry.clone(),
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(text);
        }
        self.started_at.append_value(attempt.started_at.as_microsecond());
        self.rows += 1;
        self.bytes += attempt.bytes_sent + attempt.bytes_received;
    }

    /// Whether the attempts should be taken before there are more.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= ENOUGH_BYTES
    }

    /// How many attempts there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Takes the attempts so far.
    pub(super) fn take(&mut self) -> Result<RecordBatch, ToolError> {
        (self.rows, self.bytes) = (0, 0);
        let number = |builder: &mut Int64Builder| Arc::new(builder.finish()) as ArrayRef;
        let text = |builder: &mut StringBuilder| Arc::new(builder.finish()) as ArrayRef;
        let [call, page, attempt, duration, status, sent, received] = self.numbers.each_mut().map(number);
        let [method, url, asked, payload, answered, answer, error, retry] = self.texts.each_mut().map(text);
        let started_at: ArrayRef = Arc::new(self.started_at.finish().with_timezone("UTC"));
        let columns = vec![
            call, page, attempt, started_at, duration, method, url, asked, payload, status, answered, answer, error,
            retry, sent, received,
        ];
        let own = COLUMNS.iter().zip(&columns).skip(1);
        let fields = own.map(|(name, array)| Arc::new(Field::new(*name, array.data_type().clone(), true)));
        let fields: Vec<FieldRef> = [call_field()].into_iter().chain(fields).collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

/// Headers as a JSON object; a header that is there several times has its values joined by commas.
fn headers(headers: &[(String, String)]) -> String {
    let mut object = Map::new();
    for (name, value) in headers {
        let joined = match object.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.clone(),
        };
        object.insert(name.clone(), Value::String(joined));
    }
    Value::Object(object).to_string()
}

/// A body as text; what is not UTF-8 is written as `base64:` and its bytes.
fn body(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("base64:{}", base64::engine::general_purpose::STANDARD.encode(bytes)),
    }
}
