//! What has changed since a run was begun.

use std::path::Path;

use seatflow_journal::{RunRecord, Source};

use super::record::digest;

/// What has changed in the files that a run reads, a sentence each.
pub(super) fn since(run: &RunRecord) -> Vec<String> {
    run.sources.iter().filter_map(|source| changed(run, source)).collect()
}

/// Whether a file that a run reads has changed.
pub(super) fn is_in(run: &RunRecord, path: &Path) -> bool {
    run.sources.iter().any(|source| source.path == path && changed(run, source).is_some())
}

fn changed(run: &RunRecord, source: &Source) -> Option<String> {
    let path = source.path.display();
    match digest(&source.path) {
        Ok(now) if now == source.sha256 => None,
        Ok(_) => {
            let before = if source.path == run.file { Some(run.text.as_str()) } else { source.text.as_deref() };
            let line = before.and_then(|before| first_line(before, &source.path));
            Some(format!("`{path}` has changed{}", line.unwrap_or_default()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(format!("`{path}` is gone")),
        Err(error) => Some(format!("`{path}` cannot be read: {error}")),
    }
}

/// The first line that differs, and what stands in it.
fn first_line(before: &str, path: &Path) -> Option<String> {
    let now = std::fs::read_to_string(path).ok()?;
    let (mut old, mut new) = (before.lines(), now.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => return None,
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => {
                return Some(format!(": line {number} was `{}` and is `{}`", old.trim(), new.trim()));
            }
            (Some(old), None) => return Some(format!(": it ended after line {number}, `{}`", old.trim())),
            (None, Some(new)) => return Some(format!(": line {number} is new, `{}`", new.trim())),
        }
    }
}
