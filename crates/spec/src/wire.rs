//! Anchors, and the wires of a node as they are written.

use std::fmt;

use crate::settings::bad_name;
use crate::{FromTree, Kind, NodeName, Place, Problem, Reading, Slug, Spanned, Tree};

/// Where wires enter a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// Authorization.
    A,
    /// Records.
    D,
}

/// Where wires leave a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// The node's authorization.
    A,
    /// Records that succeeded.
    S,
    /// Records that did not.
    F,
    /// The log.
    L,
}

impl Input {
    /// Both, in the order of the alphabet.
    pub const ALL: [Self; 2] = [Self::A, Self::D];

    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::D => "D",
        }
    }
}

impl Output {
    /// All four, in the order in which cards list them.
    pub const ALL: [Self; 4] = [Self::A, Self::S, Self::F, Self::L];

    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::S => "S",
            Self::F => "F",
            Self::L => "L",
        }
    }

    /// The output of that letter.
    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|output| output.as_str() == letter)
    }
}

impl fmt::Display for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The end of a wire, where it leaves a node: `devices` or `devices.F`.
#[derive(Clone, Debug, PartialEq)]
pub struct WireEnd {
    /// The node that it leaves. Whether there is one is not known here.
    pub node: Spanned<NodeName>,
    /// The anchor, if one is named.
    pub anchor: Option<Anchor>,
    /// Where the whole is written.
    pub place: Place,
}

/// An anchor as somebody has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// What is written.
    pub text: String,
    /// Where.
    pub place: Place,
}

impl Anchor {
    /// The output it names, if it names one.
    pub fn output(&self) -> Option<Output> {
        Output::from_letter(&self.text)
    }
}

impl FromTree for WireEnd {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let resolved = reading.resolve(tree)?;
        let Some(text) = resolved.as_text() else {
            reading.wrong_type(&resolved, "a node, or a node and its anchor");
            return None;
        };
        let (name, anchor) = text.split_once('.').map_or((text, None), |(name, anchor)| (name, Some(anchor)));
        let (node_place, anchor_place) = split_place(&tree.place, text, name.len());
        if anchor.is_some_and(|anchor| anchor.is_empty() || anchor.contains('.')) {
            let problem = Problem::new(Slug::BAD_VALUE, format!("`{text}` is not a wire"));
            let mut problem = problem.at(&tree.place, "a wire is a node, or a node, a dot and an anchor");
            problem.help = NodeName::new(name).map(|name| format!("write `{name}`, or `{name}.S`"));
            reading.problem(problem);
            return None;
        }
        let Some(node) = NodeName::new(name) else {
            reading.problem(bad_name(name, &node_place, NodeName::WHAT));
            return None;
        };
        Some(Self {
            node: Spanned::new(node, node_place),
            anchor: anchor.map(|anchor| Anchor { text: anchor.to_owned(), place: anchor_place }),
            place: tree.place.clone(),
        })
    }
}

/// The places of a node and of its anchor; that of the whole for both, if the text is not written as it is.
fn split_place(place: &Place, text: &str, node: usize) -> (Place, Place) {
    match place.text().find(text) {
        Some(at) if node < text.len() => (place.part(at, at + node), place.part(at + node + 1, at + text.len())),
        _ => (place.clone(), place.clone()),
    }
}

/// What is wired to an input. `None` stands where a wire could not be read, and its problem is reported.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// One wire, or several whose records follow each other in this order.
    Wires(Vec<Option<WireEnd>>),
    /// One wire, or several in order, for each of several names.
    Named(Vec<(Spanned<String>, Vec<Option<WireEnd>>)>),
}

impl Inputs {
    /// All wires that could be read, in the order of the file.
    pub fn wires(&self) -> impl Iterator<Item = &WireEnd> {
        self.written().flatten()
    }

    /// Whether every wire could be read.
    pub fn is_whole(&self) -> bool {
        self.written().all(|wire| wire.is_some())
    }

    fn written(&self) -> impl Iterator<Item = Option<&WireEnd>> {
        let (plain, named) = match self {
            Self::Wires(wires) => (wires.as_slice(), [].as_slice()),
            Self::Named(named) => ([].as_slice(), named.as_slice()),
        };
        plain.iter().chain(named.iter().flat_map(|(_, wires)| wires)).map(Option::as_ref)
    }

    /// Something that could not be read.
    pub(crate) fn unreadable() -> Self {
        Self::Wires(vec![None])
    }

    /// Reads one wire, a list of wires, or a map of either.
    pub(crate) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Self {
        if tree.entries().is_empty() {
            return Self::Wires(wires(tree, reading));
        }
        let named = tree.entries().iter().map(|(key, value)| {
            let name = Spanned::new(key.text.clone(), key.place.clone());
            (name, wires(value, reading))
        });
        Self::Named(named.collect())
    }

    /// Reads the one wire of an input that takes no more.
    pub(crate) fn read_one(tree: &Tree, reading: &mut Reading<'_>) -> Self {
        if matches!(tree.kind, Kind::List(_) | Kind::Map(_)) {
            let message = format!("expected one wire, found {}", tree.describe());
            let problem = Problem::new(Slug::WRONG_TYPE, message);
            reading.problem(problem.at(&tree.place, "this input takes one wire"));
            return Self::unreadable();
        }
        Self::Wires(wires(tree, reading))
    }
}

fn wires(tree: &Tree, reading: &mut Reading<'_>) -> Vec<Option<WireEnd>> {
    match &tree.kind {
        Kind::List(items) if !items.is_empty() => items.iter().map(|item| WireEnd::from_tree(item, reading)).collect(),
        Kind::List(_) => {
            let problem = Problem::new(Slug::BAD_VALUE, "no wire is in the list");
            reading.problem(problem.at(&tree.place, "at least one wire must be here"));
            vec![None]
        }
        _ => vec![WireEnd::from_tree(tree, reading)],
    }
}
