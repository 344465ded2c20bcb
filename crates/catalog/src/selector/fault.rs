//! Why a text is no selector.

use std::error::Error;
use std::fmt;

/// Why a text is no selector, and where.
///
/// It prints itself in one line: ``character 9: `]` is missing``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorFault {
    /// The number of the character where it shows, counted from 1; one more than there are at the end of the text.
    pub position: usize,
    /// What is wrong.
    pub message: String,
    /// What to do, if it can be told.
    pub help: Option<String>,
}

impl SelectorFault {
    pub(super) fn new(position: usize, message: impl Into<String>) -> Self {
        Self { position, message: message.into(), help: None }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for SelectorFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "character {}: {}", self.position, self.message)
    }
}

impl Error for SelectorFault {}
