//! The words of JSON: where a string or a number ends, and what an escape means.

/// What is wrong with a document, and at which byte.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

fn broken<T>(at: usize, what: &'static str) -> Result<T, Broken> {
    Err(Broken { at, what })
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of the first byte that ends plain text, and perhaps of bytes after it.
#[inline]
fn specials(word: u64) -> u64 {
    let zero = |word: u64| word.wrapping_sub(LOW) & !word;
    let quote = zero(word ^ (LOW * u64::from(b'"')));
    let backslash = zero(word ^ (LOW * u64::from(b'\\')));
    let control = word.wrapping_sub(LOW * 0x20) & !word;
    (quote | backslash | control) & HIGH
}

/// The place of the first `"`, `\` or control character from `at` on, or the end.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let found = specials(u64::from_le_bytes(*eight));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        at += 1;
    }
    at
}

/// Reads the rest of a string that has an escape: from `start`, the first byte after its quote, where `at` is the
/// place of the escape. Appends the text to `out`, and returns the place after the closing quote.
pub(crate) fn unescape(body: &str, start: usize, at: usize, out: &mut String) -> Result<usize, Broken> {
    let bytes = body.as_bytes();
    let (mut start, mut at) = (start, at);
    loop {
        out.push_str(&body[start..at]);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => start = escape(bytes, at, out)?,
            Some(_) => return broken(at, "a control character in a string must be escaped"),
            None => return broken(at, "a string does not end"),
        }
        at = plain_end(bytes, start);
    }
}

/// Reads the escape at `at`, a `\`, and returns the place after it.
fn escape(bytes: &[u8], at: usize, out: &mut String) -> Result<usize, Broken> {
    let plain = match bytes.get(at + 1) {
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at, out),
        _ => return broken(at, "there is no such escape"),
    };
    out.push(plain);
    Ok(at + 2)
}

fn unicode_escape(bytes: &[u8], at: usize, out: &mut String) -> Result<usize, Broken> {
    const LONE: &str = "a surrogate stands alone";
    let first = four_digits(bytes, at)?;
    if let Some(character) = char::from_u32(first) {
        out.push(character);
        return Ok(at + 6);
    }
    if first >= 0xDC00 || bytes.get(at + 6) != Some(&b'\\') || bytes.get(at + 7) != Some(&b'u') {
        return broken(at, LONE);
    }
    let second = four_digits(bytes, at + 6)?;
    if !(0xDC00..0xE000).contains(&second) {
        return broken(at, LONE);
    }
    let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(at + 12)
}

/// The number in the `\uXXXX` at `at`.
fn four_digits(bytes: &[u8], at: usize) -> Result<u32, Broken> {
    let Some(digits) = bytes.get(at + 2..at + 6) else {
        return broken(at, "`\\u` needs four hexadecimal digits");
    };
    digits.iter().try_fold(0, |number, &digit| match char::from(digit).to_digit(16) {
        Some(digit) => Ok(number * 16 + digit),
        None => broken(at, "`\\u` needs four hexadecimal digits"),
    })
}

/// The place after the number at `at`, and whether it is a float: it has `.`, `e` or `E`, or is `-0`.
#[inline]
pub(crate) fn number(bytes: &[u8], start: usize) -> Result<(usize, bool), Broken> {
    let mut at = start;
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(negative);
    let zero = bytes.get(at) == Some(&b'0');
    at = if zero { at + 1 } else { digits(bytes, at)? };
    if zero && bytes.get(at).is_some_and(u8::is_ascii_digit) {
        return broken(start, "a number does not begin with a needless `0`");
    }
    let mut float = negative && zero;
    if bytes.get(at) == Some(&b'.') {
        float = true;
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        float = true;
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(bytes, at)?;
    }
    Ok((at, float))
}

/// The place after the digits at `at`, of which there must be one.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Broken> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { broken(at, "a digit was expected") } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_by_one(bytes: &[u8]) -> usize {
        let ends = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
        bytes.iter().position(ends).unwrap_or(bytes.len())
    }

    #[test]
    fn plain_text_ends_at_the_first_special_byte() {
        for fill in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
            for at in 0..20 {
                for byte in 0..=u8::MAX {
                    let mut bytes = [fill; 20];
                    bytes[at] = byte;
                    bytes[19] = b'"';
                    assert_eq!(plain_end(&bytes, 0), one_by_one(&bytes), "{bytes:?}");
                    assert_eq!(plain_end(&bytes[..19], 0), one_by_one(&bytes[..19]), "{bytes:?}");
                }
            }
        }
    }
}
