//! Which anchor is meant.

use seatflow_journal::Books;
use seatflow_spec::{NodeName, Output, listed};
use seatflow_tools::TOOLS;

use crate::usage::Usage;

/// An anchor of a node, whose records somebody wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The node.
    pub(crate) node: NodeName,
    /// The anchor, which carries records.
    pub(crate) output: Output,
}

impl Anchor {
    /// Reads `NODE.ANCHOR`; a bare node means its S.
    ///
    /// # Errors
    /// It is not written so, or carries no records.
    pub(crate) fn parse(written: &str) -> Result<Self, Usage> {
        let (node, letter) = written.split_once('.').unwrap_or((written, Output::S.as_str()));
        let is_wrong = |why: &str| Usage::new(why).help("write `NODE.S`, `NODE.F` or `NODE.L`");
        let node = NodeName::new(node).ok_or_else(|| is_wrong("an anchor is a node, a dot and a letter"))?;
        match Output::from_letter(&letter.to_ascii_uppercase()) {
            Some(Output::A) => Err(is_wrong("what leaves on A is an authorization, not records")),
            Some(output) => Ok(Self { node, output }),
            None => Err(is_wrong("there is no such anchor")),
        }
    }

    /// Sees that a run has the anchor.
    ///
    /// # Errors
    /// It has no such node, or its tool has no such anchor.
    pub(crate) fn check(&self, books: &[Books]) -> Result<(), Usage> {
        check_node(books, self.node.as_str())?;
        let node = books.iter().find(|books| books.node == self.node.as_str());
        let entry = node.and_then(|books| TOOLS.iter().find(|entry| entry.card.name == books.tool));
        // A tool of an earlier version, which there is no more, may have had any anchor.
        let Some(card) = entry.map(|entry| entry.card) else { return Ok(()) };
        let letters = card.output_letters();
        if letters.contains(&self.output) {
            return Ok(());
        }
        let usage = Usage::new(format!("`{}` has no output `{}`", self.node, self.output));
        let ends = letters.into_iter().filter(|letter| *letter != Output::A);
        let ends: Vec<String> = ends.map(|letter| format!("{}.{letter}", self.node)).collect();
        let has = match ends.len() {
            0 => "has none with records".to_owned(),
            _ => format!("has {}", listed(ends.iter().map(String::as_str))),
        };
        Err(usage.help(format!("it is a `{}`, which {has}", card.name)))
    }
}

/// Sees that a run has a node.
///
/// # Errors
/// It has none of that name; the nearest is offered.
pub(crate) fn check_node(books: &[Books], node: &str) -> Result<(), Usage> {
    if books.iter().any(|books| books.node == node) {
        return Ok(());
    }
    let usage = Usage::new(format!("the run has no node `{node}`"));
    Err(match seatflow_spec::help_for_unknown(node, books.iter().map(|books| books.node.as_str())) {
        Some(help) => usage.help(help),
        None => usage,
    })
}
