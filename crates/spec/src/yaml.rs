//! From YAML events to a tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::{Key, Kind, Place, Problem, Problems, Slug, Source, Text, Tree, scalar};

/// How deep lists and maps may lie in each other.
const DEPTH: usize = 128;

/// How much aliases may copy in all: bytes of text, and this much more for each value.
const COPIED: usize = 4 << 20;
const COPIED_PER_VALUE: usize = 64;

/// Reads one document. What is wrong goes to `problems`; what is wrong for itself alone becomes [`Kind::Broken`].
pub(crate) fn read(source: &Arc<Source>, problems: &mut Problems) -> Option<Tree> {
    if let Some(at) = source.text().find(is_forbidden) {
        let length = source.text()[at..].chars().next().map_or(0, char::len_utf8);
        problems.push(unreadable("the file holds a control character", &source.place(at, at + length), "not text"));
        return None;
    }
    let mut builder = Builder {
        source,
        offsets: Offsets::new(source.text()),
        problems,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        copied: 0,
        root: None,
    };
    for event in Parser::new_from_str(source.text()) {
        let step = match event {
            Ok((event, span)) => {
                let place =
                    source.place(builder.offsets.byte(span.start.index()), builder.offsets.byte(span.end.index()));
                builder.apply(event, trimmed(place))
            }
            Err(error) => Err(Box::new(not_yaml(&error, builder.offsets.byte(error.marker().index()), source))),
        };
        if let Err(problem) = step {
            builder.problems.push(*problem);
            return None;
        }
    }
    let root = builder.root;
    if root.is_none() {
        problems.push(unreadable("the file is empty", &source.beginning(), "nothing is here"));
    }
    root
}

fn unreadable(message: impl Into<String>, place: &Place, label: &str) -> Problem {
    Problem::new(Slug::UNREADABLE_YAML, message).at(place, label)
}

/// What YAML does not allow in a file, and what its parser would take for the file's end.
fn is_forbidden(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
}

/// The place without the white space at its end.
fn trimmed(place: Place) -> Place {
    let end = place.span.start + place.text().trim_end().len();
    place.source.place(place.span.start, end)
}

fn not_yaml(error: &ScanError, at: usize, source: &Arc<Source>) -> Problem {
    let text = source.text();
    let length = text[at..].chars().next().filter(|next| !next.is_whitespace()).map_or(0, char::len_utf8);
    let place = source.place(at, at + length);
    if error.info().contains("recursion limit") {
        return too_deep(&place);
    }
    let problem = unreadable(format!("this is not YAML: {}", error.info()), &place, "the reader stopped here");
    if text[..at].ends_with('$') && text[at..].starts_with('{') {
        problem.help("between braces or brackets a reference stands in quotes: `\"${name}\"`")
    } else if error.info().contains("tab") {
        problem.help("indent with spaces")
    } else if error.info().contains("mapping values are not allowed") {
        problem.help("a text with `: ` in it stands in quotes")
    } else if error.info().starts_with("unexpected character") {
        problem.help("a text that begins with this character stands in quotes")
    } else {
        problem
    }
}

fn too_deep(place: &Place) -> Problem {
    let message = format!("lists and maps lie more than {DEPTH} deep in each other");
    unreadable(message, place, "this one is too deep")
}

/// Where each character begins, in bytes; the parser counts in characters.
enum Offsets {
    Ascii(usize),
    Table(Vec<usize>),
}

impl Offsets {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        Self::Table(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Table(offsets) => offsets[character.min(offsets.len() - 1)],
        }
    }
}

/// A list or map that is not yet closed.
struct Open {
    start: Place,
    anchor: usize,
    /// Whether it stands where a key should; then it is dropped.
    is_key: bool,
    content: Content,
}

enum Content {
    List(Vec<Tree>),
    Map { entries: Vec<(Key, Tree)>, keys: BTreeMap<String, Place>, next: Option<NextKey> },
}

/// The key whose value comes next.
struct NextKey {
    key: Key,
    /// Whether the value is dropped, because its key is a problem.
    dropped: bool,
}

struct Builder<'a> {
    source: &'a Arc<Source>,
    offsets: Offsets,
    problems: &'a mut Problems,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Tree>,
    copied: usize,
    root: Option<Tree>,
}

type Step = Result<(), Box<Problem>>;

impl Builder<'_> {
    /// Takes the next event. An error ends the reading.
    fn apply(&mut self, event: Event<'_>, place: Place) -> Step {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(Box::new(unreadable(
                    "the file holds more than one document",
                    &place,
                    "the second one begins here",
                )));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = tag.is_some();
                if tagged {
                    self.refuse_tag(&place);
                }
                if self.expects_key() {
                    self.begin_key(&text, &place);
                } else {
                    let tree = self.scalar(&text, style, place, tagged);
                    self.put(tree, anchor);
                }
            }
            Event::Alias(anchor) => self.alias(anchor, &place)?,
            Event::SequenceStart(anchor, tag) => {
                if tag.is_some() {
                    self.refuse_tag(&place);
                }
                self.begin(Content::List(Vec::new()), anchor, place)?;
            }
            Event::MappingStart(anchor, tag) => {
                if tag.is_some() {
                    self.refuse_tag(&place);
                }
                let content = Content::Map { entries: Vec::new(), keys: BTreeMap::new(), next: None };
                self.begin(content, anchor, place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&place),
            Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn refuse_tag(&mut self, place: &Place) {
        let end = place.text().find(char::is_whitespace).unwrap_or(place.text().len());
        let problem = unreadable("a tag is written here", &place.part(0, end), "tags are not read");
        self.problems.push(problem.help("leave it out; a text stands in quotes"));
    }

    fn begin(&mut self, content: Content, anchor: usize, start: Place) -> Step {
        if self.open.len() >= DEPTH {
            return Err(Box::new(too_deep(&start)));
        }
        let is_key = self.expects_key();
        if is_key {
            self.begin_bad_key("a key is a list or a map", &start, "a key must be text");
        }
        self.open.push(Open { start, anchor, is_key, content });
        Ok(())
    }

    fn end(&mut self, end: &Place) {
        let Some(open) = self.open.pop() else { return };
        if open.is_key {
            return;
        }
        let last = match &open.content {
            Content::List(items) => items.last(),
            Content::Map { entries, .. } => entries.last().map(|(_, value)| value),
        };
        let written_end = if end.span.end > end.span.start {
            end.span.end
        } else {
            last.map_or(open.start.span.end, |last| last.place.span.end)
        };
        let start = open.start.span.start;
        let place = self.source.place(start, written_end.max(start));
        let kind = match open.content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, .. } => Kind::Map(entries),
        };
        self.put(Tree::new(kind, place), open.anchor);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: Place, tagged: bool) -> Tree {
        let (kind, place) = if tagged {
            (Kind::Broken, place)
        } else if style == ScalarStyle::Plain && text.is_empty() {
            (Kind::Null, self.place_of_nothing(place))
        } else if style == ScalarStyle::Plain && !text.contains("${") {
            (scalar::plain(text), place)
        } else {
            (Text::parse(text, &place, self.problems).map_or(Kind::Broken, Kind::Text), place)
        };
        let spelt = matches!(kind, Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_));
        Tree { kind, place, spelling: spelt.then(|| text.into()) }
    }

    /// A value that is not written is where its key is.
    fn place_of_nothing(&self, place: Place) -> Place {
        match self.open.last().map(|open| &open.content) {
            Some(Content::Map { next: Some(next), .. }) => next.key.place.clone(),
            _ => place.part(0, 0),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { next: None, .. }, .. }))
    }

    fn begin_bad_key(&mut self, message: &str, place: &Place, label: &str) {
        self.problems.push(unreadable(message, place, label));
        let key = Key { text: String::new(), place: place.clone() };
        self.expect_value(NextKey { key, dropped: true });
    }

    fn begin_key(&mut self, text: &str, place: &Place) {
        let literal = text.replace("$${", "");
        let key = Key { text: text.replace("$${", "${"), place: place.clone() };
        if text == "<<" {
            let problem = unreadable("a map is merged into another", place, "merging is not read");
            self.problems.push(problem.help("write its keys out"));
            return self.expect_value(NextKey { key, dropped: true });
        }
        if literal.contains("${") {
            let problem = Problem::new(Slug::BAD_REFERENCE, "a key holds a reference");
            let problem = problem.at(place, "a key is taken as it is written");
            self.problems.push(problem.help("write `$${` where `${` is meant as it is"));
            return self.expect_value(NextKey { key, dropped: true });
        }
        let Some(Open { content: Content::Map { keys, .. }, .. }) = self.open.last_mut() else { return };
        let earlier = keys.get(&key.text).cloned();
        if let Some(earlier) = &earlier {
            let message = format!("the key `{}` is there twice", key.text);
            let problem = Problem::new(Slug::DUPLICATE_KEY, message);
            self.problems.push(problem.at(place, "here again").with(earlier, "here first"));
        } else {
            keys.insert(key.text.clone(), place.clone());
        }
        self.expect_value(NextKey { key, dropped: earlier.is_some() });
    }

    fn expect_value(&mut self, key: NextKey) {
        if let Some(Open { content: Content::Map { next, .. }, .. }) = self.open.last_mut() {
            *next = Some(key);
        }
    }

    /// Puts a value where it belongs.
    fn put(&mut self, tree: Tree, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, tree.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(tree),
            Some(Content::List(items)) => items.push(tree),
            Some(Content::Map { entries, next, .. }) => match next.take() {
                Some(NextKey { key, dropped: false }) => entries.push((key, tree)),
                Some(NextKey { dropped: true, .. }) | None => {}
            },
        }
    }

    fn alias(&mut self, anchor: usize, place: &Place) -> Step {
        if self.expects_key() {
            self.begin_bad_key("a key is an alias", place, "a key must be text");
            return Ok(());
        }
        let Some(original) = self.anchors.get(&anchor) else {
            let message = "an alias stands for what could not be read, or for what it is itself a part of";
            return Err(Box::new(unreadable(message, place, "it stands for nothing")));
        };
        let (weight, depth) = measure(original);
        self.copied += weight;
        if self.copied > COPIED {
            let problem = unreadable("the aliases of the file copy too much", place, "here it is too much");
            return Err(Box::new(problem));
        }
        if self.open.len() + depth > DEPTH {
            return Err(Box::new(too_deep(place)));
        }
        let copy = original.clone();
        self.put(copy, 0);
        Ok(())
    }
}

/// How much a value weighs when it is copied, and how many lists and maps lie in each other in it.
fn measure(tree: &Tree) -> (usize, usize) {
    let inner = |values: &mut dyn Iterator<Item = &Tree>| {
        let own = (COPIED_PER_VALUE, 1);
        values.map(measure).fold(own, |(weight, depth), (more, deep)| (weight + more, depth.max(deep + 1)))
    };
    match &tree.kind {
        Kind::List(items) => inner(&mut items.iter()),
        Kind::Map(entries) => inner(&mut entries.iter().map(|(_, value)| value)),
        _ => (COPIED_PER_VALUE + tree.place.text().len(), 0),
    }
}
