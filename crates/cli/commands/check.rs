//! `seatflow check`

use std::path::PathBuf;

use clap::Args;
use seatflow_spec::{Override, Problems};
use serde_json::Value;

use crate::commands::run::parse_override;
use crate::exit::Exit;
use crate::load::load;
use crate::sandboxed;
use crate::{output, render};

/// Checks pipeline files without running them; reports every problem with its place.
///
/// Reads the pipeline, the catalogs and the CSV headers that it names, and nothing else; calls nobody.
#[derive(Args)]
#[command(after_help = "Example: seatflow check pipelines/license-audit.yaml --sandbox")]
pub(crate) struct Check {
    /// The pipeline files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Sets a setting of the pipelines.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
    /// Gives the environment variables of the example pipelines the sandbox's values.
    #[arg(long)]
    sandbox: bool,
    /// Prints the problems as JSON to stdout.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let overlay = if self.sandbox { sandboxed::overlay()? } else { Default::default() };
        let mut all = Problems::new();
        for file in &self.files {
            let loaded = load(file, &self.set, &overlay)?;
            all.extend(loaded.problems);
        }
        if self.json {
            output::json(&Value::from_iter([("problems", render::problems_as_json(&all))]))?;
        } else {
            render::problems(&all);
            if all.is_empty() {
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
