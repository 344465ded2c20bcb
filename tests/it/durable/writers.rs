//! The nodes of a pipeline that write: what they got, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_catalog::{Effect, Endpoint};
use seatflow_spec::{Source, Tree};

use super::catalogs::{endpoint, order_key};
use super::outputs::{Row, rows_of_text};
use crate::played::Played;

/// A node that writes.
pub(super) struct Writer {
    pub(super) node: String,
    pub(super) endpoint: &'static Endpoint,
    /// The records that it got, in their order.
    inputs: Vec<Row>,
    /// The places of the records of each call, by its number, which is that of the first of them.
    members: BTreeMap<i64, Vec<usize>>,
    /// What orders each write.
    pub(super) keys: BTreeMap<i64, Vec<String>>,
    /// The rows of each call that left on S.
    successes: BTreeMap<i64, Vec<Row>>,
    /// The calls whose records left on F.
    pub(super) failed: BTreeSet<i64>,
    /// The node by whose calls its records are numbered, if that writes too: what that one fails in does not come here.
    pub(super) above: Option<String>,
}

impl Writer {
    /// Those of the latest run, in the order of its pipeline's file.
    pub(super) fn all(played: &Played, file: &str) -> Vec<Self> {
        let tree = Tree::parse(&Source::new(file, played.folder.read(file))).unwrap();
        let nodes = tree.get("nodes").unwrap();
        let writing = nodes.entries().iter().filter(|(_, node)| called(node).is_some_and(is_write));
        writing.map(|(key, node)| Self::of(played, nodes, &key.text, node)).collect()
    }

    fn of(played: &Played, nodes: &Tree, name: &str, node: &Tree) -> Self {
        let endpoint = called(node).unwrap();
        let anchor = |anchor: &str| records(played, &format!("{name}.{anchor}"));
        let wires = wires(node);
        let shown = wires.iter().flat_map(|(from, anchor)| records(played, &format!("{from}.{anchor}")));
        let inputs: Vec<Row> = if wires.is_empty() { vec![Row::new()] } else { shown.collect() };
        let group_by: Vec<&str> = node
            .get("license_api")
            .unwrap()
            .get("group_by")
            .into_iter()
            .flat_map(Tree::items)
            .filter_map(Tree::as_text)
            .collect();
        let attempts = anchor("L").into_iter().filter(|row| row.contains_key("page"));
        let key = |row: Row| {
            (number(&row).unwrap(), order_key(endpoint, &row["url"], row.get("request.body").map_or("", |body| body)))
        };
        let mut successes: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
        for row in anchor("S") {
            successes.entry(number(&row).unwrap()).or_default().push(row);
        }
        Self {
            node: name.to_owned(),
            endpoint,
            members: members(&inputs, &group_by),
            inputs,
            keys: attempts.map(key).collect(),
            successes,
            failed: anchor("F").iter().map(|row| number(row).unwrap()).collect(),
            above: above(nodes, node),
        }
    }

    /// What its records have in a row on F, for each record of a call.
    pub(super) fn on_f(&self, call: i64) -> Vec<Row> {
        let records = self.members.get(&call).into_iter().flatten();
        records.map(|place| own(&self.inputs[*place])).collect()
    }

    /// Whether a row of a file is one that left on S for a call.
    pub(super) fn is_on_s(&self, call: i64, row: &Row) -> bool {
        let is_part = |whole: &Row| row.iter().all(|(column, value)| whole.get(column) == Some(value));
        self.successes.get(&call).is_some_and(|rows| rows.iter().any(is_part))
    }

    /// The calls that are not made when these of the node above fail.
    pub(super) fn below(&self, above: &BTreeSet<i64>) -> BTreeSet<i64> {
        let is_lost = |place: &usize| number(&self.inputs[*place]).is_some_and(|call| above.contains(&call));
        let lost = self.members.iter().filter(|(_, places)| places.iter().any(is_lost));
        lost.map(|(call, places)| {
            assert!(places.iter().all(is_lost), "a group is lost as a whole");
            *call
        })
        .collect()
    }

    /// The number that a call has usually, by the one that it has when others are not made.
    pub(super) fn usual_number(&self, now: i64, lost: &BTreeSet<i64>) -> Option<i64> {
        if lost.is_empty() {
            return usize::try_from(now).is_ok_and(|place| place < self.inputs.len()).then_some(now);
        }
        let gone: BTreeSet<&usize> = lost.iter().flat_map(|call| &self.members[call]).collect();
        let left = (0..self.inputs.len()).filter(|place| !gone.contains(place));
        left.map(|place| i64::try_from(place).unwrap()).nth(usize::try_from(now).unwrap())
    }
}

/// The endpoint that a node calls, if it calls one.
fn called(node: &Tree) -> Option<&'static Endpoint> {
    Some(endpoint(node.get("license_api")?.get("endpoint")?.as_text()?))
}

fn is_write(endpoint: &Endpoint) -> bool {
    endpoint.effect == Effect::Write
}

/// The anchors from which a node gets its records, each with its node.
fn wires(node: &Tree) -> Vec<(&str, &str)> {
    let Some(wired) = node.get("D") else { return Vec::new() };
    let all = wired.as_text().into_iter().chain(wired.items().iter().filter_map(Tree::as_text));
    all.map(|wire| wire.split_once('.').unwrap_or((wire, "S"))).collect()
}

/// The node that numbers a node's records, if it writes.
fn above(nodes: &Tree, node: &Tree) -> Option<String> {
    let mut found = wires(node).into_iter().filter_map(|(from, _)| {
        let upper = nodes.get(from).unwrap();
        match called(upper) {
            Some(endpoint) => is_write(endpoint).then(|| from.to_owned()),
            None => above(nodes, upper),
        }
    });
    found.next()
}

/// The records that left a node on an anchor in the latest run.
fn records(played: &Played, anchor: &str) -> Vec<Row> {
    let ran = played.folder.run(&["show", "--anchor", anchor, "--format", "csv"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    rows_of_text(played, &ran.stdout).1
}

/// The places of the records that are called for together, by the number of the first.
fn members(inputs: &[Row], group_by: &[&str]) -> BTreeMap<i64, Vec<usize>> {
    let mut groups: BTreeMap<Vec<Option<&String>>, i64> = BTreeMap::new();
    let mut members: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (place, row) in inputs.iter().enumerate() {
        let number = i64::try_from(place).unwrap();
        let key: Vec<_> = group_by.iter().map(|column| row.get(*column)).collect();
        let first = if key.is_empty() { number } else { *groups.entry(key).or_insert(number) };
        members.entry(first).or_default().push(place);
    }
    members
}

/// The number of the call that a row is of.
pub(super) fn number(row: &Row) -> Option<i64> {
    row.get("_call").map(|number| number.parse().unwrap())
}

/// What a row on F has of the record that came in.
pub(super) fn own(row: &Row) -> Row {
    let is_own = |column: &str| column != "_call" && !column.starts_with("error.");
    row.iter().filter(|(column, _)| is_own(column)).map(|(column, value)| (column.clone(), value.clone())).collect()
}
