//! `seatflow tools`

use anyhow::bail;
use clap::Args;
use seatflow_spec::nearest;
use seatflow_tools::TOOLS;
use serde_json::json;

use crate::exit::Exit;
use crate::output;

/// Lists the tools, or shows the page of one.
#[derive(Args)]
#[command(after_help = "Example: seatflow tools read_csv")]
pub(crate) struct Tools {
    /// The tool whose page is shown.
    name: Option<String>,
    /// Prints JSON: the tools with their anchors, or the page and the JSON Schema of one.
    #[arg(long)]
    json: bool,
}

impl Tools {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self.name {
            None => list(self.json)?,
            Some(name) => show(&name, self.json)?,
        }
        Ok(Exit::DONE)
    }
}

fn list(as_json: bool) -> anyhow::Result<()> {
    let outputs = |card: &seatflow_tool::Card| -> Vec<&str> {
        card.output_letters().into_iter().map(seatflow_spec::Output::as_str).collect()
    };
    if as_json {
        let tool = |entry: &seatflow_tool::Entry| json!({ "name": entry.card.name, "summary": entry.card.summary, "outputs": outputs(entry.card) });
        return output::json(&TOOLS.iter().map(tool).collect());
    }
    let line = |entry: &seatflow_tool::Entry| {
        format!("{:<14} {:<8} {}", entry.card.name, outputs(entry.card).join(" "), entry.card.summary)
    };
    let lines: Vec<String> = TOOLS.iter().map(line).collect();
    output::text(&lines.join("\n"))
}

fn show(name: &str, as_json: bool) -> anyhow::Result<()> {
    let Some(entry) = TOOLS.iter().find(|entry| entry.card.name == name) else {
        match nearest(name, TOOLS.iter().map(|entry| entry.card.name)) {
            Some(near) => bail!("there is no tool `{name}`; did you mean `{near}`?"),
            None => bail!("there is no tool `{name}`; `seatflow tools` lists them all"),
        }
    };
    if as_json {
        let schema = (entry.schema)();
        return output::json(&json!({ "name": name, "page": entry.card.page, "config": schema }));
    }
    output::text(entry.card.page)
}
