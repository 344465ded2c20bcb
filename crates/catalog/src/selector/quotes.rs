//! Where a quoted value ends.

use super::cursor::begins_with;

/// How the end of a quoted value is found.
#[derive(Clone, Copy)]
pub(super) enum Quotes {
    /// At the next quote that is not doubled.
    Closed,
    /// At the next quote behind which a condition can end, or, before that, where a step ends.
    Lenient,
}

/// How long a value is whose quote was opened, and how many characters close it.
pub(super) type End = Option<(usize, usize)>;

impl Quotes {
    /// The end of the value that begins with these characters, behind its quote.
    pub(super) fn end(self, rest: &[char]) -> End {
        match self {
            Self::Closed => closed(rest),
            Self::Lenient => lenient(rest),
        }
    }
}

/// A value up to the next quote that is not doubled.
fn closed(rest: &[char]) -> End {
    let mut place = 0;
    loop {
        place += rest.get(place..)?.iter().position(|character| *character == '\'')?;
        if rest.get(place + 1) != Some(&'\'') {
            return Some((place, 1));
        }
        place += 2;
    }
}

/// A value up to the next quote behind which a condition can end, or to where a step ends, whatever comes first. A quote
/// behind an operator begins another value, so there is none.
fn lenient(rest: &[char]) -> End {
    for (place, character) in rest.iter().enumerate() {
        let (before, behind) = (&rest[..place], &rest[place + 1..]);
        match character {
            '\'' if ends_condition(behind) => return Some((place, 1)),
            '\'' if follows_operator(before) => return None,
            ']' if ends_step(behind) => return Some((place, 0)),
            _ => {}
        }
    }
    None
}

fn follows_operator(before: &[char]) -> bool {
    let last = before.iter().rfind(|character| **character != ' ');
    matches!(last, Some('=' | '~' | '*' | '<' | '>'))
}

fn ends_condition(behind: &[char]) -> bool {
    let blanks = behind.iter().take_while(|character| **character == ' ').count();
    let rest = &behind[blanks..];
    matches!(rest.first(), Some(']' | ',' | '&')) || begins_with(rest, "and @") || begins_with(rest, "AND @")
}

/// Also before the next include, where the text is not split before it is read.
fn ends_step(behind: &[char]) -> bool {
    matches!(behind.first(), None | Some('/' | '{' | '?')) || begins_with(behind, "&/")
}
