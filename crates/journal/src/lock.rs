//! The lock on one run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use jiff::{Timestamp, Unit};

use crate::error::Error;

/// The lock on one run: the file `lock` in its folder, locked as long as this lives. The lock ends with its process,
/// however that ends; the file stays, and says who held it last.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock of the run whose folder this is.
    ///
    /// # Errors
    /// [`Error::Held`] if a process holds it, this one included; [`Error::File`] if the file cannot be made or locked.
    pub fn take(run_folder: &Path) -> Result<Self, Error> {
        let path = path(run_folder);
        let failed = |why| Error::File { path: path.clone(), why };
        let mut file = options().create(true).open(&path).map_err(failed)?;
        // Whoever asks whether the lock is held holds it shared for a moment, and must not be taken for its holder.
        while !is_locked(file.try_lock()).map_err(failed)? {
            if !is_locked(file.try_lock_shared()).map_err(failed)? {
                return Err(Error::Held { by: holder(&mut file) });
            }
            file.unlock().map_err(failed)?;
        }
        sign(&mut file).map_err(failed)?;
        Ok(Self { _file: file })
    }

    /// Whether a process holds the lock of the run whose folder this is.
    pub fn is_held(run_folder: &Path) -> bool {
        let Ok(file) = File::open(path(run_folder)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

/// Whether a process other than this one holds the lock of the run whose folder this is.
pub(crate) fn is_held_by_another(run_folder: &Path) -> bool {
    let Ok(mut file) = File::open(path(run_folder)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) && !holder(&mut file).starts_with(&own_name())
}

/// Who holds the lock of the run whose folder this is, and since when; none, if nobody does.
pub(crate) fn held_by(run_folder: &Path) -> Option<String> {
    let mut file = File::open(path(run_folder)).ok()?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| holder(&mut file))
}

fn path(run_folder: &Path) -> PathBuf {
    run_folder.join("lock")
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn is_locked(tried: Result<(), TryLockError>) -> io::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Writes down who holds the lock. The moment is that of the machine, not that of the run: it is for whoever looks for
/// the process.
fn sign(file: &mut File) -> io::Result<()> {
    let now = Timestamp::now();
    let now = now.round(Unit::Second).unwrap_or(now);
    file.set_len(0)?;
    write!(file, "{} since {now}", own_name())
}

/// This process, as its locks name it.
fn own_name() -> String {
    format!("process {} on {},", process::id(), gethostname::gethostname().to_string_lossy())
}

fn holder(file: &mut File) -> String {
    let mut by = String::new();
    match file.read_to_string(&mut by) {
        Ok(length) if length > 0 => by,
        // It has just taken the lock, or the system lets nobody else read what is locked.
        _ => "another process".to_owned(),
    }
}
