//! Why a sandbox did not start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be opened, read or written.
    #[error("the sandbox's database failed")]
    Database(#[from] rusqlite::Error),
    /// Another sandbox has the database open, or another program.
    #[error("`{path}` is in use by another sandbox or program")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The database is a file that was damaged, or that never was a database.
    #[error("`{path}` is damaged, or not a database")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        source: rusqlite::Error,
    },
    /// The database is a file of something else, or of another version of the sandbox.
    #[error("`{path}` is not a database of this sandbox: its version is {found}, not {expected}")]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that the file has.
        found: i64,
        /// The version that this sandbox writes.
        expected: i64,
    },
    /// The database was filled with other accounts than are asked for now.
    #[error("the database was filled with {found}; start it with the same settings, or without any")]
    Filled {
        /// What the file was filled with, as the settings that did it.
        found: String,
    },
    /// A fault is for an endpoint that no system has.
    #[error(transparent)]
    Fault(#[from] crate::fault::UnknownEndpoint),
    /// The token prefix has characters that are not letters, digits or `-`.
    #[error("the token prefix `{0}` has other characters than letters, digits and `-`")]
    TokenPrefix(String),
}
