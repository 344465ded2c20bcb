//! Which runs began in a state folder, whatever became of its journal.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use seatflow_engine::Folder;
use seatflow_journal::Store;

use crate::exit::Exit;
use crate::render;

/// The file in the folder of a run which says that the journal knows it.
const BEGUN: &str = "begun";

/// Notes in the folder of a run that it has begun; for its owner alone, as all that is there.
pub(super) fn note(folder: &Folder) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(folder.run().join(BEGUN)).map(drop)
}

/// A run that began in a state folder and that its journal does not know.
pub(super) fn lost(state: &Path, store: &Store) -> anyhow::Result<Option<String>> {
    let known: Vec<String> = store.runs()?.into_iter().map(|run| run.id).collect();
    for entry in fs::read_dir(state.join("runs"))? {
        let entry = entry?;
        let id = entry.file_name().to_string_lossy().into_owned();
        if !known.contains(&id) && entry.path().join(BEGUN).exists() {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// What a run wrote that the journal has lost would be written twice.
pub(super) fn tell_lost(state: &Path, lost: &str) -> Exit {
    let state = state.display();
    render::say(&format!(
        "  × the run {lost} began here, and `{state}/journal.db` does not know it: it was lost or damaged"
    ));
    render::say(&format!(
        "  help: put the journal back as it was; or look at the remote system what the run has written, and begin with `--new`, \
         or remove `{state}/runs/{lost}`"
    ));
    Exit::STOPPED
}

/// The journal is to know a run no more whose folder this is.
///
/// # Errors
/// If the folder cannot be written.
pub(crate) fn forget(run: &Path) -> io::Result<()> {
    match fs::remove_file(run.join(BEGUN)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
