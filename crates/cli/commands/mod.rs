//! The verbs, one file each.

mod catalog;
mod check;
mod explain;
mod run;
mod sandbox;
mod tools;

use clap::Subcommand;

use crate::exit::Exit;

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    Run(run::Run),
    Check(check::Check),
    Explain(explain::Explain),
    Tools(tools::Tools),
    Catalog(catalog::Catalog),
    Sandbox(sandbox::Sandbox),
}

impl Command {
    /// Does it. An error is one of usage, or one of the machine; all else has been reported where it belongs.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Run(run) => run.run(),
            Self::Check(check) => check.run(),
            Self::Explain(explain) => explain.run(),
            Self::Tools(tools) => tools.run(),
            Self::Catalog(catalog) => catalog.run(),
            Self::Sandbox(sandbox) => sandbox.run(),
        }
    }
}
