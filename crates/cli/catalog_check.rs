//! `seatflow catalog check`

use std::path::{Path, PathBuf};

use clap::Args;
use seatflow_catalog::Catalog;
use seatflow_spec::Problems;
use serde_json::json;

use crate::exit::Exit;
use crate::load::read_catalog;
use crate::verbosity::Verbosity;
use crate::{output, render};

/// Check catalog files: every problem, with its place and what to do
#[derive(Args)]
#[command(after_help = "It compares every example with its schema, and warns of what no endpoint uses.\n\n\
        Exit status: 0 there are no problems, warnings aside; 1 there are some; 2 the arguments make no sense.\n\n\
        Examples:\n  seatflow catalog check fixtures/catalogs/seats.yaml")]
pub(crate) struct Check {
    /// The catalog files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the problems as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let mut all = Problems::new();
        let mut as_json = Vec::new();
        for file in &self.files {
            let problems = check(file);
            as_json.extend(render::problems_as_json(file, &problems));
            all.extend(problems);
        }
        if self.json {
            output::json(&json!({ "problems": as_json }))?;
        } else {
            render::problems(&all);
            if all.is_empty() && !verbosity.is_quiet() {
                let names: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
                render::say(&format!("{}: no problems", names.join(", ")));
            }
        }
        Ok(if all.has_fatal() { Exit::PROBLEMS } else { Exit::DONE })
    }
}

fn check(file: &Path) -> Problems {
    match read_catalog(file) {
        Ok(source) => Catalog::check(&source),
        Err(problems) => problems,
    }
}
