//! One call of one endpoint, by a node of its own in a sandbox of its own.

use jiff::Timestamp;

use super::writes;
use crate::played::{Played, rows};

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
    /// Whether the sandbox goes by the time that it is, as what verifies tokens does.
    pub(super) is_now: bool,
}

/// What is told of a call, as cells of a table.
pub(super) struct Told {
    pub(super) node: String,
    pub(super) outcome: String,
    pub(super) effect: String,
}

/// Columns that tell nothing of the outcome.
const UNTOLD: [&str; 2] = ["_call", "idx"];

/// Columns whose values hang on the time.
const OF_TIME: [&str; 5] = ["iat", "exp", "rfr", "jti", "token"];

/// The length of the id of a lease, which is the name of a column where the lease is released.
const LEASE_LENGTH: usize = "60000000-0000-4000-8000-000000000001".len();

impl Call {
    /// Calls it.
    pub(super) fn told(&self, catalog: &str) -> Told {
        let played = Played::with_faults(&[]);
        if self.is_now {
            played.administer("POST", "clock", &format!("{{\"now\": \"{}\"}}", Timestamp::now()));
        }
        let ran = played.run(&self.pipeline(catalog));
        assert_eq!(ran.status, 0, "{}: {}", self.endpoint, ran.stderr);
        let outcome = self.outcome(&played);

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
        let outcome = outcome.replace(&format!(".localhost:{}", played.address().port()), ".sandbox.test");
        let effect = changed.first().map_or_else(|| "–".to_owned(), |effect| self.without_times(effect));
        let node = format!("{}{}", self.caller, code(self.node));
        Told { node: node.trim_end_matches([':', ' ']).to_owned(), outcome, effect }
    }

    fn pipeline(&self, catalog: &str) -> String {
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

    /// What is on S, or on F.
    fn outcome(&self, played: &Played) -> String {
        let failed = played.rows("f.csv");
        if let Some(row) = failed.first() {
            return format!("F `{}`: {}", row["error.kind"], row["error.message"]);
        }
        let bytes = &played.folder.files("out")["s.csv"];
        let columns = csv::Reader::from_reader(bytes.as_slice()).headers().unwrap().clone();
        let rows = rows(bytes);
        let Some(first) = rows.first() else { return "S, no row".to_owned() };
        let is_told = |column: &&str| {
            !UNTOLD.contains(column)
                && !column.ends_with("__objType")
                && !column.split('.').any(|name| name.starts_with("ref_"))
                && !first[*column].is_empty()
        };
        let value = |column: &str| match self.is_now {
            // The lease of a consumption that is made now.
            true if self.before.is_some() && column.len() == LEASE_LENGTH => format!("… {}", code(&first[column])),
            true if OF_TIME.contains(&column) => format!("{column} …"),
            _ => format!("{column} {}", code(&first[column])),
        };
        let values: Vec<String> = columns.iter().filter(is_told).map(value).collect();
        let count = match rows.len() {
            1 => String::new(),
            count => format!(", {count} rows, the first"),
        };
        format!("S{count}: {}", values.join(", "))
    }

    /// What was changed, without what hangs on the time.
    fn without_times(&self, effect: &str) -> String {
        let is_lease = |before: &str| before.ends_with("lease ");
        let mut words = Vec::new();
        for word in effect.split(' ') {
            let before = words.last().copied().unwrap_or_default();
            let hangs = self.is_now && (is_lease(&format!("{before} ")) || before == "until");
            words.push(if hangs { "…" } else { word });
        }
        words.join(" ")
    }
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}
