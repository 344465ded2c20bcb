//! What is told of a run when it has ended.

use std::path::PathBuf;
use std::time::Duration;

use seatflow_tool::{Blame, Count, Tally, ToolError};
use serde::Serialize;

/// A run that has ended.
#[derive(Debug)]
pub struct Report {
    /// The run's name.
    pub run: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// How it ended.
    pub ending: Ending,
    /// What failed beside it, while a run that its user had stopped came to its end.
    pub beside: Vec<Failure>,
    /// The nodes, in the order of the pipeline file.
    pub nodes: Vec<NodeReport>,
    /// The failed records that were wired nowhere, and where they are now.
    pub kept: Vec<Kept>,
    /// How long it took.
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending {
    /// Every node came to its end.
    Completed,
    /// A node failed, and the others were stopped.
    Failed(Failure),
    /// The user stopped it.
    Interrupted,
}

/// What ended a run.
#[derive(Debug)]
pub struct Failure {
    /// The node that failed, if it was one.
    pub node: Option<String>,
    /// Why.
    pub error: ToolError,
}

/// The books of one node.
#[derive(Clone, Debug, Serialize)]
pub struct NodeReport {
    /// The node.
    pub node: String,
    /// Its tool.
    pub tool: &'static str,
    /// Whether its F is what went wrong, rather than what did not pass.
    pub f_is_failure: bool,
    /// Records that came in, or that a reader found.
    pub records_in: u64,
    /// Records that succeeded.
    pub succeeded: u64,
    /// Records that left on F.
    pub failed: u64,
    /// Calls that were made.
    pub calls: u64,
    /// Attempts beyond the first of a call.
    pub retries: u64,
    /// Rows on S.
    pub rows: u64,
    /// Records whose answers could not be parsed.
    pub unparsed: u64,
    /// Writes whose outcome is unknown.
    pub in_doubt: u64,
}

/// Failed records that were wired nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The node whose F it is.
    pub node: String,
    /// How many records.
    pub records: u64,
    /// The Arrow IPC file that holds them.
    pub path: PathBuf,
}

impl NodeReport {
    /// What a tally says now.
    pub fn of(node: &str, tool: &'static str, f_is_failure: bool, tally: &Tally) -> Self {
        Self {
            node: node.to_owned(),
            tool,
            f_is_failure,
            records_in: tally.get(Count::In),
            succeeded: tally.get(Count::Succeeded),
            failed: tally.get(Count::Failed),
            calls: tally.get(Count::Calls),
            retries: tally.get(Count::Retries),
            rows: tally.get(Count::Rows),
            unparsed: tally.get(Count::Unparsed),
            in_doubt: tally.get(Count::InDoubt),
        }
    }
}

impl Report {
    /// The exit status that tells it all in one number.
    pub fn exit_status(&self) -> u8 {
        match &self.ending {
            Ending::Interrupted => 130,
            Ending::Failed(failure) if failure.error.blame() == Blame::Bug => 70,
            Ending::Failed(_) => 4,
            Ending::Completed => {
                let open = self.nodes.iter().any(|node| node.unparsed + node.in_doubt > 0);
                if open || !self.kept.is_empty() { 3 } else { 0 }
            }
        }
    }
}
