//! The node at the end of a wire whose records a test wants to see.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use schemars::JsonSchema;
use seatflow_flatten::ladder;
use seatflow_spec::{FromTree, Reading, Tree};
use seatflow_tool::{Binding, Bound, Card, Context, Count, Effects, Inputs, Outputs, Presence, Tool, ToolError};

/// Puts all records on D into a file that [`captured`] reads, secrets and all.
pub(crate) struct Capture;

#[derive(JsonSchema)]
pub(crate) struct Config {
    /// The file.
    path: PathBuf,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?;
        let path: Option<String> = map.required("path");
        map.finish();
        Some(Self { path: path?.into() })
    }
}

impl Tool for Capture {
    type Config = Config;

    const CARD: Card = Card {
        name: "capture",
        summary: "Shows a test what came over a wire",
        page: "",
        inputs: Inputs { a: Presence::Absent, d: Presence::Required },
        outputs: Outputs { a: false, s: false, f: None, l: false },
        effects: Effects::None,
    };

    fn bind(config: Config, _: &mut Binding<'_, '_>) -> Option<Bound> {
        Some(Bound::new(|context: Context| capture(config.path, context)))
    }
}

async fn capture(path: PathBuf, context: Context) -> Result<(), ToolError> {
    let Some(mut records) = context.records else { return Ok(()) };
    let mut batches: Vec<RecordBatch> = Vec::new();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
        batches.push(batch);
    }
    let Some(schema) = batches.last().map(RecordBatch::schema) else { return Ok(()) };
    let file = File::create(path).map_err(|error| ToolError::bug(error.to_string()))?;
    let mut writer = StreamWriter::try_new_buffered(file, &schema)?;
    for batch in &batches {
        let batch = ladder::conform(batch, &schema).map_err(|conflict| ToolError::bug(conflict.to_string()))?;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(())
}

/// What a [`Capture`] has put into a file; nothing, if nothing came.
pub(crate) fn captured(path: &Path) -> anyhow::Result<Vec<RecordBatch>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file = File::open(path).with_context(|| format!("`{}`", path.display()))?;
    Ok(StreamReader::try_new_buffered(file, None)?.collect::<Result<_, _>>()?)
}
