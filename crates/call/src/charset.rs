//! Bodies that are not UTF-8, as UTF-8.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A body as UTF-8, if it is text of another encoding; the same bytes, if it is UTF-8, no text, or does not decode.
///
/// Text is what its type calls so or names a charset for, and what has no type. UTF-16 is known by what the type says, by
/// its byte order mark, or by the zeros between its characters. Other encodings are taken from the type, and for JSON
/// alone: what else comes in them is kept as it is.
pub(crate) fn as_utf8(body: Bytes, content_type: Option<&str>) -> Bytes {
    let kind = Kind::of(content_type.unwrap_or_default());
    let Some(encoding) = encoding_of(&body, &kind) else {
        return body;
    };
    match encoding.decode_without_bom_handling_and_without_replacement(without_mark(&body, encoding)) {
        Some(text) => Bytes::from(text.into_owned().into_bytes()),
        None => body,
    }
}

/// What the type of a body says.
struct Kind<'a> {
    essence: &'a str,
    charset: Option<&'a str>,
}

impl<'a> Kind<'a> {
    fn of(content_type: &'a str) -> Self {
        let mut parts = content_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let named = parts.filter_map(|part| part.split_once('='));
        let mut charsets = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let charset = charsets.next().map(|(_, charset)| charset.trim().trim_matches('"'));
        Self { essence, charset }
    }

    fn is_json(&self) -> bool {
        let essence = self.essence.to_ascii_lowercase();
        essence.ends_with("/json") || essence.ends_with("+json")
    }

    /// Whether it may be JSON: it says so, or says text, or says nothing.
    fn may_be_json(&self) -> bool {
        let is_text = self.essence.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"));
        self.essence.is_empty() || is_text || self.is_json()
    }

    fn is_text(&self) -> bool {
        self.may_be_json() || self.charset.is_some()
    }
}

/// The encoding of a body that is text, unless it is UTF-8.
fn encoding_of(body: &[u8], kind: &Kind<'_>) -> Option<&'static Encoding> {
    if !kind.is_text() {
        return None;
    }
    if let Some((marked, _)) = Encoding::for_bom(body) {
        return (marked != UTF_8).then_some(marked);
    }
    let declared = kind.charset.and_then(|charset| {
        // The label is one for little endian elsewhere; here it leaves the order to the bytes.
        let is_utf_16 = charset.eq_ignore_ascii_case("utf-16");
        let said = Encoding::for_label(charset.as_bytes());
        if is_utf_16 { by_zeros(body).or(said) } else { said }
    });
    match declared {
        Some(utf_16) if utf_16 == UTF_16LE || utf_16 == UTF_16BE => Some(utf_16),
        Some(other) if other != UTF_8 => kind.is_json().then_some(other),
        _ => by_zeros(body).filter(|_| kind.may_be_json()),
    }
}

/// UTF-16, if the body begins with two characters of ASCII in it, or is one.
fn by_zeros(body: &[u8]) -> Option<&'static Encoding> {
    match *body.first_chunk::<4>().map_or(body, |first| &first[..]) {
        [low, 0, next, 0] if low != 0 && next != 0 => Some(UTF_16LE),
        [0, low, 0, next] if low != 0 && next != 0 => Some(UTF_16BE),
        [low, 0] if low != 0 => Some(UTF_16LE),
        [0, low] if low != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn without_mark<'b>(body: &'b [u8], encoding: &'static Encoding) -> &'b [u8] {
    match Encoding::for_bom(body) {
        Some((found, length)) if found == encoding => &body[length..],
        _ => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"name":"Zoë","n":1}"#;

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn read(body: impl Into<Vec<u8>>, content_type: &str) -> Bytes {
        as_utf8(body.into().into(), Some(content_type).filter(|kind| !kind.is_empty()))
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_a_mark_declared_or_not() {
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            for text in [JSON, "\u{feff}{\"name\":\"Zoë\",\"n\":1}"] {
                for kind in ["application/json; charset=utf-16", "application/json", "text/plain", ""] {
                    assert_eq!(read(utf_16(text, order), kind), JSON, "{kind}");
                }
            }
        }
        let little = "application/problem+json;Charset=\"UTF-16LE\"";
        assert_eq!(read(utf_16("\"ё\"", u16::to_le_bytes), little), "\"ё\"");
        assert_eq!(read(utf_16("1", u16::to_be_bytes), "application/json"), "1");
    }

    #[test]
    fn a_mark_speaks_for_itself_whatever_the_type_says() {
        let marked = utf_16("\u{feff}{}", u16::to_le_bytes);
        for kind in ["application/xml; charset=utf-8", "application/json; charset=utf-8", "text/csv", ""] {
            assert_eq!(read(marked.clone(), kind), "{}", "{kind}");
        }
        let utf_8 = b"\xef\xbb\xbf{}".to_vec();
        assert_eq!(read(utf_8.clone(), "application/json; charset=utf-16"), utf_8);
    }

    #[test]
    fn other_encodings_are_read_for_json_alone() {
        for (kind, body) in [
            ("application/json; charset=ISO-8859-1", &b"\"Zo\xeb\""[..]),
            ("application/json;charset=windows-1252", b"\"Zo\xeb\""),
            ("application/vnd.api+json; charset=macintosh", b"\"Zo\x91\""),
        ] {
            assert_eq!(read(body, kind), "\"Zoë\"", "{kind}");
        }
        assert_eq!(read(&b"Zo\xeb"[..], "text/csv; charset=iso-8859-1"), &b"Zo\xeb"[..]);
    }

    #[test]
    fn what_does_not_decode_or_is_not_known_stays_as_it_is() {
        for (kind, body) in [
            ("application/json; charset=utf-16", &b"{\0}"[..]),
            ("application/json; charset=utf-16le", b"\0\xd8\0\xd8"),
            ("application/json; charset=klingon", b"\"Zo\xeb\""),
            ("application/json; charset=utf-8", b"\"Zo\xeb\""),
            ("application/octet-stream", b"a\0b\0"),
            ("application/octet-stream", b"\xff\xfea\0"),
            ("application/zip", b"\xfe\xff\0a"),
            ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            ("application/json", b""),
            ("application/json; charset=utf-16", b""),
        ] {
            assert_eq!(read(body, kind), body, "{kind}");
        }
    }
}
