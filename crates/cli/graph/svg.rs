//! A graph as SVG: the boxes and wires, placed by a library.

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::geometry::{Point, Position};
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::canvas::{Canvas, FONT_SIZE, LINE_HEIGHT};
use super::{Graph, Node, Role, Sort, Wire};

/// The room around a box, from which the library makes the way between two.
const ROOM: Point = Point { x: 28.0, y: 10.0 };

/// The usual width of a character, of which a bold one is wider.
const CHARACTER: f64 = 7.2;

/// The most characters of a line; a longer one ends in `…`, and is whole in the tooltip.
const MOST: usize = 48;

/// The graph as a picture. Notes are tooltips.
pub(crate) fn svg(graph: &Graph) -> String {
    let mut placed = VisualGraph::new(Orientation::LeftToRight);
    let boxes: Vec<_> = graph.nodes.iter().map(boxed).collect();
    let handles: Vec<_> = boxes.into_iter().map(|element| placed.add_node(element)).collect();
    for wire in &graph.wires {
        placed.add_edge(arrow(wire), handles[wire.from], handles[wire.to]);
    }
    let mut canvas = Canvas::new(&graph.pipeline);
    if !graph.nodes.is_empty() {
        placed.do_it(false, false, false, &mut canvas);
    }
    canvas.finish()
}

fn boxed(node: &Node) -> Element {
    let lines: Vec<String> = node.lines().map(shortened).collect();
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let size = Point::new(measure(longest) * CHARACTER + 24.0, measure(lines.len()) * LINE_HEIGHT + 14.0);
    let (inside, border) = node.role.colours();
    let width = if node.role == Role::Write { 3 } else { 1 };
    let look = StyleAttr::new(Color::fast(border), width, Some(Color::fast(inside)), 6, FONT_SIZE);
    Element {
        shape: ShapeKind::Box(lines.join("\n")),
        look,
        orientation: Orientation::LeftToRight,
        pos: Position::new(Point::zero(), size, Point::zero(), ROOM),
        properties: Some(tooltip(node)),
    }
}

fn arrow(wire: &Wire) -> Arrow {
    let style = match wire.sort {
        Sort::Failures => LineStyleKind::Dashed,
        Sort::Records | Sort::Authorization => LineStyleKind::Normal,
    };
    let width = if wire.sort == Sort::Authorization { 3 } else { 1 };
    let look = StyleAttr::new(Color::fast(wire.sort.colour()), width, None, 0, FONT_SIZE);
    Arrow::new(LineEndKind::None, LineEndKind::Arrow, style, wire.label, &look, &None, &None)
}

/// All that there is to say of a node.
fn tooltip(node: &Node) -> String {
    let lines: Vec<&str> = node.lines().chain(node.note.as_deref()).collect();
    lines.join("\n")
}

fn shortened(line: &str) -> String {
    let line = line.replace(char::is_control, " ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody draws a line of 2^53 characters")]
fn measure(count: usize) -> f64 {
    count as f64
}
