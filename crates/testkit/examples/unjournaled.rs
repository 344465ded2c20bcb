//! Runs a pipeline as `seatflow run FILE --json` does, and writes no journal, to measure the journal against:
//! `cargo run --release -p seatflow-testkit --example unjournaled FILE`.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use seatflow_call::{Clock as _, Credentials, Surroundings, SystemClock, Unjournaled};
use seatflow_engine::{Folder, Purpose, Settings, start};
use seatflow_plan::{Plan, facts, plan};
use seatflow_spec::{Pipeline, Problems, Reading, Settings as PipelineSettings, Source, Tree, Values};
use seatflow_testkit::Pace;
use seatflow_tool::Facts;
use seatflow_tools::TOOLS;
use serde_json::json;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the report is what its user needs")]
async fn main() -> anyhow::Result<ExitCode> {
    let file = env::args_os().nth(1).context("which pipeline?")?;
    let plan = load(Path::new(&file))?;
    let report = start(plan, settings()?)?.finish().await;
    let told = json!({
        "elapsed_seconds": report.elapsed.as_secs_f64(),
        "exit_status": report.exit_status(),
        "nodes": report.nodes,
    });
    println!("{told:#}");
    Ok(report.exit_status().into())
}

fn settings() -> anyhow::Result<Settings> {
    let clock = Arc::new(SystemClock);
    let folder = Folder::begin(Path::new(".seatflow"), clock.now())?;
    let credentials = Credentials::at(folder.state().join("credentials.json"));
    let Pace { batch_rows, wire_batches, concurrency } = Pace::USUAL;
    Ok(Settings {
        purpose: Purpose::Run,
        journal: Arc::new(Unjournaled),
        out: None,
        id: folder.id().clone(),
        folder,
        surroundings: Surroundings::new(Arc::clone(&clock) as _, credentials),
        clock,
        concurrency,
        batch_rows,
        wire_batches,
    })
}

fn load(file: &Path) -> anyhow::Result<Plan> {
    let source = Source::new(file.display().to_string(), fs::read_to_string(file)?);
    let tree = Tree::parse(&source)?;
    let mut problems = Problems::new();
    let mut values = Values::new(PipelineSettings::read(&tree, &mut problems));
    for name in tree.variables() {
        values.set_variable(name, env::var(name).with_context(|| name.to_owned())?);
    }
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading);
    problems.extend(reading.into_problems());
    let pipeline = pipeline.with_context(|| format!("{problems:?}"))?;
    let mut found = Facts::default();
    for fact in facts(&pipeline, &values, TOOLS) {
        let mut head = Vec::new();
        File::open(&fact.path)?.take(fact.bytes as u64).read_to_end(&mut head)?;
        found.insert(fact.path, Ok(head));
    }
    let (plan, more) = plan(&pipeline, &values, &found, TOOLS);
    problems.extend(more);
    plan.filter(|_| !problems.has_fatal()).with_context(|| format!("{problems:?}"))
}
