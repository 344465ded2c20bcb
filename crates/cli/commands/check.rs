//! `seatflow check`

use std::path::PathBuf;

use clap::Args;
use seatflow_spec::{Override, Problems};
use serde_json::json;

use crate::exit::Exit;
use crate::load::{Given, Overlay, STATE, load};
use crate::passes::parse_override;
use crate::verbosity::Verbosity;
use crate::{output, render, sandboxed};

/// Check pipeline files: every problem, with its place and what to do
#[derive(Args)]
#[command(
    after_help = "It reads the pipelines, and the catalogs, certificates and CSV headers that they name. It calls nobody.\n\n\
        Exit status: 0 there are no problems, warnings aside; 1 there are some; 2 the arguments make no sense.\n\n\
        Examples:\n  seatflow check pipelines/license-audit.yaml --sandbox\n  \
        seatflow check pipelines/license-audit.yaml --sandbox --set accounts=mine.csv"
)]
pub(crate) struct Check {
    /// The pipeline files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Give a setting of the pipelines another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
    /// Set the environment variables of the example pipelines as `run --sandbox` does
    #[arg(long)]
    sandbox: bool,
    /// Where runs keep what must outlive them: no pipeline may write there
    #[arg(long, value_name = "DIR", default_value = STATE)]
    state: PathBuf,
    /// Print the problems as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let overlay = if self.sandbox { sandboxed::variables()? } else { Overlay::new() };
        let mut all = Problems::new();
        let mut as_json = Vec::new();
        for file in &self.files {
            let mut problems = load(&Given::new(file, &self.set, &overlay, &self.state))?.problems;
            if !self.sandbox && sandboxed::may_help(&problems) {
                // Without it, there is one help less.
                problems = sandboxed::offer(problems, &sandboxed::variables().unwrap_or_default());
            }
            as_json.extend(render::problems_as_json(file, &problems));
            all.extend(problems);
        }
        if self.json {
            output::json(&json!({ "problems": as_json }))?;
        } else {
            render::problems(&all);
            if all.is_empty() && !verbosity.is_quiet() {
                render::say(&format!("{}: no problems", names(&self.files)));
            }
        }
        Ok(if all.has_fatal() { Exit::PROBLEMS } else { Exit::DONE })
    }
}

fn names(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.join(", ")
}
