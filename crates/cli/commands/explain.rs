//! `seatflow explain`

use clap::Args;
use seatflow_spec::{PAGES, Slug};

use crate::exit::Exit;
use crate::output;
use crate::table::table;
use crate::usage::Usage;

/// Explain sorts of problems: what they mean, an example, and how to mend it
#[derive(Args)]
#[command(after_help = "Examples:\n  seatflow explain\n  seatflow explain unknown-anchor")]
pub(crate) struct Explain {
    /// The slugs of the problems; without any, all are listed
    #[arg(value_name = "SLUG")]
    slugs: Vec<String>,
}

impl Explain {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        if self.slugs.is_empty() {
            let rows = PAGES.iter().map(|page| [page.slug.as_str().to_owned(), page.title.to_owned()]);
            output::text(&table(["problem", "meaning"], rows, 0..0))?;
            return Ok(Exit::DONE);
        }
        let pages: Result<Vec<&str>, Usage> = self.slugs.iter().map(|slug| page(slug)).collect();
        output::text(&pages?.join("\n"))?;
        Ok(Exit::DONE)
    }
}

fn page(slug: &str) -> Result<&'static str, Usage> {
    let page = Slug::from_name(slug).and_then(Slug::page).map(|page| page.text);
    let slugs = PAGES.iter().map(|page| page.slug.as_str());
    page.ok_or_else(|| Usage::unknown("problem", slug, slugs, "seatflow explain"))
}
