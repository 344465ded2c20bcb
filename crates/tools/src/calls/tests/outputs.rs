//! What leaves a calling node, and when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use futures::future::{BoxFuture, ready};
use jiff::Timestamp;
use seatflow_call::{Attempt, Called, Failure, FailureKind, Outcome};
use seatflow_catalog::Method;
use seatflow_flatten::{Document, Options};
use seatflow_spec::Output;
use seatflow_tool::{Emitter, Send, Tally, ToolError};
use tokio::time::Instant;

use crate::calls::answer::Answer;
use crate::calls::call::held_bytes;
use crate::calls::origin::Origin;
use crate::calls::outputs::Outputs;
use crate::calls::successes::Successes;

const MEBIBYTE: usize = 1024 * 1024;

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

fn outputs(batch_rows: usize) -> (Outputs, Sink) {
    let sink = Sink::default();
    let emitter = Emitter::new(Box::new(sink.clone()), Arc::new(Tally::default()));
    (Outputs::new(emitter, batch_rows, Successes::new(Options::default(), Vec::new())), sink)
}

fn attempt(bytes: usize) -> Attempt {
    Attempt {
        page: Some(1),
        attempt: 1,
        started_at: Timestamp::UNIX_EPOCH,
        duration: Duration::ZERO,
        method: Method::Get,
        url: String::new(),
        request_headers: Vec::new(),
        request_body: None,
        status: Some(200),
        response_headers: Vec::new(),
        response_body: Some(vec![b' '; bytes].into()),
        error: None,
        retry: None,
        bytes_sent: 0,
        bytes_received: bytes as u64,
    }
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Status,
        message: String::new(),
        status: None,
        method: Method::Get,
        url: String::new(),
        attempts: 1,
        body: None,
    }
}

#[tokio::test]
async fn the_rows_of_a_call_with_many_pages_leave_as_they_fill_batches() {
    let (mut outputs, sink) = outputs(4);
    let page = || {
        let document = Document::parse(r#"[{"a":1},{"a":2},{"a":3}]"#.into(), 4096).unwrap();
        Answer::Parsed(document, 3)
    };
    let origin = Origin { call: 0, records: None };
    assert!(outputs.succeeded(&origin, (0..5).map(|_| page()).collect()).await.unwrap());
    let sent = || -> Vec<usize> { sink.0.lock().unwrap().iter().map(|(_, batch)| batch.num_rows()).collect() };
    assert_eq!(sent(), [4, 2, 4, 2], "two pages fill a batch");
    outputs.send_all().await.unwrap();
    assert_eq!(sent(), [4, 2, 4, 2, 3]);
}

#[tokio::test]
async fn the_log_of_one_call_with_many_large_pages_leaves_in_parts() {
    let (mut outputs, sink) = outputs(8192);
    let attempts: Vec<Attempt> = (0..40).map(|_| attempt(MEBIBYTE)).collect();
    outputs.log(0, &attempts).await.unwrap();
    outputs.send_all().await.unwrap();
    let sent: Vec<usize> = sink.0.lock().unwrap().iter().map(|(_, batch)| batch.num_rows()).collect();
    assert_eq!(sent, [16, 16, 8]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_due_soon_and_nothing_is_never_due() {
    let (mut outputs, sink) = outputs(8192);
    let begin = Instant::now();
    assert!(tokio::time::timeout(Duration::from_hours(1), outputs.due()).await.is_err());
    outputs.send_all().await.unwrap();
    outputs.failed(&Origin { call: 0, records: None }, &failure());
    let begin = begin + Duration::from_hours(1);
    outputs.due().await;
    assert_eq!(begin.elapsed().as_millis(), 50);
    outputs.send_if_due().await.unwrap();
    assert_eq!(sink.0.lock().unwrap().len(), 1);
}

#[test]
fn a_call_holds_every_body_that_its_log_keeps() {
    let called = |bytes, attempts| Called::<Answer> {
        outcome: Outcome::Failed(Box::new(failure())),
        attempts,
        requests: 3,
        retries: 2,
        recalled: 0,
        bytes,
    };
    assert_eq!(held_bytes(&called(0, vec![attempt(10), attempt(20), attempt(30)])), 60);
    assert_eq!(held_bytes(&called(7, Vec::new())), 7);
}
