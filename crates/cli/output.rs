//! Data on stdout.

use std::io::{ErrorKind, Write, stdout};

use seatflow_spec::visible;
use serde_json::Value;

/// Prints text, and a line break if it does not end in one, with everything escaped that would steer a terminal. A
/// reader that has gone is no reason to fail.
///
/// # Errors
/// If stdout cannot be written for another reason.
pub(crate) fn text(text: &str) -> anyhow::Result<()> {
    let line_break = if text.ends_with('\n') { "" } else { "\n" };
    raw(format!("{}{line_break}", visible(text)).as_bytes())
}

/// Prints what a program reads, as it is. A reader that has gone is no reason to fail.
///
/// # Errors
/// As [`text`].
pub(crate) fn raw(bytes: &[u8]) -> anyhow::Result<()> {
    match stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("stdout cannot be written"))
        }
        _ => Ok(()),
    }
}

/// Prints JSON, indented.
///
/// # Errors
/// As [`text`].
pub(crate) fn json(value: &Value) -> anyhow::Result<()> {
    text(&format!("{value:#}"))
}
