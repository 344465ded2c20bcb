//! From bytes to a tape, in one pass.

use crate::scan::{self, Broken};
use crate::shape::{NONE, NodeId, ROOT, Shape, most_paths, narrow};
use crate::tape::{Entry, Span, Token};

/// How many containers may lie in one another.
pub(crate) const DEEPEST: usize = 128;

/// What a document was parsed into.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) tape: Vec<Entry>,
    pub(crate) shape: Shape,
    pub(crate) unescaped: String,
}

/// Why a document was not parsed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is not JSON.
    Broken(Broken),
    /// A key stands twice in one object.
    Repeated { at: usize, key: String },
    /// Its containers lie too deep in one another.
    Deep,
    /// It has more columns than are allowed.
    Wide,
    /// It has more paths than go with the columns that are allowed.
    Branched,
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Parses a whole document, which begins at `start` in a body of less than 4 GiB.
pub(crate) fn parse(body: &str, start: usize, max_columns: usize) -> Result<Parsed, Failure> {
    let mut parser = Parser {
        body,
        bytes: body.as_bytes(),
        at: start,
        max_columns,
        // Structured answers have a value in every 16 to 32 bytes.
        parsed: Parsed { tape: Vec::with_capacity(body.len() / 24 + 4), shape: Shape::new(), unescaped: String::new() },
    };
    parser.value(ROOT, ROOT, 0)?;
    match parser.peek() {
        None => Ok(parser.parsed),
        Some(_) => parser.broken("there is more after the end of the document"),
    }
}

struct Parser<'a> {
    body: &'a str,
    bytes: &'a [u8],
    at: usize,
    max_columns: usize,
    parsed: Parsed,
}

impl Parser<'_> {
    /// Reads a value whose path is `node`; `numbered` is the node whose number child numbers an array here.
    fn value(&mut self, node: NodeId, numbered: NodeId, depth: usize) -> Result<(), Failure> {
        let token = match self.peek() {
            Some(b'"') => self.text()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{') => return self.object(node, depth + 1),
            Some(b'[') => return self.array(node, numbered, depth + 1),
            Some(b't') => self.literal("true", Token::Boolean(true))?,
            Some(b'f') => self.literal("false", Token::Boolean(false))?,
            Some(b'n') => self.literal("null", Token::Null)?,
            Some(_) => return self.broken("a value was expected"),
            None => return self.broken("the document ends too early"),
        };
        self.appear(node)?;
        self.parsed.tape.push(Entry { node, token });
        Ok(())
    }

    fn object(&mut self, node: NodeId, depth: usize) -> Result<(), Failure> {
        let place = self.open(node, Token::Object { end: 0 }, depth)?;
        if self.peek() != Some(b'}') {
            self.members(node, place, depth)?;
        }
        self.at += 1;
        self.parsed.tape[place].token = Token::Object { end: narrow(self.parsed.tape.len()) };
        Ok(())
    }

    /// Reads the fields of the object at `place`, up to its `}`.
    fn members(&mut self, node: NodeId, place: usize, depth: usize) -> Result<(), Failure> {
        let mut previous = NONE;
        loop {
            if self.peek() != Some(b'"') {
                return self.broken("a key was expected");
            }
            let at = self.at;
            let child = self.key(node, previous)?;
            if !self.parsed.shape.visit(child, narrow(place)) {
                return Err(self.repeated(at, child));
            }
            if self.peek() != Some(b':') {
                return self.broken("`:` was expected");
            }
            self.at += 1;
            self.value(child, child, depth)?;
            previous = child;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => return Ok(()),
                _ => return self.broken("`,` or `}` was expected"),
            }
        }
    }

    fn array(&mut self, node: NodeId, numbered: NodeId, depth: usize) -> Result<(), Failure> {
        let number = self.parsed.shape.number(numbered);
        self.appear(number)?;
        let place = self.open(number, Token::Array { length: 0, end: 0 }, depth)?;
        let mut length = 0;
        if self.peek() != Some(b']') {
            loop {
                self.value(node, number, depth)?;
                length += 1;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return self.broken("`,` or `]` was expected"),
                }
            }
        }
        self.at += 1;
        self.parsed.tape[place].token = Token::Array { length, end: narrow(self.parsed.tape.len()) };
        Ok(())
    }

    /// Enters a container, and returns its place on the tape.
    fn open(&mut self, node: NodeId, token: Token, depth: usize) -> Result<usize, Failure> {
        if depth > DEEPEST {
            return Err(Failure::Deep);
        }
        self.at += 1;
        self.parsed.tape.push(Entry { node, token });
        Ok(self.parsed.tape.len() - 1)
    }

    /// Makes a node a column.
    #[inline]
    fn appear(&mut self, node: NodeId) -> Result<(), Failure> {
        if self.parsed.shape.appear(node) && self.parsed.shape.columns().len() > self.max_columns {
            return Err(Failure::Wide);
        }
        Ok(())
    }

    /// Reads the key at the quote here, and returns its node.
    #[inline]
    fn key(&mut self, parent: NodeId, previous: NodeId) -> Result<NodeId, Failure> {
        let start = self.at + 1;
        let end = scan::plain_end(self.bytes, start);
        let node = if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            self.parsed.shape.child(parent, previous, &self.body[start..end])
        } else {
            let mut key = String::new();
            self.at = scan::unescape(self.body, start, end, &mut key)?;
            self.parsed.shape.child(parent, previous, &key)
        };
        if self.parsed.shape.len() > most_paths(self.max_columns) {
            return Err(Failure::Branched);
        }
        Ok(node)
    }

    #[inline]
    fn text(&mut self) -> Result<Token, Failure> {
        let start = self.at + 1;
        let end = scan::plain_end(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Token::Text(Span { start: narrow(start), end: narrow(end) }));
        }
        let unescaped = &mut self.parsed.unescaped;
        let from = unescaped.len();
        self.at = scan::unescape(self.body, start, end, unescaped)?;
        Ok(Token::Unescaped(Span { start: narrow(from), end: narrow(unescaped.len()) }))
    }

    #[inline]
    fn number(&mut self) -> Result<Token, Failure> {
        let start = self.at;
        let (end, float) = scan::number(self.bytes, start)?;
        self.at = end;
        let span = Span { start: narrow(start), end: narrow(end) };
        Ok(if float { Token::Float(span) } else { Token::Integer(span) })
    }

    fn literal(&mut self, word: &str, token: Token) -> Result<Token, Failure> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(token)
        } else {
            self.broken("a value was expected")
        }
    }

    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn repeated(&self, at: usize, node: NodeId) -> Failure {
        let key = self.parsed.shape.key(node).unwrap_or_default().to_owned();
        Failure::Repeated { at, key }
    }

    fn broken<T>(&self, what: &'static str) -> Result<T, Failure> {
        Err(Failure::Broken(Broken { at: self.at, what }))
    }
}
