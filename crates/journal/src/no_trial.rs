//! No trials, in builds that are not for debugging.

use rusqlite::Connection;

use crate::error::Error;

/// Nothing is asked.
#[derive(Debug)]
pub(crate) struct Trial;

#[expect(clippy::unused_self, reason = "a trial has something to do here")]
impl Trial {
    /// Nothing is asked.
    #[expect(clippy::unnecessary_wraps, reason = "a trial can be asked wrongly")]
    pub(crate) fn from_environment() -> Result<Self, Error> {
        Ok(Self)
    }

    /// A connection that writes was opened.
    #[expect(clippy::unnecessary_wraps, reason = "a trial changes the connection")]
    pub(crate) fn opened(&self, _: &Connection) -> Result<(), Error> {
        Ok(())
    }

    /// Commits.
    pub(crate) fn commit(&self, commit: impl FnOnce() -> rusqlite::Result<()>) -> Result<(), Error> {
        Ok(commit()?)
    }
}
