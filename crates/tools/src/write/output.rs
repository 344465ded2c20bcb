//! A file on its way: every byte counted and digested.

use std::fmt::Write as _;
use std::io::{self, Write};

use seatflow_tool::{PendingFile, ToolError};
use sha2::{Digest, Sha256};

/// A file that is being written, from its first byte to its last.
pub(crate) struct Output {
    pending: PendingFile,
    bytes: u64,
    digest: Sha256,
}

/// What is told of a file that was written whole.
pub(crate) struct Contents {
    /// Its size.
    pub(crate) bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub(crate) sha256: String,
}

impl Output {
    /// Begins to write a file.
    pub(crate) fn new(pending: PendingFile) -> Self {
        Self { pending, bytes: 0, digest: Sha256::new() }
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> (PendingFile, Contents) {
        let mut sha256 = String::with_capacity(64);
        for byte in self.digest.finalize() {
            // Writing to a `String` does not fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        (self.pending, Contents { bytes: self.bytes, sha256 })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.pending.file().write(bytes)?;
        self.bytes += written as u64;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pending.file().flush()
    }
}

/// A file that cannot be written any further.
pub(crate) fn cannot_write(path: &std::path::Path, error: impl std::error::Error + Send + Sync + 'static) -> ToolError {
    let (why, help) = match storage(&error) {
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            ("the disk is full".to_owned(), "make room on the disk, or choose another `path`")
        }
        _ => (error.to_string(), "see that the disk can be written, or choose another `path`"),
    };
    ToolError::pipeline(format!("cannot write `{}`: {why}", path.display())).help(help).from_source(error)
}

/// The input or output error that is at the root of an error.
fn storage(error: &(dyn std::error::Error + 'static)) -> Option<io::ErrorKind> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use parquet::errors::ParquetError;

    use super::*;

    #[test]
    fn a_full_disk_is_told_through_every_layer() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        for error in
            [cannot_write(Path::new("out.csv"), full()), cannot_write(Path::new("out.csv"), ParquetError::from(full()))]
        {
            assert_eq!(error.to_string(), "cannot write `out.csv`: the disk is full");
            assert_eq!(error.what_to_do(), Some("make room on the disk, or choose another `path`"));
        }
    }
}
