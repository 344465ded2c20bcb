//! What runs planned, and how a check differs from it.

use rusqlite::{Connection, Row};

use crate::chunks::Chunks;
use crate::content::Content;
use crate::counted::latest;
use crate::error::Error;
use crate::given::Purpose;
use crate::number;
use crate::passes::{self, Pass};
use crate::told::{Difference, PlannedCall};

/// How many writes a plan has, and how many calls it cannot tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) planned: u64,
    pub(crate) unknown: u64,
}

/// How much the plan of a run has.
pub(crate) fn extent(connection: &Connection, passes: &[Pass]) -> Result<Extent, Error> {
    let Some(plan) = plan_of(passes) else { return Ok(Extent::default()) };
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE NOT is_unknown), count(*) FILTER (WHERE is_unknown)
        FROM planned WHERE number BETWEEN ? AND ?",
    )?;
    let extent = |row: &Row<'_>| Ok(Extent { planned: row.get(0)?, unknown: row.get(1)? });
    Ok(statement.query_row([number::first(plan), number::last(plan)], extent)?)
}

/// What a run planned, in the order of nodes, records and pages.
pub(crate) fn planned(connection: &Connection, run: i64) -> Result<Vec<PlannedCall>, Error> {
    let Some(plan) = plan_of(&passes::of_run(connection, run)?) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare(
        "SELECT node.name, record, page, chunk, place
        FROM planned JOIN node ON node.pass = ?1 AND node.position = planned.node
        WHERE planned.number BETWEEN ?2 AND ?3 ORDER BY node.position, record, page, number",
    )?;
    let mut chunks = Chunks::default();
    let range = [plan, number::first(plan), number::last(plan)];
    statement.query_and_then(range, |row| call(connection, &mut chunks, row))?.collect()
}

/// The plan of a run, finished or not.
fn plan_of(passes: &[Pass]) -> Option<i64> {
    passes.iter().rfind(|pass| pass.purpose == Purpose::Plan).map(|pass| pass.number)
}

/// Equal calls are told apart by counting them, so that one more is one more.
const COMPARED: &str = "
CREATE TEMP TABLE compared (
    pass INTEGER NOT NULL, key BLOB NOT NULL, nth INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (pass, key, nth)
) WITHOUT ROWID
";

const COMPARE: &str = "
INSERT INTO compared
SELECT ?1, key, row_number() OVER (PARTITION BY key ORDER BY number), number
FROM planned WHERE number BETWEEN ?2 AND ?3 ORDER BY key, 3
";

const DIFFERENT: &str = "
SELECT node.name, planned.record, planned.page, planned.chunk, planned.place, compared.pass
FROM compared
JOIN planned ON planned.number = compared.number
JOIN node ON node.pass = compared.pass AND node.position = planned.node
WHERE NOT EXISTS (
    SELECT 1 FROM compared AS other
    WHERE other.pass = ?1 + ?2 - compared.pass AND other.key = compared.key AND other.nth = compared.nth
)
ORDER BY node.position, planned.record, planned.page, compared.pass, planned.number
";

/// What tells the latest check of a run from its plan, each of them completed.
pub(crate) fn drift(connection: &Connection, run: i64) -> Result<Vec<Difference>, Error> {
    let passes = passes::of_run(connection, run)?;
    let (Some(plan), Some(check)) = (latest(Purpose::Plan, &passes), latest(Purpose::Check, &passes)) else {
        return Ok(Vec::new());
    };
    connection.execute_batch(COMPARED)?;
    for pass in [plan.number, check.number] {
        connection.execute(COMPARE, [pass, number::first(pass), number::last(pass)])?;
    }
    let mut statement = connection.prepare(DIFFERENT)?;
    let mut chunks = Chunks::default();
    let differences = statement.query_and_then([plan.number, check.number], |row| {
        let call = call(connection, &mut chunks, row)?;
        let is_gone = row.get::<_, i64>(5)? == plan.number;
        Ok(if is_gone { Difference::Gone(call) } else { Difference::Added(call) })
    })?;
    differences.collect()
}

fn call(connection: &Connection, chunks: &mut Chunks, row: &Row<'_>) -> Result<PlannedCall, Error> {
    let (node, record, page) = (row.get(0)?, row.get(1)?, row.get(2)?);
    match chunks.read(connection, row.get(3)?, row.get(4)?)? {
        Content::Planned { endpoint, method, url, body, input } => {
            Ok(PlannedCall { node, endpoint, record, page, method, url, body, input, column: None })
        }
        Content::Unknown { endpoint, method, path, input, column } => {
            Ok(PlannedCall { node, endpoint, record, page, method, url: path, body: None, input, column: Some(column) })
        }
        _ => Err(Error::Damaged("a plan has a content that is none".to_owned())),
    }
}
