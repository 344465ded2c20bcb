//! From a stream of batches to one file, whatever its format.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder;
use seatflow_spec::{Output as Anchor, Spanned, listed};
use seatflow_tool::{Binding, Bound, Columns, Context, Count, Run, Spool, ToolError, is_final, is_secret, mark_final};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::output::{Contents, Output};
use super::rebatch::Rebatch;

/// The columns of a writer's S.
const FILE_COLUMNS: [&str; 4] = ["path", "rows", "bytes", "sha256"];

/// How a sort of file is begun.
pub(crate) trait Format: Send + 'static {
    /// What writes such a file.
    type Writer<W: Write + Send>: Writer<W>;

    /// Begins a file with these columns. The path is what messages call it.
    fn begin<W: Write + Send>(&self, to: W, path: &Path, schema: &SchemaRef) -> Result<Self::Writer<W>, ToolError>;
}

/// Writes one file.
pub(crate) trait Writer<W> {
    /// Writes rows of the file's schema.
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ToolError>;

    /// Ends the file, and gives back what it was written to.
    fn finish(self) -> Result<W, ToolError>;
}

/// The work of a node that writes the records on D to a file.
pub(crate) fn bind(format: impl Format, path: Spanned<String>, binding: &Binding<'_, '_>) -> Bound {
    let path = Spanned::new(PathBuf::from(path.value), path.place);
    let columns = binding.d.clone().unwrap_or(Columns::Unknown);
    let table = Table { format, path: path.value.clone(), columns };
    let mut bound = Bound::new(move |context: Context| table.write(context));
    bound.s = Columns::Known(FILE_COLUMNS.map(str::to_owned).into());
    bound.files.push(path);
    bound
}

/// What a node wants written.
struct Table<F> {
    format: F,
    path: PathBuf,
    /// The columns if no record comes.
    columns: Columns,
}

/// What the node hands to the thread that writes.
enum Handed {
    Batch(RecordBatch),
    /// All records have come; without it, the run was stopped.
    End,
}

/// The other end of the node's D, on the thread that writes.
struct Incoming {
    receiver: mpsc::Receiver<Handed>,
    checked: Option<SchemaRef>,
    path: PathBuf,
}

impl<F: Format> Table<F> {
    /// Writes all records on D to the file, then tells of it on S. Encoding and the disk have a
    /// thread of their own, so that the nodes before are not kept waiting.
    async fn write(self, context: Context) -> Result<(), ToolError> {
        let Context { records, output, tally, run, .. } = context;
        let path = self.path.clone();
        let (sender, receiver) = mpsc::channel(1);
        let incoming = Incoming { receiver, checked: None, path: path.clone() };
        let work = spawn_blocking(move || self.write_file(incoming, &run));
        if let Some(mut records) = records {
            while let Some(batch) = records.recv().await? {
                if sender.send(Handed::Batch(batch)).await.is_err() {
                    break;
                }
            }
        }
        // Whoever has failed and does not listen tells it by its result.
        let _ = sender.send(Handed::End).await;
        let written = work.await.map_err(|_| ToolError::bug("the writing of a file broke off"));
        let (rows, contents) = written??;
        tracing::info!(rows, bytes = contents.bytes, "`{}` is written", path.display());
        tally.add(Count::Succeeded, rows);
        output.send(Anchor::S, told(&path, rows, contents)?).await
    }

    fn write_file(self, mut incoming: Incoming, run: &Run) -> Result<(usize, Contents), ToolError> {
        let output = Output::new(run.files.take(&self.path)?);
        let Some(first) = incoming.next().transpose()? else {
            let writer = self.format.begin(output, &self.path, &self.empty_schema())?;
            return finish((0, writer.finish()?), run);
        };
        if is_final(first.schema_ref()) {
            let schema = plain(first.schema_ref());
            let writer = self.format.begin(output, &self.path, &schema)?;
            return finish(write_rows(writer, &schema, std::iter::once(Ok(first)).chain(incoming))?, run);
        }
        let mut waiting = Spool::create(&run.folder)?;
        let mut last = first;
        waiting.append(&last)?;
        for batch in incoming {
            last = batch?;
            waiting.append(&last)?;
        }
        // Schemas along a wire only widen, so the last one holds them all.
        let schema = plain(last.schema_ref());
        let writer = self.format.begin(output, &self.path, &schema)?;
        finish(write_rows(writer, &schema, std::iter::from_fn(|| waiting.take().transpose()))?, run)
    }

    fn empty_schema(&self) -> SchemaRef {
        let names = self.columns.names();
        let fields = names.iter().map(|name| Field::new(name, DataType::Utf8, true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

/// The columns as a file has them: no type is left open, and marks stay behind.
pub(super) fn plain(schema: &SchemaRef) -> SchemaRef {
    let settled = ladder::settle(schema);
    let fields = settled.fields().iter().map(|field| Field::new(field.name(), field.data_type().clone(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Writes records, whose columns are among those of the schema, and ends the file; tells how many there are.
pub(super) fn write_rows<W>(
    mut writer: impl Writer<W>,
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ToolError>>,
) -> Result<(usize, W), ToolError> {
    let mut rebatch = Rebatch::default();
    let mut rows = 0;
    for batch in batches {
        let batch = ladder::conform(&batch?, schema).map_err(|conflict| {
            ToolError::bug("records do not have the columns that were announced").from_source(conflict)
        })?;
        rows += batch.num_rows();
        for full in rebatch.add(&batch)? {
            writer.write(&full)?;
        }
    }
    if let Some(last) = rebatch.rest()? {
        writer.write(&last)?;
    }
    Ok((rows, writer.finish()?))
}

fn finish((rows, output): (usize, Output), run: &Run) -> Result<(usize, Contents), ToolError> {
    let (pending, contents) = output.finish();
    run.files.finish(pending)?;
    Ok((rows, contents))
}

/// The record on S.
fn told(path: &Path, rows: usize, contents: Contents) -> Result<RecordBatch, ToolError> {
    let number = |number: u64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(i64::try_from(number))) };
    let text = |text: String| -> ArrayRef { Arc::new(StringArray::from_iter_values([text])) };
    let [path_column, rows_column, bytes_column, sha256_column] = FILE_COLUMNS;
    let schema = mark_final(Schema::new(vec![
        Field::new(path_column, DataType::Utf8, true),
        Field::new(rows_column, DataType::Int64, true),
        Field::new(bytes_column, DataType::Int64, true),
        Field::new(sha256_column, DataType::Utf8, true),
    ]));
    let columns =
        vec![text(path.display().to_string()), number(rows as u64), number(contents.bytes), text(contents.sha256)];
    Ok(RecordBatch::try_new(schema, columns)?)
}

/// No secret is written to a file.
pub(super) fn refuse_secrets(schema: &Schema, path: &Path) -> Result<(), ToolError> {
    let secret = schema.fields().iter().filter(|field| is_secret(field)).map(|field| field.name().as_str());
    let secret: Vec<&str> = secret.collect();
    if secret.is_empty() {
        return Ok(());
    }
    let columns = if secret.len() == 1 { "the secret column" } else { "the secret columns" };
    let message = format!("{columns} {} cannot be written to `{}`", listed(secret), path.display());
    Err(ToolError::pipeline(message).help("secrets are never written to files: leave such columns out"))
}

impl Iterator for Incoming {
    type Item = Result<RecordBatch, ToolError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.receiver.blocking_recv() {
            Some(Handed::Batch(batch)) => Some(self.check(batch)),
            Some(Handed::End) => None,
            // The run was stopped, so nobody waits for the file, and half of it must not stay.
            None => Some(Err(ToolError::pipeline("the run was stopped"))),
        }
    }
}

impl Incoming {
    /// Lets a batch pass that holds no secrets.
    fn check(&mut self, batch: RecordBatch) -> Result<RecordBatch, ToolError> {
        let schema = batch.schema_ref();
        if self.checked.as_ref().is_some_and(|checked| Arc::ptr_eq(checked, schema)) {
            return Ok(batch);
        }
        refuse_secrets(schema, &self.path)?;
        self.checked = Some(batch.schema());
        Ok(batch)
    }
}
