//! An order in which every node stands behind those it reads from.

use seatflow_spec::{Pipeline, Problem, Reading, Slug};

use crate::wires::{FoundWire, NodeWires};

/// How far the search has come with a node.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Unseen,
    OnTheWay,
    Done,
}

struct Search<'p> {
    pipeline: &'p Pipeline,
    wires: &'p [NodeWires],
    marks: Vec<Mark>,
    order: Vec<usize>,
}

/// The numbers of the nodes, sources first. Every circle is reported, once.
pub(crate) fn order(pipeline: &Pipeline, wires: &[NodeWires], reading: &mut Reading<'_>) -> Vec<usize> {
    let marks = vec![Mark::Unseen; wires.len()];
    let mut search = Search { pipeline, wires, marks, order: Vec::with_capacity(wires.len()) };
    for number in 0..wires.len() {
        search.visit(number, reading);
    }
    search.order
}

impl Search<'_> {
    /// Walks back along the wires without recursion: a pipeline may be one long chain.
    fn visit(&mut self, start: usize, reading: &mut Reading<'_>) {
        if self.marks[start] != Mark::Unseen {
            return;
        }
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        self.marks[start] = Mark::OnTheWay;
        while let Some((number, next)) = path.last_mut() {
            let number = *number;
            let Some(wire) = wire_into(&self.wires[number], *next) else {
                self.marks[number] = Mark::Done;
                self.order.push(number);
                path.pop();
                continue;
            };
            *next += 1;
            let source = wire.wire.node;
            match self.marks[source] {
                Mark::Done => {}
                Mark::Unseen => {
                    self.marks[source] = Mark::OnTheWay;
                    path.push((source, 0));
                }
                Mark::OnTheWay => {
                    let begin = path.iter().position(|(on_path, _)| *on_path == source).unwrap_or(0);
                    let circle: Vec<usize> = path[begin..].iter().rev().map(|(on_path, _)| *on_path).collect();
                    reading.problem(self.circle(wire, &circle));
                }
            }
        }
    }

    fn circle(&self, wire: &FoundWire, circle: &[usize]) -> Problem {
        let name = |number: usize| self.pipeline.nodes[number].name.value.as_str();
        let way: Vec<String> =
            circle.iter().chain(circle.first()).map(|&number| format!("`{}`", name(number))).collect();
        let problem = Problem::new(Slug::CYCLE, format!("the wires lead in a circle: {}", way.join(" → ")));
        let first = circle.first().copied().unwrap_or_default();
        problem
            .at(&wire.place, "this wire closes the circle")
            .with(&self.pipeline.nodes[first].name.place, "it leads back to here")
            .help("take one of its wires away: records flow one way")
    }
}

fn wire_into(wires: &NodeWires, number: usize) -> Option<&FoundWire> {
    wires.all().nth(number)
}
