//! Which passes of a run count, and the last event of each page among them.

use rusqlite::Connection;

use crate::error::Error;
use crate::given::{Ending, Purpose};
use crate::passes::Pass;

/// A pass that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Its number.
    pub(crate) pass: i64,
    /// What a pass of a higher rank knows of a page counts, whatever was later.
    pub(crate) rank: u8,
    /// Whether only nodes count that are not below a write.
    pub(crate) is_apart: bool,
}

/// Makes these passes the `counted` ones of a connection; with them come `last`, the last event of each page,
/// `last_write`, the same of writes only, and `last_intent`, the last intent of each page.
pub(crate) fn count(connection: &Connection, counted: &[Counted]) -> Result<(), Error> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS counted (
            pass INTEGER PRIMARY KEY, rank INTEGER NOT NULL, is_apart INTEGER NOT NULL
        );
        DELETE FROM counted;",
    )?;
    for Counted { pass, rank, is_apart } in counted {
        connection.execute("INSERT INTO counted VALUES (?, ?, ?)", (pass, rank, is_apart))?;
    }
    for (name, condition) in
        [("last", "TRUE"), ("last_write", "event.is_write"), ("last_intent", "event.kind = 'intent'")]
    {
        connection.execute_batch(&format!(
            "CREATE TEMP VIEW IF NOT EXISTS {name} AS
            SELECT event.*, counted.pass AS pass, max((counted.rank << 61) + event.number)
            FROM counted CROSS JOIN event
                ON event.number BETWEEN counted.pass << 32 AND (counted.pass << 32) + 0xFFFFFFFF
            WHERE {condition} AND NOT (counted.is_apart AND (
                SELECT node.is_below_write FROM node
                WHERE node.pass = counted.pass AND node.position = event.node
            ))
            GROUP BY event.key"
        ))?;
    }
    Ok(())
}

/// What a pass of this purpose recalls from earlier passes.
pub(crate) fn recalled_by(purpose: Purpose, earlier: &[Pass]) -> Vec<Counted> {
    match purpose {
        Purpose::Plan | Purpose::Check => Vec::new(),
        Purpose::Run => of_purpose(Purpose::Run, earlier),
        Purpose::Apply => {
            let mut counted = of_purpose(Purpose::Apply, earlier);
            counted.extend(check_before(earlier));
            counted
        }
    }
}

/// What a run did, or what it planned if it did nothing.
pub(crate) fn viewed(passes: &[Pass]) -> Vec<Counted> {
    let run = of_purpose(Purpose::Run, passes);
    if !run.is_empty() {
        return run;
    }
    match passes.iter().rposition(|pass| pass.purpose == Purpose::Apply) {
        Some(last) => recalled_by(Purpose::Apply, &passes[..=last]),
        None => of_purpose(Purpose::Plan, passes),
    }
}

/// The passes that wrote.
pub(crate) fn sending(passes: &[Pass]) -> Vec<Counted> {
    [Purpose::Run, Purpose::Apply].into_iter().flat_map(|purpose| of_purpose(purpose, passes)).collect()
}

fn of_purpose(purpose: Purpose, passes: &[Pass]) -> Vec<Counted> {
    let own = passes.iter().filter(|pass| pass.purpose == purpose);
    own.map(|pass| Counted { pass: pass.number, rank: 1, is_apart: false }).collect()
}

/// The check that an application goes by. Its reads stand, unless they may see what the application has written.
fn check_before(earlier: &[Pass]) -> Option<Counted> {
    let check = latest(Purpose::Check, earlier)?;
    Some(Counted { pass: check.number, rank: 0, is_apart: true })
}

/// The latest pass of a purpose that completed.
pub(crate) fn latest(purpose: Purpose, passes: &[Pass]) -> Option<&Pass> {
    passes.iter().rfind(|pass| pass.purpose == purpose && pass.ending == Some(Ending::Completed))
}
