//! The journal of a state folder.

use std::path::Path;

use crate::error::Error;
use crate::given::{Books, NewPass, NewRun, View};
use crate::session::Session;
use crate::told::{CallRecord, Difference, Failures, PlannedCall, RunRecord};

/// The journal of a state folder: `journal.db` in it.
#[derive(Debug)]
pub struct Store;

#[expect(unused_variables, clippy::missing_panics_doc, clippy::unimplemented, reason = "the bodies follow")]
impl Store {
    /// Opens the journal of a state folder, makes it if there is none, brings an older one up to date.
    pub fn open(state: &Path) -> Result<Self, Error> {
        unimplemented!()
    }

    /// As [`Store::open`], but none where there is no journal yet, for verbs that only look.
    pub fn open_existing(state: &Path) -> Result<Option<Self>, Error> {
        unimplemented!()
    }

    /// A journal that is gone with its last session: for whoever needs no record.
    pub fn in_memory() -> Result<Self, Error> {
        unimplemented!()
    }

    /// Begins a run, with its first pass.
    pub fn begin(&self, run: NewRun, pass: NewPass) -> Result<Session, Error> {
        unimplemented!()
    }

    /// Begins another pass of a run: it is resumed, checked before it is applied, or applied.
    pub fn again(&self, id: &str, pass: NewPass) -> Result<Session, Error> {
        unimplemented!()
    }

    /// Looks at a run: what is told of its calls is recalled, nothing is written and nothing is to be sent.
    pub fn view(&self, id: &str, view: View) -> Result<Session, Error> {
        unimplemented!()
    }

    /// The runs, the newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        unimplemented!()
    }

    /// The run of this id.
    pub fn run(&self, id: &str) -> Result<Option<RunRecord>, Error> {
        unimplemented!()
    }

    /// The books of the nodes of a run.
    pub fn books(&self, id: &str) -> Result<Vec<Books>, Error> {
        unimplemented!()
    }

    /// The failures of a run, by node and kind.
    pub fn endings(&self, id: &str) -> Result<Vec<Failures>, Error> {
        unimplemented!()
    }

    /// The calls of a run that took longest, the longest first.
    pub fn slowest(&self, id: &str, most: usize) -> Result<Vec<CallRecord>, Error> {
        unimplemented!()
    }

    /// The writes of a run that are in doubt.
    pub fn in_doubt(&self, id: &str) -> Result<Vec<CallRecord>, Error> {
        unimplemented!()
    }

    /// What a run planned.
    pub fn planned(&self, id: &str) -> Result<Vec<PlannedCall>, Error> {
        unimplemented!()
    }

    /// What tells the latest check of a run from its plan.
    pub fn drift(&self, id: &str) -> Result<Vec<Difference>, Error> {
        unimplemented!()
    }

    /// The runs of a pipeline that have writes, did not complete, and are not set aside; the newest first.
    pub fn unfinished(&self, pipeline: &str) -> Result<Vec<RunRecord>, Error> {
        unimplemented!()
    }

    /// Sets runs aside: a newer run of their pipeline begins in spite of them.
    pub fn set_aside(&self, ids: &[String]) -> Result<(), Error> {
        unimplemented!()
    }

    /// Removes all of a run from the journal, and gives the space back.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        unimplemented!()
    }
}
