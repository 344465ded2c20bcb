#![doc = include_str!("read_csv.md")]
#![expect(clippy::doc_markdown, reason = "a page's title is the tool's name as it is written")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use seatflow_spec::{FromTree, Key, Problem, Reading, Slug, Spanned, Tree, help_for_unknown};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Effects, Fact, Facts, Failing, Inputs, Outputs, Presence, Tool,
};

use super::csv::{
    ColumnType, Dialect, Empty, Encoding, HeaderError, IfUnreadable, Names, Scanner, Source, check_names, read_header,
};
use super::part::send_parts;
use super::unreadable;
use crate::options::{character, delimiter};

/// How much of a file is read to know its header before anything runs.
const HEAD_BYTES: usize = 64 * 1024;

/// Records from a CSV file.
#[derive(Debug)]
pub struct ReadCsv;

/// The settings of a `read_csv`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The file, relative to the working directory.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The names of the columns of a file that has no header. Without them, the first line is the header.
    #[schemars(with = "Option<Vec<String>>")]
    columns: Option<Vec<Spanned<String>>>,
    /// The character between fields: one ASCII character, or `tab`. Without it, a comma.
    #[schemars(with = "Option<String>")]
    delimiter: u8,
    /// The character around fields that hold delimiters or line breaks: one ASCII character, or `none`. Without it, `"`.
    #[schemars(with = "Option<String>")]
    quote: Option<u8>,
    /// How the file's characters are written. Without it, `utf-8`. A byte order mark in the file beats it.
    #[schemars(with = "Option<Encoding>")]
    encoding: Encoding,
    /// What an empty cell is: `null`, or empty `text`. Without it, `null`; then empty text is written `""`.
    #[schemars(with = "Option<Empty>")]
    empty: Empty,
    /// The types of columns: `int64`, `float64`, `bool` or `text`. Without it, a column is text as it is written.
    #[schemars(with = "Option<BTreeMap<String, ColumnType>>")]
    types: Vec<(Key, ColumnType)>,
    /// What happens if a part of the file cannot be read: `fail`, it leaves on F and the rest is read; or `stop`, the run
    /// ends before any record leaves. Without it, `fail`.
    #[schemars(with = "Option<IfUnreadable>")]
    unreadable: IfUnreadable,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`read_csv`");
        let path = map.required("path");
        let columns = map.optional_with("columns", columns);
        let delimiter = map.optional_with("delimiter", delimiter).unwrap_or(b',');
        let Quote(quote) = map.optional_or("quote", Quote(Some(b'"')));
        let encoding = map.optional_or("encoding", Encoding::Utf8);
        let empty = map.tree("empty").map_or(Some(Empty::Null), |tree| Empty::from_tree(tree, map.reading()));
        let types = map.optional("types").unwrap_or_default();
        let unreadable = map.optional_or("unreadable", IfUnreadable::Fail);
        if quote == Some(delimiter) {
            let place = map.tree("quote").or(map.tree("delimiter")).map_or(map.place(), |tree| &tree.place);
            let problem = Problem::new(Slug::BAD_VALUE, "the quote and the delimiter are the same character");
            map.reading().problem(problem.at(place, "this is the other one too"));
        }
        map.finish();
        Some(Self { path: path?, columns, delimiter, quote, encoding, empty: empty?, types, unreadable })
    }
}

impl Tool for ReadCsv {
    type Config = Config;

    const CARD: Card = Card {
        name: "read_csv",
        summary: "Reads records from a CSV file",
        page: include_str!("read_csv.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Absent },
        outputs: Outputs { a: false, s: true, f: Some(Failing::Failed), l: false },
        effects: Effects::ReadsFiles,
    };

    fn facts(config: &Config) -> Vec<Fact> {
        vec![Fact { path: PathBuf::from(&config.path.value), bytes: HEAD_BYTES }]
    }

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let names = match config.names(binding.facts) {
            Ok(names) => names,
            Err(problem) => {
                binding.report(*problem);
                return None;
            }
        };
        let known = match &names {
            Names::Given(names) | Names::Header(Some(names)) => Columns::Known(names.clone()),
            Names::Header(None) => Columns::Unknown,
        };
        check_types(&config, &known, binding);
        let source = Source {
            path: PathBuf::from(config.path.value),
            encoding: config.encoding,
            dialect: Dialect { delimiter: config.delimiter, quote: config.quote },
            empty: config.empty,
            types: config.types.into_iter().map(|(key, of)| (key.text, of)).collect(),
            names,
            unreadable: config.unreadable,
        };
        let f = Columns::Known(unreadable::COLUMNS.map(str::to_owned).into());
        let task = |context: Context| async move {
            let path = source.path.clone();
            send_parts(&path, move |rows, give| source.read(rows, give), context).await
        };
        Some(Bound { fails: config.unreadable == IfUnreadable::Fail, ..Bound::new(task).columns(known, f) })
    }
}

impl Config {
    /// The names of the columns, as far as the beginning of the file tells them.
    fn names(&self, facts: &Facts) -> Result<Names, Box<Problem>> {
        let path = &self.path.value;
        let bad = |message: String, help: &str| {
            let problem = Problem::new(Slug::UNREADABLE_FILE, message).at(&self.path.place, "this file");
            Box::new(problem.help(help))
        };
        let head = match facts.head(Path::new(path)) {
            Some(Err(why)) => {
                let message = format!("`{path}` cannot be read: {why}");
                return Err(bad(message, "see that the path is right; it is relative to the working directory"));
            }
            Some(Ok(head)) => Some(head),
            None => None,
        };
        if let Some(names) = &self.columns {
            return Ok(Names::Given(names.iter().map(|name| name.value.clone()).collect()));
        }
        let Some(head) = head else { return Ok(Names::Header(None)) };
        let dialect = Dialect { delimiter: self.delimiter, quote: self.quote };
        let header = Scanner::new(head, self.encoding, dialect)
            .map_err(|error| HeaderError::Scan(error.into()))
            .and_then(|mut scanner| read_header(&mut scanner, head.len() < HEAD_BYTES));
        header.map(Names::Header).map_err(|error| bad(format!("`{path}` cannot be read: {error}"), error.help()))
    }
}

fn check_types(config: &Config, known: &Columns, binding: &mut Binding<'_, '_>) {
    let Columns::Known(names) = known else { return };
    for (key, _) in &config.types {
        if names.contains(&key.text) {
            continue;
        }
        let message = format!("`{}` has no column `{}`", config.path.value, key.text);
        let mut problem = Problem::new(Slug::UNKNOWN_COLUMN, message).at(&key.place, "not a column of the file");
        problem.help = help_for_unknown(&key.text, names.iter().map(String::as_str));
        binding.report(problem);
    }
}

fn columns(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Spanned<String>>> {
    let names: Vec<Spanned<String>> = reading.read(tree)?;
    let check = match names.as_slice() {
        [] => Err("there is no column".to_owned()),
        names => check_names(names.iter().map(|name| name.value.as_str())),
    };
    if let Err(why) = check {
        let problem = Problem::new(Slug::BAD_VALUE, format!("in `columns`, {why}"));
        reading.problem(problem.at(&tree.place, "each column must have a name of its own"));
        return None;
    }
    Some(names)
}

/// The character around fields, if there is one.
#[derive(Clone, Copy, Debug)]
struct Quote(Option<u8>);

impl FromTree for Quote {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::from_tree(tree, reading)?;
        if text == "none" { Some(Self(None)) } else { character(&text, tree, reading).map(|quote| Self(Some(quote))) }
    }
}

impl FromTree for Encoding {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        reading.one_of(tree, &Self::ALL.map(|encoding| (encoding.name(), encoding)))
    }
}

impl FromTree for ColumnType {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        reading.one_of(tree, &Self::ALL.map(|of| (of.name(), of)))
    }
}

impl FromTree for IfUnreadable {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        reading.one_of(tree, &[("fail", Self::Fail), ("stop", Self::Stop)])
    }
}

impl FromTree for Empty {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        // In YAML the word `null` is nothing.
        if tree.is_null() {
            return Some(Self::Null);
        }
        reading.one_of(tree, &[("null", Self::Null), ("text", Self::Text)])
    }
}
