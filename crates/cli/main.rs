//! The command line of seatflow: verbs, and what a user sees of them.
//!
//! Data goes to stdout, everything else to stderr. What a verb does is the other crates' business;
//! here are the reading of arguments and files, the reports, and the exit statuses.

mod commands;
mod exit;
mod interrupt;
mod load;
mod output;
mod progress;
mod render;
mod sandboxed;
mod summary;
mod table;
mod usage;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::commands::Command;
use crate::exit::Exit;
use crate::usage::Usage;

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
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let asked = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    // What others trace of a connection may hold secrets that only our own traces are known to leave out.
    let own = filter_fn(|trace| trace.target().starts_with("seatflow"));
    let lines = tracing_subscriber::fmt::layer().with_ansi(render::in_colour()).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(own)).with(asked).init();
    // A panic is a bug, wherever it happens; its own message has been printed by then.
    std::panic::catch_unwind(run).unwrap_or(Exit::BUG).into()
}

fn run() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return no_arguments(&error),
    };
    arguments.command.run().unwrap_or_else(|error| render::error(&error))
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
