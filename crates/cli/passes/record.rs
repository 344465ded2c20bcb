//! What the journal is told of a pass.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context as _;
use seatflow_call::{Clock as _, SystemClock};
use seatflow_engine::{Failure, NodeReport, Report};
use seatflow_journal::{Books, Ended, Ending, Guards, NewPass, NodeEntry, Purpose, Session, Source};
use seatflow_plan::Plan;
use seatflow_spec::Override;
use seatflow_tool::ToolError;
use sha2::{Digest as _, Sha256};

/// A pipeline that was read, for a pass over it.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    /// The file.
    pub(crate) file: &'a Path,
    /// What stands in it, without secrets.
    pub(crate) text: &'a str,
    /// The settings that are overridden.
    pub(crate) overrides: &'a [Override],
    /// What was made of it.
    pub(crate) plan: &'a Plan,
}

/// What a pass over a plan is, before it begins.
///
/// # Errors
/// If a file that it reads cannot be read.
pub(crate) fn new_pass(read: &Read<'_>, purpose: Purpose, guards: Guards) -> anyhow::Result<NewPass> {
    let Read { file, text, overrides, plan } = *read;
    let nodes = plan.nodes.iter().zip(plan.below_writes()).map(|(node, is_below_write)| NodeEntry {
        name: node.name.clone(),
        tool: node.card.name.to_owned(),
        endpoint: node.bound.endpoint.clone(),
        writes: node.bound.writes,
        is_below_write,
    });
    let nodes = nodes.collect();
    let mut sources = vec![Source { text: Some(text.to_owned()), ..source(file)? }];
    for path in &plan.catalogs {
        let text = fs::read_to_string(path).with_context(|| unreadable(path))?;
        sources.push(Source { text: Some(text), ..source(path)? });
    }
    for path in &plan.inputs {
        sources.push(source(path)?);
    }
    Ok(NewPass {
        purpose,
        began_at: SystemClock.now(),
        guards,
        nodes,
        overrides: overrides.iter().map(Override::as_written).collect(),
        sources,
        base_urls: base_urls(plan),
        allow_unknown: false,
    })
}

fn source(path: &Path) -> anyhow::Result<Source> {
    let sha256 = digest(path).with_context(|| unreadable(path))?;
    Ok(Source { path: path.to_owned(), sha256, text: None })
}

fn unreadable(path: &Path) -> String {
    format!("`{}` cannot be read", path.display())
}

/// Where the paths of each connection begin.
pub(super) fn base_urls(plan: &Plan) -> Vec<(String, String)> {
    plan.connections.iter().map(|(name, of)| (name.clone(), of.settings.base_url.clone())).collect()
}

/// The SHA-256 of a file, in hexadecimal digits.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let mut digits = String::new();
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(digits)
}

/// Ends a pass in the journal. Where that cannot be written, the run is what it is all the same: then it has failed, and a
/// resumption brings the journal up to it.
pub(crate) fn end(session: &Session, mut report: Report, endpoints: &[Option<String>]) -> Report {
    if let Err(error) = session.end(ended(&report, endpoints))
        && !matches!(report.ending, seatflow_engine::Ending::Failed(_))
    {
        let error = ToolError::pipeline(format!("all was done, but the journal cannot say so: {error}"))
            .help("make room in the state folder, then `seatflow resume` goes on");
        report.ending = seatflow_engine::Ending::Failed(Failure { node: None, error });
    }
    report
}

/// How a pass ended.
fn ended(report: &Report, endpoints: &[Option<String>]) -> Ended {
    let (ending, message) = match &report.ending {
        seatflow_engine::Ending::Completed => (Ending::Completed, None),
        seatflow_engine::Ending::Interrupted => (Ending::Interrupted, None),
        seatflow_engine::Ending::Failed(failure) => {
            let place = failure.node.as_ref().map(|node| format!("`{node}`: ")).unwrap_or_default();
            (Ending::Failed, Some(format!("{place}{}", failure.error)))
        }
    };
    Ended {
        ending,
        exit_status: report.exit_status(),
        message,
        ended_at: SystemClock.now(),
        nodes: report.nodes.iter().zip(endpoints).map(|(node, endpoint)| books(node, endpoint.clone())).collect(),
    }
}

fn books(node: &NodeReport, endpoint: Option<String>) -> Books {
    Books {
        node: node.node.clone(),
        tool: node.tool.to_owned(),
        endpoint,
        writes: node.writes,
        f_is_failure: node.f_is_failure,
        records_in: node.records_in,
        succeeded: node.succeeded,
        failed: node.failed,
        calls: node.calls,
        retries: node.retries,
        rows: node.rows,
        unparsed: node.unparsed,
        in_doubt: node.in_doubt,
        recalled: node.recalled,
    }
}

/// Who runs the program, as far as the system tells.
pub(crate) fn user() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).or_else(number_of_user).unwrap_or_else(|| "somebody".to_owned())
}

/// The number of whom this process belongs to.
#[cfg(unix)]
fn number_of_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let process = fs::metadata("/proc/self").ok()?;
    Some(format!("user {}", process.uid()))
}

#[cfg(not(unix))]
fn number_of_user() -> Option<String> {
    None
}
