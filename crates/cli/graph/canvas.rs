//! What the library draws on: it gives the places, and this the look.

use std::fmt::Write as _;

use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use seatflow_spec::visible;

use super::Sort;
use super::label::escaped;

/// The size of letters, and the way from line to line.
pub(super) const FONT_SIZE: usize = 12;
pub(super) const LINE_HEIGHT: f64 = 16.0;

/// What parts the label of a wire from the wire.
const HALO: &str = " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"5\"";

/// What is left free around the picture.
const MARGIN: f64 = 12.0;

/// An SVG that grows with what is drawn on it.
pub(super) struct Canvas {
    title: String,
    wires: String,
    boxes: String,
    /// Words stand over everything else.
    words: String,
    /// The corners of all that is drawn.
    least: Point,
    most: Point,
}

impl Canvas {
    /// An empty one.
    pub(super) fn new(title: &str) -> Self {
        let far = f64::INFINITY;
        let [wires, boxes, words] = [const { String::new() }; 3];
        Self { title: text(title), wires, boxes, words, least: Point::splat(far), most: Point::splat(-far) }
    }

    /// The picture as it is now, as a document of its own.
    pub(super) fn finish(self) -> String {
        let is_empty = self.boxes.is_empty();
        let (least, most) = if is_empty { (Point::zero(), Point::zero()) } else { (self.least, self.most) };
        let (x, y) = (least.x - MARGIN, least.y - MARGIN);
        let (width, height) = (most.x - x + MARGIN, most.y - y + MARGIN);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"{x:.1} {y:.1} {width:.1} {height:.1}\" role=\"img\" \
             font-family=\"Helvetica, Arial, sans-serif\" font-size=\"{FONT_SIZE}\">\n\
             <title>{}</title>\n\
             <defs><marker id=\"head\" markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"8\" refX=\"9\" \
             refY=\"4\" orient=\"auto\"><path d=\"M 0 0 L 9 4 L 0 8 z\" fill=\"#333333\"/></marker></defs>\n\
             <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"#ffffff\"/>\n\
             {}{}{}</svg>\n",
            self.title, self.wires, self.boxes, self.words
        )
    }

    fn reach(&mut self, point: Point) {
        self.least = Point::new(self.least.x.min(point.x), self.least.y.min(point.y));
        self.most = Point::new(self.most.x.max(point.x), self.most.y.max(point.y));
    }
}

/// Adds an element.
fn draw(layer: &mut String, element: std::fmt::Arguments<'_>) {
    // Writing to a `String` does not fail.
    let _ = writeln!(layer, "{element}");
}

/// The library draws boxes with their text, and arrows; a pipeline is made of nothing else.
impl RenderBackend for Canvas {
    /// `tooltip` is all that there is to say of the node.
    fn draw_rect(&mut self, at: Point, size: Point, look: &StyleAttr, tooltip: Option<String>, _: Option<ClipHandle>) {
        self.reach(at);
        self.reach(at.add(size));
        let (fill, stroke) = (look.fill_color.map(|colour| colour.to_web_color()), look.line_color.to_web_color());
        draw(
            &mut self.boxes,
            format_args!(
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{}\" fill=\"{}\" stroke=\"{}\" \
             stroke-width=\"{}\"><title>{}</title></rect>",
                at.x,
                at.y,
                size.x,
                size.y,
                look.rounded,
                fill.as_deref().map_or("none", opaque),
                opaque(&stroke),
                look.line_width,
                tooltip.as_deref().map(text).unwrap_or_default(),
            ),
        );
    }

    /// The first of several lines is the name of a node; a line alone is the label of a wire, which begins with the letter
    /// that it leaves.
    fn draw_text(&mut self, middle: Point, lines: &str, _: &StyleAttr) {
        let count = lines.lines().count();
        let above = lines.lines().fold(0.0, |above, _| above + LINE_HEIGHT / 2.0);
        let mut baseline = middle.y - above + LINE_HEIGHT * 0.75;
        for (number, line) in lines.lines().enumerate() {
            let (colour, weight, halo) = match number {
                _ if count == 1 => (Sort::of_label(line).colour(), "bold", HALO),
                0 => ("#222222", "bold", ""),
                _ => ("#444444", "normal", ""),
            };
            self.reach(Point::new(middle.x, baseline - LINE_HEIGHT));
            draw(
                &mut self.words,
                format_args!(
                    "<text x=\"{:.1}\" y=\"{baseline:.1}\" text-anchor=\"middle\" fill=\"{colour}\" \
                     font-weight=\"{weight}\"{halo} pointer-events=\"none\">{}</text>",
                    middle.x,
                    text(line)
                ),
            );
            baseline += LINE_HEIGHT;
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        dashed: bool,
        _: (bool, bool),
        look: &StyleAttr,
        _: Option<String>,
        _: &str,
    ) {
        let [(from, leaving), (entering, to), rest @ ..] = path else { return };
        let mut way = format!("M {} C {}, {}, {}", pair(*from), pair(*leaving), pair(*entering), pair(*to));
        for (entering, to) in rest {
            // Writing to a `String` does not fail.
            let _ = write!(way, " S {}, {}", pair(*entering), pair(*to));
        }
        for (one, other) in path {
            self.reach(*one);
            self.reach(*other);
        }
        let style = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let stroke = look.line_color.to_web_color();
        draw(
            &mut self.wires,
            format_args!(
                "<path d=\"{way}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{style} marker-end=\"url(#head)\"/>",
                opaque(&stroke),
                look.line_width
            ),
        );
    }

    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}

fn pair(point: Point) -> String {
    format!("{:.1} {:.1}", point.x, point.y)
}

/// The colour without the part that says how transparent it is: nothing is, and not everybody reads it.
fn opaque(colour: &str) -> &str {
    colour.get(..7).unwrap_or(colour)
}

/// Text of XML, in which no control character may stand.
fn text(text: &str) -> String {
    let lines = visible(text);
    let lines = lines.lines().map(|line| {
        escaped(line, |character| match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&quot;"),
            // Not even escaped may these stand in XML.
            '\u{fffe}' | '\u{ffff}' => Some("\u{fffd}"),
            _ => None,
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}
