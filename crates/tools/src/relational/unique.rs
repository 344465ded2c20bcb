#![doc = include_str!("unique.md")]

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::buffer::NullBuffer;
use arrow::compute::{filter_record_batch, not};
use arrow::record_batch::RecordBatch;
use schemars::JsonSchema;
use seatflow_spec::{FromTree, Output, Problem, Reading, Slug, Spanned, Tree};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Count, Effects, Emitter, Failing, Inputs, Outputs, Presence, Tally, Tool,
    ToolError, unknown_values,
};

use crate::keys::{ByDigest, Keys};
use crate::waiting::NamedColumns;

/// The first record of each key.
#[derive(Debug)]
pub struct Unique;

/// The settings of a `unique`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The columns that make two records equal. Without them, all columns do.
    #[schemars(with = "Option<Vec<String>>")]
    by: Option<Vec<Spanned<String>>>,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`unique`");
        let by: Option<Vec<Spanned<String>>> = map.optional("by");
        if by.as_ref().is_some_and(Vec::is_empty) {
            let place = map.tree("by").map_or(map.place(), |tree| &tree.place);
            let problem = Problem::new(Slug::BAD_VALUE, "`by` names no column").at(place, "at least one must be here");
            map.reading().problem(problem.help("leave `by` out to compare all columns"));
        }
        map.finish();
        Some(Self { by })
    }
}

impl Tool for Unique {
    type Config = Config;

    const CARD: Card = Card {
        name: "unique",
        summary: "Lets the first record of each key pass, and sets the repeats apart",
        page: include_str!("unique.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Required },
        outputs: Outputs { a: false, s: true, f: Some(Failing::Rest), l: false },
        effects: Effects::None,
    };

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        for column in config.by.iter().flatten() {
            binding.check_column(&column.value, &column.place);
        }
        let by = config.by.map(|by| by.into_iter().map(|column| column.value).collect());
        let columns = binding.d.clone().unwrap_or(Columns::Unknown);
        let bound = Bound::new(|context: Context| work(by, context));
        Some(bound.columns(columns.clone(), columns))
    }
}

/// Parts the records on D.
pub(super) async fn work(by: Option<Vec<String>>, context: Context) -> Result<(), ToolError> {
    let Context { records, output, tally, run, .. } = context;
    let Some(records) = records else { return Ok(()) };
    let mut records = NamedColumns::new(records, by.clone().unwrap_or_default(), run);
    let mut parting = Parting { keys: Keys::new(by.clone()), by, seen: HashSet::default(), output, tally };
    while let Some(batch) = records.recv().await? {
        parting.part(&batch).await?;
    }
    Ok(())
}

struct Parting {
    /// The columns of the key; without them, all.
    by: Option<Vec<String>>,
    keys: Keys,
    /// Those that have come.
    seen: HashSet<u128, ByDigest>,
    output: Emitter,
    tally: Arc<Tally>,
}

impl Parting {
    /// Sends the first records of their keys to S and the others to F.
    async fn part(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        let keys = self.keys.of(batch)?;
        let unknown = self.unknown_keys(batch);
        let is_unknown = |row| unknown.as_ref().is_some_and(|known| known.is_null(row));
        // Of a key that nobody knows yet nobody knows whether it is a repeat.
        let first = |(row, key)| Some(is_unknown(row) || self.seen.insert(key));
        let firsts: BooleanArray = keys.into_iter().enumerate().map(first).collect();
        self.tally.add(Count::Succeeded, firsts.true_count());
        self.tally.add(Count::Failed, firsts.len() - firsts.true_count());
        self.output.send(Output::S, filter_record_batch(batch, &firsts)?).await?;
        if self.output.is_wired(Output::F) {
            self.output.send(Output::F, filter_record_batch(batch, &not(&firsts)?)?).await?;
        }
        Ok(())
    }

    /// Which keys have a part that only the answer to a withheld write would tell, as nulls.
    fn unknown_keys(&self, batch: &RecordBatch) -> Option<NullBuffer> {
        let columns = batch.schema_ref().fields().iter().zip(batch.columns());
        let of_key = columns.filter(|(field, _)| self.by.as_ref().is_none_or(|by| by.contains(field.name())));
        let unknown = of_key.map(|(field, values)| unknown_values(field, values));
        unknown.reduce(|one, other| NullBuffer::union(one.as_ref(), other.as_ref())).flatten()
    }
}
