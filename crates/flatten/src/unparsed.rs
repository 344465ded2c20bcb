//! Bodies that do not become rows.

use bytes::Bytes;

/// A body that is kept as it is, because no rows can be made of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unparsed {
    /// Why, in one sentence.
    pub reason: String,
    /// The whole body, as it came.
    pub bytes: Bytes,
}

impl Unparsed {
    /// The body as text, without a byte order mark; `None` if it is empty or not UTF-8.
    pub fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        (!text.is_empty()).then_some(text)
    }
}

/// What some systems write before UTF-8; it means nothing.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// `line 2, column 5`: the place of a byte, counted from 1, columns in characters.
pub(crate) fn place(body: &str, at: usize) -> String {
    let at = (0..=at.min(body.len())).rev().find(|&at| body.is_char_boundary(at)).unwrap_or_default();
    let before = &body[..at];
    let line = before.split('\n').count();
    let column = before.chars().rev().take_while(|&character| character != '\n').count() + 1;
    format!("line {line}, column {column}")
}
