//! A graph as DOT, the language of Graphviz.

use std::fmt::{self, Write as _};

use super::label::escaped;
use super::{Graph, Role, Sort};

/// The graph in DOT.
pub(crate) fn dot(graph: &Graph) -> String {
    let mut text = String::new();
    // Writing to a `String` does not fail.
    let _ = write(graph, &mut text);
    text
}

fn write(graph: &Graph, text: &mut String) -> fmt::Result {
    writeln!(text, "digraph {} {{", quoted([graph.pipeline.as_str()]))?;
    writeln!(text, "  rankdir=LR;")?;
    writeln!(text, "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];")?;
    writeln!(text, "  edge [fontname=\"Helvetica\", fontsize=10];")?;
    for node in &graph.nodes {
        let (inside, border) = node.role.colours();
        let width = if node.role == Role::Write { ", penwidth=2.5" } else { "" };
        let note = node.note.as_deref().map(|note| format!(", tooltip={}", quoted([note]))).unwrap_or_default();
        let (name, label) = (quoted([node.name.as_str()]), quoted(node.lines()));
        writeln!(text, "  {name} [label={label}, fillcolor=\"{inside}\", color=\"{border}\"{width}{note}];")?;
    }
    for wire in &graph.wires {
        let ends = [wire.from, wire.to].map(|number| quoted([graph.nodes[number].name.as_str()]));
        let colour = wire.sort.colour();
        let style = match wire.sort {
            Sort::Records => "solid",
            Sort::Failures => "dashed",
            Sort::Authorization => "bold",
        };
        let look = format!("style={style}, color=\"{colour}\", fontcolor=\"{colour}\"");
        writeln!(text, "  {} -> {} [label={}, {look}];", ends[0], ends[1], quoted([wire.label]))?;
    }
    writeln!(text, "}}")
}

/// Lines as one quoted text.
fn quoted<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let escape = |character| match character {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        // Else `&lt;` would be read as `<`.
        '&' => Some("&amp;"),
        _ => None,
    };
    let lines: Vec<String> = lines.into_iter().map(|line| escaped(line, escape)).collect();
    format!("\"{}\"", lines.join("\\n"))
}
