//! The overview of a run on a terminal.

use std::fmt::Write as _;

use seatflow_journal::{
    Books, CallRecord, Ending, Failures, PassRecord, PlannedCall, Purpose, RunRecord, RunState, Source,
};

use super::failures::{Failed, FailedRecord};
use super::told::Told;
use crate::planned::totals;
use crate::runs::standing::{exit_status, took, utc, word};
use crate::summary::{counted, elapsed};
use crate::table::table;

/// So many characters of a payload are told.
const PAYLOAD: usize = 200;

/// What a run was, how it went, and what is left of it: a section for each, those without content left out.
pub(crate) fn overview(told: &Told) -> String {
    let run = &told.run;
    let mut text = format!("{}  {}\n{}\n", run.id, run.pipeline, facts(told));
    section(&mut text, "Passes", &passes(run));
    section(&mut text, "Books", &books(&told.books));
    section(&mut text, "Plan", &plan(&told.planned));
    section(&mut text, "Failed calls", &failures(&told.failures));
    if let Some(failed) = &told.failed {
        section(&mut text, "Failed records", &failed_records(failed));
    }
    section(&mut text, "Writes in doubt", &in_doubt(&told.in_doubt));
    section(&mut text, "Settled writes", &settled(&told.settled));
    section(&mut text, "Slowest calls", &slowest(&told.slowest));
    section(&mut text, "Inputs", &inputs(&run.sources));
    text
}

/// Adds a section, unless it is empty.
fn section(text: &mut String, title: &str, content: &str) {
    if content.is_empty() {
        return;
    }
    // Writing to a `String` does not fail.
    let _ = write!(text, "\n{title}\n");
    for line in content.lines() {
        let _ = writeln!(text, "  {line}");
    }
}

/// A table, or nothing without rows.
fn rows<const N: usize, T>(
    heading: [&str; N],
    all: &[T],
    row: impl Fn(&T) -> [String; N],
    numbers: std::ops::Range<usize>,
) -> String {
    if all.is_empty() { String::new() } else { table(heading, all.iter().map(row), numbers) }
}

fn facts(told: &Told) -> String {
    let run = &told.run;
    let exit = exit_status(run).map(|status| format!(", exit status {status}")).unwrap_or_default();
    let took = took(&run.passes).map(|time| format!(", took {}", elapsed(time))).unwrap_or_default();
    let mut facts = vec![
        ("state", format!("{}{exit}", word(run.state))),
        ("began", format!("{} UTC{took}", utc(run.began_at))),
        ("by", format!("{}, with seatflow {}", run.user, run.version)),
        ("file", run.file.display().to_string()),
    ];
    if let Some(holder) = &told.held_by {
        facts.push(("held by", holder.clone()));
    }
    if !run.overrides.is_empty() {
        facts.push(("settings", run.overrides.join(", ")));
    }
    if run.is_sandbox {
        facts.push(("systems", "played by the sandbox".to_owned()));
    }
    if run.writes > 0 {
        facts.push(("writes", run.writes.to_string()));
    }
    let wide = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = facts.iter().map(|(name, fact)| format!("{name:wide$}  {fact}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn passes(run: &RunRecord) -> String {
    let all: Vec<(usize, &PassRecord)> = run.passes.iter().enumerate().collect();
    let row = |(number, pass): &(usize, &PassRecord)| {
        [
            purpose(&run.passes, *number).to_owned(),
            utc(pass.began_at),
            took([*pass]).map(elapsed).unwrap_or_default(),
            ended(run, *number).to_owned(),
            pass.exit_status.map(|status| status.to_string()).unwrap_or_default(),
            pass.message.clone().unwrap_or_default(),
        ]
    };
    rows(["pass", "began (UTC)", "took", "ended", "exit", "why"], &all, row, 4..5)
}

/// What a pass was for. One that goes on with what an earlier one was for resumes it.
pub(super) fn purpose(passes: &[PassRecord], number: usize) -> &'static str {
    let Some(pass) = passes.get(number) else { return "" };
    let is_resumed = passes[..number].iter().any(|earlier| earlier.purpose == pass.purpose);
    match pass.purpose {
        Purpose::Check => "check",
        _ if is_resumed => "resume",
        Purpose::Run => "run",
        Purpose::Plan => "plan",
        Purpose::Apply => "apply",
    }
}

/// How a pass ended, in words.
fn ended(run: &RunRecord, number: usize) -> &'static str {
    match run.passes.get(number).and_then(|pass| pass.ending) {
        Some(Ending::Completed) => "done",
        Some(Ending::Failed) => "failed",
        Some(Ending::Interrupted) => "interrupted",
        None if run.state == RunState::Running && number + 1 == run.passes.len() => "running",
        None => "broken off",
    }
}

fn books(all: &[Books]) -> String {
    let row = |books: &Books| {
        let has_calls = books.calls > 0;
        let calls = |count: u64| if has_calls { count.to_string() } else { String::new() };
        [
            books.node.clone(),
            books.tool.clone(),
            books.records_in.to_string(),
            books.succeeded.to_string(),
            books.failed.to_string(),
            calls(books.calls),
            calls(books.retries),
            calls(books.recalled),
            books.rows.to_string(),
        ]
    };
    let heading = ["node", "tool", "in", "succeeded", "on F", "calls", "retries", "recalled", "rows on S"];
    let mut text = rows(heading, all, row, 2..9);
    for books in all.iter().filter(|books| books.unparsed > 0) {
        let records = counted(books.unparsed, "record");
        let _ = write!(text, "\n{records} of `{}` had an answer that is no JSON", books.node);
    }
    text
}

fn plan(calls: &[PlannedCall]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let unless_none = |count: u64| if count == 0 { String::new() } else { count.to_string() };
    let rows = totals(calls).into_iter().map(|((endpoint, method), total)| {
        [endpoint.to_owned(), method.to_owned(), total.planned.to_string(), unless_none(total.unknown)]
    });
    table(["endpoint", "method", "writes", "unknown"], rows, 2..4)
}

fn failures(all: &[Failures]) -> String {
    let row =
        |failures: &Failures| [failures.node.clone(), failures.kind.as_str().to_owned(), failures.count.to_string()];
    rows(["node", "kind", "calls"], all, row, 2..3)
}

fn failed_records(failed: &Failed) -> String {
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let row = |record: &FailedRecord| {
        let line = || record.line.map(|line| format!("line {line}"));
        [
            number(record.record).or_else(line).unwrap_or_default(),
            record.kind.clone().unwrap_or_default(),
            number(record.status).unwrap_or_default(),
            record.message.clone().unwrap_or_default(),
        ]
    };
    let mut text = rows(["record", "kind", "status", "message"], &failed.first, row, 0..1);
    if failed.more > 0 {
        let _ = write!(text, "\nand {} more", failed.more);
    }
    text
}

fn in_doubt(all: &[CallRecord]) -> String {
    let row = |call: &CallRecord| {
        let message = call.message.clone().unwrap_or_else(|| "no outcome is known".to_owned());
        [call.node.clone(), call.record.to_string(), request(call), payload(call), message]
    };
    rows(["node", "record", "request", "payload", "why"], all, row, 1..2)
}

fn settled(all: &[CallRecord]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let were = if all.len() == 1 { "was in doubt and is settled" } else { "were in doubt and are settled" };
    let happened = if all.len() == 1 { "it happened" } else { "they happened" };
    let told = format!("{} {were}: a read told that {happened}", counted(all.len() as u64, "write"));
    let row = |call: &CallRecord| [call.node.clone(), call.record.to_string(), request(call), payload(call)];
    format!("{told}\n{}", rows(["node", "record", "request", "payload"], all, row, 1..2))
}

/// What was sent, in one line and not in all its length.
fn payload(call: &CallRecord) -> String {
    let payload = call.payload.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let payload = payload.replace('\n', "\\n");
    let mut characters = payload.chars();
    let mut cut: String = characters.by_ref().take(PAYLOAD).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

fn slowest(all: &[CallRecord]) -> String {
    let row = |call: &CallRecord| {
        [
            call.node.clone(),
            call.record.to_string(),
            call.duration.as_millis().to_string(),
            call.requests.to_string(),
            call.status.map(|status| status.to_string()).unwrap_or_default(),
            request(call),
        ]
    };
    rows(["node", "record", "ms", "requests", "status", "request"], all, row, 1..5)
}

/// `GET https://..`.
fn request(call: &CallRecord) -> String {
    format!("{} {}", call.method.as_str(), call.url)
}

fn inputs(all: &[Source]) -> String {
    rows(["file", "sha256"], all, |source| [source.path.display().to_string(), source.sha256.clone()], 0..0)
}
