//! What a tool says of itself before it is used.

/// A tool's card: its name, its anchors, its page.
#[derive(Debug)]
pub struct Card {
    /// The key that uses it in a pipeline, `read_csv`.
    pub name: &'static str,
    /// One sentence, for lists.
    pub summary: &'static str,
    /// The page: Markdown, whose examples are tests.
    pub page: &'static str,
    /// Where records enter.
    pub inputs: Inputs,
    /// Where records leave.
    pub outputs: Outputs,
    /// What the tool does beside moving records.
    pub effects: Effects,
}

/// The input anchors of a tool.
#[derive(Clone, Copy, Debug)]
pub struct Inputs {
    /// Authorization.
    pub a: Presence,
    /// Records.
    pub d: Presence,
}

/// Whether an input anchor is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The tool has no such anchor.
    Absent,
    /// It may be wired.
    Optional,
    /// It must be wired.
    Required,
}

/// The output anchors of a tool.
#[derive(Clone, Copy, Debug)]
pub struct Outputs {
    /// Whether it has A.
    pub a: bool,
    /// Whether it has S.
    pub s: bool,
    /// What leaves on F, if it has one.
    pub f: Option<Failing>,
    /// Whether it has L.
    pub l: bool,
}

/// What leaves on an F.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Something went wrong: the columns tell what.
    Failed,
    /// What did not pass, with just the input's columns.
    Rest,
}

/// What a tool does beside moving records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effects {
    /// Nothing.
    None,
    /// Reads files.
    ReadsFiles,
    /// Writes files.
    WritesFiles,
    /// Calls a remote system.
    Calls,
}

impl Card {
    /// The letters of the output anchors, in the order A, S, F, L.
    pub fn output_letters(&self) -> Vec<seatflow_spec::Output> {
        use seatflow_spec::Output;
        let outputs = &self.outputs;
        [(outputs.a, Output::A), (outputs.s, Output::S), (outputs.f.is_some(), Output::F), (outputs.l, Output::L)]
            .into_iter()
            .filter_map(|(there, letter)| there.then_some(letter))
            .collect()
    }
}
