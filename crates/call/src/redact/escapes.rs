//! Secrets in JSON that are written with escapes: `\u0073ecret`.

use aho_corasick::AhoCorasick;

use super::MASK;

/// Masks what is a secret when the escapes of JSON are read; nothing, if there is no such thing. What is no secret stays
/// as it is, byte for byte, also where the text is no JSON.
pub(super) fn masked(finder: &AhoCorasick, text: &[u8]) -> Option<Vec<u8>> {
    if !text.contains(&b'\\') {
        return None;
    }
    let mut clean = Vec::new();
    let mut copied = 0;
    let mut start = 0;
    while start < text.len() {
        let end = end_of_segment(text, start);
        let segment = &text[start..end];
        if segment.contains(&b'\\') {
            let (plain, places) = unescaped(segment);
            for found in finder.find_iter(&plain) {
                clean.extend_from_slice(&text[copied..start + places[found.start()]]);
                clean.extend_from_slice(MASK.as_bytes());
                copied = start + places[found.end()];
            }
        }
        start = end + 1;
    }
    if copied == 0 {
        return None;
    }
    clean.extend_from_slice(&text[copied..]);
    Some(clean)
}

/// Where the next quote is that is not escaped.
fn end_of_segment(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

/// A text with its escapes read, and where each byte of it comes from; the last place is the text's end.
fn unescaped(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut plain = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut at = 0;
    while at < text.len() {
        let length = if let Some((character, length)) = escape(&text[at..]) {
            plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            length
        } else {
            plain.push(text[at]);
            1
        };
        places.resize(plain.len(), at);
        at += length;
    }
    places.push(text.len());
    (plain, places)
}

/// The character that an escape stands for, and how long the escape is.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let [b'\\', kind, ..] = text else { return None };
    let character = match kind {
        b'"' | b'\\' | b'/' => char::from(*kind),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(text)?;
            // Beyond the first plane a character is written as two.
            let second = text.get(6..).filter(|rest| rest.starts_with(b"\\u")).and_then(unit);
            let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
            return match char::from_u32(u32::from(first)) {
                Some(character) => Some((character, 6)),
                None => pair.map(|character| (character, 12)),
            };
        }
        _ => return None,
    };
    Some((character, 2))
}

/// The four digits of a `\u`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(2..6).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked_text(text: &str) -> Option<String> {
        let finder = AhoCorasick::new(["secret/1", "\u{1f511}key"]).unwrap();
        masked(&finder, text.as_bytes()).map(|clean| String::from_utf8(clean).unwrap())
    }

    #[test]
    fn a_secret_with_any_of_its_characters_escaped_is_masked() {
        for secret in [r"\u0073ecret\/1", r"\u0073\u0065\u0063\u0072\u0065\u0074\u002F\u0031", r"secret\u002f1"] {
            let text = format!(r#"{{"a\n":"x\t{secret}\\","b":"\u0041"}}"#);
            assert_eq!(masked_text(&text).unwrap(), r#"{"a\n":"x\t***\\","b":"\u0041"}"#, "{secret}");
        }
        assert_eq!(masked_text(r#"["\uD83D\udd11key","\ud83d"]"#).unwrap(), r#"["***","\ud83d"]"#);
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        for text in ["plain", r#"{"a":"\u0073ecre","b":"t\/1"}"#, r"\", r#""\u00"#, r#""\uD83D\u00"#, r"\\u0073ecret/2"]
        {
            assert_eq!(masked_text(text), None, "{text}");
        }
    }
}
