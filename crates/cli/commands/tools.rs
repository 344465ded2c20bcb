//! `seatflow tools`

use clap::Args;
use seatflow_tool::{Card, Effects, Entry, Failing, Presence};
use seatflow_tools::TOOLS;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output;
use crate::table::table;
use crate::usage::Usage;

/// List the tools, or show the page of one
#[derive(Args)]
#[command(
    after_help = "The list tells what goes into each tool and what comes out of it; `A?` may be wired, `D` must be. The \
        page of a tool tells its settings and its limits, with examples.\n\n\
        Examples:\n  seatflow tools\n  seatflow tools read_csv"
)]
pub(crate) struct Tools {
    /// The tool whose page is shown
    name: Option<String>,
    /// Print JSON: the cards of the tools, or card, page and JSON Schema of one
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
    if as_json {
        return output::json(&TOOLS.iter().map(|entry| card_as_json(entry.card)).collect());
    }
    let row = |entry: &Entry| {
        let card = entry.card;
        [card.name.to_owned(), inputs(card), letters(card).join(" "), card.summary.to_owned()]
    };
    output::text(&table(["tool", "in", "out", "summary"], TOOLS.iter().map(row), 0..0))
}

fn show(name: &str, as_json: bool) -> anyhow::Result<()> {
    let Some(entry) = TOOLS.iter().find(|entry| entry.card.name == name) else {
        let names = TOOLS.iter().map(|entry| entry.card.name);
        return Err(Usage::unknown("tool", name, names, "seatflow tools").into());
    };
    if as_json {
        let mut tool = card_as_json(entry.card);
        tool["page"] = entry.card.page.into();
        tool["config"] = (entry.schema)().to_value();
        return output::json(&tool);
    }
    output::text(entry.card.page)
}

/// `A? D`: what may be wired has a question mark.
fn inputs(card: &Card) -> String {
    let input = |(letter, presence)| match presence {
        Presence::Absent => None,
        Presence::Optional => Some(format!("{letter}?")),
        Presence::Required => Some(format!("{letter}")),
    };
    let inputs = [('A', card.inputs.a), ('D', card.inputs.d)].into_iter().filter_map(input);
    inputs.collect::<Vec<_>>().join(" ")
}

fn letters(card: &Card) -> Vec<&'static str> {
    card.output_letters().into_iter().map(seatflow_spec::Output::as_str).collect()
}

fn card_as_json(card: &Card) -> Value {
    let presence = |presence| match presence {
        Presence::Absent => None,
        Presence::Optional => Some("optional"),
        Presence::Required => Some("required"),
    };
    let on_f = card.outputs.f.map(|failing| match failing {
        Failing::Failed => "failed",
        Failing::Rest => "rest",
    });
    let effects = match card.effects {
        Effects::None => "none",
        Effects::ReadsFiles => "reads-files",
        Effects::WritesFiles => "writes-files",
        Effects::Calls => "calls",
    };
    json!({
        "name": card.name,
        "summary": card.summary,
        "inputs": { "A": presence(card.inputs.a), "D": presence(card.inputs.d) },
        "outputs": letters(card),
        "on_f": on_f,
        "effects": effects,
    })
}
