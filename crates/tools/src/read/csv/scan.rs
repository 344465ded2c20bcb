//! Reads a file record by record, whole or spoilt.

use std::borrow::Cow;
use std::io::{self, Read};
use std::str;

use super::encoding::Encoding;
use super::split::{Damage, Dialect, Extent, Field, Form, Step, line_end, split};
use super::text::Utf8Reader;

/// A record longer than this is no record, but a quote that nobody closed or a file that is no CSV.
const LONGEST_RECORD: usize = 16 * 1024 * 1024;
/// How much is read at once, at the least.
const ROOM: usize = 256 * 1024;

/// A file, read record by record. Empty lines are no records.
pub(crate) struct Scanner<R> {
    input: Utf8Reader<R>,
    dialect: Dialect,
    buffer: Vec<u8>,
    /// The part of the buffer that has been read and not been taken.
    start: usize,
    end: usize,
    ended: bool,
    /// The number of the line where that part begins, from 1.
    line: u64,
    spoilt: Option<Spoilt>,
    fields: Vec<Field>,
}

/// Lines that a misplaced quote has made unreadable; they are given one by one.
#[derive(Clone, Copy)]
struct Spoilt {
    /// Where they end in the buffer.
    until: usize,
    damage: Damage,
    line: u64,
}

/// Why no more records can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// A record has no end in sight.
    #[error("the record that begins in line {line} is longer than {} MiB", LONGEST_RECORD / (1024 * 1024))]
    TooLong {
        /// The line where it begins.
        line: u64,
    },
}

/// Something that stands where a record should.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// The number of its first line, from 1.
    pub(crate) line: u64,
    /// Its text as it is in the file, without the last line break.
    pub(crate) text: Cow<'a, str>,
    /// Its fields, or why it has none.
    pub(crate) fields: Result<Fields<'a>, String>,
    /// Whether it ends where the file does, and not with a line break.
    pub(crate) open_ended: bool,
}

/// The fields of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    text: &'a str,
    places: &'a [Field],
    quote: char,
}

/// The text of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) quoted: bool,
}

impl<R: Read> Scanner<R> {
    /// Begins to read a file.
    pub(crate) fn new(input: R, encoding: Encoding, dialect: Dialect) -> io::Result<Self> {
        Ok(Self {
            input: Utf8Reader::new(input, encoding)?,
            dialect,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            line: 1,
            spoilt: None,
            fields: Vec::new(),
        })
    }

    /// The next record, or what stands in its place; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Found<'_>>, ScanError> {
        loop {
            let rest = &self.buffer[self.start..self.end];
            if self.spoilt.is_none() && rest.is_empty() && self.ended {
                return Ok(None);
            }
            let (step, spoilt) = match self.spoilt {
                Some(spoilt) => (one_line(&rest[..spoilt.until - self.start]), Some(spoilt)),
                None => (split(self.dialect, rest, self.ended, &mut self.fields), None),
            };
            let extent = match step {
                Step::Record(extent) => extent,
                Step::Damaged(extent, damage) => {
                    self.spoilt = Some(Spoilt { until: self.start + extent.next, damage, line: self.line });
                    continue;
                }
                Step::More => {
                    self.fill()?;
                    continue;
                }
            };
            let (start, line) = (self.start, self.line);
            self.start += extent.next;
            self.line += u64::from(extent.next > extent.end);
            if spoilt.is_none() && self.fields.iter().any(|field| field.form != Form::Plain) {
                self.line += line_breaks(&self.buffer[start..start + extent.end]);
            }
            self.spoilt = self.spoilt.filter(|spoilt| self.start < spoilt.until);
            if extent.end > 0 {
                return Ok(Some(self.found(start, extent, line, spoilt)));
            }
        }
    }

    fn found(&self, start: usize, extent: Extent, line: u64, spoilt: Option<Spoilt>) -> Found<'_> {
        let bytes = &self.buffer[start..start + extent.end];
        let never_closed = spoilt.is_some_and(|spoilt| spoilt.damage == Damage::NeverClosed);
        let open_ended = never_closed || extent.end == extent.next;
        let text = str::from_utf8(bytes);
        let fields = match (text, spoilt) {
            (_, Some(spoilt)) => Err(spoilt.explain()),
            (Err(error), None) => Err(self.not_text(bytes, error.valid_up_to())),
            (Ok(text), None) if text.as_bytes().contains(&0) => {
                Err("there is a zero byte in it, as in a file that is not text, or in UTF-16".to_owned())
            }
            (Ok(text), None) => {
                let quote = self.dialect.quote.map_or('"', char::from);
                Ok(Fields { text, places: &self.fields, quote })
            }
        };
        let text = text.map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        Found { line, text, fields, open_ended }
    }

    fn not_text(&self, bytes: &[u8], valid: usize) -> String {
        let character = String::from_utf8_lossy(&bytes[..valid]).chars().count() + 1;
        match self.input.encoding() {
            Encoding::Utf8 => format!("its character {character}, the byte {:02X}, is not UTF-8", bytes[valid]),
            encoding => format!("its character {character} is not {}", encoding.name().to_uppercase()),
        }
    }

    /// Reads more of the file behind what has not been taken.
    fn fill(&mut self) -> Result<(), ScanError> {
        if self.end - self.start > LONGEST_RECORD {
            return Err(ScanError::TooLong { line: self.line });
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < ROOM {
            let more = self.buffer.len().max(ROOM);
            self.buffer.resize(self.buffer.len() + more, 0);
        }
        let read = self.input.read(&mut self.buffer[self.end..])?;
        self.ended = read == 0;
        self.end += read;
        Ok(())
    }
}

impl Spoilt {
    fn explain(&self) -> String {
        let Self { line, .. } = self;
        match self.damage {
            Damage::NeverClosed => format!("in the record that begins in line {line}, a quote is never closed"),
            Damage::TextBehindQuote => {
                format!("in the record that begins in line {line}, text follows a closing quote")
            }
        }
    }
}

impl<'a> Fields<'a> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The fields in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let Self { text, places, quote } = *self;
        places.iter().map(move |field| {
            let text = &text[field.start..field.end];
            let text = match field.form {
                Form::Plain | Form::Quoted => Cow::Borrowed(text),
                Form::QuotedTwice => Cow::Owned(text.replace(&format!("{quote}{quote}"), &quote.to_string())),
            };
            Cell { text, quoted: field.form != Form::Plain }
        })
    }
}

/// The first line of bytes that are whole lines.
fn one_line(bytes: &[u8]) -> Step {
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    line_end(bytes, end, true).map_or(Step::More, Step::Record)
}

/// How many line breaks there are.
fn line_breaks(bytes: &[u8]) -> u64 {
    let breaks = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    breaks.count() as u64
}
