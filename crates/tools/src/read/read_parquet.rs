#![doc = include_str!("read_parquet.md")]
#![expect(clippy::doc_markdown, reason = "a page's title is the tool's name as it is written")]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use schemars::JsonSchema;
use seatflow_spec::{FromTree, Problem, Reading, Slug, Spanned, Tree, help_for_unknown};
use seatflow_tool::{Binding, Bound, Card, Columns, Context, Effects, Fact, Inputs, Outputs, Presence, Tool};

use super::parquet::{Footer, Source, Unreadable};
use super::part::{Part, send_parts};

/// How much of a file is read before anything runs. What it says of itself stands at its end, so that the columns of a
/// file that is not larger are known then.
const HEAD_BYTES: usize = 4 * 1024 * 1024;

/// Records from a Parquet file.
#[derive(Debug)]
pub struct ReadParquet;

/// The settings of a `read_parquet`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The file, relative to the working directory.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The columns to read, in this order. Without it, all of them.
    #[schemars(with = "Option<Vec<String>>")]
    columns: Option<Vec<Spanned<String>>>,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`read_parquet`");
        let path = map.required("path");
        let columns = map.optional_with("columns", columns);
        map.finish();
        Some(Self { path: path?, columns })
    }
}

fn columns(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Spanned<String>>> {
    let names: Vec<Spanned<String>> = reading.read(tree)?;
    if names.is_empty() {
        let problem = Problem::new(Slug::BAD_VALUE, "`columns` names no column");
        let problem = problem.at(&tree.place, "at least one must be here");
        reading.problem(problem.help("leave `columns` out to read all of them"));
    }
    for (place, name) in names.iter().enumerate() {
        if names[..place].iter().any(|earlier| earlier.value == name.value) {
            let problem = Problem::new(Slug::BAD_VALUE, format!("`columns` names `{}` twice", name.value));
            reading.problem(problem.at(&name.place, "it is there already"));
        }
    }
    Some(names)
}

impl Tool for ReadParquet {
    type Config = Config;

    const CARD: Card = Card {
        name: "read_parquet",
        summary: "Reads records from a Parquet file",
        page: include_str!("read_parquet.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Absent },
        outputs: Outputs { a: false, s: true, f: None, l: false },
        effects: Effects::ReadsFiles,
    };

    fn facts(config: &Config) -> Vec<Fact> {
        vec![Fact { path: PathBuf::from(&config.path.value), bytes: HEAD_BYTES }]
    }

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let footer = match config.footer(binding) {
            Ok(footer) => footer,
            Err(problem) => {
                binding.report(*problem);
                return None;
            }
        };
        let Config { path, columns } = config;
        let names = columns.map(|columns| columns.into_iter().map(|column| column.value).collect::<Vec<_>>());
        let expected = footer.map(|footer| footer.names().map(str::to_owned).collect::<Vec<_>>());
        let known =
            names.as_ref().or(expected.as_ref()).map_or(Columns::Unknown, |names| Columns::Known(names.clone()));
        let source = Source { path: PathBuf::from(path.value), columns: names, expected };
        let task = |context: Context| async move {
            let path = source.path.clone();
            send_parts(&path, move |rows, give| source.read(rows, |batch| give(Part::Read(batch))), context).await
        };
        let mut bound = Bound::new(task);
        bound.s = known;
        Some(bound)
    }
}

impl Config {
    /// What the file says of itself, if it is small enough to be known before anything runs.
    fn footer(&self, binding: &mut Binding<'_, '_>) -> Result<Option<Footer>, Box<Problem>> {
        let path = &self.path.value;
        let bad = |message: String, help: &str| {
            let problem = Problem::new(Slug::UNREADABLE_FILE, message).at(&self.path.place, "this file");
            Box::new(problem.help(help))
        };
        let unreadable = |why: Unreadable| bad(format!("`{path}` cannot be read: {why}"), why.help());
        let head = match binding.facts.head(Path::new(path)) {
            Some(Ok(head)) => head,
            Some(Err(why)) => {
                let message = format!("`{path}` cannot be read: {why}");
                return Err(bad(message, "see that the path is right; it is relative to the working directory"));
            }
            None => return Ok(None),
        };
        if head.len() >= HEAD_BYTES {
            Footer::check_beginning(head).map_err(unreadable)?;
            return Ok(None);
        }
        let footer = Footer::read(&Bytes::copy_from_slice(head)).map_err(unreadable)?;
        self.check_columns(&footer, binding);
        let names: Option<Vec<String>> =
            self.columns.as_ref().map(|columns| columns.iter().map(|column| column.value.clone()).collect());
        footer.columns(names.as_deref()).map_err(unreadable)?;
        Ok(Some(footer))
    }

    fn check_columns(&self, footer: &Footer, binding: &mut Binding<'_, '_>) {
        for column in self.columns.iter().flatten() {
            if footer.names().any(|name| name == column.value) {
                continue;
            }
            let message = format!("`{}` has no column `{}`", self.path.value, column.value);
            let mut problem = Problem::new(Slug::UNKNOWN_COLUMN, message).at(&column.place, "not a column of the file");
            problem.help = help_for_unknown(&column.value, footer.names());
            binding.report(problem);
        }
    }
}
