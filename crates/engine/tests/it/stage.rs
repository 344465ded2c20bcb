//! Pipelines of fake tools, run in a folder of their own.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use seatflow_call::{Credentials, Surroundings, SystemClock, Unjournaled};
use seatflow_engine::{Ending, Failure, Folder, Purpose, Report, Running, Settings, start};
use seatflow_plan::{Plan, plan};
use seatflow_spec::{Output, Pipeline, Reading, Source, Tree, Values};
use seatflow_tool::{Entry, Facts};
use tempfile::TempDir;

use crate::tools::TOOLS;

/// A folder in which pipelines run.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The files below a folder of the stage, without those that are about the folder itself.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path(name)) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Starts the `nodes:` of a text with wires of so many batches.
    pub(crate) fn start(&self, nodes: &str, wire_batches: usize) -> Running {
        let text = format!("version: 1\npipeline: test\nnodes:\n{nodes}");
        self.start_whole(text, &Values::default(), TOOLS, wire_batches)
    }

    /// Goes through the `nodes:` of a text for the sake of an anchor.
    pub(crate) async fn look(&self, nodes: &str, node: &str, anchor: Output) -> Report {
        let text = format!("version: 1\npipeline: test\nnodes:\n{nodes}");
        let purpose = Purpose::Look { node: node.to_owned(), anchor, is_plan: false };
        let end = self.start_for(purpose, text, &Values::default(), TOOLS, 1).finish();
        ended_within(1_000_000, end).await.expect("every node waits for another")
    }

    /// Starts a whole pipeline of these tools.
    pub(crate) fn start_whole(&self, text: String, values: &Values, tools: &[Entry], wire_batches: usize) -> Running {
        self.start_for(Purpose::Run, text, values, tools, wire_batches)
    }

    fn start_for(
        &self,
        purpose: Purpose,
        text: String,
        values: &Values,
        tools: &[Entry],
        wire_batches: usize,
    ) -> Running {
        let folder = Folder::begin(&self.path("state"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let clock = Arc::new(SystemClock);
        let surroundings =
            Surroundings::new(Arc::clone(&clock) as _, Credentials::at(folder.run().join("credentials.json")));
        let settings = Settings {
            purpose,
            journal: Arc::new(Unjournaled),
            out: None,
            id: folder.id().clone(),
            folder,
            clock,
            surroundings,
            concurrency: None,
            batch_rows: 8192,
            wire_batches,
        };
        start(planned(text, values, tools), settings).unwrap()
    }

    /// Runs the `nodes:` of a text to their end, on the narrowest wires.
    pub(crate) async fn run(&self, nodes: &str) -> Report {
        let end = self.start(nodes, 1).finish();
        ended_within(1_000_000, end).await.expect("every node waits for another")
    }
}

fn planned(text: String, values: &Values, tools: &[Entry]) -> Plan {
    let source = Source::new("test.yaml", text);
    let mut reading = Reading::new(values);
    let pipeline = Pipeline::read(&Tree::parse(&source).unwrap(), &mut reading).unwrap();
    let (made, problems) = plan(&pipeline, values, &Facts::default(), tools);
    made.unwrap_or_else(|| panic!("{}", problems))
}

/// Lets every task of the run go on until none can, unless the run ends before.
pub(crate) async fn settle(end: impl Future<Output = Report>) -> Option<Report> {
    ended_within(50_000, end).await
}

async fn ended_within(turns: usize, end: impl Future<Output = Report>) -> Option<Report> {
    let rest = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        report = pin!(end) => Some(report),
        () = rest => None,
    }
}

/// The failure that ended a run.
pub(crate) fn failure(report: &Report) -> &Failure {
    match &report.ending {
        Ending::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

/// Asserts that the run came to its own end.
pub(crate) fn completed(report: &Report) {
    assert!(matches!(report.ending, Ending::Completed), "{:?}", report.ending);
}
