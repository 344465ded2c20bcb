//! From a stream of events to one tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle};

use super::{DEPTH, too_deep, unreadable};
use crate::{Key, Kind, Place, Problem, Problems, Slug, Source, Text, Tree, scalar};

/// How much aliases may copy in all: bytes of text, and this much more for each value.
const COPIED: usize = 4 << 20;
const COPIED_PER_VALUE: usize = 64;

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

/// Takes the events of one document and makes its tree.
pub(super) struct Builder<'a> {
    source: &'a Arc<Source>,
    problems: &'a mut Problems,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Tree>,
    copied: usize,
    root: Option<Tree>,
}

/// An error is a problem after which nothing more can be read.
type Step = Result<(), Box<Problem>>;

impl<'a> Builder<'a> {
    /// Begins a tree.
    pub(super) fn new(source: &'a Arc<Source>, problems: &'a mut Problems) -> Self {
        Self { source, problems, open: Vec::new(), anchors: BTreeMap::new(), copied: 0, root: None }
    }

    /// The tree, if there has been a document.
    pub(super) fn finish(self) -> Option<Tree> {
        self.root
    }

    /// The brace or bracket that was opened last and is not closed.
    pub(super) fn opened_in_flow(&self) -> Option<Place> {
        let in_flow = |open: &&Open| open.start.text().starts_with(['{', '[']);
        self.open.iter().rfind(in_flow).map(|open| open.start.part(0, 1))
    }

    /// Takes the next event.
    pub(super) fn apply(&mut self, event: Event<'_>, place: Place) -> Step {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let message = "the file holds more than one document";
                let problem = unreadable(message, &place, "the second one begins here");
                return Err(Box::new(problem.help("put it into a file of its own")));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = tag.is_some();
                if tagged {
                    self.refuse_tag(&place);
                }
                let place = value_place(&place, style);
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
            (Kind::Null, self.place_of_nothing(&place))
        } else if style == ScalarStyle::Plain && !text.contains("${") {
            (scalar::plain(text), place)
        } else {
            (Text::parse(text, &place, self.problems).map_or(Kind::Broken, Kind::Text), place)
        };
        let spelt = matches!(kind, Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_));
        Tree { kind, place, spelling: spelt.then(|| text.into()) }
    }

    /// A value that is not written is where its key is.
    fn place_of_nothing(&self, place: &Place) -> Place {
        match self.open.last().map(|open| &open.content) {
            Some(Content::Map { next: Some(next), .. }) => next.key.place.clone(),
            _ => place.part(0, 0),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { next: None, .. }, .. }))
    }

    fn begin_bad_key(&mut self, message: &str, place: &Place, label: &str) {
        let problem = unreadable(message, place, label);
        self.problems.push(problem.help("write the key as text, in quotes where it begins with `[`, `{` or `*`"));
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
            let problem = problem.at(place, "here again").with(earlier, "here first");
            self.problems.push(problem.help("take one of them out, or give it another name"));
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
            Some(Content::Map { entries, next, .. }) => {
                if let Some(NextKey { key, dropped: false }) = next.take() {
                    entries.push((key, tree));
                }
            }
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

/// The place of a scalar itself. The parser's begins at the anchor, and behind a quote it goes on to the next token.
fn value_place(place: &Place, style: ScalarStyle) -> Place {
    let text = place.text();
    let mut value = text;
    while value.starts_with(['&', '!']) {
        value = value.find(char::is_whitespace).map_or("", |end| value[end..].trim_start());
    }
    let end = match style {
        ScalarStyle::SingleQuoted => end_of_quote(value, '\'', '\''),
        ScalarStyle::DoubleQuoted => end_of_quote(value, '"', '\\'),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => value.len(),
    };
    let start = text.len() - value.len();
    place.part(start, start + end)
}

/// The byte behind the quote that closes `text`, in which `escape` takes the meaning from what follows it.
fn end_of_quote(text: &str, quote: char, escape: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        let escapes =
            character == escape && characters.next_if(|&(_, next)| escape != quote || next == quote).is_some();
        if character == quote && !escapes {
            return at + quote.len_utf8();
        }
    }
    text.len()
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
