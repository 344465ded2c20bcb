//! Secrets of very few bytes, which are secrets only where they stand alone.

use aho_corasick::{AhoCorasick, MatchKind};

use super::MASK;

/// Finds such secrets wherever they begin, also inside of each other; nothing, if there are none.
pub(super) fn finder<'a>(secrets: impl Iterator<Item = &'a str>) -> Option<AhoCorasick> {
    let mut secrets = secrets.peekable();
    secrets.peek()?;
    // Fails only for more text than a process can hold.
    AhoCorasick::builder().match_kind(MatchKind::Standard).build(secrets).ok()
}

/// The text with masks for them; nothing, if none stands alone in it.
pub(super) fn masked(finder: &AhoCorasick, text: &str) -> Option<String> {
    let stands_alone = |start: usize, end: usize| {
        let is_beside = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        !is_beside(text[..start].chars().next_back()) && !is_beside(text[end..].chars().next())
    };
    let found = finder.find_overlapping_iter(text).map(|found| (found.start(), found.end()));
    let mut found: Vec<_> = found.filter(|(start, end)| stands_alone(*start, *end)).collect();
    if found.is_empty() {
        return None;
    }
    found.sort_unstable();
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, end) in found {
        if start >= copied {
            clean.push_str(&text[copied..start]);
            clean.push_str(MASK);
        }
        copied = copied.max(end);
    }
    clean.push_str(&text[copied..]);
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked_text(secrets: &[&str], text: &str) -> Option<String> {
        masked(&finder(secrets.iter().copied()).unwrap(), text)
    }

    #[test]
    fn only_what_no_letter_or_digit_stands_beside_is_masked() {
        assert_eq!(masked_text(&["12"], "/12/x?a=12&b=123&c=é12 12").unwrap(), "/***/x?a=***&b=123&c=é12 ***");
        assert_eq!(masked_text(&["12"], "a12 120"), None);
    }

    #[test]
    fn of_overlapping_ones_nothing_is_left() {
        assert_eq!(masked_text(&["a-a"], "xa-a-a").unwrap(), "xa-***");
        assert_eq!(masked_text(&["a", "a-b"], "a-b").unwrap(), "***");
        assert!(finder(std::iter::empty()).is_none());
    }
}
