//! Why a journal cannot be had, read or written.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why a journal cannot be had, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the state folder cannot be used.
    #[error("`{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// What lies in the journal's place is something else.
    #[error("`{}` is not a journal", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program wrote the journal.
    #[error("`{}` is the journal of a newer version: its form is {found}, and this version knows {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form that it has.
        found: i64,
        /// The newest form that is known.
        known: i64,
    },
    /// An older version of the program wrote the journal, and who only looks does not bring it up to date.
    #[error("`{}` is the journal of an older version: its form is {found}, and this version reads {known}", path.display())]
    Older {
        /// The file.
        path: PathBuf,
        /// The form that it has.
        found: i64,
        /// The form that is read.
        known: i64,
    },
    /// The database is damaged.
    #[error("`{}` is damaged", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
    },
    /// The database is damaged, wherever it is.
    #[error("it is damaged")]
    Malformed,
    /// The journal was opened for looking, and is not written.
    #[error("it was opened to look into it, and is not written")]
    OnlySeen,
    /// The database cannot be opened.
    #[error("it cannot be opened: {0}")]
    Closed(rusqlite::Error),
    /// There is no room for what is to be written.
    #[error("it is full, or its disk is: {0}")]
    Full(rusqlite::Error),
    /// The file, or its folder, may only be read.
    #[error("it may only be read: {0}")]
    ReadOnly(rusqlite::Error),
    /// Another process is writing, and does not come to an end.
    #[error("another process keeps it locked: {0}")]
    Busy(rusqlite::Error),
    /// The database cannot be read or written.
    #[error(transparent)]
    Database(rusqlite::Error),
    /// What was read makes no sense.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A content has not the form that it should have.
    #[error("a content is damaged: {0}")]
    Form(#[from] postcard::Error),
    /// What it is made of cannot be compressed, or decompressed.
    #[error("it cannot be compressed: {0}")]
    Compression(#[source] io::Error),
    /// There is no such run.
    #[error("there is no run `{0}`")]
    NoRun(String),
    /// There is such a run already.
    #[error("there is a run `{0}` already")]
    SameRun(String),
    /// A process holds the lock of the run.
    #[error("the run is held by {by}")]
    Held {
        /// Which process, and since when.
        by: String,
    },
    /// The journal was told of a node that is not of its pass.
    #[error("the pass has no node `{0}`")]
    NoNode(String),
    /// A view of a run was told of a write that is about to be sent, or a plan was.
    #[error("a write of `{0}` was about to be sent where nothing is sent")]
    NothingIsSent(String),
    /// What failed before, and ended all writing.
    #[error(transparent)]
    Earlier(Arc<Error>),
    /// The thread that writes cannot be started.
    #[error("what writes it cannot be started: {0}")]
    Thread(#[source] io::Error),
    /// The thread that writes is gone.
    #[error("what writes it has stopped")]
    Stopped,
    /// The variable for trials makes no sense.
    #[cfg(debug_assertions)]
    #[error("`{variable}` has `{part}`, which is no trial", variable = crate::trial::VARIABLE)]
    Trial {
        /// The part of it.
        part: String,
    },
}

impl Error {
    /// Whether another process is what stands in the way, or stood before.
    pub(crate) fn is_busy(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Earlier(error) => error.is_busy(),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Malformed,
            Some(ErrorCode::CannotOpen) => Self::Closed(error),
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            _ => Self::Database(error),
        }
    }
}
