//! YAML as others write it: with references that mean nothing here, keys that are numbers, and merged maps.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};
use seatflow_spec::{Problem, Problems, Slug, Source};
use serde_json::{Map, Number, Value};

/// How deep lists and maps may lie in each other.
const DEPTH: usize = 100;

/// How many values anchors and aliases may copy in all.
const COPIED: usize = 100_000;

/// The key whose value is maps that are merged into its own.
const MERGE: &str = "<<";

/// Reads the first document of a text.
///
/// # Errors
/// It is no YAML, or more of it than can be taken in; or all keys that a map has twice.
pub(super) fn read(source: &Arc<Source>) -> Result<Value, Problems> {
    let mut builder = Builder::default();
    let mut bytes = source.text().char_indices().map(|(at, _)| at).chain([source.text().len()]).enumerate().peekable();
    let mut last = 0;
    // Marks count characters and mostly go forward; a mark that goes back stands where the last one did.
    let mut byte = |index: usize| {
        while let Some((_, at)) = bytes.next_if(|(number, _)| *number <= index) {
            last = at;
        }
        last
    };
    for event in Parser::new_from_str(source.text()) {
        let (event, at) = match event {
            Ok((event, span)) => (event, byte(span.start.index())),
            Err(error) => {
                let at = byte(error.marker().index());
                return Err(unreadable(format!("this is not YAML: {}", error.info()), at, source));
            }
        };
        match builder.apply(event, at) {
            Ok(true) => {}
            Ok(false) => break,
            Err(message) => return Err(unreadable(message.to_owned(), at, source)),
        }
    }
    if !builder.repeated.is_empty() {
        return Err(builder.repeated.iter().map(|repeated| repeated.problem(source)).collect());
    }
    let empty = || unreadable("the file is empty".to_owned(), 0, source);
    builder.root.ok_or_else(empty)
}

/// A key that a map has already, with the bytes at which it stands first and again.
struct Repeated {
    key: String,
    first: usize,
    again: usize,
}

impl Repeated {
    fn problem(&self, source: &Arc<Source>) -> Problem {
        let place = |at: usize| source.place(at, at + first_character(source, at));
        let problem = Problem::new(Slug::DUPLICATE_KEY, format!("the key `{}` is there twice", self.key));
        let problem = problem.at(&place(self.again), "here again").with(&place(self.first), "here first");
        problem.help("take one of them out, or give it another name: only one of them could hold")
    }
}

/// The bytes of the character that begins there; none, if it is blank.
fn first_character(source: &Source, at: usize) -> usize {
    source.text()[at..].chars().next().filter(|next| !next.is_whitespace()).map_or(0, char::len_utf8)
}

fn unreadable(message: String, at: usize, source: &Arc<Source>) -> Problems {
    let place = source.place(at, at + first_character(source, at));
    Problem::new(Slug::UNREADABLE_YAML, message).at(&place, "the reader stopped here").into()
}

/// A list or map that is not yet closed.
struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Map(Fields),
}

/// What is known of a map.
#[derive(Default)]
struct Fields {
    said: Map<String, Value>,
    merged: Vec<Value>,
    /// The key whose value comes next.
    key: Option<String>,
    /// The bytes at which the keys stand.
    places: HashMap<String, usize>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    copied: usize,
    repeated: Vec<Repeated>,
    root: Option<Value>,
}

impl Builder {
    /// Takes the next event, which stands at this byte; `false` after the first document.
    fn apply(&mut self, event: Event<'_>, at: usize) -> Result<bool, &'static str> {
        match event {
            Event::DocumentEnd => return Ok(false),
            Event::Scalar(text, style, anchor, _) => {
                if let Some(Open { content: Content::Map(Fields { key: None, .. }), .. }) = self.open.last() {
                    self.begin_value(text.into_owned(), at);
                } else {
                    let value =
                        if style == ScalarStyle::Plain { plain(&text) } else { Value::String(text.into_owned()) };
                    self.put(value, anchor)?;
                }
            }
            Event::Alias(anchor) => {
                let original = self.anchors.get(&anchor).cloned();
                let original = original.ok_or("an alias stands for what it is itself a part of")?;
                self.copy(&original)?;
                self.put(original, 0)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, Content::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => {
                self.begin(anchor, Content::Map(Fields::default()))?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(true)
    }

    fn begin(&mut self, anchor: usize, content: Content) -> Result<(), &'static str> {
        if let Some(Open { content: Content::Map(Fields { key: None, .. }), .. }) = self.open.last() {
            return Err("a key is a list or a map");
        }
        if self.open.len() >= DEPTH {
            return Err("lists and maps lie too deep in each other");
        }
        self.open.push(Open { anchor, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), &'static str> {
        let Some(Open { anchor, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(items) => Value::Array(items),
            Content::Map(Fields { mut said, merged, .. }) => {
                for (name, value) in merged.into_iter().flat_map(maps).flatten() {
                    said.entry(name).or_insert(value);
                }
                Value::Object(said)
            }
        };
        self.put(value, anchor)
    }

    /// A key of the map that is open; one that it has already is kept for the report.
    fn begin_value(&mut self, name: String, at: usize) {
        let Some(Open { content: Content::Map(Fields { key, places, .. }), .. }) = self.open.last_mut() else { return };
        match places.get(&name).filter(|_| name != MERGE) {
            Some(first) => self.repeated.push(Repeated { key: name.clone(), first: *first, again: at }),
            None => drop(places.insert(name.clone(), at)),
        }
        *key = Some(name);
    }

    /// Counts what is about to be copied.
    fn copy(&mut self, value: &Value) -> Result<(), &'static str> {
        self.copied += count(value);
        if self.copied > COPIED { Err("the anchors and aliases of the file copy too much") } else { Ok(()) }
    }

    /// Puts a value where it belongs.
    fn put(&mut self, value: Value, anchor: usize) -> Result<(), &'static str> {
        if anchor > 0 {
            self.copy(&value)?;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map(Fields { said, merged, key, .. })) => match key.take() {
                Some(key) if key == MERGE => merged.push(value),
                Some(key) => drop(said.insert(key, value)),
                None => return Err("a key is an alias"),
            },
        }
        Ok(())
    }
}

/// The maps of `<<: map` or `<<: [map, map]`.
fn maps(merged: Value) -> Vec<Map<String, Value>> {
    match merged {
        Value::Object(fields) => vec![fields],
        Value::Array(items) => items.into_iter().flat_map(maps).collect(),
        _ => Vec::new(),
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// A plain scalar, as YAML's core schema reads it, but for numbers that JSON writes otherwise, which stay text.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let number = is_number.then(|| serde_json::from_str::<Number>(text).ok()).flatten();
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}
