//! Selectors of a graph: a path through objects, what is wanted of those at its end, and what comes with them.
//!
//! A selector is what follows `/graph/` in a request, such as
//! `License[@id='40000000']/~ManyToOne/LicensedItem{i=0,r=100}?/~ManyToOne/LicenseModel`. It is read here and written
//! again, raw or percent-encoded; which types and fields there are, and what it selects, is known to whoever has the
//! graph.
//!
//! A text is read with each quote closed first. What cannot be read in that way is read once more, leniently: the quote
//! at the end of a value may be missing (`[@id='1]`), and quotes inside a value need not be doubled. Not so where something
//! is written: what is meant is not guessed, and it is named.

mod condition;
mod cursor;
mod fault;
mod parameters;
mod parse;
mod quotes;
mod step;
mod write;

use std::fmt;

pub use condition::{Comparison, Condition, Joiner, Meaning, Operator, Value};
pub use fault::SelectorFault;
pub use parameters::{Parameters, SortKey};
pub use step::{Multiplicity, Step};

use parse::Fragment;
use write::{Encoded, Raw, Writer};

use crate::Effect;

/// A selector of a graph.
///
/// It prints itself as the raw text that it is parsed from, but for blanks that say nothing, a `/` at the end, and
/// quotes that were missing. Its first step is to a type, and no path in it ends with a mere multiplicity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    steps: Vec<Step>,
    projection: Vec<String>,
    parameters: Parameters,
    includes: Vec<Include>,
}

/// A path from each selected object to others that come with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    steps: Vec<Step>,
    parameters: Parameters,
}

impl Include {
    /// The steps of the path, at least one.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What stands in braces behind it.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn write(&self, writer: &mut impl Writer) {
        for step in &self.steps {
            writer.syntax("/");
            step.write(writer);
        }
        self.parameters.write(writer);
    }
}

impl Selector {
    /// Reads a raw text: the steps, then what is projected, then parameters in braces, then `?` and the includes, joined
    /// with `&`.
    ///
    /// # Errors
    /// It cannot be read in either way; the fault tells the place in the text.
    pub fn parse(text: &str) -> Result<Self, SelectorFault> {
        Self::parse_for(Effect::Read, text)
    }

    /// The same for what is read, or for what is written. There each quote is closed, and the last step has a condition
    /// that names its object by what it equals (`[@id='..']`): a mistake would write many others.
    ///
    /// # Errors
    /// It cannot be read in such a way; the fault tells the place in the text.
    pub fn parse_for(effect: Effect, text: &str) -> Result<Self, SelectorFault> {
        parse::whole(Fragment::new(text, 0), effect)
    }

    /// Reads what follows `/graph/` in the target of a request: it is split at the first `?` and at each `&` that are
    /// not percent-encoded, and then each piece is decoded. No include may follow the `?`.
    ///
    /// # Errors
    /// A piece is not UTF-8 or cannot be read; the place is that in the decoded text.
    pub fn parse_target(target: &str) -> Result<Self, SelectorFault> {
        parse::target(target)
    }

    /// The steps, at least one; the first is to a type.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The fields whose values are wanted in place of the objects; none for the objects.
    pub fn projection(&self) -> &[String] {
        &self.projection
    }

    /// What stands in braces at the end of the path.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What comes with the objects.
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// Whether it says itself which of its objects are wanted: it has a range (`i`, `r`) or counts.
    pub fn has_range(&self) -> bool {
        self.parameters.has_range()
    }

    /// The same selector for `count` objects from number `first` on, counted from 0.
    ///
    /// Where the values of one field are wanted, only objects that have it are selected. The others have no value in the
    /// answer, and a range with fewer values than objects would look like the last one.
    #[must_use]
    pub fn with_range(&self, first: u64, count: u64) -> Self {
        let mut ranged = Self { parameters: self.parameters.with_range(first, count), ..self.clone() };
        if let ([field], Some(last)) = (self.projection.as_slice(), ranged.steps.last_mut()) {
            last.require(field);
        }
        ranged
    }

    /// The path as it is sent: percent-encoded, but for what may stand in a path and is the selector's own syntax.
    pub fn path(&self) -> String {
        Encoded::of(|writer| self.write_path(writer))
    }

    /// The includes as they are sent, each percent-encoded as the path is and joined with `&`; nothing without includes.
    pub fn query(&self) -> Option<String> {
        let includes: Vec<String> =
            self.includes.iter().map(|include| Encoded::of(|writer| include.write(writer))).collect();
        (!includes.is_empty()).then(|| includes.join("&"))
    }

    fn write_path(&self, writer: &mut impl Writer) {
        for (place, step) in self.steps.iter().enumerate() {
            if place > 0 {
                writer.syntax("/");
            }
            step.write(writer);
        }
        for (place, field) in self.projection.iter().enumerate() {
            writer.syntax(if place == 0 { "/@" } else { ",@" });
            writer.syntax(field);
        }
        self.parameters.write(writer);
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut raw = Raw::default();
        self.write_path(&mut raw);
        for (place, include) in self.includes.iter().enumerate() {
            raw.syntax(if place == 0 { "?" } else { "&" });
            include.write(&mut raw);
        }
        formatter.write_str(&raw.text)
    }
}
