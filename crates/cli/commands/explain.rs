//! `seatflow explain`

use clap::Args;
use seatflow_call::FailureKind;
use seatflow_spec::PAGES;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output;
use crate::table::table;
use crate::usage::Usage;

/// The topic that tells of the failures of calls.
const OF_FAILURES: &str = "what-happens-when";
const WHAT_HAPPENS_WHEN: &str = include_str!("../../../docs/what-happens-when.md");

/// What can be explained beside problems: its name, one sentence, its page.
const TOPICS: &[(&str, &str, &str)] = &[
    ("catalog", "how a catalog of your own is written", seatflow_catalog::FORM),
    ("connection", "how a connection is written: logins and limits", seatflow_plan::CONNECTION),
    ("faults", "what can go wrong in the sandbox, when it is told to", seatflow_sandbox::FAULTS),
    ("seats", "what the sandbox's own system of seats offers", seatflow_sandbox::SEATS),
    ("tenduke", "what the sandbox plays of 10Duke Enterprise, from which state", seatflow_sandbox::TENDUKE),
    ("uipath", "what the sandbox plays of UiPath Automation Suite, and to whom", seatflow_sandbox::UIPATH),
    (OF_FAILURES, "what comes of a call that goes wrong, and what to do", WHAT_HAPPENS_WHEN),
];

/// Explain sorts of problems: what they mean, an example, and how to mend it
#[derive(Args)]
#[command(
    after_help = "Every sort of problem that `check` reports has a page: what it means, an example, and how to mend it. \
        So have a few topics, and what stands in `error.kind` of a failed record leads to one.\n\n\
        Examples:\n  seatflow explain\n  seatflow explain unknown-anchor\n  seatflow explain in-doubt"
)]
pub(crate) struct Explain {
    /// The slugs of the problems, or topics; without any, all are listed
    #[arg(value_name = "SLUG")]
    slugs: Vec<String>,
    /// Print JSON: slug, meaning and page of each
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let pages: Result<Vec<Explained>, Usage> = self.slugs.iter().map(|slug| page(slug)).collect();
        let pages = pages?;
        if self.json {
            let pages = if pages.is_empty() { all().collect() } else { pages };
            output::json(&pages.iter().map(page_as_json).collect())?;
        } else if pages.is_empty() {
            let rows = all().map(|page| [page.name.to_owned(), page.title.to_owned()]);
            output::text(&table(["problem", "meaning"], rows, 0..0))?;
        } else {
            let pages: Vec<&str> = pages.into_iter().map(|page| page.text).collect();
            output::text(&pages.join("\n"))?;
        }
        Ok(Exit::DONE)
    }
}

/// What is told of a problem or a topic.
struct Explained {
    name: &'static str,
    title: &'static str,
    text: &'static str,
}

/// The problems, then the topics.
fn all() -> impl Iterator<Item = Explained> {
    let problems = PAGES.iter().map(|page| Explained { name: page.slug.as_str(), title: page.title, text: page.text });
    problems.chain(TOPICS.iter().map(|&(name, title, text)| Explained { name, title, text }))
}

/// The page of a problem or a topic; a kind of failure, as `error.kind` has it, leads to the topic of them all.
fn page(name: &str) -> Result<Explained, Usage> {
    let is_failure = FailureKind::ALL.iter().any(|kind| kind.as_str() == name);
    let found = all().find(|page| page.name == name || (is_failure && page.name == OF_FAILURES));
    found.ok_or_else(|| {
        let failures = FailureKind::ALL.into_iter().map(FailureKind::as_str);
        Usage::unknown("problem", name, all().map(|page| page.name).chain(failures), "seatflow explain")
    })
}

fn page_as_json(page: &Explained) -> Value {
    json!({ "slug": page.name, "meaning": page.title, "page": page.text })
}
