//! One call of one endpoint, by a node of its own in a sandbox of its own.

use super::writes;
use crate::played::{Played, rows};
use crate::program::Folder;

/// A node that calls an endpoint.
pub(super) struct Call {
    pub(super) endpoint: &'static str,
    /// The keys of the connection, beside its catalog.
    pub(super) connection: &'static str,
    /// Who calls, as the table says it; nothing, if it is who usually does.
    pub(super) caller: &'static str,
    /// What the node says beside the endpoint: its parameters and its payload, in YAML on one line.
    pub(super) node: &'static str,
    /// The keys of a node whose S the call has for its D.
    pub(super) before: Option<&'static str>,
}

/// What is told of a call, as cells of a table.
pub(super) struct Told {
    pub(super) node: String,
    pub(super) outcome: String,
    pub(super) effect: String,
}

/// Columns that tell nothing of the outcome.
const UNTOLD: [&str; 2] = ["_call", "idx"];

impl Call {
    /// Calls it twice, from the same state and at the same time: in the program's own sandbox, whose clock is the run's, for
    /// what leaves the node; and in one that the test holds, for what it changed.
    pub(super) fn told(&self, catalog: &str) -> Told {
        let pipeline = self.pipeline(catalog);
        let folder = Folder::new();
        folder.write("called.yaml", &pipeline);
        let ran = folder.run(&["run", "called.yaml", "--sandbox"]);
        assert_eq!(ran.status, 0, "{}: {}", self.endpoint, ran.stderr);
        let outcome = outcome(&folder);

        let played = Played::with_faults(&[]);
        played.run(&pipeline);
        let requests = played.requests(self.endpoint);
        let changed: Vec<String> = requests.iter().filter_map(|request| request.effect.clone()).collect();
        let has_succeeded = outcome.starts_with('S');
        assert!(requests.len() == 1, "{} is what the sandbox was asked once: {requests:?}", self.endpoint);
        assert_eq!(
            !changed.is_empty(),
            has_succeeded && writes(catalog, self.endpoint),
            "{} changes something if it writes and succeeds: {outcome}",
            self.endpoint
        );
        let effect = changed.first().map_or_else(|| "–".to_owned(), Clone::clone);
        let node = format!("{}{}", self.caller, code(self.node));
        Told { node: node.trim_end_matches([':', ' ']).to_owned(), outcome, effect }
    }

    /// The pipeline of the call.
    pub(super) fn pipeline(&self, catalog: &str) -> String {
        let Self { endpoint, connection, node, before, .. } = self;
        let tool = |keys: &str| format!("license_api: {{ connection: system, {keys} }}");
        let before = before.map(|keys| format!("  before: {{ {} }}\n", tool(keys)));
        let input = if before.is_some() { ", D: before" } else { "" };
        let keys =
            if node.is_empty() { format!("endpoint: {endpoint}") } else { format!("endpoint: {endpoint}, {node}") };
        format!(
            "version: 1\npipeline: called\nconnections:\n  system: {{ catalog: {catalog}, {connection} }}\nnodes:\n{}  \
             called: {{ {}{input} }}\n  succeeded: {{ write_csv: {{ path: out/s.csv }}, D: called }}\n  \
             failed: {{ write_csv: {{ path: out/f.csv }}, D: called.F }}\n",
            before.unwrap_or_default(),
            tool(&keys),
        )
    }
}

/// What is on S, or on F.
fn outcome(folder: &Folder) -> String {
    let mut files = folder.files("out");
    let failed = files.remove("f.csv").map(|bytes| rows(&bytes)).unwrap_or_default();
    if let Some(row) = failed.first() {
        return format!("F `{}`: {}", row["error.kind"], row["error.message"]);
    }
    let bytes = &files["s.csv"];
    let columns = csv::Reader::from_reader(bytes.as_slice()).headers().unwrap().clone();
    let rows = rows(bytes);
    let Some(first) = rows.first() else { return "S, no row".to_owned() };
    let is_told = |column: &&str| {
        !UNTOLD.contains(column)
            && !column.ends_with("__objType")
            && !column.split('.').any(|name| name.starts_with("ref_"))
            && !first[*column].is_empty()
    };
    let value = |column: &str| format!("{column} {}", code(&first[column]));
    let values: Vec<String> = columns.iter().filter(is_told).map(value).collect();
    let count = match rows.len() {
        1 => String::new(),
        count => format!(", {count} rows, the first"),
    };
    format!("S{count}: {}", values.join(", "))
}

/// A text as code; of a signed token its beginning, which says how it is signed.
fn code(text: &str) -> String {
    match text.split_once('.') {
        _ if text.is_empty() => String::new(),
        Some((head, _)) if head.starts_with("eyJ") => format!("`{head}…`"),
        _ => format!("`{text}`"),
    }
}
