//! What a journal tells of its runs.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use seatflow_call::FailureKind;
use seatflow_catalog::Method;
use serde::Serialize;

use crate::given::{Ending, Guards, Purpose, Source};

/// A run, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Its id.
    pub id: String,
    /// The name of the pipeline.
    pub pipeline: String,
    /// The pipeline file, as it was given.
    pub file: PathBuf,
    /// What stood in it when its last pass began, without secrets.
    pub text: String,
    /// Settings that its last pass overrode, as `NAME=VALUE`, in the order in which they were given.
    pub overrides: Vec<String>,
    /// Whether the remote systems are played.
    pub is_sandbox: bool,
    /// The version of the program that began it.
    pub version: String,
    /// Who began it.
    pub user: String,
    /// When it began.
    pub began_at: Timestamp,
    /// Its passes, the first one first; at least one.
    pub passes: Vec<PassRecord>,
    /// The files that its last pass read.
    pub sources: Vec<Source>,
    /// Where the paths of each connection began in its last pass, by the names of the connections.
    pub base_urls: Vec<(String, String)>,
    /// Where it stands.
    pub state: RunState,
    /// Whether a node of its last pass writes.
    pub may_write: bool,
    /// How many writes were intended and not withdrawn.
    pub writes: u64,
    /// How many writes are in doubt: those that failed so, and, unless the run is running, those that were intended and
    /// have no outcome.
    pub in_doubt: u64,
    /// How many writes its plan has.
    pub planned: u64,
    /// How many calls its plan cannot tell.
    pub unknown: u64,
}

/// A pass of a run, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassRecord {
    /// What it is for.
    pub purpose: Purpose,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; none while it runs, and none if it ended without a word.
    pub ended_at: Option<Timestamp>,
    /// How it ended, if it did.
    pub ending: Option<Ending>,
    /// The exit status of the program, if it ended.
    pub exit_status: Option<u8>,
    /// What was said at the end, if anything was.
    pub message: Option<String>,
    /// How much it may write.
    pub guards: Guards,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// A process holds its lock.
    Running,
    /// It is a plan that can be applied.
    Planned,
    /// It did what it was for.
    Completed,
    /// Something stopped it.
    Failed,
    /// Somebody stopped it.
    Interrupted,
    /// It ended without a word: its process was killed, or the power failed.
    Broken,
    /// It did not complete, and a newer run of its pipeline was begun in spite of that.
    SetAside,
}

/// One page of a call, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// The node that called.
    pub node: String,
    /// The id of the endpoint.
    pub endpoint: Option<String>,
    /// The number of the input record, from 0.
    pub record: i64,
    /// The number of the page, from 1.
    pub page: u64,
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// When the first request began; none, if no outcome is known.
    pub started_at: Option<Timestamp>,
    /// How long its requests took together.
    pub duration: Duration,
    /// How many requests were sent.
    pub requests: u64,
    /// The last status that arrived.
    pub status: Option<u16>,
    /// Why it failed, if no answer came that counts.
    pub failure: Option<FailureKind>,
    /// The failure in one sentence.
    pub message: Option<String>,
    /// The payload, where writes in doubt or settled are told.
    pub payload: Option<Bytes>,
}

/// How many calls of a node failed in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The node.
    pub node: String,
    /// The way.
    pub kind: FailureKind,
    /// How many.
    pub count: u64,
}

/// A write that a plan withheld, or a call that it cannot tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCall {
    /// The node.
    pub node: String,
    /// The id of the endpoint.
    pub endpoint: String,
    /// The number of the input record, from 0.
    pub record: i64,
    /// The number of the page, from 1.
    pub page: u64,
    /// The method.
    pub method: Method,
    /// The URL; of an unknown call, the path of the endpoint.
    pub url: String,
    /// The payload.
    pub body: Option<Bytes>,
    /// The input record, as a JSON object.
    pub input: String,
    /// The column that only the answer to a withheld write will have, if the call is unknown.
    pub column: Option<String>,
}

/// What tells a check from the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was planned, and does not come any more.
    Gone(PlannedCall),
    /// It was not planned, and would come.
    Added(PlannedCall),
}
