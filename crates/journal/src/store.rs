//! The journal of a state folder.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, params};

use crate::allowed::Allowed;
use crate::counted::{latest, recalled_by, viewed};
use crate::database::Place;
use crate::error::Error;
use crate::given::{Books, NewPass, NewRun, Purpose, View};
use crate::live::Live;
use crate::pass::Pass;
use crate::past::Past;
use crate::session::Session;
use crate::sight::Sight;
use crate::tally::{Tally, Written};
use crate::told::{CallRecord, Difference, Failures, PlannedCall, RunRecord, RunState};
use crate::writer::Writer;
use crate::{books, calls, lock, passes, plans, removal, runs};

/// The journal of a state folder: `journal.db` in it.
///
/// Several processes may have it open. A run is written by one of them at a time, for which its
/// [`RunLock`](crate::RunLock) is there.
#[derive(Debug)]
pub struct Store {
    place: Place,
    /// None, if it is only looked into.
    writer: Option<Arc<Writer>>,
    live: Live,
}

impl Store {
    /// Opens the journal of a state folder, makes it if there is none, brings an older one up to date.
    ///
    /// # Errors
    /// The folder is not there or cannot be written, the file is no journal, or a newer version has written it.
    pub fn open(state: &Path) -> Result<Self, Error> {
        Self::at(Place::Folder(state.to_owned()))
    }

    /// As [`Store::open`], but none where there is no journal yet.
    pub fn open_existing(state: &Path) -> Result<Option<Self>, Error> {
        if Place::exists(state) { Self::open(state).map(Some) } else { Ok(None) }
    }

    /// Opens the journal of a state folder to look into it; none where there is none yet. Nothing is made, and nothing is
    /// brought up to date: what would write fails with [`Error::OnlySeen`]. A folder that may only be read will do, unless
    /// a process was killed there and has left its log.
    ///
    /// # Errors
    /// The file is no journal, or that of an older or newer version, or cannot be read.
    pub fn open_to_look(state: &Path) -> Result<Option<Self>, Error> {
        let place = Place::to_look(state)?;
        Ok(place.map(|place| Self { place, writer: None, live: Live::default() }))
    }

    /// A journal that is gone with the last session of it, for whoever needs no record that lasts.
    pub fn in_memory() -> Result<Self, Error> {
        Self::at(Place::in_memory())
    }

    fn at(place: Place) -> Result<Self, Error> {
        Ok(Self { writer: Some(Arc::new(Writer::open(&place)?)), place, live: Live::default() })
    }

    /// Begins a run, with its first pass. Both are on disk when this returns.
    ///
    /// # Errors
    /// There is a run of this id already, or it cannot be written.
    pub fn begin(&self, run: NewRun, pass: NewPass) -> Result<Session, Error> {
        let pass = Arc::new(pass);
        let written = Arc::clone(&pass);
        let (run, number) = self.writer()?.durably(move |transaction| {
            let run = passes::insert_run(transaction, &run)?;
            Ok((run, passes::insert_pass(transaction, run, &written)?))
        })?;
        self.session(&pass, run, number, Earlier::default())
    }

    /// Begins another pass of a run: it is resumed, checked before it is applied, or applied. Whoever calls holds the lock
    /// of the run.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read or written.
    pub fn again(&self, id: &str, pass: NewPass) -> Result<Session, Error> {
        let run = self.read(|connection| number_of(connection, id))?;
        let earlier = self.earlier(run, &pass)?;
        let pass = Arc::new(pass);
        let written = Arc::clone(&pass);
        let number = self.writer()?.durably(move |transaction| {
            for earlier in passes::of_run(transaction, run)? {
                passes::settle(transaction, earlier.number)?;
            }
            passes::insert_pass(transaction, run, &written)
        })?;
        self.session(&pass, run, number, earlier)
    }

    /// Looks at a run: what is told of its calls is recalled, nothing is written and nothing is to be sent.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    pub fn view(&self, id: &str, view: View) -> Result<Session, Error> {
        let (passes, is_running) =
            self.read_run(id, |connection, run, is_running| Ok((passes::of_run(connection, run)?, is_running)))?;
        let is_plan = passes.iter().all(|pass| pass.purpose.withholds());
        let past = Past::new(self.place.open_to_read()?, &viewed(&passes))?;
        Ok(Session::of_view(Sight { view, past: Mutex::new(past), is_plan, is_running }))
    }

    /// The runs, the newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, Error> {
        self.read(|connection| runs::records(connection, &|id, pass| self.is_running(id, pass), "TRUE", []))
    }

    /// The run of exactly this id.
    pub fn run(&self, id: &str) -> Result<Option<RunRecord>, Error> {
        let is_running = |id: &str, pass| self.is_running(id, pass);
        Ok(self.read(|connection| runs::records(connection, &is_running, "id = ?", [id]))?.pop())
    }

    /// Which process has a run in hands, and since when; none, if none has.
    pub fn holder(&self, id: &str) -> Option<String> {
        lock::held_by(&self.place.run_folder(id)?)
    }

    /// While this is held, no other process that asks for it too begins a run: what it has found to be unfinished stays so.
    ///
    /// # Errors
    /// The file `journal.lock` cannot be locked.
    pub fn turn(&self) -> Result<Turn, Error> {
        self.place.lock().map(Turn)
    }

    /// The runs of a pipeline that have intended writes, did not complete, and are not set aside; the newest first. One that
    /// is running and may write is among them.
    pub fn unfinished(&self, pipeline: &str) -> Result<Vec<RunRecord>, Error> {
        let is_running = |id: &str, pass| self.is_running(id, pass);
        let condition = "pipeline = ? AND NOT is_set_aside";
        let mut runs = self.read(|connection| runs::records(connection, &is_running, condition, [pipeline]))?;
        runs.retain(|run| match run.state {
            RunState::Completed => false,
            RunState::Running => run.may_write,
            _ => run.writes > 0,
        });
        Ok(runs)
    }

    /// Sets runs aside, because a newer run of their pipeline begins in spite of them; or takes that back.
    ///
    /// # Errors
    /// There is no such run, or it cannot be written; then nothing has changed.
    pub fn set_aside(&self, ids: &[String], is_set_aside: bool) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids = ids.to_vec();
        self.writer()?.durably(move |transaction| {
            for id in &ids {
                let run = number_of(transaction, id)?;
                transaction.execute("UPDATE run SET is_set_aside = ? WHERE number = ?", params![is_set_aside, run])?;
            }
            Ok(())
        })
    }

    /// The books of the nodes of a run, in the order of its nodes: those that its last pass has left; of one that has no
    /// end, what its events tell. Events tell of calls only, and of the answer to a read as much as its status does.
    pub fn books(&self, id: &str) -> Result<Vec<Books>, Error> {
        self.read_run(id, books::of_run)
    }

    /// The failures of a run's calls by node and kind, as far as events tell: a record that failed without a call has none,
    /// and the answer to a read is judged by its status.
    pub fn failures(&self, id: &str) -> Result<Vec<Failures>, Error> {
        self.read_run(id, calls::failures)
    }

    /// The calls of a run, or of one of its nodes, that took longest, the longest first.
    pub fn slowest(&self, id: &str, node: Option<&str>, most: usize) -> Result<Vec<CallRecord>, Error> {
        self.read_run(id, |connection, run, _| calls::slowest(connection, run, node, most))
    }

    /// The writes of a run that are in doubt, in the order of nodes, records and pages: those that failed so, and, unless the
    /// run is running, those that were intended and have no outcome.
    pub fn in_doubt(&self, id: &str) -> Result<Vec<CallRecord>, Error> {
        self.read_run(id, calls::in_doubt)
    }

    /// The writes of a run that were in doubt until a read told that they happened, in the same order.
    pub fn settled(&self, id: &str) -> Result<Vec<CallRecord>, Error> {
        self.read_run(id, |connection, run, _| calls::settled(connection, run))
    }

    /// What a run planned, in the order of nodes, records and pages: writes, and calls that cannot be told.
    pub fn planned(&self, id: &str) -> Result<Vec<PlannedCall>, Error> {
        self.read_run(id, |connection, run, _| plans::planned(connection, run))
    }

    /// What tells the latest check of a run from its plan, in the order of nodes, records and pages; nothing, if one of them
    /// did not complete.
    pub fn drift(&self, id: &str) -> Result<Vec<Difference>, Error> {
        self.read_run(id, |connection, run, _| plans::drift(connection, run))
    }

    /// Removes all of a run from the journal, and gives the space back. Whoever calls has made sure that nobody runs it. If
    /// it is broken off, the run is gone, and the next removal gives its space back too.
    ///
    /// # Errors
    /// There is no such run, or it cannot be written.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        removal::remove(self.writer()?, id.to_owned())
    }

    /// How many bytes the database holds, free ones among them.
    pub fn size(&self) -> Result<u64, Error> {
        self.read(|connection| {
            let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
            Ok(pragma("page_count")? * pragma("page_size")?)
        })
    }

    fn writer(&self) -> Result<&Arc<Writer>, Error> {
        self.writer.as_ref().ok_or(Error::OnlySeen)
    }

    /// Reads all at one moment.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let all = || {
            let mut connection = self.place.open_to_read()?;
            let transaction = connection.transaction()?;
            read(&transaction)
        };
        all().map_err(|error| self.place.named(error))
    }

    /// Reads about one run, of which it is known whether it is running.
    fn read_run<T>(&self, id: &str, read: impl FnOnce(&Connection, i64, bool) -> Result<T, Error>) -> Result<T, Error> {
        self.read(|connection| {
            let run = number_of(connection, id)?;
            let is_running = runs::is_running(connection, id, run, &|id, pass| self.is_running(id, pass))?;
            read(connection, run, is_running)
        })
    }

    /// Whether a pass without an end is being made: here, or by another process.
    fn is_running(&self, id: &str, pass: i64) -> bool {
        self.live.contains(pass) || self.place.run_folder(id).is_some_and(|folder| lock::is_held_by_another(&folder))
    }

    /// What a pass that begins has to know of earlier ones.
    fn earlier(&self, run: i64, pass: &NewPass) -> Result<Earlier, Error> {
        let (passes, written) = self.read(|connection| {
            let passes = passes::of_run(connection, run)?;
            let mut written = Written::default();
            for earlier in passes.iter().filter(|earlier| earlier.purpose == pass.purpose) {
                written += passes::written(connection, earlier.number)?;
            }
            Ok((passes, written))
        })?;
        let recalled = recalled_by(pass.purpose, &passes);
        let mut earlier = Earlier { written, past: None, allowed: None };
        if !recalled.is_empty() {
            earlier.past = Some(Past::new(self.place.open_to_read()?, &recalled)?);
        }
        if pass.purpose == Purpose::Apply {
            let plan = latest(Purpose::Plan, &passes).map(|plan| plan.number);
            earlier.allowed = Some(Allowed::new(self.place.open_to_read()?, plan, pass.allow_unknown)?);
        }
        Ok(earlier)
    }

    fn session(&self, pass: &NewPass, run: i64, number: i64, earlier: Earlier) -> Result<Session, Error> {
        let positions = pass.nodes.iter().map(|node| node.name.clone()).zip(0..);
        Ok(Session::of_pass(Pass {
            writer: Arc::clone(self.writer()?),
            place: self.place.clone(),
            run,
            number,
            purpose: pass.purpose,
            nodes: positions.collect(),
            tally: Tally::new(pass.guards, earlier.written),
            past: earlier.past.map(Mutex::new),
            allowed: earlier.allowed.map(Mutex::new),
            _alive: self.live.enter(number),
        }))
    }
}

/// The turn of one process to begin a run.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is locked as long as it lives")] Option<File>);

/// What a pass has to know of earlier ones.
#[derive(Debug, Default)]
struct Earlier {
    written: Written,
    past: Option<Past>,
    allowed: Option<Allowed>,
}

fn number_of(connection: &Connection, id: &str) -> Result<i64, Error> {
    passes::run_number(connection, id)?.ok_or_else(|| Error::NoRun(id.to_owned()))
}
