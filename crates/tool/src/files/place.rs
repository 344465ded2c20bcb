//! Where a path leads, and what may not stand there.

use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// Why no file can be written somewhere.
#[derive(Debug)]
pub(super) enum Refused {
    /// What the path is, or what stands there, is not for a file.
    Taken(&'static str),
    /// The system says so.
    System(io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Self::Taken(why) => return formatter.write_str(why),
            Self::System(error) => error,
        };
        match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => formatter.write_str("its folder is a file"),
            io::ErrorKind::PermissionDenied => formatter.write_str("its folder may not be written"),
            io::ErrorKind::ReadOnlyFilesystem => formatter.write_str("the disk may only be read"),
            _ => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Refused {}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// The place that a path leads to: its folder, which is made if it is not there, and its name,
/// all links followed. So two spellings of one place give one answer.
pub(super) fn of(path: &Path) -> Result<PathBuf, Refused> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(fs::canonicalize(path)?),
        Ok(found) => return Err(Refused::Taken(what_it_is(found.file_type()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(Refused::Taken("it is a link to something that is not there"));
    }
    let is_folder = path.as_os_str().as_encoded_bytes().last().is_none_or(|&last| std::path::is_separator(last.into()));
    let Some(name) = path.file_name().filter(|_| !is_folder) else {
        return Err(Refused::Taken("it does not name a file"));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    Ok(fs::canonicalize(folder)?.join(name))
}

/// What stands in the way.
#[cfg(unix)]
fn what_it_is(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if found.is_dir() {
        "it is a folder"
    } else if found.is_fifo() {
        "it is a pipe"
    } else if found.is_socket() {
        "it is a socket"
    } else {
        "it is a device"
    }
}

#[cfg(not(unix))]
fn what_it_is(found: FileType) -> &'static str {
    if found.is_dir() { "it is a folder" } else { "it is a device" }
}
