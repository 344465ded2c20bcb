//! What is told of a run when it has ended.

use std::path::PathBuf;
use std::time::Duration;

use seatflow_tool::{Blame, Count, Failing, ToolError};
use serde::Serialize;

use crate::run::{Progress, Purpose};

/// A run that has ended.
#[derive(Debug)]
pub struct Report {
    /// The run's name.
    pub run: String,
    /// What it was for.
    pub purpose: Purpose,
    /// The pipeline's name.
    pub pipeline: String,
    /// How it ended.
    pub ending: Ending,
    /// What failed beside it, while a run that was not to complete came to its end.
    pub beside: Vec<Failure>,
    /// The nodes, in the order of the pipeline file.
    pub nodes: Vec<NodeReport>,
    /// The failed records of a completed run that were wired nowhere: they are kept in the run's folder.
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
    /// Whether its calls change the remote system.
    pub writes: bool,
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
    /// Records of which nobody knows whether their write happened.
    pub in_doubt: u64,
    /// Calls that an earlier run has made.
    pub recalled: u64,
    /// Records whose writes a plan has withheld.
    pub withheld: u64,
    /// Records of which a plan cannot tell what would be called.
    pub unknown: u64,
}

/// What left a node on one anchor, kept in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The node.
    pub node: String,
    /// The letter of the anchor.
    pub anchor: &'static str,
    /// How many records.
    pub records: u64,
    /// The Arrow IPC file that holds them.
    pub path: PathBuf,
}

impl NodeReport {
    /// What the tally of a node says now.
    pub fn of(node: &Progress) -> Self {
        let tally = &node.tally;
        Self {
            node: node.name.clone(),
            tool: node.card.name,
            f_is_failure: node.card.outputs.f == Some(Failing::Failed),
            writes: node.writes,
            records_in: tally.get(Count::In),
            succeeded: tally.get(Count::Succeeded),
            failed: tally.get(Count::Failed),
            calls: tally.get(Count::Calls),
            retries: tally.get(Count::Retries),
            rows: tally.get(Count::Rows),
            unparsed: tally.get(Count::Unparsed),
            in_doubt: tally.get(Count::InDoubt),
            recalled: tally.get(Count::Recalled),
            withheld: tally.get(Count::Withheld),
            unknown: tally.get(Count::Unknown),
        }
    }
}

impl Report {
    /// The exit status that tells it all in one number.
    pub fn exit_status(&self) -> u8 {
        match &self.ending {
            Ending::Interrupted => 130,
            Ending::Failed(failure) => match failure.error.blame() {
                Blame::Bug => 70,
                Blame::Guard => 5,
                Blame::Pipeline | Blame::Remote => 4,
            },
            Ending::Completed => {
                let open = self.nodes.iter().any(|node| node.unparsed + node.in_doubt > 0);
                if open || !self.kept.is_empty() { 3 } else { 0 }
            }
        }
    }
}
