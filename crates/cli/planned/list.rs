//! The writes of a plan as a table, and as JSON.

use indexmap::IndexMap;
use seatflow_journal::PlannedCall;
use serde_json::{Value, json};

use crate::summary::counted;
use crate::table::table;

/// So many writes are shown; the others can be saved.
const SHOWN: usize = 50;

/// So many characters of a payload are shown, and of an input record.
const CHARACTERS: usize = 80;

/// What a plan would do at one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    /// Writes that are known.
    pub(crate) planned: u64,
    /// Calls that it cannot tell.
    pub(crate) unknown: u64,
}

/// The totals by endpoint and method, in the order in which they come first.
pub(crate) fn totals(calls: &[PlannedCall]) -> IndexMap<(&str, &'static str), Total> {
    let mut totals: IndexMap<_, Total> = IndexMap::new();
    for call in calls {
        let total = totals.entry((call.endpoint.as_str(), call.method.as_str())).or_default();
        if call.column.is_some() {
            total.unknown += 1;
        } else {
            total.planned += 1;
        }
    }
    totals
}

/// The writes, and before them their totals.
pub(crate) fn text(calls: &[PlannedCall]) -> String {
    if calls.is_empty() {
        return "nothing would be written\n".to_owned();
    }
    let totals = totals(calls);
    let rows = totals.iter().map(|((endpoint, method), total)| {
        [(*endpoint).to_owned(), (*method).to_owned(), total.planned.to_string(), total.unknown.to_string()]
    });
    let totals = table(["endpoint", "method", "writes", "unknown"], rows, 2..4);
    let rows = calls.iter().take(SHOWN).map(|call| {
        let unknown = call.column.as_ref().map(|column| format!("unknown: `{column}` is in no answer yet"));
        let payload = unknown.unwrap_or_else(|| cut(&payload_text(call)));
        let request = format!("{} {}", call.method, call.url);
        [call.node.clone(), call.record.to_string(), request, payload, cut(&call.input)]
    });
    let list = table(["node", "record", "request", "payload", "input"], rows, 1..2);
    let more = match calls.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(
            "and {}: `--save FILE.csv` or `--save FILE.parquet` holds them all\n",
            counted(more as u64, "other")
        ),
    };
    format!("{totals}\n\n{list}\n{more}")
}

/// The payload as it would be sent.
pub(super) fn payload_text(call: &PlannedCall) -> String {
    call.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The writes for a program.
pub(crate) fn writes_as_json(calls: &[PlannedCall]) -> Value {
    let one = |call: &PlannedCall| {
        json!({
            "node": call.node,
            "record": call.record,
            "endpoint": call.endpoint,
            "method": call.method.as_str(),
            "url": call.url,
            "payload": json_or_text(&payload_text(call)),
            "input": json_or_text(&call.input),
            "unknown": call.column,
        })
    };
    calls.iter().map(one).collect()
}

/// What a text says as JSON, or the text if it is none; nothing, if it is empty.
fn json_or_text(text: &str) -> Value {
    let written = || if text.is_empty() { Value::Null } else { text.into() };
    serde_json::from_str(text).unwrap_or_else(|_| written())
}
