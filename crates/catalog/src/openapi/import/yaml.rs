//! YAML as others write it: with references that mean nothing here, keys that are numbers, and merged maps.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};
use seatflow_spec::{Place, Problem, Problems, Slug, Source};
use serde_json::{Map, Number, Value};

/// How deep lists and maps may lie in each other.
const DEPTH: usize = 100;

/// How many values aliases may copy in all.
const COPIED: usize = 100_000;

/// Reads the first document of a text.
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
        match builder.apply(event) {
            Ok(true) => {}
            Ok(false) => break,
            Err(message) => return Err(unreadable(message.to_owned(), at, source)),
        }
    }
    let empty = || unreadable("the file is empty".to_owned(), 0, source);
    builder.root.ok_or_else(empty)
}

fn unreadable(message: String, at: usize, source: &Arc<Source>) -> Problems {
    let length = source.text()[at..].chars().next().filter(|next| !next.is_whitespace()).map_or(0, char::len_utf8);
    let place: Place = source.place(at, at + length);
    Problem::new(Slug::UNREADABLE_YAML, message).at(&place, "the reader stopped here").into()
}

/// A list or map that is not yet closed.
struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Map { fields: Map<String, Value>, merged: Vec<Value>, key: Option<String> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    copied: usize,
    root: Option<Value>,
}

impl Builder {
    /// Takes the next event; `false` after the first document.
    fn apply(&mut self, event: Event<'_>) -> Result<bool, &'static str> {
        match event {
            Event::DocumentEnd => return Ok(false),
            Event::Scalar(text, style, anchor, _) => {
                if let Some(Open { content: Content::Map { key: key @ None, .. }, .. }) = self.open.last_mut() {
                    *key = Some(text.into_owned());
                } else {
                    let value =
                        if style == ScalarStyle::Plain { plain(&text) } else { Value::String(text.into_owned()) };
                    self.put(value, anchor)?;
                }
            }
            Event::Alias(anchor) => {
                let original = self.anchors.get(&anchor).cloned();
                let original = original.ok_or("an alias stands for what it is itself a part of")?;
                self.copied += count(&original);
                if self.copied > COPIED {
                    return Err("the aliases of the file copy too much");
                }
                self.put(original, 0)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, Content::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => {
                self.begin(anchor, Content::Map { fields: Map::new(), merged: Vec::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(true)
    }

    fn begin(&mut self, anchor: usize, content: Content) -> Result<(), &'static str> {
        if let Some(Open { content: Content::Map { key: None, .. }, .. }) = self.open.last() {
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
            Content::Map { mut fields, merged, .. } => {
                for (name, value) in merged.into_iter().flat_map(maps).flatten() {
                    fields.entry(name).or_insert(value);
                }
                Value::Object(fields)
            }
        };
        self.put(value, anchor)
    }

    /// Puts a value where it belongs. Of a key that is there twice, the last value holds, as in JSON.
    fn put(&mut self, value: Value, anchor: usize) -> Result<(), &'static str> {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { fields, merged, key }) => match key.take() {
                Some(key) if key == "<<" => merged.push(value),
                Some(key) => drop(fields.insert(key, value)),
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
