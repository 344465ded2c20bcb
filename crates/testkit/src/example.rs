//! The examples of a page.

use anyhow::{Context as _, bail, ensure};
use encoding_rs::Encoding;
use seatflow_spec::Output;

use crate::markdown::{Block, Placed};
use crate::table::Table;

/// An example of a page: a node, what it is given, and what comes of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// The line of the page where it begins.
    pub line: usize,
    /// What it shows.
    pub about: String,
    /// The files that are there.
    pub files: Vec<GivenFile>,
    /// The node, or all nodes.
    pub yaml: String,
    /// The records on D.
    pub input: Option<Table>,
    /// What comes of it.
    pub expected: Vec<Expected>,
}

/// A file that an example needs.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something that must come of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// These records on an anchor: `S`, or `name.S`.
    Records(String, Table),
    /// A file with this text.
    Text(String, String),
    /// A Parquet file with these rows.
    Rows(String, Table),
    /// These problems, `slug: message`.
    Problems(Vec<String>),
    /// A run that fails with this message.
    Failure(String),
}

impl Example {
    /// Reads what stands below `## Examples`.
    pub(crate) fn parse_all(blocks: &[Placed<'_>]) -> anyhow::Result<Vec<Self>> {
        let mut examples = Vec::new();
        let mut rest = blocks;
        while let Some((line, _)) = rest.first() {
            let (example, more) = Self::parse(rest).with_context(|| format!("in the example of line {line}"))?;
            examples.push(Self { line: *line, ..example });
            rest = more;
        }
        Ok(examples)
    }

    fn parse<'a, 'b>(mut rest: &'b [Placed<'a>]) -> anyhow::Result<(Self, &'b [Placed<'a>])> {
        let mut example = Self::default();
        let mut about = Vec::new();
        while let [(_, Block::Paragraph(text)), more @ ..] = rest {
            if GivenFile::of_table(rest).is_some() {
                break;
            }
            about.push(*text);
            rest = more;
        }
        example.about = about.join(" ");
        ensure!(!about.is_empty(), "an example begins with what it shows");
        loop {
            if let Some((file, more)) = GivenFile::of_table(rest) {
                example.files.push(file?);
                rest = more;
                continue;
            }
            let [(line, Block::Fence(info, text)), more @ ..] = rest else { bail!("a `yaml` block is missing") };
            rest = more;
            if *info == "yaml" {
                (*text).clone_into(&mut example.yaml);
                break;
            }
            example.files.push(GivenFile::parse(info, text).with_context(|| format!("in line {line}"))?);
        }
        while let [(line, Block::Paragraph(name)), (_, block), more @ ..] = rest {
            let expected = match (caption(name), block) {
                (Caption::None, _) => break,
                (Caption::Input, Block::Table(table)) => {
                    example.input = Some(table_of(table)?);
                    None
                }
                (Caption::Anchor, Block::Table(table)) => Some(Expected::Records((*name).to_owned(), table_of(table)?)),
                (Caption::File(name), Block::Table(table)) => Some(Expected::Rows(name, table_of(table)?)),
                (Caption::File(name), Block::Fence(_, text)) => Some(Expected::Text(name, (*text).to_owned())),
                (Caption::Problems, Block::Fence(_, text)) => {
                    Some(Expected::Problems(text.lines().map(str::to_owned).collect()))
                }
                (Caption::Failure, Block::Fence(_, text)) => Some(Expected::Failure(text.trim_end().to_owned())),
                _ => bail!("what follows `{name}` in line {line} does not fit"),
            };
            example.expected.extend(expected);
            rest = more;
        }
        ensure!(!example.expected.is_empty(), "nothing comes of it");
        Ok((example, rest))
    }
}

impl GivenFile {
    /// Reads a Parquet file that stands as its name and a table of its rows; `None` if something else comes next.
    fn of_table<'a, 'b>(blocks: &'b [Placed<'a>]) -> Option<(anyhow::Result<Self>, &'b [Placed<'a>])> {
        let [(_, Block::Paragraph(text)), (line, Block::Table(rows)), more @ ..] = blocks else { return None };
        let Caption::File(name) = caption(text) else { return None };
        let bytes = table_of(rows).and_then(|table| table.to_parquet());
        let file = bytes.map(|bytes| Self { name, bytes }).with_context(|| format!("in the table of line {line}"));
        Some((file, more))
    }

    /// Reads ` ```csv accounts.csv windows-1252 `.
    fn parse(info: &str, text: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = info.split_whitespace().collect();
        let (name, encoding) = match words.as_slice() {
            [_, name] => (*name, "utf-8"),
            [_, name, encoding] => (*name, *encoding),
            _ => bail!("`{info}` does not say what file it is"),
        };
        let bytes = match encoding {
            "utf-16" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            name => {
                let encoding = Encoding::for_label(name.as_bytes()).with_context(|| format!("the encoding {name}"))?;
                encoding.encode(text).0.into_owned()
            }
        };
        Ok(Self { name: name.to_owned(), bytes })
    }
}

/// What a paragraph that stands before a block says of it.
enum Caption {
    Input,
    Anchor,
    File(String),
    Problems,
    Failure,
    None,
}

fn caption(text: &str) -> Caption {
    let anchor = text.rsplit_once('.').map_or(text, |(_, anchor)| anchor);
    match text {
        "D" => Caption::Input,
        "Problems" => Caption::Problems,
        "Failure" => Caption::Failure,
        text if !text.contains(' ') && Output::from_letter(anchor).is_some() => Caption::Anchor,
        text => match text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) {
            Some(name) if !name.contains('`') => Caption::File(name.to_owned()),
            _ => Caption::None,
        },
    }
}

fn table_of(text: &str) -> anyhow::Result<Table> {
    Table::parse(&text.lines().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::blocks;

    const TWO: &str = "The first:\n\n```csv a.csv windows-1252\ncafé\n```\n\n```yaml\nread_csv: { path: a.csv }\n```\n\nS\n\n\
                       | a |\n|---|\n| 1 |\n\n`out.csv`\n\n```csv\nx\n```\n\nThe second,\n\nlonger:\n\n```yaml\n\
                       unique:\n```\n\nD\n\n| a |\n|---|\n\nFailure\n\n```text\nNo.\n```\n";

    #[test]
    fn examples_follow_each_other() {
        let examples = Example::parse_all(&blocks(TWO).unwrap()).unwrap();
        let [first, second] = examples.as_slice() else { panic!("{examples:#?}") };
        assert_eq!((first.about.as_str(), first.line), ("The first:", 1));
        assert_eq!(first.files, [GivenFile { name: "a.csv".to_owned(), bytes: b"caf\xE9\n".to_vec() }]);
        assert_eq!(first.yaml, "read_csv: { path: a.csv }\n");
        assert!(matches!(first.expected.as_slice(), [Expected::Records(..), Expected::Text(..)]));
        assert_eq!(second.about, "The second, longer:");
        assert_eq!(second.input.as_ref().unwrap().columns, ["a"]);
        assert_eq!(second.expected, [Expected::Failure("No.".to_owned())]);
    }

    #[test]
    fn a_parquet_file_that_is_there_is_a_table_below_its_name() {
        let text = "It is read:\n\n`a.parquet`\n\n| a |\n|---|\n| 1 |\n\n```csv b.csv\nb\n```\n\n```yaml\nx:\n```\n\n\
                    `a.parquet`\n\n| a |\n|---|\n| 1 |\n";
        let [example] = &Example::parse_all(&blocks(text).unwrap()).unwrap()[..] else { panic!("one example") };
        assert_eq!(example.about, "It is read:");
        let names: Vec<&str> = example.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.parquet", "b.csv"]);
        assert!(example.files[0].bytes.starts_with(b"PAR1"));
        assert!(matches!(example.expected.as_slice(), [Expected::Rows(..)]), "behind the node it is what comes of it");
    }

    #[test]
    fn an_example_without_a_node_or_an_end_is_none() {
        let error = |text: &str| format!("{:#}", Example::parse_all(&blocks(text).unwrap()).unwrap_err());
        assert_eq!(error("Text.\n"), "in the example of line 1: a `yaml` block is missing");
        assert_eq!(error("```yaml\n```\n"), "in the example of line 1: an example begins with what it shows");
        assert_eq!(error("Text.\n\n```yaml\nx:\n```\n"), "in the example of line 1: nothing comes of it");
    }
}
