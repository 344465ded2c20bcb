//! Finds the end of a record and its fields in bytes that are UTF-8, or would be.

/// The characters that have a meaning in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Stands between fields; an ASCII character.
    pub(crate) delimiter: u8,
    /// Stands around fields, and twice for itself within; an ASCII character.
    pub(crate) quote: Option<u8>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"') }
    }
}

/// Where a field stands in its record, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) form: Form,
}

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// In quotes.
    Quoted,
    /// In quotes, with quotes in it that stand there twice.
    QuotedTwice,
}

/// What was found from the beginning of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A record.
    Record(Extent),
    /// Quotes that make no sense, and the lines that they spoil.
    Damaged(Extent, Damage),
    /// The bytes end before the record does.
    More,
}

/// How far a record goes: `end` is before its line break, `next` is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) end: usize,
    pub(crate) next: usize,
}

/// How quotes can make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// A quote opens and the file ends.
    NeverClosed,
    /// A quote closes, and neither a delimiter nor the line's end follows.
    TextBehindQuote,
}

/// Looks for the record that begins where `bytes` do, and puts its fields into `fields`. `ended`
/// says that no bytes follow these. A line ends with LF, CRLF or CR.
pub(crate) fn split(dialect: Dialect, bytes: &[u8], ended: bool, fields: &mut Vec<Field>) -> Step {
    fields.clear();
    let mut at = 0;
    loop {
        let field = match dialect.quote {
            Some(quote) if bytes.get(at) == Some(&quote) => quoted(quote, bytes, at + 1),
            _ => Some(plain(dialect.delimiter, bytes, at)),
        };
        let Some((field, behind)) = field else {
            return if ended { Step::Damaged(to_the_end(bytes), Damage::NeverClosed) } else { Step::More };
        };
        fields.push(field);
        match bytes.get(behind) {
            Some(&byte) if byte == dialect.delimiter => at = behind + 1,
            Some(b'\r' | b'\n') | None => {
                return line_end(bytes, behind, ended).map_or(Step::More, Step::Record);
            }
            Some(_) => {
                let end = behind + until(&bytes[behind..], |byte| matches!(byte, b'\r' | b'\n'));
                let extent = line_end(bytes, end, ended);
                return extent.map_or(Step::More, |extent| Step::Damaged(extent, Damage::TextBehindQuote));
            }
        }
    }
}

/// The extent of the line that ends at `end`, or nothing if that cannot be known yet.
pub(crate) fn line_end(bytes: &[u8], end: usize, ended: bool) -> Option<Extent> {
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        (Some(b'\r'), None) if !ended => return None,
        (Some(_), _) => end + 1,
        (None, _) if ended => end,
        (None, _) => return None,
    };
    Some(Extent { end, next })
}

fn to_the_end(bytes: &[u8]) -> Extent {
    Extent { end: bytes.len(), next: bytes.len() }
}

fn plain(delimiter: u8, bytes: &[u8], start: usize) -> (Field, usize) {
    let end = start + until(&bytes[start..], |byte| byte == delimiter || matches!(byte, b'\r' | b'\n'));
    (Field { start, end, form: Form::Plain }, end)
}

/// The field whose opening quote is before `start`, and what is behind its closing quote.
fn quoted(quote: u8, bytes: &[u8], start: usize) -> Option<(Field, usize)> {
    let (mut at, mut form) = (start, Form::Quoted);
    loop {
        let end = at + until(&bytes[at..], |byte| byte == quote);
        match (bytes.get(end), bytes.get(end + 1)) {
            (None, _) => return None,
            (_, Some(&byte)) if byte == quote => {
                form = Form::QuotedTwice;
                at = end + 2;
            }
            _ => return Some((Field { start, end, form }, end + 1)),
        }
    }
}

fn until(bytes: &[u8], stop: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| stop(byte)).unwrap_or(bytes.len())
}
