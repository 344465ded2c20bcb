//! From records to a request.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::buffer::NullBuffer;
use arrow::record_batch::RecordBatch;
use indexmap::IndexSet;
use seatflow_call::{Redactor, Refusal, RefusalKind, Request};
use seatflow_catalog::shown;
use seatflow_tool::{ToolError, is_secret, unknown_values};

use super::failures::EarlierFailures;
use super::incoming::Arrived;
use super::operand::{Operand, Part, TextColumn};
use super::origin::Origin;
use super::payload::{PayloadColumns, UnknownField};
use super::work::Work;

/// A batch whose records are being bound, with what is needed of its columns.
pub(super) struct Pending {
    pub(super) arrived: Arrived,
    columns: Columns,
    /// What the records say of themselves, where that matters.
    pub(super) earlier: Option<Arc<EarlierFailures>>,
}

/// The columns of a batch from which requests are bound.
pub(super) struct Columns {
    /// Beside the parameters: the values of those of their parts that are fields.
    parameters: Vec<Vec<Option<TextColumn>>>,
    payload: Option<PayloadColumns>,
    /// The columns of which not every value is known, in the order of their use, each with its values as nulls.
    unknown: Vec<(String, NullBuffer)>,
}

impl Pending {
    /// Takes a batch up.
    pub(super) fn new(work: &Work, arrived: Arrived) -> Result<Self, ToolError> {
        let batch = &arrived.batch;
        check_kept(work, batch)?;
        let columns = Columns::of(work, batch)?;
        let heeded = Some(work.heeded()).filter(|heeded| !heeded.is_empty());
        let earlier = heeded.map(|heeded| EarlierFailures::of(batch, heeded)).transpose()?.map(Arc::new);
        Ok(Self { arrived, columns, earlier })
    }

    /// The columns of the batch.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }
}

impl Columns {
    /// Those of a batch.
    fn of(work: &Work, batch: &RecordBatch) -> Result<Self, ToolError> {
        let column = |part: &Part| match part {
            Part::Field(field) => TextColumn::of(batch, &field.field.value).map(Some),
            Part::Null | Part::Literal(_) => Ok(None),
        };
        let columns = |(_, operand): &(String, Operand)| operand.parts().iter().map(column).collect();
        let parameters = work.parameters.iter().map(columns).collect::<Result<_, ToolError>>()?;
        let payload = work.payload.as_ref().map(|payload| payload.columns(batch)).transpose()?;
        Ok(Self {
            parameters,
            payload,
            unknown: unknown(work.sent_fields().chain(work.group_by.iter().map(String::as_str)), batch),
        })
    }

    /// Those of a node without D, which uses none.
    pub(super) fn none(work: &Work) -> Result<Self, ToolError> {
        Self::of(work, &RecordBatch::new_empty(Arc::new(arrow::datatypes::Schema::empty())))
    }

    /// The first column that a call sends, or by which it is grouped, of which only the answer to a withheld write would
    /// tell the value; `None`, if all are known.
    pub(super) fn unknown_field(&self, origin: &Origin) -> Option<&str> {
        let (_, rows) = origin.records.as_ref()?;
        let unknown = self.unknown.iter().find(|(_, values)| rows.clone().any(|row| values.is_null(row)));
        unknown.map(|(name, _)| name.as_str())
    }
}

/// Those columns of a batch of which not every value is known, with their values as nulls.
fn unknown<'a>(names: impl Iterator<Item = &'a str>, batch: &RecordBatch) -> Vec<(String, NullBuffer)> {
    let found = names.filter_map(|name| {
        let (place, field) = batch.schema_ref().column_with_name(name)?;
        Some((name.to_owned(), unknown_values(field, batch.column(place))?))
    });
    found.collect()
}

impl Work {
    /// The request of a call.
    pub(super) fn bind(&self, origin: &Origin, columns: &Columns, redactor: &Redactor) -> Result<Request, Refusal> {
        let rows = origin.records.as_ref().map_or(0..1, |(_, rows)| rows.clone());
        let mut values = Vec::with_capacity(self.parameters.len());
        let mut of_columns = Vec::new();
        for ((name, operand), columns) in self.parameters.iter().zip(&columns.parameters) {
            let parameter = self.endpoint.parameter(name);
            for (part, column) in operand.parts().iter().zip(columns) {
                let field = match part {
                    Part::Literal(literal) => {
                        values.push((name.as_str(), Some(literal.expose())));
                        continue;
                    }
                    Part::Field(field) => &field.field.value,
                    Part::Null => continue,
                };
                let column = column.as_ref();
                let of_records = rows.clone().map(|row| column.and_then(|column| column.value(row)));
                let of_records = match parameter {
                    Some(parameter) if parameter.list.is_some() => distinct(of_records),
                    _ => agreed(field, of_records)?,
                };
                of_columns.extend(of_records.iter().map(|value| (parameter, *value)));
                values.extend(of_records.into_iter().map(|value| (name.as_str(), Some(value))));
            }
        }
        let unknown_fields = RefCell::new(Vec::new());
        let payload = match (&self.payload, &columns.payload) {
            (Some(payload), Some(columns)) => {
                let keep = |field: UnknownField| unknown_fields.borrow_mut().push(field);
                Some(payload.build(columns, rows, &keep)?)
            }
            _ => None,
        };
        // Of what is refused, nothing is sent, and that it is refused says all of it.
        let request = Request::bind(Arc::clone(&self.endpoint), &values, payload.as_ref())?;
        for (parameter, value) in of_columns {
            self.unknown.of_parameter(parameter, value, redactor);
        }
        for field in unknown_fields.take() {
            self.unknown.of_payload(&field, redactor);
        }
        Ok(request)
    }
}

/// The values that are there, each once, in their order.
fn distinct<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Vec<&'a str> {
    values.flatten().collect::<IndexSet<_>>().into_iter().collect()
}

/// The one value of all records, if they have one.
fn agreed<'a>(column: &str, mut values: impl Iterator<Item = Option<&'a str>>) -> Result<Vec<&'a str>, Refusal> {
    let first = values.next().flatten();
    match values.find(|other| *other != first) {
        Some(other) => Err(differing(column, first, other)),
        None => Ok(first.into_iter().collect()),
    }
}

/// What holds secrets is sent, and not carried on.
fn check_kept(work: &Work, batch: &RecordBatch) -> Result<(), ToolError> {
    let schema = batch.schema_ref();
    let is_secret = |name: &&str| schema.field_with_name(name).is_ok_and(is_secret);
    let Some(name) = work.keep.iter().map(|keep| keep.from.value.as_str()).find(is_secret) else { return Ok(()) };
    Err(ToolError::pipeline(format!("the column `{name}` holds secrets, and `keep` would carry them onto S"))
        .help(format!("leave `{name}` out of `keep`: it can be sent all the same")))
}

/// Records of one group that say different things where only one can be sent.
pub(super) fn differing(column: &str, one: Option<&str>, other: Option<&str>) -> Refusal {
    let [one, other] = [one, other].map(|value| value.map_or("null".to_owned(), shown));
    let message = format!("the records of one group differ in `{column}`: {one} and {other}");
    Refusal { kind: RefusalKind::BadParameter, message }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn a_call_is_unknown_by_the_first_field_in_the_order_of_use_that_any_of_its_records_does_not_know() {
        let texts = |values: [Option<&str>; 4]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let fields = vec![text("known"), seatflow_tool::unknown(text("id")), seatflow_tool::unknown(text("key"))];
        let known = texts([None; 4]);
        let id = texts([Some("a"), Some("b"), None, Some("d")]);
        let key = texts([Some("x"), None, None, Some("z")]);
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![known, id, key]).unwrap();
        let unknown = unknown(["key", "known", "absent", "id"].into_iter(), &batch);
        let columns = Columns { parameters: Vec::new(), payload: None, unknown };
        let batch = Arc::new(batch);
        let of = |rows| columns.unknown_field(&Origin { call: 0, records: Some((Arc::clone(&batch), rows)) });
        assert_eq!([of(0..1), of(1..2), of(2..3), of(3..4)], [None, Some("key"), Some("key"), None]);
        assert_eq!(of(0..2), Some("key"), "one record of a group is enough");
        assert_eq!(columns.unknown_field(&Origin { call: 0, records: None }), None);
    }
}
