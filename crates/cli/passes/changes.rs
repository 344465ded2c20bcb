//! What has changed since the last pass of a run began.

use seatflow_journal::{RunRecord, Source};
use seatflow_spec::Override;

use super::record::{Read, base_urls, digest};

/// What has changed in what a run reads and calls, a sentence each. Of the pipeline only what is no secret is told.
pub(super) fn since(run: &RunRecord, now: &Read<'_>) -> Vec<String> {
    let files = run.sources.iter().filter_map(|source| changed(run, source, now.text));
    files.chain(settings(run, now.overrides)).chain(systems(run, now)).collect()
}

/// What has changed in the files of which nothing but a digest is kept: those with records.
pub(super) fn in_inputs(run: &RunRecord) -> Vec<String> {
    let inputs = run.sources.iter().filter(|source| source.text.is_none());
    inputs.filter_map(|source| changed(run, source, &run.text)).collect()
}

/// What has changed in the files alone, where the pipeline cannot be read any more.
pub(super) fn in_files(run: &RunRecord) -> Vec<String> {
    run.sources.iter().filter_map(|source| changed(run, source, &run.text)).collect()
}

/// Whether the pipeline file has changed.
pub(super) fn is_in_pipeline(run: &RunRecord) -> bool {
    run.sources.iter().any(|source| source.path == run.file && changed(run, source, &run.text).is_some())
}

/// `pipeline` is what stands in the pipeline file now, without secrets.
fn changed(run: &RunRecord, source: &Source, pipeline: &str) -> Option<String> {
    let path = source.path.display();
    match digest(&source.path) {
        Ok(now) if now == source.sha256 => None,
        Ok(_) => {
            let own = std::fs::read_to_string(&source.path);
            let now = if source.path == run.file { Some(pipeline) } else { own.as_deref().ok() };
            let line = source.text.as_deref().zip(now).and_then(|(before, now)| first_line(before, now));
            Some(format!("`{path}` has changed{}", line.unwrap_or_default()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(format!("`{path}` is gone")),
        Err(error) => Some(format!("`{path}` cannot be read: {error}")),
    }
}

/// The first line that differs, and what stands in it.
fn first_line(before: &str, now: &str) -> Option<String> {
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

/// Settings that have other values. A secret is none that anybody could compare.
fn settings(run: &RunRecord, now: &[Override]) -> Vec<String> {
    let plain = now.iter().filter(|given| !given.is_secret()).map(Override::as_written);
    let new = plain.filter(|given| !run.overrides.contains(given));
    new.map(|given| format!("`--set {given}` is another setting")).collect()
}

/// Connections that lead elsewhere.
fn systems(run: &RunRecord, now: &Read<'_>) -> Vec<String> {
    let before = |name: &str| run.base_urls.iter().find(|(other, _)| other == name).map(|(_, url)| url.clone());
    let moved = base_urls(now.plan).into_iter().filter_map(|(name, url)| {
        let before = before(&name).filter(|before| *before != url)?;
        Some(format!("the connection `{name}` led to `{before}` and leads to `{url}`"))
    });
    moved.collect()
}
