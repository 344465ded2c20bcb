#![doc = include_str!("rows.md")]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use indexmap::IndexSet;
use schemars::JsonSchema;
use seatflow_flatten::ladder;
use seatflow_spec::{FromTree, Kind, Output, Problem, Reading, Slug, Tree};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Count, Effects, Inputs, Outputs, Presence, Tool, ToolError, mark_final,
    mark_secret,
};

/// Records that are written in the pipeline.
#[derive(Debug)]
pub struct Rows;

/// The settings of a `rows`: the records, each a map from columns to single values.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct Config(#[schemars(with = "Vec<BTreeMap<String, Scalar>>")] Vec<Record>);

/// A record: its columns, of one row each.
type Record = Vec<(Field, ArrayRef)>;

/// How a value is written.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Scalar {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Nothing.
    Null(()),
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let records: Vec<Tree> = reading.read(tree)?;
        let records: Vec<_> = records.iter().map(|record| read_record(record, reading)).collect();
        records.into_iter().collect::<Option<_>>().map(Self)
    }
}

fn read_record(tree: &Tree, reading: &mut Reading<'_>) -> Option<Record> {
    let Kind::Map(entries) = &tree.kind else {
        reading.wrong_type(tree, "a map from columns to values");
        return None;
    };
    let cells: Vec<_> = entries.iter().map(|(key, value)| (key, read_cell(value, reading))).collect();
    let record = cells.into_iter().map(|(key, cell)| {
        let (cell, secret) = cell?;
        let field = Field::new(&key.text, cell.data_type().clone(), true);
        Some((if secret { mark_secret(field) } else { field }, cell))
    });
    record.collect()
}

/// A value, and whether it comes from the environment or a file.
fn read_cell(tree: &Tree, reading: &mut Reading<'_>) -> Option<(ArrayRef, bool)> {
    let resolved = reading.resolve(tree)?;
    let value: ArrayRef = match &resolved.kind {
        Kind::Null => Arc::new(NullArray::new(1)),
        Kind::Bool(value) => Arc::new(BooleanArray::from(vec![*value])),
        Kind::Integer(value) => Arc::new(Int64Array::from(vec![*value])),
        Kind::Float(value) if value.is_finite() => Arc::new(Float64Array::from(vec![*value])),
        Kind::Float(value) => {
            let problem = Problem::new(Slug::BAD_VALUE, format!("{value} is not a finite number"));
            reading.problem(problem.at(&tree.place, "not an allowed number"));
            return None;
        }
        Kind::Text(text) => Arc::new(StringArray::from(vec![text.as_literal()?])),
        Kind::List(_) | Kind::Map(_) | Kind::Broken => {
            reading.wrong_type(&resolved, "a single value");
            return None;
        }
    };
    let secret = tree.references().iter().any(|reference| reference.is_to_outside());
    Some((value, secret))
}

impl Tool for Rows {
    type Config = Config;

    const CARD: Card = Card {
        name: "rows",
        summary: "Holds a few records in the pipeline itself",
        page: include_str!("rows.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Absent },
        outputs: Outputs { a: false, s: true, f: None, l: false },
        effects: Effects::None,
    };

    fn bind(config: Config, _: &mut Binding<'_, '_>) -> Option<Bound> {
        let names = config.names();
        let bound = Bound::new(|context: Context| send(config, context));
        Some(bound.columns(Columns::Known(names), Columns::Unknown))
    }
}

async fn send(config: Config, context: Context) -> Result<(), ToolError> {
    let Context { output, tally, run, .. } = context;
    let records = config.table()?;
    for start in (0..records.num_rows()).step_by(run.batch_rows) {
        let batch = records.slice(start, run.batch_rows.min(records.num_rows() - start));
        tally.add(Count::In, batch.num_rows());
        tally.add(Count::Succeeded, batch.num_rows());
        output.send(Output::S, batch).await?;
    }
    Ok(())
}

impl Config {
    /// The columns in the order of their first appearance.
    fn names(&self) -> Vec<String> {
        let mut names: IndexSet<&str> = IndexSet::new();
        names.extend(self.0.iter().flatten().map(|(field, _)| field.name().as_str()));
        names.into_iter().map(str::to_owned).collect()
    }

    /// All records. Each column has the least type of the ladder that holds all its values.
    fn table(self) -> Result<RecordBatch, ToolError> {
        let no_type = |conflict: ladder::Conflict| ToolError::bug("values have no common type").from_source(conflict);
        let mut schema: SchemaRef = Arc::new(Schema::empty());
        let mut records = Vec::with_capacity(self.0.len());
        for record in self.0 {
            let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = record.into_iter().unzip();
            let options = RecordBatchOptions::new().with_row_count(Some(1));
            let record = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)?;
            let record = ladder::mark(record);
            schema = ladder::widen(&schema, record.schema_ref()).map_err(no_type)?;
            records.push(record);
        }
        let schema = mark_final(schema.as_ref().clone());
        let records: Result<Vec<_>, _> = records.iter().map(|record| ladder::conform(record, &schema)).collect();
        Ok(concat_batches(&schema, &records.map_err(no_type)?)?)
    }
}
