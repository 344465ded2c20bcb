//! A graph as Mermaid.

use std::fmt::{self, Write as _};

use super::label::escaped;
use super::{Graph, Node, Role, Sort};

/// The graph as a Mermaid flowchart.
pub(crate) fn mermaid(graph: &Graph) -> String {
    let mut text = String::new();
    // Writing to a `String` does not fail.
    let _ = write(graph, &mut text);
    text
}

fn write(graph: &Graph, text: &mut String) -> fmt::Result {
    writeln!(text, "---\ntitle: \"{}\"\n---\nflowchart LR", graph.pipeline)?;
    for node in &graph.nodes {
        writeln!(text, "  {}[\"{}\"]", id(node), label(node))?;
    }
    for wire in &graph.wires {
        let (from, to) = (id(&graph.nodes[wire.from]), id(&graph.nodes[wire.to]));
        let line = match wire.sort {
            Sort::Records => "-->",
            Sort::Failures => "-.->",
            Sort::Authorization => "==>",
        };
        writeln!(text, "  {from} {line}|{}| {to}", wire.label)?;
    }
    for sort in [Sort::Failures, Sort::Authorization] {
        let numbers = graph.wires.iter().enumerate().filter(|(_, wire)| wire.sort == sort);
        let numbers: Vec<String> = numbers.map(|(number, _)| number.to_string()).collect();
        if !numbers.is_empty() {
            writeln!(text, "  linkStyle {} stroke:{}", numbers.join(","), sort.colour())?;
        }
    }
    for role in Role::ALL {
        let nodes: Vec<String> = graph.nodes.iter().filter(|node| node.role == role).map(id).collect();
        if !nodes.is_empty() {
            let (inside, border) = role.colours();
            let width = if role == Role::Write { 3 } else { 1 };
            writeln!(
                text,
                "  classDef {} fill:{inside},stroke:{border},color:#222222,stroke-width:{width}px",
                role.name()
            )?;
            writeln!(text, "  class {} {}", nodes.join(","), role.name())?;
        }
    }
    Ok(())
}

/// A name that is no word of Mermaid's own, such as `end`.
fn id(node: &Node) -> String {
    format!("node_{}", node.name)
}

fn label(node: &Node) -> String {
    let mut lines: Vec<String> = node.lines().map(|line| escaped(line, escape)).collect();
    lines[0] = format!("<b>{}</b>", lines[0]);
    lines.extend(node.note.as_deref().map(|note| format!("<i>{}</i>", escaped(note, escape))));
    lines.join("<br/>")
}

/// What would end the label, or is HTML, Markdown or a line break to Mermaid.
fn escape(character: char) -> Option<&'static str> {
    Some(match character {
        '"' => "#quot;",
        '#' => "#35;",
        '&' => "#amp;",
        '<' => "#lt;",
        '>' => "#gt;",
        '\\' => "#92;",
        '`' => "#96;",
        '%' => "#37;",
        _ => return None,
    })
}
