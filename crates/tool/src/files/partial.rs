//! Files beside their places: `.NAME.seatflow-RANDOM` while `NAME` is being written.
//!
//! Whoever writes such a file holds its lock, and the system takes the lock back when the writer
//! is gone, however it went. So a file without a lock is what a killed run has left.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::OutputPlace;

/// How many random characters end the name.
const RANDOM: usize = 6;
/// A name is at most this long beside what is added to it; systems allow 255 bytes in all.
const LONGEST: usize = 200;

/// Makes a file beside a place, and removes those that nobody writes any more.
pub(super) fn beside(place: &Path) -> io::Result<NamedTempFile> {
    let folder = folder_of(place);
    let prefix = format!(".{}", marked(place));
    remove_stale(folder, &prefix);
    loop {
        let file = create(folder, &prefix)?;
        match file.as_file().try_lock() {
            // Between its making and its locking, another process could take it for a stale one.
            Ok(()) if !file.path().exists() => {}
            Err(TryLockError::WouldBlock) => {}
            // Where files cannot be locked, none is ever taken for a stale one.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
}

/// The name of a place, with the mark of what is written for it.
fn marked(place: &Path) -> String {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    format!("{}.seatflow-", &name[..name.floor_char_boundary(LONGEST)])
}

fn folder_of(place: &Path) -> &Path {
    place.parent().unwrap_or(Path::new("."))
}

/// Removes what killed runs have left. What cannot be removed does no harm, and stays.
fn remove_stale(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let is_ours = random.is_some_and(|random| {
            random.len() == RANDOM && random.bytes().all(|character| character.is_ascii_alphanumeric())
        });
        if is_ours && entry.file_type().is_ok_and(|found| found.is_file()) {
            remove_unless_locked(&entry.path());
        }
    }
}

fn remove_unless_locked(path: &Path) {
    let Ok(file) = File::options().read(true).write(true).open(path) else { return };
    if file.try_lock().is_ok() {
        let _ = fs::remove_file(path);
    }
}

#[cfg(unix)]
fn create(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // As any other program creates files: what the user's mask leaves of 0666.
    let permissions = fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(prefix).rand_bytes(RANDOM).permissions(permissions).tempfile_in(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(prefix).rand_bytes(RANDOM).tempfile_in(folder)
}

/// Makes the renames in the folders of these files last through a loss of power.
#[cfg(unix)]
pub(super) fn sync_folders(placed: &[OutputPlace]) -> Result<(), (&Path, io::Error)> {
    for output in placed {
        let synced = File::open(folder_of(&output.place)).and_then(|folder| folder.sync_all());
        match synced {
            // Some file systems have no such thing.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
            synced => synced.map_err(|error| (output.path.as_path(), error))?,
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn sync_folders(_placed: &[OutputPlace]) -> Result<(), (&Path, io::Error)> {
    Ok(())
}

/// Keeps the files that did not come to their places, and says where all the files are.
pub(super) fn where_they_are(
    placed: &[OutputPlace],
    left: impl Iterator<Item = (OutputPlace, NamedTempFile)>,
) -> String {
    let left = left.map(|(output, file)| {
        let path = output.path.display().to_string();
        match keep(&output.place, file) {
            Ok(kept) => format!("`{path}` is whole in `{}`", kept.display()),
            Err(error) => format!("`{path}` is lost: {error}"),
        }
    });
    let placed = placed.iter().map(|output| format!("`{}` is in its place", output.path.display()));
    placed.chain(left).collect::<Vec<_>>().join("; ")
}

/// Keeps a file under a name that no later run takes for a stale one.
fn keep(place: &Path, file: NamedTempFile) -> io::Result<PathBuf> {
    let (_, hidden) = file.keep().map_err(|error| error.error)?;
    let name = hidden.file_name().unwrap_or_default().to_string_lossy().trim_start_matches('.').to_owned();
    let shown = folder_of(place).join(name);
    Ok(if fs::rename(&hidden, &shown).is_ok() { shown } else { hidden })
}
