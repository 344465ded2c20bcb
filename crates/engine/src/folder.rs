//! The state folder, and the folder of a run in it.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use seatflow_tool::ToolError;

/// The name of a run: when it began, to the second, and four digits against twins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunId(String);

impl RunId {
    /// A name for a run that begins now.
    pub fn new(now: Timestamp) -> Self {
        Self(format!("{}-{:04x}", now.strftime("%Y%m%d-%H%M%S"), rand::random::<u16>()))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The state folder with the folder of one run. It holds personal data, so nobody else can read
/// it and git does not see it.
#[derive(Clone, Debug)]
pub struct Folder {
    state: PathBuf,
    run: PathBuf,
}

impl Folder {
    /// Makes the folders that are not there yet.
    ///
    /// # Errors
    /// If they cannot be made.
    pub fn create(state: &Path, id: &RunId) -> Result<Self, ToolError> {
        let run = state.join("runs").join(id.to_string());
        let refuse = |error: io::Error| {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "a file stands in the way".to_owned(),
                io::ErrorKind::PermissionDenied => "this is not allowed".to_owned(),
                io::ErrorKind::StorageFull => "the disk is full".to_owned(),
                _ => error.to_string(),
            };
            ToolError::pipeline(format!("the state folder `{}` cannot be written: {why}", state.display()))
                .help("mend it, or choose another with `--state DIR`")
                .from_source(error)
        };
        private_folder(state).map_err(refuse)?;
        let ignore = state.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n").map_err(refuse)?;
        }
        private_folder(&run).map_err(refuse)?;
        Ok(Self { state: state.to_owned(), run })
    }

    /// The state folder, which all runs share.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The folder of the run.
    pub fn run(&self) -> &Path {
        &self.run
    }

    /// Removes the run's folder if nothing was kept in it.
    pub(crate) fn remove_if_empty(&self) {
        // A folder that is not empty stays, and that is all this is about.
        let _ = fs::remove_dir(&self.run);
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
