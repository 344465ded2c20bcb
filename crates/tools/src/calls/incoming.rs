//! The records of a calling node, with those together that make one call.

use std::ops::Range;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use seatflow_tool::{Records, Run, ToolError};

use super::origin::Origin;
use crate::grouped::{Grouped, Groups};
use crate::waiting::NamedColumns;

/// The records on D.
pub(super) enum Incoming {
    /// Each makes a call of its own.
    Each {
        /// The records.
        records: Box<NamedColumns>,
        /// The number of the next one.
        next: i64,
    },
    /// Those of a group make one call.
    Grouped(Box<Grouped>),
}

/// A batch, call by call.
pub(super) struct Arrived {
    /// The records.
    pub(super) batch: Arc<RecordBatch>,
    calls: Calls,
    /// How many calls have been taken.
    taken: usize,
}

enum Calls {
    /// One for each record, of which the first has this number.
    Each(i64),
    /// One for each group.
    Grouped { numbers: Vec<u64>, ends: Vec<usize> },
}

impl Incoming {
    /// Records of which these columns are used, grouped by some of them, if there are any.
    pub(super) fn new(records: Records, used: Vec<String>, group_by: &[String], run: Arc<Run>) -> Self {
        let records = NamedColumns::new(records, used, Arc::clone(&run));
        if group_by.is_empty() {
            return Self::Each { records: Box::new(records), next: 0 };
        }
        Self::Grouped(Box::new(Grouped::new(records, group_by.to_vec(), run)))
    }

    /// The next batch; `None` at the end.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub(super) async fn recv(&mut self) -> Result<Option<Arrived>, ToolError> {
        let (batch, calls) = match self {
            Self::Each { records, next } => {
                let Some(batch) = records.recv().await? else { return Ok(None) };
                let first = *next;
                *next += signed(batch.num_rows() as u64);
                (batch, Calls::Each(first))
            }
            Self::Grouped(records) => {
                let Some(Groups { batch, numbers, ends }) = records.recv().await? else { return Ok(None) };
                (batch, Calls::Grouped { numbers, ends })
            }
        };
        Ok(Some(Arrived { batch: Arc::new(batch), calls, taken: 0 }))
    }
}

impl Arrived {
    /// Where the next call comes from; `None`, if there are no more.
    pub(super) fn next(&mut self) -> Option<Origin> {
        let number = self.taken;
        let (call, rows): (i64, Range<usize>) = match &self.calls {
            Calls::Each(first) if number < self.batch.num_rows() => (first + signed(number as u64), number..number + 1),
            Calls::Each(_) => return None,
            Calls::Grouped { numbers, ends } => {
                let start = number.checked_sub(1).map_or(0, |before| ends[before]);
                (signed(*numbers.get(start)?), start..*ends.get(number)?)
            }
        };
        self.taken += 1;
        Some(Origin { call, records: Some((Arc::clone(&self.batch), rows)) })
    }
}

/// The number of a record, as its column has it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
