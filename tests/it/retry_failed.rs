//! What failed is tried again: the F of a run, saved, is the input of the same pipeline.

use seatflow_sandbox::ReceivedRequest;
use seatflow_testkit::{Table, Value};

use crate::played::{Played, TAKE, assert_closed, count, report, seats};
use crate::program::Ran;

/// The form in which the failed records are saved, and read again.
struct Form {
    extension: &'static str,
    read: &'static str,
    write: &'static str,
}

const CSV: Form = Form { extension: "csv", read: "read_csv", write: "write_csv" };
const PARQUET: Form = Form { extension: "parquet", read: "read_parquet", write: "write_parquet" };

/// What is read by the first run of all.
const INPUT: &str = "holder,quantity\nann,1\nbob,2\nann,3\ncem,1\neve,two\ndan,1\n";

/// The columns of a failed F that a run writes itself.
const OWN: [&str; 8] = [
    "_call",
    "error.kind",
    "error.message",
    "error.status",
    "error.method",
    "error.url",
    "error.attempts",
    "error.body",
];

impl Form {
    /// Takes seats for the lines of the file that the setting `input` names, and saves what failed in the one that
    /// `failed` names.
    fn pipeline(&self) -> String {
        let Self { read, write, extension } = self;
        let nodes = format!(
            "  input: {{ {read}: {{ path: \"${{input}}\" }} }}\n{TAKE}  saved: {{ {write}: {{ path: \"${{failed}}\" }}, D: \
             calls.F }}\n"
        );
        let settings = format!("settings:\n  input: input.{extension}\n  failed: out/failed-1.{extension}\n");
        seats("concurrency: 1, attempts: 2", &nodes).replace("connections:\n", &format!("{settings}connections:\n"))
    }

    /// The first run. Ann is in doubt, so that her second line is not attempted, the server refuses cem and dan once, and
    /// what eve asks for is no number.
    fn first_run(&self) -> Played {
        let played = Played::with_faults(&[
            "match=seats.take,do=commit-then-503",
            "match=seats.take,after=1,times=2,do=status=409",
        ]);
        self.prepare(&played);
        let ran = played.run(&self.pipeline());
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        played.assert_used_up();
        played
    }

    /// Puts the first input there.
    fn prepare(&self, played: &Played) {
        played.folder.write("input.csv", INPUT);
        if self.extension == "parquet" {
            let nodes = "  given: { read_csv: { path: input.csv } }\n  saved: { write_parquet: { path: input.parquet }, D: \
                         given }\n";
            assert_eq!(played.run(&format!("version: 1\npipeline: prepared\nnodes:\n{nodes}")).status, 0);
        }
    }

    /// Runs the same pipeline with what an earlier run has saved as its input.
    fn again(&self, played: &Played, from: u32, more: &str) -> Ran {
        let file = |number: u32| format!("out/failed-{number}.{}", self.extension);
        let (input, failed) = (format!("input={}", file(from)), format!("failed={}", file(from + 1)));
        let text = self.pipeline().replace("      endpoint:", &format!("{more}      endpoint:"));
        played.run_with(&text, &["--set", &input, "--set", &failed])
    }

    /// The failed records that a run has saved.
    fn failed(&self, played: &Played, number: u32) -> Table {
        let name = format!("failed-{number}.{}", self.extension);
        if self.extension == "parquet" {
            return Table::of_parquet(&played.folder.path("out").join(name)).unwrap();
        }
        let bytes = &played.folder.files("out")[&name];
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(|cell| Value::Text(cell.to_owned())).collect());
        Table { columns, rows: rows.collect() }
    }
}

/// What is told of each failed record: its number, why, and its own fields.
fn told(table: &Table) -> Vec<[String; 4]> {
    let at = |name: &str| table.columns.iter().position(|column| column == name).unwrap();
    let places = ["_call", "error.kind", "holder", "quantity"].map(at);
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    };
    table.rows.iter().map(|row| places.map(|place| text(&row[place]))).collect()
}

/// Of the requests from a number on: how many there were, and what they changed.
fn effects(requests: &[ReceivedRequest], from: usize) -> (usize, Vec<String>) {
    let effects = requests[from..].iter().filter_map(|request| request.effect.as_deref());
    let ends = effects.map(|effect| effect.split_once(" with ").unwrap().1.to_owned());
    (requests.len() - from, ends.collect())
}

fn only_what_failed_is_tried_again(form: &Form) {
    let played = form.first_run();
    let first = form.failed(&played, 1);
    let expected = [
        ["0", "in-doubt", "ann", "1"],
        ["2", "not-attempted", "ann", "3"],
        ["3", "status", "cem", "1"],
        ["4", "bad-parameter", "eve", "two"],
        ["5", "status", "dan", "1"],
    ];
    assert_eq!(told(&first), expected);
    let sent = played.requests("seats.take").len();

    // The refusals are over now; nothing else has changed.
    let ran = form.again(&played, 1, "");
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert_closed(&report(&ran));
    assert_eq!(count(&report(&ran), "calls", "records_in"), 5, "what succeeded is not called any more");
    assert_eq!(count(&report(&ran), "calls", "succeeded"), 2);
    let (requests, changed) = effects(&played.requests("seats.take"), sent);
    assert_eq!((requests, changed), (2, vec!["viewer ×1 for cem".to_owned(), "viewer ×1 for dan".to_owned()]));
    let second = form.failed(&played, 2);
    let expected =
        [["0", "in-doubt", "ann", "1"], ["1", "not-attempted", "ann", "3"], ["3", "bad-parameter", "eve", "two"]];
    assert_eq!(told(&second), expected, "what is said of a record is new, but for what nobody knows");
    for table in [&first, &second] {
        assert_eq!(table.columns[..8], OWN);
        assert_eq!(table.columns[8..], ["holder", "quantity"], "no column is there twice");
    }
    let said = |table: &Table| table.rows[0][1..].to_vec();
    assert_eq!(said(&first), said(&second), "a record in doubt leaves as it came");
}

fn what_is_in_doubt_is_sent_when_somebody_says_so(form: &Form) {
    let played = form.first_run();
    let sent = played.requests("seats.take").len();
    let ran = form.again(&played, 1, "      resend_in_doubt: true\n");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_closed(&report(&ran));
    let (requests, changed) = effects(&played.requests("seats.take"), sent);
    let expected = ["viewer ×1 for ann", "viewer ×3 for ann", "viewer ×1 for cem", "viewer ×1 for dan"];
    assert_eq!((requests, changed), (4, expected.map(str::to_owned).to_vec()));
    assert_eq!(told(&form.failed(&played, 2)), [["3", "bad-parameter", "eve", "two"]]);
}

fn nothing_is_sent_for_records_that_fail_as_before(form: &Form) {
    let played = form.first_run();
    form.again(&played, 1, "");
    let sent = played.requests("seats.take").len();
    assert_eq!(form.again(&played, 2, "").status, 3);
    assert_eq!(played.requests("seats.take").len(), sent);
    // But for the numbers, which each run gives anew.
    let [second, third] = [2, 3].map(|number| form.failed(&played, number));
    let said = |table: &Table| told(table).into_iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>();
    assert_eq!(said(&second), said(&third));
}

#[test]
fn only_what_failed_is_tried_again_from_a_csv() {
    only_what_failed_is_tried_again(&CSV);
}

#[test]
fn only_what_failed_is_tried_again_from_a_parquet_file() {
    only_what_failed_is_tried_again(&PARQUET);
}

#[test]
fn what_is_in_doubt_is_sent_from_a_csv_when_somebody_says_so() {
    what_is_in_doubt_is_sent_when_somebody_says_so(&CSV);
}

#[test]
fn what_is_in_doubt_is_sent_from_a_parquet_file_when_somebody_says_so() {
    what_is_in_doubt_is_sent_when_somebody_says_so(&PARQUET);
}

#[test]
fn nothing_is_sent_for_records_of_a_csv_that_fail_as_before() {
    nothing_is_sent_for_records_that_fail_as_before(&CSV);
}

#[test]
fn nothing_is_sent_for_records_of_a_parquet_file_that_fail_as_before() {
    nothing_is_sent_for_records_that_fail_as_before(&PARQUET);
}
