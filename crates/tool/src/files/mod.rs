//! Output files, which take their places only when the run completes.

mod partial;
mod place;
mod whereabouts;

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

pub use self::whereabouts::Whereabouts;
use crate::ToolError;

/// The output files of one run. Each is written beside its place and renamed at the end, so
/// there is never half a file where a reader looks.
#[derive(Debug, Default)]
pub struct Files {
    /// The folder below which they have their places, if it is not the one that their paths lead to.
    below: Option<PathBuf>,
    /// In the order in which they were prepared.
    outputs: Mutex<Vec<OutputFile>>,
}

#[derive(Debug)]
struct OutputFile {
    /// The path as the pipeline has it.
    path: PathBuf,
    /// The place that the path leads to, through all links.
    place: PathBuf,
    progress: Progress,
}

#[derive(Debug)]
enum Progress {
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
    /// Files that have their places below a folder: `out/a.csv` is in `out` in it, and so is `/out/a.csv`.
    pub fn below(folder: PathBuf) -> Self {
        Self { below: Some(folder), outputs: Mutex::default() }
    }

    /// Makes sure that a file can be written at `path`, before anything else happens. A link is
    /// written through: the file that it leads to is replaced, and the link stays. What an earlier
    /// run that was killed has left beside the place is removed.
    ///
    /// # Errors
    /// If the folder cannot be made or written, if something other than a file stands at the
    /// place, or if another prepared path leads to the same place.
    pub fn prepare(&self, path: &Path) -> Result<(), ToolError> {
        let led = self.led(path);
        let place = place::of(&led).map_err(|why| refused(&led, why))?;
        let mut outputs = self.lock();
        if let Some(other) = outputs.iter().find(|output| output.place == place) {
            let message = format!("`{}` and `{}` are the same file", other.path.display(), path.display());
            return Err(ToolError::pipeline(message).help("let each node write a file of its own"));
        }
        let file = partial::beside(&place).map_err(|error| refused(path, error.into()))?;
        outputs.push(OutputFile { path: path.to_owned(), place, progress: Progress::Prepared(file) });
        Ok(())
    }

    /// Takes the prepared file, to write it.
    ///
    /// # Errors
    /// If it was not prepared or is taken already, which is a bug.
    pub fn take(&self, path: &Path) -> Result<PendingFile, ToolError> {
        let mut outputs = self.lock();
        let found = outputs.iter_mut().find(|output| output.path == path);
        match found.map(|output| std::mem::replace(&mut output.progress, Progress::Taken)) {
            Some(Progress::Prepared(file)) => Ok(PendingFile { path: path.to_owned(), file }),
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
        match self.lock().iter_mut().find(|output| output.path == path) {
            Some(output) => output.progress = Progress::Finished(file),
            None => return Err(ToolError::bug(format!("`{}` was not prepared", path.display()))),
        }
        Ok(())
    }

    /// Renames every finished file to its place, in the order in which they were prepared, and
    /// syncs the folders; the rest disappear.
    ///
    /// # Errors
    /// If a file cannot be renamed. It and those after it then stay beside their places, and the
    /// error says where each file is.
    pub fn commit(&self) -> Result<(), ToolError> {
        let mut placed: Vec<OutputPlace> = Vec::new();
        let mut outputs = std::mem::take(&mut *self.lock()).into_iter().filter_map(OutputFile::finished);
        while let Some((output, file)) = outputs.next() {
            if let Err(error) = file.persist(&output.place) {
                let failed = cannot_write(&output.path, error.error);
                let left = std::iter::once((output, error.file)).chain(outputs);
                return Err(failed.help(partial::where_they_are(&placed, left)));
            }
            placed.push(output);
        }
        partial::sync_folders(&placed).map_err(|(path, error)| cannot_write(path, error))
    }

    /// Where a path leads to.
    fn led<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        let Some(below) = &self.below else { return path.into() };
        let names = path.components().filter(|part| matches!(part, Component::Normal(_)));
        below.join(names.collect::<PathBuf>()).into()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<OutputFile>> {
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an output file belongs.
#[derive(Debug)]
struct OutputPlace {
    path: PathBuf,
    place: PathBuf,
}

impl OutputFile {
    /// The file and its place, if it is written whole.
    fn finished(self) -> Option<(OutputPlace, NamedTempFile)> {
        match self.progress {
            Progress::Finished(file) => Some((OutputPlace { path: self.path, place: self.place }, file)),
            Progress::Prepared(_) | Progress::Taken => None,
        }
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

/// A path that no file can be written to.
fn refused(path: &Path, why: place::Refused) -> ToolError {
    let error = ToolError::pipeline(format!("cannot write `{}`: {why}", path.display()));
    error.help("choose another `path`, or mend the folder").from_source(why)
}

fn cannot_write(path: &Path, error: io::Error) -> ToolError {
    ToolError::pipeline(format!("cannot write `{}`: {error}", path.display())).from_source(error)
}

#[cfg(test)]
mod tests;
