//! Text from outside, fit for a terminal.

use std::borrow::Cow;

/// The most characters of a message that a report shows.
const MOST: usize = 1_000;

/// The text with every character escaped that would steer a terminal rather than be seen in it: `\u{1b}`. Line breaks
/// and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if steers(character) {
            visible.extend(character.escape_unicode());
        } else {
            visible.push(character);
        }
    }
    Cow::Owned(visible)
}

/// Whether a terminal would obey the character: the control characters, and those that turn the direction of writing.
pub(crate) fn steers(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control() && !matches!(character, '\n' | '\t')
}

/// What a report shows of a text that may hold anything: it is visible, and not longer than anybody reads.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", visible(&text[..end])),
        None => visible(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        assert_eq!(visible("a\u{1b}[31mb\r\u{9b}c"), "a\\u{1b}[31mb\\u{d}\\u{9b}c");
        assert_eq!(visible("\u{202e}cba"), "\\u{202e}cba");
        assert!(matches!(visible("é\n\t“ok”"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shown(&"é".repeat(1_000)), "é".repeat(1_000));
        assert_eq!(shown(&"é".repeat(5_000)), format!("{}…", "é".repeat(1_000)));
    }
}
