//! `seatflow show`

use std::io::{IsTerminal as _, stdout};
use std::path::PathBuf;

use clap::Args;
use seatflow_engine::Failure;
use seatflow_journal::{RunRecord, RunState, Store};
use seatflow_spec::once_each;

use crate::exit::Exit;
use crate::load::STATE;
use crate::passes::found_to_look;
use crate::planned::refuse_input;
use crate::runs::standing::{command, next};
use crate::show::{Anchor, Form, Print, Told, overview_json, overview_text, records};
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{output, render};

/// Show a run: how it went and what is left of it, or the records of an anchor
#[derive(Args)]
#[command(
    after_help = "Without RUN it shows the latest one. It tells its passes, the books of its nodes, what failed, the writes \
        in doubt, the slowest calls, and what it read. With `--anchor` it prints the records that left a node on S, on F \
        or on L instead: as a table that fits the terminal, or all of them as CSV, JSON or Parquet. It calls nobody.\n\n\
        Exit status: 0 it is shown; 2 there is no such run, node or anchor; 4 it cannot be read.\n\n\
        Examples:\n  \
        seatflow show\n  \
        seatflow show --node devices\n  \
        seatflow show --anchor devices.F\n  \
        seatflow show --anchor devices.F --out failed.csv"
)]
pub(crate) struct Show {
    /// The run: its id, or how that begins or ends; the latest without it
    run: Option<String>,
    /// Tell of one node alone, and why its records failed
    #[arg(long, value_name = "NODE", conflicts_with = "anchor")]
    node: Option<String>,
    /// Print the records that left a node on an anchor: `devices.F`
    #[arg(long, value_name = "NODE.ANCHOR", value_parser = Anchor::parse)]
    anchor: Option<Anchor>,
    /// How the records are printed: `table`, `csv`, `json` (an object on each line) or `parquet`; else as the name of
    /// `--out` ends, or as a table
    #[arg(long, value_enum, hide_possible_values = true, requires = "anchor")]
    format: Option<Form>,
    /// Write the records to a file
    #[arg(long, value_name = "FILE", requires = "anchor")]
    out: Option<PathBuf>,
    /// The most records; of a table 50 if it is not said, else all
    #[arg(long, value_name = "N", requires = "anchor")]
    limit: Option<usize>,
    /// Where runs keep what must outlive them
    #[arg(long, value_name = "DIR", default_value = STATE)]
    state: PathBuf,
    /// Print what is told of the run as JSON
    #[arg(long, conflicts_with = "anchor")]
    json: bool,
}

impl Show {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let (store, run) = found_to_look(&self.state, self.run.as_deref())?;
        match &self.anchor {
            Some(anchor) => self.print(&store, &run, anchor, verbosity),
            None => self.tell(&store, run, verbosity),
        }
    }

    fn print(&self, store: &Store, run: &RunRecord, anchor: &Anchor, verbosity: Verbosity) -> anyhow::Result<Exit> {
        anchor.check(&store.books(&run.id)?)?;
        let form = match (self.format, &self.out) {
            (Some(form), _) => form,
            (None, Some(out)) => Form::of_file(out)?,
            (None, None) => Form::Table,
        };
        if form == Form::Parquet && self.out.is_none() && stdout().is_terminal() {
            let usage = Usage::new("Parquet is not made for a terminal");
            return Err(usage.help("write it to a file: `--out FILE.parquet`").into());
        }
        if let Some(out) = &self.out {
            refuse_input(out, &run.sources)?;
        }
        let anchored = match records(store, &self.state, run, anchor.node.as_str(), anchor.output)? {
            Ok(anchored) => anchored,
            Err(exit) => return Ok(exit),
        };
        let Some(records) = anchored.open()? else {
            if !verbosity.is_quiet() {
                let file = self.out.as_ref().map(|out| format!(", so `{}` was not written", out.display()));
                let file = file.unwrap_or_default();
                render::say(&format!("no record left `{}.{}`{file}", anchor.node, anchor.output));
            }
            return Ok(Exit::DONE);
        };
        let print = Print { form, out: self.out.as_deref(), limit: self.limit };
        Ok(match print.records(records, verbosity) {
            Ok(()) => Exit::DONE,
            Err(error) => {
                render::failure(&Failure { node: None, error });
                Exit::FAILED
            }
        })
    }

    fn tell(&self, store: &Store, run: RunRecord, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let told = Told::read(store, &self.state, run, self.node.as_deref())?;
        if self.json {
            output::json(&overview_json(&told))?;
            return Ok(Exit::DONE);
        }
        output::text(&overview_text(&told))?;
        if !verbosity.is_quiet() {
            tell_next(&told);
        }
        Ok(Exit::DONE)
    }
}

/// Tells what there is to do about a run.
fn tell_next(told: &Told) {
    let nodes = once_each(told.in_doubt.iter().map(|call| call.node.as_str()));
    if !nodes.is_empty() {
        render::say("  ! nobody knows whether the writes in doubt happened");
    }
    for node in &nodes {
        let show = format!("{} --anchor {node}.F", command("show", &told.run.id, &told.state));
        render::say(&format!("    help: `{show}` shows the records of `{node}`, with why"));
    }
    if !nodes.is_empty() {
        render::say("    help: `seatflow explain what-happens-when` says what to do with them");
    }
    if let Some(command) = next(&told.state, &told.run) {
        let what = if told.run.state == RunState::Planned { "applies the plan" } else { "takes the run up" };
        render::say(&format!("  help: `{command}` {what}"));
    }
}
