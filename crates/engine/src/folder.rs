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
/// The folder with the folders of runs.
const RUNS: &str = "runs";
/// The files of the journal, as `SQLite` names them, and what makes runs begin one after the other.
const JOURNAL: [&str; 4] = ["journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"];
/// How the names of the files with kept records end.
const KEPT: &str = ".arrow";

/// The name of a run: when it began, to the second, and four digits against twins. Names sort by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunId(String);

impl RunId {
    fn of(now: Timestamp, digits: u16) -> Self {
        Self(format!("{}-{digits:04x}", now.strftime("%Y%m%d-%H%M%S")))
    }

    /// The run that somebody names; none, if no run can have that name.
    pub fn parse(name: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        let is_hexadecimal = |byte: u8| is_digit(byte) || matches!(byte, b'a'..=b'f');
        let mut parts = name.split('-');
        let [Some(day), Some(time), Some(digits), None] = [(); 4].map(|()| parts.next()) else { return None };
        let is_name = day.len() == 8
            && time.len() == 6
            && digits.len() == 4
            && day.bytes().chain(time.bytes()).all(is_digit)
            && digits.bytes().all(is_hexadecimal);
        is_name.then(|| Self(name.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
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
    id: RunId,
    state: PathBuf,
    run: PathBuf,
    /// Whether the run's folder was not there before.
    is_new: bool,
}

impl Folder {
    /// Makes the folder of a run that begins now, under a name that no other run has, also none that begins elsewhere
    /// at the same moment.
    ///
    /// # Errors
    /// If it cannot be made, or if the state folder is there and is used for something else.
    pub fn begin(state: &Path, now: Timestamp) -> Result<Self, ToolError> {
        Self::begin_at(state, now, rand::random())
    }

    /// As [`Self::begin`]; the names are tried from these digits on.
    fn begin_at(state: &Path, now: Timestamp, first: u16) -> Result<Self, ToolError> {
        prepare(state)?;
        for more in 0..=u16::MAX {
            let folder = Self::of(state, &RunId::of(now, first.wrapping_add(more)), true);
            match make_private(&folder.run) {
                Ok(()) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unwritable(state, error)),
            }
        }
        let message = format!("no run of this second has a name left in `{}`", state.display());
        Err(ToolError::pipeline(message).help("start it again"))
    }

    /// The folder of an earlier run, which is made again if it is gone.
    ///
    /// # Errors
    /// If it cannot be made, or if the state folder is there and is used for something else.
    pub fn open(state: &Path, id: &RunId) -> Result<Self, ToolError> {
        prepare(state)?;
        let folder = Self::of(state, id, false);
        private_folder(&folder.run).map_err(|error| unwritable(state, error))?;
        Ok(folder)
    }

    fn of(state: &Path, id: &RunId, is_new: bool) -> Self {
        Self { id: id.clone(), state: state.to_owned(), run: state.join(RUNS).join(id.as_str()), is_new }
    }

    /// The name of the run.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The state folder, which all runs share.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The folder of the run.
    pub fn run(&self) -> &Path {
        &self.run
    }

    /// The same state folder, with another folder for what waits on disk: for whoever only looks at the run.
    #[must_use]
    pub fn at(&self, run: &Path) -> Self {
        Self { run: run.to_owned(), is_new: false, ..self.clone() }
    }

    /// Removes the records that earlier passes of the run have kept: they are those of other outcomes.
    pub(crate) fn forget_kept(&self) -> Result<(), ToolError> {
        let forget = || -> io::Result<()> {
            for entry in fs::read_dir(&self.run)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().ends_with(KEPT) {
                    fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        forget().map_err(|error| unwritable(&self.state, error))
    }

    /// Removes the folder of a run that could not begin, with all that is in it. The folder of an earlier run stays.
    pub fn discard(&self) {
        if self.is_new {
            // What cannot be removed stays, and nobody takes it for a run.
            let _ = fs::remove_dir_all(&self.run);
        }
    }
}

/// Makes the state folder with what every run needs in it.
fn prepare(state: &Path) -> Result<(), ToolError> {
    let refuse = |error| unwritable(state, error);
    if is_used_otherwise(state).map_err(refuse)? {
        let message = format!("`{}` is not a state folder: it holds other files", state.display());
        return Err(ToolError::pipeline(message).help("name a folder that is new, empty, or of earlier runs"));
    }
    private_folder(state).map_err(refuse)?;
    mark(state).map_err(refuse)?;
    private_folder(&state.join(RUNS)).map_err(refuse)
}

fn unwritable(state: &Path, error: io::Error) -> ToolError {
    let why = match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "a file stands in the way".to_owned(),
        io::ErrorKind::PermissionDenied => "this is not allowed".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    };
    ToolError::pipeline(format!("the state folder `{}` cannot be written: {why}", state.display()))
        .help("mend it, or choose another with `--state DIR`")
        .from_source(error)
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
        let is_of_runs = name == RUNS
            || JOURNAL.contains(&&*name)
            || name.starts_with("credentials.json")
            || name.starts_with(UNMARKED);
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
fn private_folder(path: &Path) -> io::Result<()> {
    builder().recursive(true).create(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes a folder that is not there yet.
fn make_private(path: &Path) -> io::Result<()> {
    builder().create(path)
}

/// What makes folders that nobody else can read.
fn builder() -> fs::DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only there it has a mode"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(state: &Path) -> Result<Folder, ToolError> {
        Folder::begin(state, Timestamp::UNIX_EPOCH)
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
        for name in ["credentials.json.lock", "journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"] {
            fs::write(earlier.join(name), "").unwrap();
        }
        for state in [&new, &empty, &earlier] {
            let made = begin(state).unwrap();
            assert!(is_private(state) && is_private(made.run()), "{}", state.display());
            assert_eq!(fs::read_to_string(state.join(".gitignore")).unwrap(), "*\n");
            fs::write(state.join("note.txt"), "mine").unwrap();
            begin(state).unwrap();
        }
    }

    #[test]
    fn a_folder_that_others_make_at_the_same_time_is_one_of_runs() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let state = folder.path().join("state");
            let gate = std::sync::Barrier::new(8);
            std::thread::scope(|threads| {
                for _ in 0..8 {
                    threads.spawn(|| {
                        gate.wait();
                        let made = begin(&state).unwrap();
                        fs::write(state.join("note.txt"), "mine").unwrap();
                        assert!(is_private(made.run()));
                    });
                }
            });
            assert_eq!(fs::read_dir(state.join("runs")).unwrap().count(), 8, "none shares a folder with another");
            let mut names: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, [".gitignore", "note.txt", "runs"]);
        }
    }

    #[test]
    fn a_name_that_another_run_has_is_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2025-03-01T09:00:07.9Z".parse().unwrap();
        let names = [0xfffe, 0xfffe, 0xfffe, 0].map(|first| {
            let begun = Folder::begin_at(folder.path(), now, first).unwrap();
            assert_eq!(begun.run().file_name(), Some(begun.id().as_str().as_ref()));
            assert!(begun.run().is_dir());
            begun.id().to_string()
        });
        assert_eq!(names, ["fffe", "ffff", "0000", "0001"].map(|digits| format!("20250301-090007-{digits}")));
    }

    #[test]
    fn the_folder_of_an_earlier_run_is_found_or_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let begun = begin(folder.path()).unwrap();
        fs::write(begun.run().join("sandbox.db"), "state").unwrap();
        let found = Folder::open(folder.path(), begun.id()).unwrap();
        assert_eq!((found.id(), found.run(), found.state()), (begun.id(), begun.run(), folder.path()));
        assert_eq!(fs::read(found.run().join("sandbox.db")).unwrap(), b"state");
        fs::remove_dir_all(found.run()).unwrap();
        let again = Folder::open(folder.path(), begun.id()).unwrap();
        assert!(is_private(again.run()));
    }

    #[test]
    fn what_was_kept_is_forgotten_and_all_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let begun = begin(folder.path()).unwrap();
        for name in ["calls.F.arrow", "gone.F.arrow", "sandbox.db"] {
            fs::write(begun.run().join(name), "").unwrap();
        }
        begun.forget_kept().unwrap();
        let left: Vec<_> = fs::read_dir(begun.run()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["sandbox.db"]);
    }

    #[test]
    fn only_the_folder_of_a_run_that_begins_is_discarded() {
        let folder = tempfile::tempdir().unwrap();
        let begun = begin(folder.path()).unwrap();
        fs::write(begun.run().join("sandbox.db"), "state").unwrap();
        Folder::open(folder.path(), begun.id()).unwrap().discard();
        assert!(begun.run().join("sandbox.db").exists());
        begun.discard();
        assert!(!begun.run().exists());
    }

    #[test]
    fn what_no_run_can_be_named_is_no_name() {
        for name in ["20250301-090007-0a9f", "00000000-000000-0000"] {
            assert_eq!(RunId::parse(name).map(|id| id.to_string()).as_deref(), Some(name));
        }
        for name in [
            "",
            "..",
            "20250301-090007",
            "20250301-090007-0A9F",
            "20250301-090007-0a9f-",
            "2025030-1090007-0a9f",
            "../../etc/passwd-x-y",
        ] {
            assert_eq!(RunId::parse(name), None, "{name}");
        }
    }

    #[test]
    fn what_a_killed_run_has_left_half_made_is_no_other_thing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore.seatflow-aB3dE9"), "").unwrap();
        begin(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn a_folder_of_other_things_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("project");
        fs::create_dir_all(state.join("runs")).unwrap();
        for (name, text) in [("orders.csv", "id\n"), (".gitignore", "/target\n"), ("journal.db.txt", "Dear diary")] {
            fs::write(state.join(name), text).unwrap();
            let error = begin(&state).unwrap_err();
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
