//! The two ways to write a selector: raw, and as it is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is sent as it is wherever it stands: the unreserved characters of a URI.
const TEXT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is sent as it is where it is syntax: what a path may hold besides. Brackets, braces and quotes may not stand in
/// a path, `&` would end an include, and `;` begins parameters of a segment for some servers.
const SYNTAX: &AsciiSet =
    &TEXT.remove(b'/').remove(b':').remove(b'@').remove(b'=').remove(b',').remove(b'*').remove(b'!');

/// Where a selector writes itself.
pub(super) trait Writer {
    /// Takes a piece of the selector's syntax, or a name, which holds no other characters.
    fn syntax(&mut self, text: &str);

    /// Takes what somebody chose freely.
    fn text(&mut self, text: &str);
}

/// Takes everything as it is.
#[derive(Default)]
pub(super) struct Raw {
    pub(super) text: String,
}

impl Writer for Raw {
    fn syntax(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// Takes everything percent-encoded.
#[derive(Default)]
pub(super) struct Encoded {
    text: String,
}

impl Encoded {
    /// What is written, encoded.
    pub(super) fn of(write: impl FnOnce(&mut Self)) -> String {
        let mut encoded = Self::default();
        write(&mut encoded);
        encoded.text
    }
}

impl Writer for Encoded {
    fn syntax(&mut self, text: &str) {
        self.text.extend(utf8_percent_encode(text, SYNTAX));
    }

    fn text(&mut self, text: &str) {
        self.text.extend(utf8_percent_encode(text, TEXT));
    }
}
