//! What a tool makes of records of which a plan does not know everything.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use futures::future::{BoxFuture, ready};
use seatflow_call::{Credentials, Surroundings, SystemClock, Unjournaled};
use seatflow_spec::Output;
use seatflow_tool::{
    Authorization, Connections, Context, Emitter, Files, Publisher, Receive, Records, Run, Send, Tally, ToolError,
    is_unknown, mark_final, unknown,
};
use tokio_util::sync::CancellationToken;

use crate::relational::unique::work;

/// Gives batches that are there already.
struct Given(VecDeque<RecordBatch>);

impl Receive for Given {
    fn receive(&mut self) -> BoxFuture<'_, Result<Option<RecordBatch>, ToolError>> {
        Box::pin(ready(Ok(self.0.pop_front())))
    }
}

/// Keeps what is sent.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<(Output, RecordBatch)>>>);

impl Send for Sink {
    fn send(&self, anchor: Output, batch: RecordBatch) -> BoxFuture<'_, Result<(), ToolError>> {
        self.0.lock().unwrap().push((anchor, batch));
        Box::pin(ready(Ok(())))
    }

    fn is_wired(&self, _: Output) -> bool {
        true
    }
}

/// What `unique` by these columns sends, in a plan or in a run.
async fn unique(
    by: &[&str],
    batches: impl IntoIterator<Item = RecordBatch>,
    is_plan: bool,
) -> Result<Vec<(Output, RecordBatch)>, ToolError> {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let surroundings =
        Surroundings::new(Arc::<SystemClock>::clone(&clock), Credentials::at(folder.path().join("credentials.json")));
    let run = Run {
        clock,
        batch_rows: 8192,
        folder: folder.path().to_owned(),
        files: Files::default(),
        stop: CancellationToken::new(),
        connections: Connections::new([], surroundings),
        journal: Arc::new(Unjournaled),
        is_plan,
        is_partial: false,
    };
    let (sink, tally) = (Sink::default(), Arc::new(Tally::default()));
    let context = Context {
        records: Some(Records::new(Box::new(Given(batches.into_iter().collect())), Some(Arc::clone(&tally)))),
        authorization: Authorization::None,
        authority: Publisher::default(),
        output: Emitter::new(Box::new(sink.clone()), Arc::clone(&tally)),
        tally: Arc::clone(&tally),
        run: Arc::new(run),
    };
    work(Some(by.iter().map(|name| (*name).to_owned()).collect()), context).await?;
    assert!(tally.is_closed());
    let sent = std::mem::take(&mut *sink.0.lock().unwrap());
    Ok(sent)
}

fn texts(name: &str, values: &[Option<&str>]) -> (Field, ArrayRef) {
    (Field::new(name, DataType::Utf8, true), Arc::new(StringArray::from(values.to_vec())))
}

fn batch(columns: impl IntoIterator<Item = (Field, ArrayRef)>) -> RecordBatch {
    let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// How many records of each batch went to which anchor, leaving out those that had none.
fn counts(sent: &[(Output, RecordBatch)]) -> Vec<(Output, usize)> {
    sent.iter().map(|(anchor, batch)| (*anchor, batch.num_rows())).collect()
}

#[tokio::test]
async fn a_key_that_only_an_answer_would_tell_is_no_repeat() {
    let records = |mark: fn(Field) -> Field| {
        let (field, values) = texts("id", &[None, Some("a"), None, Some("a"), None]);
        batch([(mark(field), values), texts("name", &[None; 5])])
    };
    let sent = unique(&["id", "name"], [records(unknown)], true).await.unwrap();
    assert_eq!(counts(&sent), [(Output::S, 4), (Output::F, 1)], "only the second `a` is known to be a repeat");
    assert!(is_unknown(sent[0].1.schema_ref().field(0)), "whoever comes next must know too");
    let sent = unique(&["id", "name"], [records(|field| field)], true).await.unwrap();
    assert_eq!(counts(&sent), [(Output::S, 2), (Output::F, 3)], "a null that is known is a key");
    let sent = unique(&["name"], [records(unknown)], true).await.unwrap();
    assert_eq!(counts(&sent), [(Output::S, 1), (Output::F, 4)], "what is not of the key does not matter");
}

#[tokio::test]
async fn a_column_that_never_came_is_unknown_in_a_plan_and_the_end_of_a_run() {
    let early = batch([texts("name", &[Some("x"), Some("x")])]);
    let late = batch([texts("name", &[Some("x")]), texts("more", &[Some("y")])]);
    let failure = unique(&["id", "name"], [early.clone(), late.clone()], false).await.unwrap_err();
    assert_eq!(failure.to_string(), "there is no column `id` on `D`");
    let sent = unique(&["id", "name"], [early, late], true).await.unwrap();
    assert_eq!(counts(&sent), [(Output::S, 2), (Output::S, 1)]);
    for (_, batch) in sent {
        let fields = batch.schema_ref().fields().iter();
        let names: Vec<_> = fields.map(|field| (field.name().as_str(), is_unknown(field))).collect();
        assert_eq!(names, [("name", false), ("more", false), ("id", true)], "whichever batch they came in");
        assert_eq!(batch.column(2).logical_null_count(), batch.num_rows());
    }
}

#[tokio::test]
async fn a_column_that_cannot_come_any_more_is_unknown_from_the_first_record_on() {
    let (field, values) = texts("name", &[Some("x")]);
    let last =
        || RecordBatch::try_new(mark_final(Schema::new(vec![field.clone()])), vec![Arc::clone(&values)]).unwrap();
    let sent = unique(&["id", "name"], [last(), last()], true).await.unwrap();
    assert_eq!(counts(&sent), [(Output::S, 1), (Output::S, 1)]);
    assert!(sent.iter().all(|(_, batch)| is_unknown(batch.schema_ref().field(1))));
}
