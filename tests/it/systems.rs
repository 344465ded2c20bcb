//! Every endpoint of the systems whose catalogs come with the program, called once through the program against the sandbox:
//! what the node says, what leaves it, and what that changed.
//!
//! The table of each is a snapshot in `systems/snapshots`, so that it can be read.

mod called;
mod tenduke;
mod uipath;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use seatflow_catalog::{Effect, builtin};

use self::called::{Call, Told};

/// Calls every endpoint, and gives the table of it in Markdown.
fn table(catalog: &str, calls: &[Call], names: impl Fn(&str) -> String) -> String {
    let mut table = "| endpoint | node | what leaves it | what it changed |\n| --- | --- | --- | --- |\n".to_owned();
    for call in calls {
        let Told { node, outcome, effect } = call.told(catalog);
        let columns =
            [&format!("`{}`", call.endpoint), &node, &outcome, &effect].map(|cell| names(cell).replace('|', "\\|"));
        writeln!(table, "| {} |", columns.join(" | ")).unwrap();
    }
    table
}

/// The pipeline of each call, with the name of its endpoint.
pub(crate) fn pipelines() -> impl Iterator<Item = (String, String)> {
    let calls = [("tenduke", tenduke::CALLS), ("uipath", uipath::CALLS)];
    calls
        .into_iter()
        .flat_map(|(catalog, calls)| calls.iter().map(move |call| (call.endpoint.to_owned(), call.pipeline(catalog))))
}

/// Asserts that every endpoint of a catalog is called, and no other.
fn assert_complete(catalog: &str, calls: &[Call]) {
    let called: BTreeSet<&str> = calls.iter().map(|call| call.endpoint).collect();
    let offered: BTreeSet<&str> = builtin(catalog).unwrap().endpoints.iter().map(|endpoint| &*endpoint.id).collect();
    assert_eq!(called, offered);
}

/// Whether an endpoint of a catalog changes something.
fn writes(catalog: &str, endpoint: &str) -> bool {
    builtin(catalog).unwrap().endpoint(endpoint).unwrap().effect == Effect::Write
}
