//! A place in a text that is read.

use super::fault::SelectorFault;

/// A text and the place up to which it was read.
pub(super) struct Cursor {
    characters: Vec<char>,
    place: usize,
    /// How many characters of the selector stand before this text.
    before: usize,
}

impl Cursor {
    pub(super) fn new(text: &str, before: usize) -> Self {
        Self { characters: text.chars().collect(), place: 0, before }
    }

    /// The number of the next character in the selector, from 1.
    pub(super) fn position(&self) -> usize {
        self.before + self.place + 1
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &[char] {
        self.characters.get(self.place..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().first().copied()
    }

    /// Passes so many characters.
    pub(super) fn pass(&mut self, count: usize) {
        self.place = self.characters.len().min(self.place + count);
    }

    /// Reads so many characters.
    pub(super) fn take(&mut self, count: usize) -> String {
        let text = self.rest().iter().take(count).collect();
        self.pass(count);
        text
    }

    /// Reads the characters that fit.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let count = self.rest().iter().take_while(|character| fits(**character)).count();
        self.take(count)
    }

    /// Passes a text, if it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = begins_with(self.rest(), text);
        if found {
            self.pass(text.chars().count());
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        self.pass(self.rest().iter().take_while(|character| **character == ' ').count());
    }

    /// A fault at the next character.
    pub(super) fn fault(&self, message: impl Into<String>) -> SelectorFault {
        SelectorFault::new(self.position(), message)
    }

    /// The fault that what is wanted is not next.
    pub(super) fn missing(&self, wanted: &str) -> SelectorFault {
        match self.peek() {
            None => self.fault(format!("{wanted} is missing")),
            Some(' ') => self.fault(format!("{wanted} is missing before the blank")),
            Some(found) => self.fault(format!("{wanted} is missing before `{found}`")),
        }
    }

    /// Reads a name: a letter, then letters, digits, `_` and `.`.
    pub(super) fn name(&mut self, wanted: &str) -> Result<String, SelectorFault> {
        match self.peek() {
            Some(first) if first.is_ascii_alphabetic() || first == '_' => {
                Ok(self.take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '.')))
            }
            _ => Err(self.missing(wanted)),
        }
    }
}

pub(super) fn begins_with(characters: &[char], text: &str) -> bool {
    let mut characters = characters.iter();
    text.chars().all(|wanted| characters.next() == Some(&wanted))
}
