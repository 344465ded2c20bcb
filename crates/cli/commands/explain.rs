//! `seatflow explain`

use clap::Args;
use seatflow_spec::{PAGES, Page, Slug};
use serde_json::{Value, json};

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
    /// Print JSON: slug, meaning and page of each
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let pages: Result<Vec<&Page>, Usage> = self.slugs.iter().map(|slug| page(slug)).collect();
        let pages = pages?;
        if self.json {
            let pages = if pages.is_empty() { PAGES.iter().collect() } else { pages };
            output::json(&pages.into_iter().map(page_as_json).collect())?;
        } else if pages.is_empty() {
            let rows = PAGES.iter().map(|page| [page.slug.as_str().to_owned(), page.title.to_owned()]);
            output::text(&table(["problem", "meaning"], rows, 0..0))?;
        } else {
            let pages: Vec<&str> = pages.into_iter().map(|page| page.text).collect();
            output::text(&pages.join("\n"))?;
        }
        Ok(Exit::DONE)
    }
}

fn page(slug: &str) -> Result<&'static Page, Usage> {
    let slugs = PAGES.iter().map(|page| page.slug.as_str());
    let page = Slug::from_name(slug).and_then(Slug::page);
    page.ok_or_else(|| Usage::unknown("problem", slug, slugs, "seatflow explain"))
}

fn page_as_json(page: &Page) -> Value {
    json!({ "slug": page.slug.as_str(), "meaning": page.title, "page": page.text })
}
