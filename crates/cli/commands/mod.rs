//! The verbs, one file each.

mod apply;
mod catalog;
mod check;
mod completions;
mod explain;
mod graph;
mod plan;
mod replay;
mod resume;
mod run;
mod runs;
mod sandbox;
mod schema;
mod show;
mod tools;

use clap::Subcommand;

use crate::exit::Exit;
use crate::verbosity::Verbosity;

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    Run(run::Run),
    Check(check::Check),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Resume(resume::Resume),
    Replay(replay::Replay),
    Runs(runs::Runs),
    Show(show::Show),
    Graph(graph::Graph),
    Explain(explain::Explain),
    Tools(tools::Tools),
    Catalog(catalog::Catalog),
    Schema(schema::Schema),
    Sandbox(sandbox::Sandbox),
    Completions(completions::Completions),
}

impl Command {
    /// Does it. An error is one of usage, or one of the machine; all else has been reported where it belongs.
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        match self {
            Self::Run(run) => run.run(verbosity),
            Self::Check(check) => check.run(verbosity),
            Self::Plan(plan) => plan.run(verbosity),
            Self::Apply(apply) => apply.run(verbosity),
            Self::Resume(resume) => resume.run(verbosity),
            Self::Replay(replay) => replay.run(verbosity),
            Self::Runs(runs) => runs.run(verbosity),
            Self::Show(show) => show.run(verbosity),
            Self::Graph(graph) => graph.run(),
            Self::Explain(explain) => explain.run(),
            Self::Tools(tools) => tools.run(),
            Self::Catalog(catalog) => catalog.run(verbosity),
            Self::Schema(schema) => schema.run(),
            Self::Sandbox(sandbox) => sandbox.run(verbosity),
            Self::Completions(completions) => completions.run(),
        }
    }
}
