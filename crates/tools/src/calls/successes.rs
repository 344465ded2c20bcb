//! The S of a calling node: the rows of the answers, beside what the input carries on.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::{Document, Flattener, Options, Path, Refused, Unparsed};
use seatflow_tool::{ToolError, UNPARSED};

use super::config::Keep;
use super::origin::{CALL, Origin, Origins, call_field};
use crate::keys::{ByDigest, Keys};

/// Rows on their way to S.
pub(super) struct Successes {
    keep: Arc<[Keep]>,
    flattener: Flattener,
    origins: Origins,
}

/// Rows that were taken, and what stands beside them.
pub(super) struct Taken {
    answers: RecordBatch,
    beside: Beside,
}

/// The columns that stand beside the answers': `_call`, and what the input carries on.
struct Beside {
    keep: Arc<[Keep]>,
    origins: Origins,
    input: SchemaRef,
}

/// What came of adding a document.
pub(super) enum Added {
    /// Its rows are there.
    Rows,
    /// It has its place only after the rows so far are taken.
    TakeFirst,
    /// It does not become rows.
    Refused(String),
}

impl Successes {
    /// No rows yet.
    pub(super) fn new(options: Options, keep: Vec<Keep>) -> Self {
        Self { keep: keep.into(), flattener: Flattener::new(options), origins: Origins::default() }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    /// Adds the rows of a document whose first record has the number `first`, beside the record
    /// that is `offset` records behind the call's first.
    pub(super) fn push(&mut self, origin: &Origin, offset: usize, document: &Document, first: u64) -> Added {
        match self.flattener.append(document, first) {
            Ok(rows) => {
                self.origins.push(origin, offset, rows);
                Added::Rows
            }
            Err(Refused::Full) => Added::TakeFirst,
            Err(Refused::Unparsed(reason)) => Added::Refused(reason),
        }
    }

    /// Takes the rows so far.
    pub(super) fn take(&mut self) -> Result<Taken, ToolError> {
        let beside = Beside::new(Arc::clone(&self.keep), std::mem::take(&mut self.origins))?;
        Ok(Taken { answers: self.flattener.take()?, beside })
    }

    /// The records of a call, as offsets from its first, that have a row of each answer: one for
    /// each set of kept fields that there is among them.
    pub(super) fn shown(&self, origin: &Origin) -> Result<Vec<usize>, ToolError> {
        let Some((batch, rows)) = origin.records.as_ref().filter(|(_, rows)| rows.len() > 1) else {
            return Ok(vec![0]);
        };
        let names = self.keep.iter().map(|keep| keep.from.value.clone()).collect();
        let kept = Keys::new(Some(names)).of(&batch.slice(rows.start, rows.len()))?;
        let mut seen: HashSet<u128, ByDigest> = HashSet::default();
        Ok((0..rows.len()).filter(|offset| seen.insert(kept[*offset])).collect())
    }

    /// A row without any answer: what the call was to do was done already.
    pub(super) fn unanswered(&self, origin: &Origin, offset: usize) -> Result<RecordBatch, ToolError> {
        let (fields, columns) = self.one(origin, offset)?;
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    fn one(&self, origin: &Origin, offset: usize) -> Result<(Vec<FieldRef>, Vec<ArrayRef>), ToolError> {
        let mut origins = Origins::default();
        origins.push(origin, offset, 1);
        Beside::new(Arc::clone(&self.keep), origins)?.columns(0..1)
    }

    /// The one row of an answer that could not be parsed. Its columns stand behind those so far.
    pub(super) fn unparsed(
        &self,
        origin: &Origin,
        offset: usize,
        unparsed: &Unparsed,
    ) -> Result<RecordBatch, ToolError> {
        let (mut fields, mut columns) = self.one(origin, offset)?;
        let arrays: [ArrayRef; 3] = [
            Arc::new(StringArray::from(vec![unparsed.reason.as_str()])),
            Arc::new(StringArray::from(vec![unparsed.text()])),
            Arc::new(BinaryArray::from(vec![unparsed.bytes.as_ref()])),
        ];
        for (name, array) in UNPARSED.iter().zip(arrays) {
            fields.push(Arc::new(Field::new(*name, array.data_type().clone(), true)));
            columns.push(array);
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

impl Taken {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.answers.num_rows()
    }

    /// Some of the rows.
    pub(super) fn rows(&self, rows: Range<usize>) -> Result<RecordBatch, ToolError> {
        let (mut fields, mut columns) = self.beside.columns(rows.clone())?;
        let answers = self.answers.slice(rows.start, rows.len());
        fields.extend(answers.schema_ref().fields().iter().map(Arc::clone));
        columns.extend(answers.columns().iter().map(Arc::clone));
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

impl Beside {
    fn new(keep: Arc<[Keep]>, origins: Origins) -> Result<Self, ToolError> {
        let input = origins.schema()?;
        Ok(Self { keep, origins, input })
    }

    fn columns(&self, rows: Range<usize>) -> Result<(Vec<FieldRef>, Vec<ArrayRef>), ToolError> {
        let mut fields = vec![call_field()];
        let mut columns = vec![self.origins.calls(rows.clone())];
        for keep in self.keep.iter() {
            let missing = Field::new(&keep.from.value, DataType::Null, true);
            let field = self.input.field_with_name(&keep.from.value).unwrap_or(&missing);
            columns.push(self.origins.column(field, rows.clone())?);
            fields.push(Arc::new(field.clone().with_name(&keep.to)));
        }
        Ok((fields, columns))
    }
}

/// How answers of an endpoint are flattened beside kept columns.
///
/// # Errors
/// If the catalog's path of the records is not a path.
pub(super) fn options(
    records: Option<&str>,
    scalar: Option<&str>,
    keep: &[Keep],
    max_columns: usize,
) -> Result<Options, String> {
    let envelope = records.map(Path::parse).transpose().map_err(|error| error.to_string())?;
    let fixed = [CALL].into_iter().chain(UNPARSED).map(str::to_owned);
    let reserved = fixed.chain(keep.iter().map(|keep| keep.to.clone())).collect();
    Ok(Options { envelope, scalar: scalar.map(str::to_owned), reserved, max_columns })
}
