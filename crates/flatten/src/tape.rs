//! A parsed document as a flat list of entries: a container stands before what it holds.

use crate::shape::NodeId;

/// One value of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Its path; for an array, the path of its element numbers.
    pub(crate) node: NodeId,
    pub(crate) token: Token,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Null,
    Boolean(bool),
    /// A number without `.`, `e` or `E`, and not `-0`: a place in the body.
    Integer(Span),
    /// Any other number: a place in the body.
    Float(Span),
    /// Text without escapes: a place in the body.
    Text(Span),
    /// Text that had escapes: a place in the unescaped text.
    Unescaped(Span),
    /// An object, and the place on the tape after its last entry.
    Object {
        end: u32,
    },
    /// An array, the count of its elements, and the place on the tape after its last entry.
    Array {
        length: u32,
        end: u32,
    },
}

/// From `start` to before `end`, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..self.end as usize]
    }

    pub(crate) fn length(self) -> u32 {
        self.end - self.start
    }
}

/// The place after the value at `place`, and after all that it holds.
pub(crate) fn after(tape: &[Entry], place: usize) -> usize {
    match tape[place].token {
        Token::Object { end } | Token::Array { end, .. } => end as usize,
        _ => place + 1,
    }
}
