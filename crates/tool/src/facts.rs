//! What a check must read of the world, and what it found.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::Whereabouts;

/// Something that a node must know before it is bound: the beginning of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The file.
    pub path: PathBuf,
    /// How many bytes of it, at the most.
    pub bytes: usize,
}

/// The facts that were asked for: the bytes, or why they could not be read.
#[derive(Default)]
pub struct Facts {
    /// How the system is asked where a path leads. Without it, two paths are of one file only if they are spelled
    /// alike.
    pub whereabouts: Option<fn(&Path) -> Whereabouts>,
    /// The folder that runs keep their state in.
    pub state: Option<PathBuf>,
    heads: BTreeMap<PathBuf, Result<Vec<u8>, String>>,
}

impl Facts {
    /// Where a path leads, as far as that can be told.
    pub fn whereabouts_of(&self, path: &Path) -> Whereabouts {
        self.whereabouts.unwrap_or(Whereabouts::spelled)(path)
    }

    /// Adds what was read of a file, or why it could not be.
    pub fn insert(&mut self, path: PathBuf, head: Result<Vec<u8>, String>) {
        self.heads.insert(path, head);
    }

    /// The beginning of a file, or why it could not be read; `None` if nobody asked for it.
    pub fn head(&self, path: &Path) -> Option<Result<&[u8], &str>> {
        let head = self.heads.get(path)?;
        Some(head.as_deref().map_err(String::as_str))
    }
}

/// Shows which files were read, and nothing of what is in them: one may hold a private key.
impl fmt::Debug for Facts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.heads.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_file_does_not_print() {
        let mut facts = Facts::default();
        facts.insert("key.pem".into(), Ok(b"private".to_vec()));
        facts.insert("none.pem".into(), Err("there is no such file".to_owned()));
        assert_eq!(format!("{facts:?}"), r#"{"key.pem", "none.pem"}"#);
    }
}
