//! Examples on the stage.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, ensure};
use seatflow_spec::{Anchor, Input, Output, Pipeline, Reading, Severity, Source, Tree, Values};
use seatflow_tool::Entry;

use crate::example::{Example, Expected};
use crate::stage::{Pace, Ran, Stage};
use crate::table::Table;

/// The name of the node that an example is about, where the example does not say one.
const TESTED: &str = "tested";

/// The nodes of an example.
struct Scene {
    /// `nodes:` and what stands beside it.
    text: String,
    /// The node that is shown.
    node: String,
    pipeline: Pipeline,
}

impl Example {
    /// Runs it at every pace and compares what comes of it.
    ///
    /// # Errors
    /// Something else comes of it, which the error shows.
    pub fn check(&self, tools: &[Entry]) -> anyhow::Result<()> {
        for pace in Pace::ALL {
            self.check_at(tools, pace).with_context(|| format!("at the pace {pace:?}"))?;
        }
        Ok(())
    }

    fn check_at(&self, tools: &[Entry], pace: Pace) -> anyhow::Result<()> {
        let scene = Scene::of(self)?;
        let stage = Stage::new(tools)?;
        for file in &self.files {
            stage.put(&file.name, &file.bytes)?;
        }
        if let Some(input) = self.input.as_ref().filter(|input| input.rows.is_empty()) {
            stage.put(".given.csv", format!("{}\n", input.columns.join(",")))?;
        }
        let records = self.expected.iter().filter_map(|expected| match expected {
            Expected::Records(anchor, table) => Some((scene.anchor(anchor), table)),
            _ => None,
        });
        let records: Vec<(String, &Table)> = records.collect();
        let f = scene.anchor("F");
        let tool = scene.pipeline.node(&scene.node).map(|node| node.tool.value.as_str());
        let has_f = tools.iter().any(|entry| Some(entry.card.name) == tool && entry.card.outputs.f.is_some());
        let silent_f = has_f && records.iter().all(|(anchor, _)| *anchor != f);
        let mut captured: Vec<&str> = records.iter().map(|(anchor, _)| anchor.as_str()).collect();
        captured.extend(silent_f.then_some(f.as_str()));
        let ran = stage.run(&scene.text, &captured, pace)?;
        self.check_ending(&stage, &ran)?;
        for (anchor, expected) in &records {
            compare(anchor, ran.table(anchor)?, expected, &stage)?;
        }
        if silent_f {
            compare("F, which is not shown,", ran.table(&f)?, &Table::default(), &stage)?;
        }
        for expected in &self.expected {
            match expected {
                Expected::Rows(name, table) => compare(name, Table::of_parquet(&stage.path(name))?, table, &stage)?,
                Expected::Text(name, text) => {
                    let actual = fs::read_to_string(stage.path(name)).with_context(|| format!("no file `{name}`"))?;
                    ensure!(actual == *text, "`{name}` is\n{actual}");
                }
                Expected::Records(..) | Expected::Problems(_) | Expected::Failure(_) => {}
            }
        }
        Ok(())
    }

    fn check_ending(&self, stage: &Stage, ran: &Ran) -> anyhow::Result<()> {
        let fatal = ran.problems.iter().filter(|problem| problem.severity == Severity::Problem);
        let actual = fatal.map(|problem| stage.without_folder(&format!("{}: {}", problem.slug, problem.message)));
        let actual: Vec<String> = actual.collect();
        let expected = self.expected.iter().find_map(|expected| match expected {
            Expected::Problems(lines) => Some(lines.as_slice()),
            _ => None,
        });
        ensure!(actual == expected.unwrap_or_default(), "the problems are\n{}", actual.join("\n"));
        let actual = ran.failure().map(|failure| stage.without_folder(&failure));
        let expected = self.expected.iter().find_map(|expected| match expected {
            Expected::Failure(text) => Some(text.as_str()),
            _ => None,
        });
        ensure!(actual.as_deref() == expected, "the failure is\n{}", actual.unwrap_or_else(|| "none".to_owned()));
        Ok(())
    }

    /// The anchors of a tool that it shows: as a table, or by a wire that begins or ends there.
    ///
    /// # Errors
    /// Its nodes cannot be read.
    pub fn shows(&self, tool: &str) -> anyhow::Result<(Vec<Input>, Vec<Output>)> {
        let scene = Scene::of(self)?;
        let is_it = |name: &str| scene.pipeline.node(name).is_some_and(|node| node.tool.value == tool);
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for node in &scene.pipeline.nodes {
            for (letter, wired) in [(Input::A, &node.a), (Input::D, &node.d)] {
                let Some(wired) = wired else { continue };
                if node.tool.value == tool {
                    inputs.push(letter);
                }
                let bare = if letter == Input::A { Output::A } else { Output::S };
                let begins = wired.wires().filter(|wire| is_it(wire.node.value.as_str()));
                outputs.extend(begins.filter_map(|wire| wire.anchor.as_ref().map_or(Some(bare), Anchor::output)));
            }
        }
        for expected in &self.expected {
            let Expected::Records(anchor, _) = expected else { continue };
            let (name, letter) = anchor.rsplit_once('.').unwrap_or((&scene.node, anchor));
            if is_it(name) {
                outputs.extend(Output::from_letter(letter));
            }
        }
        Ok((inputs, outputs))
    }
}

impl Scene {
    fn of(example: &Example) -> anyhow::Result<Self> {
        let tree = Tree::parse(&Source::new("example.yaml", example.yaml.as_str()))?;
        let (text, node) = match tree.get("nodes") {
            None => (one_node(example), TESTED.to_owned()),
            Some(nodes) => {
                ensure!(example.input.is_none(), "an example with `nodes` has its input in them");
                let (last, _) = nodes.entries().last().context("`nodes` is empty")?;
                (example.yaml.clone(), last.text.clone())
            }
        };
        let source = Source::new("example.yaml", format!("version: 1\npipeline: example\n{text}"));
        let values = Values::default();
        let pipeline = Pipeline::read(&Tree::parse(&source)?, &mut Reading::new(&values));
        Ok(Self { text, node, pipeline: pipeline.context("its nodes cannot be read")? })
    }

    fn anchor(&self, anchor: &str) -> String {
        if anchor.contains('.') { anchor.to_owned() } else { format!("{}.{anchor}", self.node) }
    }
}

/// The example's node with its input wired to it.
fn one_node(example: &Example) -> String {
    let mut text = format!("nodes:\n  {TESTED}:\n");
    for line in example.yaml.lines() {
        // Writing to a `String` does not fail, here and below.
        let _ = writeln!(text, "    {line}");
    }
    let Some(input) = &example.input else { return text };
    text.push_str("    D: given\n  given:\n");
    if input.rows.is_empty() {
        // Without records only a header tells the columns.
        text.push_str("    read_csv: { path: .given.csv }\n");
        return text;
    }
    text.push_str("    rows:\n");
    for row in &input.rows {
        let cells = input.columns.iter().zip(row);
        let cells =
            cells.map(|(name, value)| format!("{}: {}", serde_json::Value::from(name.as_str()), value.to_yaml()));
        let _ = writeln!(text, "      - {{ {} }}", cells.collect::<Vec<_>>().join(", "));
    }
    text
}

fn compare(what: &str, actual: Table, expected: &Table, stage: &Stage) -> anyhow::Result<()> {
    let actual = actual.changed(|text| stage.without_folder(text));
    ensure!(actual.meets(expected), "{what} is\n{actual}");
    Ok(())
}
