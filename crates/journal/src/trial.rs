//! What tests of the program from outside ask of its journal, in debug builds: the variable
//! `SEATFLOW_JOURNAL_TRIAL`, with one or several of these, separated by commas:
//!
//! | part | what it does |
//! |---|---|
//! | `abort-before=N` | the process aborts right before its Nth commit |
//! | `abort-after=N` | the process aborts right after its Nth commit |
//! | `commits=FILE` | after each commit, the file says how many there were |
//! | `max-pages=N` | the journal is full when it has so many pages |
//!
//! All commits of a process are counted, from 1: those of calls, the begin and the end of passes, and those that bring
//! a journal up to date.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process};

use rusqlite::Connection;

use crate::error::Error;

/// The name of the variable.
pub(crate) const VARIABLE: &str = "SEATFLOW_JOURNAL_TRIAL";

/// The commits of this process. A trial is of a process, however many journals it opens.
static COMMITS: AtomicU64 = AtomicU64::new(0);

/// What is asked.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    abort_before: Option<u64>,
    abort_after: Option<u64>,
    commits: Option<PathBuf>,
    max_pages: Option<u64>,
}

impl Trial {
    /// What the environment asks; nothing, if the variable is not set.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        let mut trial = Self::default();
        let asked = env::var(VARIABLE).unwrap_or_default();
        for part in asked.split(',').filter(|part| !part.is_empty()) {
            let wrong = || Error::Trial { part: part.to_owned() };
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            let number = || value.parse::<u64>().map_err(|_| wrong());
            match name {
                "abort-before" => trial.abort_before = Some(number()?),
                "abort-after" => trial.abort_after = Some(number()?),
                "commits" => trial.commits = Some(value.into()),
                "max-pages" => trial.max_pages = Some(number()?),
                _ => return Err(wrong()),
            }
        }
        Ok(trial)
    }

    /// A connection that writes was opened.
    pub(crate) fn opened(&self, connection: &Connection) -> Result<(), Error> {
        if let Some(most) = self.max_pages {
            // It answers with what it now is.
            connection.pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))?;
        }
        Ok(())
    }

    /// Commits.
    pub(crate) fn commit(&self, commit: impl FnOnce() -> rusqlite::Result<()>) -> Result<(), Error> {
        let number = COMMITS.fetch_add(1, Ordering::SeqCst) + 1;
        if self.abort_before == Some(number) {
            process::abort();
        }
        commit()?;
        if let Some(path) = &self.commits {
            fs::write(path, number.to_string()).map_err(|why| Error::File { path: path.clone(), why })?;
        }
        if self.abort_after == Some(number) {
            process::abort();
        }
        Ok(())
    }
}
