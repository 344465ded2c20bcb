//! The S of a calling node: the rows of the answers, beside what the input carries on.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, RecordBatchOptions, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::{Document, Flattener, Options, Path, Refused, Unparsed};
use seatflow_tool::{ToolError, UNPARSED, unknown};

use super::config::Keep;
use super::origin::{CALL, Origin, Origins, call_field};
use crate::keys::{ByDigest, Keys};

/// Rows on their way to S.
pub(super) struct Successes {
    keep: Arc<[Keep]>,
    flattener: Flattener,
    /// The columns of an answer, as far as the catalog shows them: in a plan they stand in its place.
    declared: SchemaRef,
    origins: Origins,
    sort: Sort,
}

/// What the rows are that wait together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Rows of answers.
    Answers,
    /// Rows of writes that are withheld.
    Withheld,
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
        Self {
            keep: keep.into(),
            flattener: Flattener::new(options),
            declared: Arc::new(Schema::empty()),
            origins: Origins::default(),
            sort: Sort::Answers,
        }
    }

    /// With the columns that the answers are known to have, for writes that are withheld.
    pub(super) fn declaring(mut self, names: &[String]) -> Self {
        let field = |name: &String| unknown(Field::new(name, DataType::Null, true));
        self.declared = Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>()));
        self
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    /// Adds the rows of a document whose first record has the number `first`, beside the record
    /// that is `offset` records behind the call's first.
    pub(super) fn push(&mut self, origin: &Origin, offset: usize, document: &Document, first: u64) -> Added {
        if self.waits_for(Sort::Answers) {
            return Added::TakeFirst;
        }
        match self.flattener.append(document, first) {
            Ok(rows) => {
                self.origins.push(origin, offset, rows);
                Added::Rows
            }
            Err(Refused::Full) => Added::TakeFirst,
            Err(Refused::Unparsed(reason)) => Added::Refused(reason),
        }
    }

    /// Adds the row of a write that is withheld: the declared columns of its answer are null in it, and unknown.
    pub(super) fn planned(&mut self, origin: &Origin, offset: usize) -> Added {
        if self.waits_for(Sort::Withheld) {
            return Added::TakeFirst;
        }
        self.origins.push(origin, offset, 1);
        Added::Rows
    }

    /// Whether rows of this sort have to wait until those of the other are taken; if not, they are the ones now.
    fn waits_for(&mut self, sort: Sort) -> bool {
        let waits = self.sort != sort && self.len() > 0;
        if !waits {
            self.sort = sort;
        }
        waits
    }

    /// Takes the rows so far.
    pub(super) fn take(&mut self) -> Result<Taken, ToolError> {
        let answers = match self.sort {
            Sort::Answers => self.flattener.take()?,
            Sort::Withheld => nothing(&self.declared, self.len())?,
        };
        let beside = Beside::new(Arc::clone(&self.keep), std::mem::take(&mut self.origins))?;
        Ok(Taken { answers, beside })
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

/// So many rows of which no value is known.
fn nothing(schema: &SchemaRef, rows: usize) -> Result<RecordBatch, ToolError> {
    let columns = schema.fields().iter().map(|field| new_null_array(field.data_type(), rows)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
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

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use seatflow_spec::{Source, Spanned, Tree};
    use seatflow_tool::is_unknown;

    use super::*;

    /// Rows beside the kept column `seats`, of answers that are shown with `id` and `data.idx`.
    fn successes() -> Successes {
        let place = Tree::parse(&Source::new("a.yaml", "seats")).unwrap().place;
        let keep = Keep { from: Spanned::new("seats".to_owned(), place), to: "kept".to_owned() };
        Successes::new(Options::default(), vec![keep]).declaring(&["data.idx".to_owned(), "id".to_owned()])
    }

    fn origin(call: i64, row: usize) -> Origin {
        let seats: ArrayRef = Arc::new(Int64Array::from(vec![5, 6, 7]));
        let batch = RecordBatch::try_from_iter_with_nullable([("seats", seats, true)]).unwrap();
        Origin { call, records: Some((Arc::new(batch), row..row + 1)) }
    }

    #[test]
    fn a_withheld_write_is_a_row_of_what_is_kept_and_of_what_only_the_answer_would_tell() {
        let mut successes = successes();
        for row in [0, 2] {
            assert!(matches!(successes.planned(&origin(40, row), 0), Added::Rows));
        }
        let rows = successes.take().unwrap().rows(0..2).unwrap();
        let fields = rows.schema_ref().fields();
        let names: Vec<_> = fields.iter().map(|field| (field.name().as_str(), is_unknown(field))).collect();
        assert_eq!(names, [("_call", false), ("kept", false), ("data.idx", true), ("id", true)]);
        assert_eq!(rows.column(0).as_primitive::<Int64Type>().values(), &[40, 40]);
        assert_eq!(rows.column(1).as_primitive::<Int64Type>().values(), &[5, 7]);
        assert_eq!([rows.column(2).logical_null_count(), rows.column(3).logical_null_count()], [2, 2]);
    }

    #[test]
    fn rows_of_answers_and_of_withheld_writes_do_not_change_places() {
        let mut successes = successes();
        let document = Document::parse(r#"{"id":"a"}"#.into(), 4096).unwrap();
        assert!(matches!(successes.push(&origin(0, 0), 0, &document, 0), Added::Rows));
        assert!(matches!(successes.planned(&origin(1, 1), 0), Added::TakeFirst));
        assert_eq!(successes.take().unwrap().len(), 1);
        assert!(matches!(successes.planned(&origin(1, 1), 0), Added::Rows));
        assert!(matches!(successes.push(&origin(2, 2), 0, &document, 0), Added::TakeFirst));
        assert_eq!(successes.take().unwrap().len(), 1);
        assert!(matches!(successes.push(&origin(2, 2), 0, &document, 0), Added::Rows));
    }

    #[test]
    fn a_withheld_write_of_which_no_answer_is_shown_is_a_row_all_the_same() {
        let mut successes = Successes::new(Options::default(), Vec::new());
        assert!(matches!(successes.planned(&Origin { call: 3, records: None }, 0), Added::Rows));
        let rows = successes.take().unwrap().rows(0..1).unwrap();
        assert_eq!((rows.num_rows(), rows.num_columns()), (1, 1));
    }
}
