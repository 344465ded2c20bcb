//! What a run tells its journal of itself.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::error::Error;

/// A run that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// Its id, which no other run of the journal has.
    pub id: String,
    /// The name of the pipeline, as the file says it.
    pub pipeline: String,
    /// The pipeline file, as it was given.
    pub file: PathBuf,
    /// Whether the remote systems are played.
    pub is_sandbox: bool,
    /// The version of the program.
    pub version: String,
    /// Who runs it.
    pub user: String,
    /// When it began.
    pub began_at: Timestamp,
}

/// A pass of a run that begins: the run itself, a resumption, a plan, the check of a plan, or its application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPass {
    /// What it is for.
    pub purpose: Purpose,
    /// When it began.
    pub began_at: Timestamp,
    /// How much it may write.
    pub guards: Guards,
    /// The nodes of the pipeline. Whatever the journal is told of a node, the node is among them.
    pub nodes: Vec<NodeEntry>,
    /// Settings that are overridden, as `NAME=VALUE`, in the order in which they were given.
    pub overrides: Vec<String>,
    /// The files that it reads.
    pub sources: Vec<Source>,
    /// Where the paths of each connection begin, by the names of the connections.
    pub base_urls: Vec<(String, String)>,
    /// Whether writes may be sent that no plan shows, on nodes of which the plan has calls that are unknown.
    pub allow_unknown: bool,
}

/// What a pass of a run is for. A resumption is another pass of the purpose that it resumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It reads and writes.
    Run,
    /// It reads, and withholds what it would write.
    Plan,
    /// It plans once more, to be compared with the plan before that is applied.
    Check,
    /// It writes what was planned.
    Apply,
}

/// A node of the pipeline of a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEntry {
    /// Its name.
    pub name: String,
    /// Its tool.
    pub tool: String,
    /// The id of the endpoint that it calls, if it calls one.
    pub endpoint: Option<String>,
    /// Whether its calls change the remote system.
    pub writes: bool,
    /// Whether its records come, through however many nodes, from a node that writes.
    pub is_below_write: bool,
}

/// A file that a pass reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// The digest of its content, in hexadecimal digits.
    pub sha256: String,
    /// Its content without secrets, if it is kept whole, as that of a pipeline and of a catalog is.
    pub text: Option<String>,
}

/// How much the passes of one purpose may write, together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Guards {
    /// The most writes; a DELETE is one.
    pub max_writes: Option<u64>,
    /// The most writes by DELETE.
    pub max_deletes: Option<u64>,
}

/// How a run is looked at without sending anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Every call is in the journal, or the view ends.
    Replay,
    /// Calls that are not in the journal are left out.
    Look,
}

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The sort of end.
    pub ending: Ending,
    /// The exit status of the program.
    pub exit_status: u8,
    /// What was said at the end, if anything was.
    pub message: Option<String>,
    /// When.
    pub ended_at: Timestamp,
    /// The books of its nodes.
    pub nodes: Vec<Books>,
}

/// The sorts of end of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Every node came to its end.
    Completed,
    /// Something stopped it.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

/// The books of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Books {
    /// The node.
    pub node: String,
    /// Its tool.
    pub tool: String,
    /// The id of the endpoint that it calls, if it calls one.
    pub endpoint: Option<String>,
    /// Whether its calls change the remote system.
    pub writes: bool,
    /// Whether its F holds what failed, not what is left over.
    pub f_is_failure: bool,
    /// How many records came in.
    pub records_in: u64,
    /// How many of them succeeded.
    pub succeeded: u64,
    /// How many of them left on F.
    pub failed: u64,
    /// How many calls were made, those among them that earlier passes made in place of this one.
    pub calls: u64,
    /// How many requests repeated an earlier one.
    pub retries: u64,
    /// How many rows left on S.
    pub rows: u64,
    /// How many answers could not be parsed.
    pub unparsed: u64,
    /// How many writes are in doubt.
    pub in_doubt: u64,
    /// How many of the calls an earlier pass has made in place of this one.
    pub recalled: u64,
}

impl Purpose {
    /// The word in the database.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Plan => "plan",
            Self::Check => "check",
            Self::Apply => "apply",
        }
    }

    /// The purpose of this word.
    pub(crate) fn from_word(word: &str) -> Result<Self, Error> {
        let all = [Self::Run, Self::Plan, Self::Check, Self::Apply];
        let found = all.into_iter().find(|purpose| purpose.word() == word);
        found.ok_or_else(|| Error::Damaged(format!("no pass is for `{word}`")))
    }

    /// Whether its writes are withheld.
    pub(crate) fn withholds(self) -> bool {
        matches!(self, Self::Plan | Self::Check)
    }
}

impl Ending {
    /// The word in the database.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// The ending of this word.
    pub(crate) fn from_word(word: &str) -> Result<Self, Error> {
        let all = [Self::Completed, Self::Failed, Self::Interrupted];
        let found = all.into_iter().find(|ending| ending.word() == word);
        found.ok_or_else(|| Error::Damaged(format!("no pass ends `{word}`")))
    }
}
