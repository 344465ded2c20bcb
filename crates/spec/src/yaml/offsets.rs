//! From the parser's places to ours.

/// Where each character begins, in bytes; the parser counts in characters.
pub(super) enum Offsets {
    Ascii(usize),
    Table(Vec<usize>),
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        Self::Table(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    /// The byte at which a character begins; the text's end, for what is beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Table(offsets) => offsets[character.min(offsets.len() - 1)],
        }
    }
}
