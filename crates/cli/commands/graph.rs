//! `seatflow graph`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use seatflow_spec::{Override, Problem, Severity, Slug};

use crate::exit::Exit;
use crate::load::{Given, Overlay, STATE, load};
use crate::passes::parse_override;
use crate::{graph, output, render};

/// What a drawing can do without: values that are not there where it is drawn.
const NEEDLESS: [Slug; 2] = [Slug::MISSING_VARIABLE, Slug::MISSING_SETTING];

/// Draw a pipeline: its nodes, what they reach, and its wires
#[derive(Args)]
#[command(
    after_help = "It prints the graph to stdout. Nodes that change a remote system are marked, and so are the wires that \
        carry failed records (F) and authorizations (A). It calls nobody, and needs no environment variable.\n\n\
        Exit status: 0 it is drawn; 1 the pipeline has problems; 2 the arguments make no sense.\n\n\
        Examples:\n  \
        seatflow graph pipelines/license-audit.yaml\n  \
        seatflow graph pipelines/license-audit.yaml --format svg > license-audit.svg"
)]
pub(crate) struct Graph {
    /// The pipeline file
    file: PathBuf,
    /// What is printed: `mermaid` for Markdown, `dot` for Graphviz, `svg` for a browser
    #[arg(long, value_enum, hide_possible_values = true, default_value_t = Format::Mermaid)]
    format: Format,
    /// Give a setting of the pipeline another value
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_override)]
    set: Vec<Override>,
}

/// How a graph is written.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A Mermaid flowchart.
    Mermaid,
    /// The language of Graphviz.
    Dot,
    /// A picture.
    Svg,
}

impl Graph {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let loaded = load(&Given::new(&self.file, &self.set, &Overlay::new(), STATE.as_ref()))?;
        let forbids = |problem: &Problem| problem.severity == Severity::Problem && !NEEDLESS.contains(&problem.slug);
        let readable = loaded.pipeline.filter(|_| !loaded.problems.iter().any(forbids));
        let Some(graph) = readable.and_then(|(pipeline, values)| graph::Graph::of(&pipeline, &values)) else {
            render::problems(&loaded.problems);
            return Ok(Exit::PROBLEMS);
        };
        output::text(&match self.format {
            Format::Mermaid => graph::mermaid(&graph),
            Format::Dot => graph::dot(&graph),
            Format::Svg => graph::svg(&graph),
        })?;
        Ok(Exit::DONE)
    }
}
