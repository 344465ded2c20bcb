//! The page of a tool.

use anyhow::{Context as _, bail, ensure};

use crate::example::Example;
use crate::markdown::{Block, Placed, blocks};

/// The headings of a page, in order.
pub const HEADINGS: [&str; 5] = ["What it does", "Anchors", "With", "Examples", "Limits"];

/// The page of a tool, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The tool's name.
    pub name: String,
    /// The names of the settings that it describes, in order.
    pub settings: Vec<String>,
    /// The examples.
    pub examples: Vec<Example>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// It is not written as pages are.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let blocks = blocks(text)?;
        let mut sections = sections(&blocks)?.into_iter();
        let Some((name, [])) = sections.next() else { bail!("a page begins with the tool's name and no more") };
        let found: Vec<(&str, &[Placed<'_>])> = sections.collect();
        let headings: Vec<&str> = found.iter().map(|(heading, _)| *heading).collect();
        ensure!(headings == HEADINGS, "the headings are {headings:?}, not {HEADINGS:?}");
        for (heading, blocks) in &found {
            ensure!(!blocks.is_empty(), "there is nothing below `{heading}`");
        }
        let settings = found[2].1.iter().filter_map(|(_, block)| setting(block)).map(str::to_owned).collect();
        let examples = Example::parse_all(found[3].1).with_context(|| format!("on the page `{name}`"))?;
        Ok(Self { name: name.to_owned(), settings, examples })
    }
}

/// The blocks below each heading.
fn sections<'a, 'b>(blocks: &'b [Placed<'a>]) -> anyhow::Result<Vec<(&'a str, &'b [Placed<'a>])>> {
    let headings = blocks.iter().enumerate().filter_map(|(position, (line, block))| match block {
        Block::Heading(level, text) => Some((position, *line, *level, *text)),
        _ => None,
    });
    let headings: Vec<_> = headings.collect();
    ensure!(headings.first().is_some_and(|(position, ..)| *position == 0), "a page begins with a heading");
    let mut sections = Vec::with_capacity(headings.len());
    for (number, (position, line, level, text)) in headings.iter().enumerate() {
        let expected = if number == 0 { 1 } else { 2 };
        ensure!(*level == expected, "the heading in line {line} is of level {level}, not {expected}");
        let end = headings.get(number + 1).map_or(blocks.len(), |(position, ..)| *position);
        sections.push((*text, &blocks[position + 1..end]));
    }
    Ok(sections)
}

/// The setting that an item describes: "- `path`: ..".
fn setting<'a>(block: &Block<'a>) -> Option<&'a str> {
    let Block::Item(text) = block else { return None };
    Some(text.strip_prefix("- `")?.split_once('`')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# tool\n\n## What it does\n\nx\n\n## Anchors\n\nx\n\n## With\n\n- `a`: x\n- `b`: x\n\n\
                        ## Examples\n\nIt runs:\n\n```yaml\ntool: {}\n```\n\nS\n\n| a |\n|---|\n\n## Limits\n\nNone.\n";

    #[test]
    fn a_page_has_settings_and_examples() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!(page.name, "tool");
        assert_eq!(page.settings, ["a", "b"]);
        assert_eq!(page.examples.len(), 1);
    }

    #[test]
    fn headings_have_their_order() {
        let error = Page::parse(&PAGE.replace("## With", "## Settings")).unwrap_err();
        assert!(error.to_string().starts_with("the headings are"), "{error}");
        let error = Page::parse(&PAGE.replace("## Limits", "### Limits")).unwrap_err();
        assert_eq!(error.to_string(), "the heading in line 29 is of level 3, not 2");
    }

    #[test]
    fn nothing_is_left_empty() {
        let error = Page::parse(&PAGE.replace("None.", "")).unwrap_err();
        assert_eq!(error.to_string(), "there is nothing below `Limits`");
    }
}
