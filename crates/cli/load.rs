//! From a pipeline file to a plan: all the reading that a check needs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatflow_plan::{Plan, facts, plan};
use seatflow_spec::{
    Override, OverrideError, Pipeline, Problem, Problems, Reading, Settings, Slug, Source, Tree, Values,
    help_for_unknown,
};
use seatflow_tool::{Fact, Facts, Whereabouts};
use seatflow_tools::TOOLS;

use crate::usage::Usage;

/// The most bytes of a pipeline, and of a file whose text a reference stands for.
const MOST_BYTES: usize = 4 << 20;

/// What stands for a variable or a file that nobody uses. It can be a URL as well as a token.
const UNUSED: &str = "http://unused.invalid";

/// Where runs keep their state, unless they are told otherwise.
pub(crate) const STATE: &str = ".seatflow";

/// What a pipeline is read from.
pub(crate) struct Given<'a> {
    file: &'a Path,
    overrides: &'a [Override],
    overlay: &'a Overlay,
    state: &'a Path,
    kept: BTreeMap<PathBuf, String>,
    sends_nothing: bool,
}

/// A pipeline file that has been checked.
pub(crate) struct Loaded {
    /// The text of the file without its secrets, if it could be read.
    pub(crate) text: Option<String>,
    /// What is written, as far as it could be read, and what its references stand for.
    pub(crate) pipeline: Option<(Pipeline, Values)>,
    /// The plan, if no problem forbids it.
    pub(crate) plan: Option<Plan>,
    /// Everything that was found.
    pub(crate) problems: Problems,
}

/// Environment variables that are given to the pipeline before the machine's own.
pub(crate) type Overlay = BTreeMap<String, String>;

impl<'a> Given<'a> {
    /// A pipeline file, which may write nothing into the state folder.
    pub(crate) fn new(file: &'a Path, overrides: &'a [Override], overlay: &'a Overlay, state: &'a Path) -> Self {
        Self { file, overrides, overlay, state, kept: BTreeMap::new(), sends_nothing: false }
    }

    /// Reads these texts in place of the files that there are now.
    pub(crate) fn keeping(mut self, kept: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        self.kept.extend(kept);
        self
    }

    /// Says that nothing is sent, so that connections can do without the variables and the files that only they refer to.
    pub(crate) fn sending_nothing(mut self) -> Self {
        self.sends_nothing = true;
        self
    }
}

/// Reads and checks a pipeline.
///
/// # Errors
/// An override that is none of the pipeline's settings.
pub(crate) fn load(given: &Given<'_>) -> Result<Loaded, Usage> {
    let mut problems = Problems::new();
    let source = match given.kept.get(given.file) {
        Some(text) => Ok(Source::new(given.file.display().to_string(), text.as_str())),
        None => read(given.file),
    };
    let source = source.map_err(|unreadable| problems.extend(unreadable)).ok();
    let Some((tree, source)) = source.and_then(|source| Some((Tree::read(&source, &mut problems)?, source))) else {
        return Ok(Loaded { text: None, pipeline: None, plan: None, problems: problems.sorted() });
    };
    let mut settings = Settings::read(&tree, &mut problems);
    settings.set(given.overrides).map_err(|error| unknown_setting(&error, given.file, &settings))?;
    let values = look_up(&tree, settings, given);
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading);
    problems.extend(reading.into_problems());
    let mut made = None;
    if let Some(pipeline) = &pipeline {
        let found = read_facts(facts(pipeline, &values, TOOLS), given);
        let (plan, more) = plan(pipeline, &values, &found, TOOLS);
        problems.extend(more);
        made = plan;
    }
    let plan = made.filter(|_| !problems.has_fatal());
    let pipeline = pipeline.map(|pipeline| (pipeline, values));
    // Only now it is known what in it is a secret.
    let text = Some(source.without_hidden());
    Ok(Loaded { text, pipeline, plan, problems: problems.sorted() })
}

/// Reads a file that somebody has named on the command line.
///
/// # Errors
/// One problem, if it cannot be read or is not text.
pub(crate) fn read(file: &Path) -> Result<Arc<Source>, Problems> {
    read_up_to(file, MOST_BYTES, "name a file that is written by hand")
}

/// Reads a catalog, or a document from which one is made.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_catalog(file: &Path) -> Result<Arc<Source>, Problems> {
    read_up_to(file, seatflow_catalog::MOST_BYTES, "take out of it the endpoints that no pipeline calls")
}

/// Reads a file of at most so many bytes; of a larger one, says what to do.
fn read_up_to(file: &Path, most: usize, smaller: &'static str) -> Result<Arc<Source>, Problems> {
    let name = file.display().to_string();
    let (why, help) = match read_head(file, most + 1) {
        Ok(bytes) if bytes.len() <= most => return Source::from_bytes(name, bytes),
        Ok(_) => (format!("it is larger than {} MiB", most >> 20), smaller),
        Err(error) => (reason(&error), "see that the path is right"),
    };
    let message = format!("`{name}` cannot be read: {why}");
    Err(Problem::new(Slug::UNREADABLE_FILE, message).help(help).into())
}

fn unknown_setting(error: &OverrideError, file: &Path, settings: &Settings) -> Usage {
    let OverrideError::Unknown { name, .. } = error else { return Usage::new(error.to_string()) };
    let usage = Usage::new(format!("`{}` has no setting `{name}`", file.display()));
    let names = settings.iter().map(|setting| setting.name.as_str());
    usage.help(help_for_unknown(name, names).unwrap_or_else(|| "it has no `settings`".to_owned()))
}

/// Everything that references in the file stand for.
fn look_up(tree: &Tree, settings: Settings, given: &Given<'_>) -> Values {
    let mut values = Values::new(settings);
    for name in tree.variables() {
        let value = given.overlay.get(name).cloned().or_else(|| std::env::var(name).ok());
        let is_unused = || given.sends_nothing && only_connections(tree, |other| other.variables().contains(&name));
        let value = value.or_else(|| is_unused().then(|| UNUSED.to_owned()));
        if let Some(value) = value {
            values.set_variable(name, value);
        }
    }
    for path in tree.files() {
        let is_unused = || given.sends_nothing && only_connections(tree, |other| other.files().contains(&path));
        let text = read_text(Path::new(path)).or_else(|why| if is_unused() { Ok(UNUSED.to_owned()) } else { Err(why) });
        values.set_file(path, text.map(Into::into));
    }
    values
}

/// Whether nothing beside the connections has a reference.
fn only_connections(tree: &Tree, has: impl Fn(&Tree) -> bool) -> bool {
    let mut others = tree.entries().iter().filter(|(key, _)| key.text != "connections");
    others.all(|(_, value)| !has(value))
}

fn read_facts(asked: Vec<Fact>, given: &Given<'_>) -> Facts {
    let mut facts = Facts::default();
    facts.whereabouts = Some(Whereabouts::found);
    facts.state = Some(given.state.to_owned());
    for Fact { path, bytes } in asked {
        let head = match given.kept.get(&path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => read_head(&path, bytes).map_err(|error| reason(&error)),
        };
        facts.insert(path, head);
    }
    facts
}

/// The text of a file that a reference names.
fn read_text(path: &Path) -> Result<String, String> {
    let bytes = read_head(path, MOST_BYTES + 1).map_err(|error| reason(&error))?;
    if bytes.len() > MOST_BYTES {
        return Err(format!("it is larger than {} MiB", MOST_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// The beginning of a file, which may be what a link leads to. A pipe or a device is none: to read it might never end.
fn read_head(path: &Path, bytes: usize) -> io::Result<Vec<u8>> {
    let sort = fs::metadata(path)?.file_type();
    if sort.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !sort.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut head = Vec::new();
    File::open(path)?.take(bytes as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Why a file cannot be read, in a few words and without numbers of the system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}
