//! `seatflow runs`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use seatflow_call::{Clock as _, SystemClock};
use seatflow_journal::{RunRecord, Store};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::load::STATE;
use crate::runs::age::Age;
use crate::runs::prune::{Old, Pruned, prune};
use crate::runs::standing::{utc, word};
use crate::summary::counted;
use crate::table::table;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{output, render, runs};

/// List the runs, or remove old ones
#[derive(Args)]
#[command(
    subcommand_help_heading = "Verbs",
    subcommand_value_name = "VERB",
    after_help = "It lists the runs of the state folder, the newest first, and says what takes up those that are not \
        finished. A run is done, planned, running, failed, interrupted, broken off (its process was killed, or the power \
        failed) or set aside (a newer run of its pipeline was begun in spite of it).\n\n\
        Examples:\n  seatflow runs\n  seatflow runs prune --keep 20"
)]
pub(crate) struct Runs {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Where runs keep what must outlive them
    #[arg(long, value_name = "DIR", default_value = STATE, global = true)]
    state: PathBuf,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

/// What is done with the runs.
#[derive(Subcommand)]
enum Verb {
    /// Remove old runs: what the journal has of them, and their folders
    #[command(
        after_help = "It never removes a run that is running. A run that has writes and is unfinished, one that has \
            writes in doubt, and a plan that was not applied are kept and named, unless `--unfinished` is said too: \
            without them nobody can tell any more what was written, or resume or apply it.\n\n\
            Examples:\n  seatflow runs prune --keep 20\n  seatflow runs prune --older-than 30d"
    )]
    Prune {
        /// Remove all but the newest N runs of each pipeline
        #[arg(long, value_name = "N", value_parser = parse_number, conflicts_with = "older_than")]
        keep: Option<usize>,
        /// Remove the runs that ended longer ago: `90m`, `12h`, `30d`, `2w`
        #[arg(long, value_name = "AGE")]
        older_than: Option<Age>,
        /// Remove also unfinished runs with writes, runs with writes in doubt, and plans that were not applied
        #[arg(long)]
        unfinished: bool,
    },
}

/// Reads a whole number.
fn parse_number(argument: &str) -> Result<usize, &'static str> {
    argument.parse().map_err(|_| "it must be a whole number")
}

impl Runs {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        match self.verb {
            None => runs::list(&self.state, self.json, verbosity)?,
            Some(Verb::Prune { keep, older_than, unfinished }) => {
                let old = old(keep, older_than)?;
                let pruned = match Store::open_existing(&self.state)? {
                    None => Pruned::default(),
                    Some(store) => prune(&store, &self.state, old, unfinished)?,
                };
                if self.json { output::json(&as_value(&pruned))? } else { tell(&pruned, &self.state, verbosity)? }
            }
        }
        Ok(Exit::DONE)
    }
}

fn old(keep: Option<usize>, older_than: Option<Age>) -> Result<Old, Usage> {
    let neither = || {
        let usage = Usage::new("`seatflow runs prune` needs `--keep N` or `--older-than AGE`");
        usage.help("`seatflow runs prune --help` tells more")
    };
    let beyond = keep.map(Old::Beyond);
    beyond.or_else(|| older_than.map(|age| Old::Before(age.before(SystemClock.now())))).ok_or_else(neither)
}

fn tell(pruned: &Pruned, state: &Path, verbosity: Verbosity) -> anyhow::Result<()> {
    if !pruned.removed.is_empty() && !verbosity.is_quiet() {
        let row =
            |run: &RunRecord| [run.id.clone(), run.pipeline.clone(), utc(run.began_at), word(run.state).to_owned()];
        output::text(&table(["removed", "pipeline", "began (UTC)", "state"], pruned.removed.iter().map(row), 0..0))?;
    }
    for (run, reason) in &pruned.kept {
        render::say(&format!("  ! {} of {} is kept: {}", run.id, run.pipeline, reason.words()));
    }
    if pruned.kept.iter().any(|(_, reason)| reason.yields()) {
        render::say("  help: `--unfinished` removes them too");
    }
    if !verbosity.is_quiet() {
        let removed = counted(pruned.removed.len() as u64, "run");
        render::say(&format!("{removed} removed from `{}`, {} given back", state.display(), size(pruned.bytes)));
    }
    Ok(())
}

fn as_value(pruned: &Pruned) -> Value {
    let run = |run: &RunRecord| json!({ "run": run.id, "pipeline": run.pipeline, "state": run.state });
    let kept = pruned.kept.iter().map(|(kept, reason)| {
        let mut kept = run(kept);
        kept["reason"] = reason.words().into();
        kept
    });
    json!({
        "removed": pruned.removed.iter().map(run).collect::<Vec<_>>(),
        "kept": kept.collect::<Vec<_>>(),
        "bytes": pruned.bytes,
    })
}

/// `512 bytes`, `1.5 KiB`, `20.0 MiB`.
fn size(bytes: u64) -> String {
    let mut units = ["KiB", "MiB", "GiB", "TiB"].into_iter();
    let mut unit = "bytes";
    #[expect(clippy::cast_precision_loss, reason = "one digit behind the point is told")]
    let mut size = bytes as f64;
    while size >= 1024.0 {
        let Some(larger) = units.next() else { break };
        (size, unit) = (size / 1024.0, larger);
    }
    if unit == "bytes" { counted(bytes, "byte") } else { format!("{size:.1} {unit}") }
}
