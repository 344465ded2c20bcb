//! All that is told of a run.

use std::path::{Path, PathBuf};

use seatflow_journal::{Books, CallRecord, Failures, PlannedCall, RunRecord, RunState, Store};

use super::anchor::check_node;
use super::failures::{Failed, failed};

/// So many of the slowest calls are told.
const SLOWEST: usize = 5;

/// All that is told of a run, or of one of its nodes.
#[derive(Debug)]
pub(crate) struct Told {
    /// The state folder.
    pub(crate) state: PathBuf,
    /// The run.
    pub(crate) run: RunRecord,
    /// Which process has it in hands, and since when.
    pub(crate) held_by: Option<String>,
    /// The books of its nodes.
    pub(crate) books: Vec<Books>,
    /// How many calls failed, by node and kind.
    pub(crate) failures: Vec<Failures>,
    /// The calls that took longest.
    pub(crate) slowest: Vec<CallRecord>,
    /// The writes of which nobody knows whether they happened.
    pub(crate) in_doubt: Vec<CallRecord>,
    /// The writes that were in doubt until a read told that they happened.
    pub(crate) settled: Vec<CallRecord>,
    /// What its plan withheld.
    pub(crate) planned: Vec<PlannedCall>,
    /// The failed records, if one node is told of.
    pub(crate) failed: Option<Failed>,
}

impl Told {
    /// Reads what the journal has of a run, or of one of its nodes.
    ///
    /// # Errors
    /// The journal cannot be read, or the run has no such node.
    pub(crate) fn read(store: &Store, state: &Path, run: RunRecord, node: Option<&str>) -> anyhow::Result<Self> {
        let id = run.id.as_str();
        let mut told = Self {
            state: state.to_owned(),
            held_by: store.holder(id).filter(|_| run.state == RunState::Running),
            books: store.books(id)?,
            failures: store.failures(id)?,
            slowest: store.slowest(id, node, SLOWEST)?,
            in_doubt: store.in_doubt(id)?,
            settled: store.settled(id)?,
            planned: store.planned(id)?,
            failed: None,
            run,
        };
        if let Some(node) = node {
            told.narrow(store, node)?;
        }
        Ok(told)
    }

    /// Leaves out what is of other nodes.
    fn narrow(&mut self, store: &Store, node: &str) -> anyhow::Result<()> {
        check_node(&self.books, node)?;
        self.books.retain(|books| books.node == node);
        self.failures.retain(|failures| failures.node == node);
        self.in_doubt.retain(|call| call.node == node);
        self.settled.retain(|call| call.node == node);
        self.planned.retain(|call| call.node == node);
        if self.books.iter().any(|books| books.f_is_failure && books.failed > 0) {
            self.failed = failed(store, &self.state, &self.run, node)?;
        }
        Ok(())
    }
}
