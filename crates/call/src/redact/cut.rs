//! Secrets that are cut off where a text ends.

/// A first part of fewer bytes is let be: a text may well end with the word that a password begins with.
const SHORTEST: usize = 12;

/// How much of a text stays if it ends with the first part of a secret; nothing, if it does not.
pub(super) fn kept(text: &[u8], secret: &[u8]) -> Option<usize> {
    let first = secret.get(..SHORTEST)?;
    let from = text.len().saturating_sub(secret.len() - 1);
    let tail = &text[from..];
    let begins = |start: &usize| tail[*start..].starts_with(first) && secret.starts_with(&tail[*start..]);
    (0..=tail.len().checked_sub(SHORTEST)?).find(begins).map(|start| from + start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_part_at_the_end_goes_as_a_whole() {
        for (text, left) in [
            ("you sent token-number-1", Some(9)),
            ("token-number", Some(0)),
            ("token-numbe", None),
            ("token-number- ", None),
            ("token-number-token-number-on", Some(13)),
            ("token-number-one", None),
            ("", None),
        ] {
            let secret: &[u8] = if text.ends_with("-1") { b"token-number-12" } else { b"token-number-one" };
            assert_eq!(kept(text.as_bytes(), secret), left, "{text}");
        }
        assert_eq!(kept(b"token", b"token"), None);
    }
}
