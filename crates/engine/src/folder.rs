//! The state folder, and the folder of a run in it.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use seatflow_tool::ToolError;

/// What keeps git from seeing the state folder, and tells that it is one.
const IGNORE: &str = ".gitignore";
const IGNORE_ALL: &str = "*\n";
/// How the name of such a file begins before it takes its place.
const UNMARKED: &str = ".gitignore.seatflow-";

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
    /// If they cannot be made, or if the state folder is there and is used for something else.
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
        if is_used_otherwise(state).map_err(refuse)? {
            let message = format!("`{}` is not a state folder: it holds other files", state.display());
            return Err(ToolError::pipeline(message).help("name a folder that is new, empty, or of earlier runs"));
        }
        private_folder(state).map_err(refuse)?;
        mark(state).map_err(refuse)?;
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

/// Whether a folder is there that no run has made, and that is not empty either.
fn is_used_otherwise(state: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(state) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut holds_others = false;
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let is_of_runs = name == "runs" || name.starts_with("credentials.json") || name.starts_with(UNMARKED);
        holds_others |= !is_of_runs;
    }
    // Only now: another run that makes the folder at this moment marks it before it puts anything else there.
    Ok(holds_others && !is_marked(state))
}

fn is_marked(state: &Path) -> bool {
    fs::read(state.join(IGNORE)).is_ok_and(|text| text == IGNORE_ALL.as_bytes())
}

/// Marks a folder as one of runs. The mark is there as a whole or not at all, whoever else makes it at the same time.
fn mark(state: &Path) -> io::Result<()> {
    if is_marked(state) {
        return Ok(());
    }
    let mut made = tempfile::Builder::new().prefix(UNMARKED).tempfile_in(state)?;
    made.write_all(IGNORE_ALL.as_bytes())?;
    made.persist(state.join(IGNORE))?;
    Ok(())
}

/// Makes a folder, or makes one that is there private.
#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(state: &Path) -> Result<Folder, ToolError> {
        Folder::create(state, &RunId::new(Timestamp::UNIX_EPOCH))
    }

    fn is_private(path: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o700
        }
        #[cfg(not(unix))]
        path.is_dir()
    }

    #[test]
    fn a_new_an_empty_and_an_earlier_folder_are_private_and_hidden_from_git() {
        let folder = tempfile::tempdir().unwrap();
        let [new, empty, earlier] = ["deep/new", "empty", "earlier"].map(|name| folder.path().join(name));
        fs::create_dir(&empty).unwrap();
        fs::create_dir_all(earlier.join("runs")).unwrap();
        fs::write(earlier.join("credentials.json.lock"), "").unwrap();
        for state in [&new, &empty, &earlier] {
            let made = create(state).unwrap();
            assert!(is_private(state) && is_private(made.run()), "{}", state.display());
            assert_eq!(fs::read_to_string(state.join(".gitignore")).unwrap(), "*\n");
            fs::write(state.join("note.txt"), "mine").unwrap();
            create(state).unwrap();
        }
    }

    #[test]
    fn a_folder_that_others_make_at_the_same_time_is_one_of_runs() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let state = folder.path().join("state");
            let begin = std::sync::Barrier::new(8);
            std::thread::scope(|threads| {
                for _ in 0..8 {
                    threads.spawn(|| {
                        begin.wait();
                        let made = create(&state).unwrap();
                        fs::write(state.join("note.txt"), "mine").unwrap();
                        assert!(is_private(made.run()));
                    });
                }
            });
            let mut names: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, [".gitignore", "note.txt", "runs"]);
        }
    }

    #[test]
    fn what_a_killed_run_has_left_half_made_is_no_other_thing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore.seatflow-aB3dE9"), "").unwrap();
        create(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn a_folder_of_other_things_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("project");
        fs::create_dir_all(state.join("runs")).unwrap();
        for (name, text) in [("orders.csv", "id\n"), (".gitignore", "/target\n")] {
            fs::write(state.join(name), text).unwrap();
            let error = create(&state).unwrap_err();
            let expected = format!("`{}` is not a state folder: it holds other files", state.display());
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.what_to_do(), Some("name a folder that is new, empty, or of earlier runs"));
            assert_eq!(fs::read_to_string(state.join(name)).unwrap(), text);
            assert_eq!(fs::read_dir(&state).unwrap().count(), 2, "nothing was added");
            #[cfg(unix)]
            assert!(!is_private(&state));
            fs::remove_file(state.join(name)).unwrap();
        }
    }
}
