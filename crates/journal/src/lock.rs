//! The lock on one run.

use std::fmt;
use std::fs::File;
use std::path::Path;

/// The lock on one run, held as long as it lives. It ends with its process, however that ends.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// A run is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who holds the lock: process, machine and since when.
    pub by: String,
}

impl fmt::Display for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "it is held by {}", self.by)
    }
}

impl RunLock {
    /// Takes the lock of the run whose folder this is.
    pub fn take(_run_folder: &Path) -> Result<Self, Held> {
        Err(Held { by: String::new() })
    }

    /// Whether somebody holds the lock of the run whose folder this is.
    pub fn is_held(_run_folder: &Path) -> bool {
        false
    }
}
