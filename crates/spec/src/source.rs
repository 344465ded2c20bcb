//! Texts that are read, and places in them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::visible::{steers, visible};
use crate::{Problem, Problems, Slug};

/// Two labels are shown in one frame when at most this many lines stand between them.
const LINES_BETWEEN: usize = 6;

/// A line of more bytes is not shown whole, but only so far around a label.
const LONG_LINE: usize = 1_000;
const AROUND: usize = 200;

/// A label marks no more bytes, and two that are further apart have a frame of their own.
const LABEL: usize = 200;
const FRAME: usize = 4_000;

/// A text with the name by which reports call it.
pub struct Source {
    name: String,
    text: String,
    /// What no report shows.
    hidden: Mutex<Vec<Span>>,
}

impl Source {
    /// A text that is UTF-8 already. A byte order mark at its start is left out.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        Arc::new(Self { name: name.into(), text, hidden: Mutex::default() })
    }

    /// A file's bytes, which must be UTF-8.
    ///
    /// # Errors
    /// One problem, [`Slug::UNREADABLE_YAML`], at the first byte that is not.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<Self>, Problems> {
        let error = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Self::new(name, text)),
            Err(error) => error,
        };
        let readable = error.utf8_error().valid_up_to();
        let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let marked = if lossy.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let source = Self::new(name, lossy);
        let start = readable - marked;
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        Err(Problem::new(Slug::UNREADABLE_YAML, "the file is not UTF-8")
            .at(&source.place(start, end), "this is not a character")
            .help("save the file as UTF-8")
            .into())
    }

    /// The name by which reports call it: a path, mostly.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place from `start` to `end`, in bytes.
    pub fn place(self: &Arc<Self>, start: usize, end: usize) -> Place {
        Place { source: Arc::clone(self), span: Span { start, end } }
    }

    /// The text's first characters, for a problem of the whole.
    pub fn beginning(self: &Arc<Self>) -> Place {
        self.place(0, 0)
    }

    /// Whether anything of it is hidden.
    pub(crate) fn hides(&self) -> bool {
        !self.hidden.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The text with an `x` for every byte that is hidden: it can be kept, and reads as before.
    pub fn without_hidden(&self) -> String {
        let hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        let is_hidden = |at: usize| hidden.iter().any(|span| (span.start..span.end).contains(&at));
        let mut text = String::with_capacity(self.text.len());
        for (at, character) in self.text.char_indices() {
            match character {
                '\n' | '\r' => text.push(character),
                _ if is_hidden(at) => text.push_str(&"xxxx"[..character.len_utf8()]),
                _ => text.push(character),
            }
        }
        text
    }

    /// The source as a report shows it: with a `*` for every byte that is hidden, and a `?` for every byte of what
    /// steers a terminal.
    pub(crate) fn shown(self: &Arc<Self>) -> Arc<Self> {
        let hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        if hidden.is_empty() && !self.text.contains(steers) && !self.name.contains(steers) {
            return Arc::clone(self);
        }
        let is_hidden = |at: usize| hidden.iter().any(|span| (span.start..span.end).contains(&at));
        let mut text = String::with_capacity(self.text.len());
        for (at, character) in self.text.char_indices() {
            match character {
                '\n' | '\r' => text.push(character),
                _ if is_hidden(at) => text.push_str(&"****"[..character.len_utf8()]),
                _ if steers(character) => text.push_str(&"????"[..character.len_utf8()]),
                _ => text.push(character),
            }
        }
        Self::new(visible(&self.name), text)
    }

    /// The bytes of the line that holds `offset`, without its line break.
    fn line_around(&self, offset: usize) -> Span {
        let bytes = self.text.as_bytes();
        let offset = offset.min(bytes.len());
        let start = bytes[..offset].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let length = bytes[offset..].iter().position(|&byte| byte == b'\n');
        let end = length.map_or(bytes.len(), |length| offset + length);
        let end = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        Span { start, end: end.max(start) }
    }

    /// As much of the line that holds `offset` as a report shows.
    fn excerpt_around(&self, offset: usize) -> Span {
        let line = self.line_around(offset);
        if line.end - line.start <= LONG_LINE {
            return line;
        }
        let start = self.boundary(offset.saturating_sub(AROUND)).max(line.start);
        Span { start, end: self.boundary(offset + AROUND).min(line.end) }
    }

    /// The first byte of the character that holds the byte at `offset`.
    fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset).rfind(|at| self.text.is_char_boundary(*at)).unwrap_or_default()
    }

    /// The number of line breaks before `offset`.
    fn breaks_before(&self, offset: usize) -> usize {
        self.text[..offset.min(self.text.len())].matches('\n').count()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text) == (&other.name, &other.text)
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whole lines, so that a report may be asked for without context, and columns in characters.
impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (from, to) = (span.offset(), span.offset() + span.len());
        if to > self.text.len() || span.len() > FRAME {
            return Err(MietteError::OutOfBounds);
        }
        let own_line = self.line_around(from);
        let mut start = self.excerpt_around(from).start;
        for _ in 0..before {
            if start > 0 {
                start = self.line_around(start - 1).start;
            }
        }
        let mut end = self.excerpt_around(to).end;
        for _ in 0..after {
            let next = self.text[end..].find('\n').map(|at| end + at + 1);
            if let Some(next) = next {
                end = self.line_around(next).end;
            }
        }
        let line = self.breaks_before(start);
        let lines = self.breaks_before(end) - line + 1;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[start..end],
            (start, end - start).into(),
            line,
            self.text[own_line.start..from.max(own_line.start)].chars().count(),
            lines + LINES_BETWEEN,
        )))
    }
}

/// A stretch of a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A stretch of a source.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is a part of.
    pub source: Arc<Source>,
    /// Which part.
    pub span: Span,
}

impl Place {
    /// The number of the line where it starts, from 1.
    pub fn line(&self) -> usize {
        self.source.breaks_before(self.span.start) + 1
    }

    /// The number of the character in its line where it starts, from 1.
    pub fn column(&self) -> usize {
        let line = self.source.line_around(self.span.start);
        self.source.text.get(line.start..self.span.start).map_or(1, |text| text.chars().count() + 1)
    }

    /// Shows it in no report from now on, whatever the report is about: it is a secret.
    pub fn hide(&self) {
        self.source.hidden.lock().unwrap_or_else(PoisonError::into_inner).push(self.span);
    }

    /// What is written there.
    pub fn text(&self) -> &str {
        self.source.text.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// The part of it on its first line, which is what a label marks, if it is not very long.
    pub fn first_line(&self) -> Span {
        let line = self.source.line_around(self.span.start);
        let end = self.span.end.min(line.end).min(self.source.boundary(self.span.start + LABEL));
        Span { start: self.span.start, end: end.max(self.span.start) }
    }

    /// The part from `start` to `end`, in bytes from its own start.
    pub(crate) fn part(&self, start: usize, end: usize) -> Self {
        self.source.place(self.span.start + start, self.span.start + end)
    }
}

/// `file.yaml:9:12`
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.source.name, self.line(), self.column())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
