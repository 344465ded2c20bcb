//! The failed records of a node, each with why.

use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use seatflow_journal::{RunRecord, Store};
use seatflow_spec::Output;
use serde::Serialize;

use super::records::records;

/// So many failed records are told.
const MOST: usize = 50;

/// The failed records of a node.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The first of them.
    pub(crate) first: Vec<FailedRecord>,
    /// How many more there are.
    pub(crate) more: usize,
}

/// A failed record.
#[derive(Debug, Serialize)]
pub(crate) struct FailedRecord {
    /// The number of the input record, if a call failed.
    pub(crate) record: Option<i64>,
    /// The line of the file, if it could not be read.
    pub(crate) line: Option<i64>,
    /// What kind of failure.
    pub(crate) kind: Option<String>,
    /// The status that arrived.
    pub(crate) status: Option<i64>,
    /// Why, in one sentence.
    pub(crate) message: Option<String>,
}

/// Looks up the failed records of a node of a run; none, if they cannot be seen any more, which has been told.
///
/// # Errors
/// They cannot be read.
pub(crate) fn failed(store: &Store, state: &Path, run: &RunRecord, node: &str) -> anyhow::Result<Option<Failed>> {
    let mut failed = Failed { first: Vec::new(), more: 0 };
    let Ok(anchored) = records(store, state, run, node, Output::F)? else { return Ok(None) };
    for batch in anchored.open()?.into_iter().flatten() {
        let batch = batch?;
        let told = batch.num_rows().min(MOST - failed.first.len());
        failed.first.extend((0..told).map(|row| of_row(&batch, row)));
        failed.more += batch.num_rows() - told;
    }
    Ok(Some(failed))
}

fn of_row(batch: &RecordBatch, row: usize) -> FailedRecord {
    let number = |name: &str| {
        let column = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        column.is_valid(row).then(|| column.value(row))
    };
    let text = |name: &str| {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        column.is_valid(row).then(|| column.value(row).to_owned())
    };
    FailedRecord {
        record: number("_call"),
        line: number("error.line"),
        kind: text("error.kind"),
        status: number("error.status"),
        message: text("error.message"),
    }
}
