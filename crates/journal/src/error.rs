//! Why a journal cannot be had, read or written.

use std::io;
use std::path::PathBuf;

/// Why a journal cannot be had, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the state folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
