//! What came of a run, in the words of the page's cells.

use std::collections::BTreeMap;
use std::fmt;

use seatflow_sandbox::ReceivedRequest;

use super::tables::{Table, code};
use crate::played::{Played, Rows, assert_closed, report};
use crate::program::Ran;

/// The exit status of a program that was killed, which is none.
const KILLED: i32 = -1;

/// What a shell makes of it, after `kill -9`.
const AS_A_SHELL_TELLS: i32 = 128 + 9;

/// What came of a run: where its records are, and what the remote system had of it.
pub(super) struct Outcome {
    /// Of each record in order; of the run, if nothing left it.
    places: Vec<String>,
    sent: usize,
    done: usize,
    /// How many rows are on S and on F.
    pub(super) rows: (usize, usize),
    pub(super) status: i32,
}

impl Outcome {
    /// Looks at what a run over so many records left: each is on S or on F, once, and the books are closed.
    pub(super) fn of(played: &Played, ran: &Ran, records: usize) -> Self {
        let (places, rows) = match ran.status {
            0 | 3 => {
                assert_closed(&report(ran));
                let (succeeded, failed) = (played.rows("succeeded.csv"), played.rows("failed.csv"));
                let places = (0..records).map(|line| place(&line.to_string(), &succeeded, &failed));
                (places.collect(), (succeeded.len(), failed.len()))
            }
            1 => (vec!["refused".to_owned()], (0, 0)),
            4 => (vec!["ended".to_owned()], (0, 0)),
            5 => (vec!["stopped".to_owned()], (0, 0)),
            KILLED => (vec!["broken off".to_owned()], (0, 0)),
            130 => {
                assert_closed(&report(ran));
                (vec!["interrupted".to_owned()], (0, 0))
            }
            status => panic!("exit status {status}: {}", ran.stderr),
        };
        let whole = !outputs(played).is_empty();
        assert_eq!(whole, matches!(ran.status, 0 | 3), "output files are written when a run completes");
        Self::new(played, ran, places, rows)
    }

    /// What came of a run that was told to end at once, so that some of its records are nowhere.
    pub(super) fn aborted(played: &Played, ran: &Ran) -> Self {
        assert_eq!(ran.status, 130, "{}", ran.stderr);
        assert_eq!(outputs(played), [""; 0]);
        Self::new(played, ran, vec!["interrupted".to_owned()], (0, 0))
    }

    /// What came of a run that left its records in these places.
    pub(super) fn new(played: &Played, ran: &Ran, places: Vec<String>, rows: (usize, usize)) -> Self {
        let requests = calls(played);
        let done = requests.iter().filter(|request| request.effect.is_some()).count();
        let status = if ran.status == KILLED { AS_A_SHELL_TELLS } else { ran.status };
        Self { places, sent: requests.len(), done, rows, status }
    }

    /// The cell, without the effects that a read cannot have.
    pub(super) fn cell(&self, is_read: bool) -> String {
        if is_read && self.done == 0 {
            format!("{}, {} sent", self.places.join(", "), self.sent)
        } else {
            self.to_string()
        }
    }

    /// How many requests there were, but those for tokens and their keys.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Of each record where it is.
    pub(super) fn places(&self) -> &[String] {
        &self.places
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {} sent, {} done", self.places.join(", "), self.sent, self.done)
    }
}

/// The output files that are in their places. Who was killed leaves hidden ones beside them.
fn outputs(played: &Played) -> Vec<String> {
    let is_there = played.folder.path("out").exists();
    let names = if is_there { played.folder.files("out").into_keys().collect() } else { Vec::new() };
    names.into_iter().filter(|name| !name.starts_with('.')).collect()
}

/// All requests but those for tokens and their keys.
fn calls(played: &Played) -> Vec<ReceivedRequest> {
    let requests = played.all_requests().into_iter();
    requests.filter(|request| !matches!(request.endpoint, Some("token.refresh" | "jwks.read"))).collect()
}

/// Where the record of a line is: on S with its rows, or once on F.
pub(super) fn place(line: &str, succeeded: &Rows, failed: &Rows) -> String {
    let of = |rows: &Rows| rows.iter().filter(|row| row["line"] == line).cloned().collect::<Rows>();
    match (of(succeeded).as_slice(), of(failed).as_slice()) {
        ([first, ..], []) if is_unparsed(first) => "S unparsed".to_owned(),
        ([_, ..], []) => "S".to_owned(),
        ([], [row]) => format!("F {}", row["error.kind"]),
        (on_s, on_f) => panic!("record {line} has {} rows on S and {} on F", on_s.len(), on_f.len()),
    }
}

fn is_unparsed(row: &BTreeMap<String, String>) -> bool {
    row.get("Extracted").is_some_and(|why| !why.is_empty())
}

/// The exit statuses that the page gives for the words of its cells.
pub(super) struct Statuses(Vec<(String, i32)>);

impl Statuses {
    /// Reads them from the page.
    pub(super) fn of(tables: &[Table]) -> Self {
        let rows = tables.iter().flat_map(|table| table.rows_under("in a cell"));
        Self(rows.map(|row| (code(&row[0]).concat(), row[2].parse().unwrap())).collect())
    }

    /// That of a run: of its worst cell.
    pub(super) fn of_run(&self, places: &[String]) -> i32 {
        let of = |place: &String| {
            let word = if place.starts_with("F ") && place != "F in-doubt" { "F .." } else { place };
            let found = self.0.iter().find(|(known, _)| known == word);
            found.unwrap_or_else(|| panic!("`{place}` is not explained on the page")).1
        };
        places.iter().map(of).max().unwrap()
    }
}
