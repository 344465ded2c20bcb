//! Exit statuses.

use std::process::ExitCode;

/// What the program tells whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(u8);

impl Exit {
    /// Done.
    pub(crate) const DONE: Self = Self(0);
    /// Done, and something of it is for somebody to look at.
    pub(crate) const OPEN: Self = Self(3);
    /// The pipeline has problems.
    pub(crate) const PROBLEMS: Self = Self(1);
    /// The arguments make no sense.
    pub(crate) const USAGE: Self = Self(2);
    /// The run failed.
    pub(crate) const FAILED: Self = Self(4);
    /// A guard, or what has changed since, stopped it.
    pub(crate) const STOPPED: Self = Self(5);
    /// seatflow itself is wrong.
    pub(crate) const BUG: Self = Self(70);

    /// The status of a run that has ended.
    pub(crate) fn of_run(status: u8) -> Self {
        Self(status)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.0.into()
    }
}
