//! The paths that occur in documents, as a tree: what a key is, costs one comparison when shapes repeat.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// The place of a node in a [`Shape`].
pub(crate) type NodeId = u32;

/// No node, no column.
pub(crate) const NONE: u32 = u32::MAX;

/// The node of the value that everything else lies in.
pub(crate) const ROOT: NodeId = 0;

/// A tree of paths. A node is a path and at most one column: an array adds no node for its elements, whose scalars
/// share the column of the array's path, only one for their numbers.
#[derive(Debug)]
pub(crate) struct Shape {
    nodes: Vec<Node>,
    keys: String,
    /// The nodes that are columns, in the order of first appearance.
    columns: Vec<NodeId>,
    by_hash: HashMap<u64, NodeId>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    step: Edge,
    column: u32,
    /// The child that stood first in the object read last.
    first: NodeId,
    /// The sibling that came next in the object read last.
    next: NodeId,
    /// The node of the element numbers, if the path was an array.
    number: NodeId,
    /// The next node whose parent and key have the same hash.
    chained: NodeId,
    /// The object, by its place on the tape, in which this key was seen last.
    seen_in: u32,
}

/// How a node hangs on its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Root,
    Key { start: u32, end: u32 },
    Number,
}

impl Shape {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::new(NONE, Edge::Root)],
            keys: String::new(),
            columns: Vec::new(),
            by_hash: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    /// How many nodes there are; a parent comes before its children.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node after the last.
    pub(crate) fn end(&self) -> NodeId {
        narrow(self.nodes.len())
    }

    pub(crate) fn columns(&self) -> &[NodeId] {
        &self.columns
    }

    pub(crate) fn parent(&self, node: NodeId) -> NodeId {
        self.nodes[node as usize].parent
    }

    /// The key that leads to a node; `None` for the root and for numbers.
    pub(crate) fn key(&self, node: NodeId) -> Option<&str> {
        match self.nodes[node as usize].step {
            Edge::Key { start, end } => Some(&self.keys[start as usize..end as usize]),
            Edge::Root | Edge::Number => None,
        }
    }

    /// The place of a node among the columns, or [`NONE`].
    pub(crate) fn column(&self, node: NodeId) -> u32 {
        self.nodes[node as usize].column
    }

    /// Makes a node a column; true if it was none.
    #[inline]
    pub(crate) fn appear(&mut self, node: NodeId) -> bool {
        let column = &mut self.nodes[node as usize].column;
        if *column != NONE {
            return false;
        }
        *column = narrow(self.columns.len());
        self.columns.push(node);
        true
    }

    /// The node at `key` of the object at `parent`, where `previous` is the key before it in that object, or [`NONE`].
    #[inline]
    pub(crate) fn child(&mut self, parent: NodeId, previous: NodeId, key: &str) -> NodeId {
        let expected = self.expected(parent, previous);
        if expected != NONE && self.key(expected) == Some(key) {
            return expected;
        }
        let child = self.find_or_add(parent, key);
        if previous == NONE {
            self.nodes[parent as usize].first = child;
        } else {
            self.nodes[previous as usize].next = child;
        }
        child
    }

    /// The node of the key that followed `previous` when such an object was read last.
    #[inline]
    fn expected(&self, parent: NodeId, previous: NodeId) -> NodeId {
        if previous == NONE { self.nodes[parent as usize].first } else { self.nodes[previous as usize].next }
    }

    /// As [`child`](Self::child), but adds nothing: [`NONE`] if there is no such node.
    pub(crate) fn known_child(&self, parent: NodeId, previous: NodeId, key: &str) -> NodeId {
        let expected = self.expected(parent, previous);
        if expected != NONE && self.key(expected) == Some(key) {
            return expected;
        }
        self.find(self.hasher.hash_one((parent, key)), parent, key)
    }

    /// As [`number`](Self::number), but adds nothing: [`NONE`] if there is no such node.
    pub(crate) fn known_number(&self, node: NodeId) -> NodeId {
        self.nodes[node as usize].number
    }

    /// How many bytes the keys have together.
    pub(crate) fn key_bytes(&self) -> usize {
        self.keys.len()
    }

    /// The node of the element numbers of an array at `node`.
    pub(crate) fn number(&mut self, node: NodeId) -> NodeId {
        let known = self.nodes[node as usize].number;
        if known != NONE {
            return known;
        }
        let number = self.add(node, Edge::Number);
        self.nodes[node as usize].number = number;
        number
    }

    /// Notes that a key stands in an object, given by its place on the tape; false if it stood there already.
    #[inline]
    pub(crate) fn visit(&mut self, node: NodeId, object: u32) -> bool {
        let seen_in = &mut self.nodes[node as usize].seen_in;
        let first_time = *seen_in != object;
        *seen_in = object;
        first_time
    }

    fn find_or_add(&mut self, parent: NodeId, key: &str) -> NodeId {
        let hash = self.hasher.hash_one((parent, key));
        let known = self.find(hash, parent, key);
        if known != NONE {
            return known;
        }
        let start = narrow(self.keys.len());
        self.keys.push_str(key);
        let end = narrow(self.keys.len());
        let child = self.add(parent, Edge::Key { start, end });
        self.nodes[child as usize].chained = self.by_hash.insert(hash, child).unwrap_or(NONE);
        child
    }

    fn find(&self, hash: u64, parent: NodeId, key: &str) -> NodeId {
        let mut candidate = self.by_hash.get(&hash).copied().unwrap_or(NONE);
        while candidate != NONE && !(self.parent(candidate) == parent && self.key(candidate) == Some(key)) {
            candidate = self.nodes[candidate as usize].chained;
        }
        candidate
    }

    fn add(&mut self, parent: NodeId, step: Edge) -> NodeId {
        self.nodes.push(Node::new(parent, step));
        narrow(self.nodes.len() - 1)
    }
}

impl Node {
    fn new(parent: NodeId, step: Edge) -> Self {
        Self { parent, step, column: NONE, first: NONE, next: NONE, number: NONE, chained: NONE, seen_in: NONE }
    }
}

/// How many paths there may be where so many columns may be: objects have paths and no columns.
pub(crate) fn most_paths(max_columns: usize) -> usize {
    max_columns.saturating_mul(4).saturating_add(1024)
}

/// A place in something that has less than 4 GiB: bodies of more are refused before they are read, and so are documents
/// with which the keys of all would have more.
#[inline]
pub(crate) fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}
