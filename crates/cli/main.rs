//! The command line of seatflow: verbs, and what a user sees of them.
//!
//! Data goes to stdout, everything else to stderr. What a verb does is the other crates' business;
//! here are the reading of arguments and files, the reports, and the exit statuses.

mod catalog_check;
mod catalog_import;
mod commands;
mod exit;
mod fault;
mod graph;
mod interrupt;
mod load;
mod open_records;
mod output;
mod panics;
mod passes;
mod planned;
mod progress;
mod render;
mod runs;
mod sandboxed;
mod schema;
mod show;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod usage;
mod verbosity;
mod waits;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::exit::Exit;
use crate::usage::Usage;
use crate::verbosity::Verbosity;

/// Run licence-management APIs from data, with consequences
#[derive(Parser)]
#[command(
    name = "seatflow",
    version,
    arg_required_else_help = true,
    max_term_width = render::WIDTH,
    subcommand_help_heading = "Verbs",
    subcommand_value_name = "VERB",
    after_help = "Examples:\n  \
        seatflow run pipelines/license-audit.yaml --sandbox\n  \
        seatflow check pipelines/license-audit.yaml --sandbox"
)]
struct Arguments {
    #[command(flatten)]
    verbosity: Verbosity,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    panics::tell_without_data();
    // A panic is a bug, wherever it happens; it has been told by then.
    std::panic::catch_unwind(run).unwrap_or(Exit::BUG).into()
}

fn run() -> Exit {
    let Arguments { verbosity, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return no_arguments(&error),
    };
    if let Err(usage) = verbosity.check() {
        return render::error(&usage.into());
    }
    verbosity.trace();
    command.run(verbosity).unwrap_or_else(|error| render::error(&error))
}

/// Help was asked for, or the arguments make no sense.
fn no_arguments(error: &clap::Error) -> Exit {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let Some(usage) = Usage::of_clap::<Arguments>(error, &given) {
        return render::error(&usage.into());
    }
    // A reader that has gone is no reason to fail.
    let _ = error.print();
    if error.use_stderr() { Exit::USAGE } else { Exit::DONE }
}
