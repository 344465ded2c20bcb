//! Output files, which take their place only when the run completes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

use crate::ToolError;

/// The output files of one run. Each is written beside its place and renamed at the end, so
/// there is never half a file where a reader looks.
#[derive(Debug, Default)]
pub struct Files {
    slots: Mutex<BTreeMap<PathBuf, Slot>>,
}

#[derive(Debug)]
enum Slot {
    Prepared(NamedTempFile),
    Taken,
    Finished(NamedTempFile),
}

/// A file that is being written beside its place.
#[derive(Debug)]
pub struct PendingFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl Files {
    /// Makes sure that a file can be written at `path`, before anything else happens.
    ///
    /// # Errors
    /// If the folder cannot be made or written, or if `path` is a directory.
    pub fn prepare(&self, path: &Path) -> Result<(), ToolError> {
        let refuse = |error: io::Error| {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "its folder is a file".to_owned(),
                io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
                io::ErrorKind::PermissionDenied => "its folder may not be written".to_owned(),
                io::ErrorKind::ReadOnlyFilesystem => "the disk may only be read".to_owned(),
                _ => error.to_string(),
            };
            ToolError::pipeline(format!("cannot write `{}`: {why}", path.display()))
                .help("choose another `path`, or mend the folder")
                .from_source(error)
        };
        if path.is_dir() {
            return Err(refuse(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(refuse)?;
        let file = beside(folder).map_err(refuse)?;
        self.lock().insert(path.to_owned(), Slot::Prepared(file));
        Ok(())
    }

    /// Takes the prepared file, to write it.
    ///
    /// # Errors
    /// If it was not prepared or is taken already, which is a bug.
    pub fn take(&self, path: &Path) -> Result<PendingFile, ToolError> {
        match self.lock().insert(path.to_owned(), Slot::Taken) {
            Some(Slot::Prepared(file)) => Ok(PendingFile { path: path.to_owned(), file }),
            _ => Err(ToolError::bug(format!("`{}` was not prepared", path.display()))),
        }
    }

    /// Gives back a file that is written whole.
    ///
    /// # Errors
    /// If it cannot be synced to disk.
    pub fn finish(&self, pending: PendingFile) -> Result<(), ToolError> {
        let PendingFile { path, file } = pending;
        file.as_file().sync_all().map_err(|error| cannot_write(&path, error))?;
        self.lock().insert(path, Slot::Finished(file));
        Ok(())
    }

    /// Renames every finished file to its place; the rest disappear.
    ///
    /// # Errors
    /// If a file cannot be renamed.
    pub fn commit(&self) -> Result<(), ToolError> {
        for (path, slot) in std::mem::take(&mut *self.lock()) {
            if let Slot::Finished(file) = slot {
                file.persist(&path).map_err(|error| cannot_write(&path, error.error))?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PendingFile {
    /// The place that the file will take.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file, to write to and to read again.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }
}

fn cannot_write(path: &Path, error: io::Error) -> ToolError {
    ToolError::pipeline(format!("cannot write `{}`: {error}", path.display())).from_source(error)
}

#[cfg(unix)]
fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // As any other program creates files: what the user's mask leaves of 0666.
    tempfile::Builder::new().prefix(".seatflow-").permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".seatflow-").tempfile_in(folder)
}
