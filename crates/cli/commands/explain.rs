//! `seatflow explain`

use anyhow::bail;
use clap::Args;
use seatflow_spec::{PAGES, Slug, nearest};

use crate::exit::Exit;
use crate::output;

/// Explains a sort of problem: what it means, an example, and how to mend it.
#[derive(Args)]
#[command(after_help = "Example: seatflow explain unknown-anchor")]
pub(crate) struct Explain {
    /// The slug of the problem; without it, all are listed.
    slug: Option<String>,
}

impl Explain {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let Some(slug) = self.slug else {
            let lines: Vec<String> =
                PAGES.iter().map(|page| format!("{:<22} {}", page.slug.as_str(), page.title)).collect();
            output::text(&lines.join("\n"))?;
            return Ok(Exit::DONE);
        };
        let page = Slug::from_name(&slug).and_then(Slug::page);
        let Some(page) = page else {
            match nearest(&slug, PAGES.iter().map(|page| page.slug.as_str())) {
                Some(near) => bail!("there is no problem `{slug}`; did you mean `{near}`?"),
                None => bail!("there is no problem `{slug}`; `seatflow explain` lists them all"),
            }
        };
        output::text(page.text)?;
        Ok(Exit::DONE)
    }
}
