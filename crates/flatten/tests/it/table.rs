//! Rows as text, for tests to compare.

use arrow::array::{Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use seatflow_flatten::{Document, Flattener, Options, Path, ladder};

pub(crate) fn document(body: &str) -> Document {
    Document::parse(Bytes::copy_from_slice(body.as_bytes()), 4096).unwrap()
}

/// Options with an envelope.
pub(crate) fn records(path: &str) -> Options {
    Options { envelope: Some(Path::parse(path).unwrap()), ..Options::default() }
}

/// The rows of some documents, which follow one another as pages do.
pub(crate) fn flatten(options: Options, bodies: &[&str]) -> RecordBatch {
    let envelope = options.envelope.clone();
    let mut flattener = Flattener::new(options);
    let mut first = 0;
    for body in bodies {
        let document = document(body);
        flattener.append(&document, first).unwrap();
        first += document.records(envelope.as_ref());
    }
    flattener.take().unwrap()
}

/// Batches of one wire as one batch with the final schema.
pub(crate) fn conformed(batches: &[RecordBatch]) -> RecordBatch {
    let mut schema = batches[0].schema();
    for batch in batches {
        schema = ladder::widen(&schema, batch.schema_ref()).unwrap();
    }
    let schema = ladder::settle(&schema);
    let batches: Vec<_> = batches.iter().map(|batch| ladder::conform(batch, &schema).unwrap()).collect();
    concat_batches(&schema, &batches).unwrap()
}

/// One line for the columns, `name type | name type`, and one for each row; a null is `·`.
pub(crate) fn lines(batch: &RecordBatch) -> Vec<String> {
    let type_name = |data_type: &DataType| match data_type {
        DataType::Null => "null".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Utf8 => "text".to_owned(),
        other => other.to_string().to_lowercase(),
    };
    let fields = batch.schema_ref().fields().iter();
    let header: Vec<_> = fields.map(|field| format!("{} {}", field.name(), type_name(field.data_type()))).collect();
    let options = FormatOptions::new().with_null("·");
    let formatters: Vec<_> =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap()).collect();
    let cell = |column: usize, row| {
        if batch.column(column).data_type() == &DataType::Null || batch.column(column).is_null(row) {
            "·".to_owned()
        } else {
            formatters[column].value(row).to_string()
        }
    };
    let row = |row| (0..formatters.len()).map(|column| cell(column, row)).collect::<Vec<_>>().join(" | ");
    std::iter::once(header.join(" | ")).chain((0..batch.num_rows()).map(row)).collect()
}

/// Compares the rows of a document with their lines.
#[track_caller]
pub(crate) fn gives(options: Options, bodies: &[&str], expected: &[&str]) {
    assert_eq!(lines(&flatten(options, bodies)), expected);
}
