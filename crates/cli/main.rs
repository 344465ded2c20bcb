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

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::exit::Exit;

/// Runs licence-management APIs from data, with consequences.
#[derive(Parser)]
#[command(name = "seatflow", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let log = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    // A panic is a bug, wherever it happens; its own message has been printed by then.
    let exit = std::panic::catch_unwind(|| Arguments::parse().command.run()).unwrap_or(Ok(Exit::BUG));
    match exit {
        Ok(exit) => exit.into(),
        Err(error) => {
            render::error(&error);
            Exit::USAGE.into()
        }
    }
}
