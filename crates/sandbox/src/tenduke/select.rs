//! What a selector selects.

mod conditions;
mod order;

use std::collections::BTreeSet;

use seatflow_catalog::Selector;
use seatflow_catalog::selector::{Condition, Multiplicity, Step};

use super::objects::{Graph, Node};
use super::relations::Relation;
use super::store::Object;
use super::types::Type;
use crate::refusal::Refusal;
use conditions::{check_conditions, hold, id_in};
use order::Range;

/// A selector whose types, fields and relations there are.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    selector: &'a Selector,
    start: Type,
    conditions: &'a [Condition],
    hops: Vec<Hop<'a>>,
    range: Range<'a>,
    includes: Vec<(Vec<Hop<'a>>, Range<'a>)>,
}

/// A step over a relation, and what must hold of the objects that it leads to.
#[derive(Debug)]
struct Hop<'a> {
    relation: Relation,
    conditions: &'a [Condition],
}

impl<'a> Selection<'a> {
    /// Looks up what a selector names.
    ///
    /// # Errors
    /// There is no such type, field or relation, or a parameter makes no sense.
    pub(super) fn of(selector: &'a Selector) -> Result<Self, Refusal> {
        let Some((first, rest)) = selector.steps().split_first() else {
            return Err(Refusal::bad_request("The selector has no steps."));
        };
        let start = kind_of(first)?;
        check_conditions(start, first.conditions())?;
        let hops = hops(start, rest)?;
        let kind = hops.last().map_or(start, |hop| hop.relation.to);
        for field in selector.projection() {
            check_field(kind, field)?;
        }
        let range = Range::of(kind, selector.parameters())?;
        let mut includes = Vec::new();
        for include in selector.includes() {
            let hops = self::hops(kind, include.steps())?;
            let last = hops.last().map_or(kind, |hop| hop.relation.to);
            if include.parameters().counts() {
                return Err(Refusal::bad_request("An include cannot count."));
            }
            includes.push((hops, Range::of(last, include.parameters())?));
        }
        Ok(Self { selector, start, conditions: first.conditions(), hops, range, includes })
    }

    /// Whether the last step tells which objects of its type it selects.
    pub(super) fn is_narrowed(&self) -> bool {
        self.selector.steps().last().is_some_and(|step| !step.conditions().is_empty())
    }

    /// The objects that are selected, each once, in the order and the range of the parameters.
    pub(super) fn objects(&self, graph: Graph<'_>) -> rusqlite::Result<Vec<Object>> {
        Ok(self.range.cut(self.every(graph)?))
    }

    /// How many objects are selected, whatever the range.
    pub(super) fn count(&self, graph: Graph<'_>) -> rusqlite::Result<usize> {
        self.every(graph).map(|objects| objects.len())
    }

    /// The same objects with those that come with them.
    pub(super) fn nodes(&self, graph: Graph<'_>) -> rusqlite::Result<Vec<Node>> {
        self.objects(graph)?.into_iter().map(|object| self.with_includes(graph, object)).collect()
    }

    /// An object of the selected type with those that come with it.
    pub(super) fn with_includes(&self, graph: Graph<'_>, object: Object) -> rusqlite::Result<Node> {
        let mut node = Node::from(object);
        for (hops, range) in &self.includes {
            include(graph, &mut node, hops, range)?;
        }
        Ok(node)
    }

    fn every(&self, graph: Graph<'_>) -> rusqlite::Result<Vec<Object>> {
        let mut found = match id_in(self.conditions) {
            Some(id) => graph.get(self.start, id)?.into_iter().collect(),
            None => graph.all(self.start)?,
        };
        found.retain(|object| hold(self.conditions, object));
        for hop in &self.hops {
            let mut seen = BTreeSet::new();
            let mut next = Vec::new();
            for object in &found {
                next.extend(hop.reach(graph, object)?.into_iter().filter(|object| seen.insert(object.id.clone())));
            }
            next.sort_by(|one, other| one.id.cmp(&other.id));
            found = next;
        }
        Ok(found)
    }
}

impl Hop<'_> {
    fn reach(&self, graph: Graph<'_>, object: &Object) -> rusqlite::Result<Vec<Object>> {
        let mut objects = graph.follow(self.relation, &object.id)?;
        objects.retain(|object| hold(self.conditions, object));
        Ok(objects)
    }
}

/// Adds the objects on a way, the last ones in their range; those that came over the same relation before are not
/// doubled.
fn include(graph: Graph<'_>, node: &mut Node, hops: &[Hop<'_>], range: &Range<'_>) -> rusqlite::Result<()> {
    let Some((hop, rest)) = hops.split_first() else {
        return Ok(());
    };
    let mut objects = hop.reach(graph, &node.object)?;
    if rest.is_empty() {
        objects = range.cut(objects);
    }
    let place = node.related.iter().position(|(relation, _)| *relation == hop.relation);
    let place = place.unwrap_or_else(|| {
        node.related.push((hop.relation, Vec::new()));
        node.related.len() - 1
    });
    let related = &mut node.related[place].1;
    for object in objects {
        let known = related.iter().position(|node| node.object.id == object.id);
        let place = known.unwrap_or_else(|| {
            related.push(Node::from(object));
            related.len() - 1
        });
        include(graph, &mut related[place], rest, range)?;
    }
    Ok(())
}

/// The relations that steps lead over, from a type on.
fn hops(start: Type, steps: &[Step]) -> Result<Vec<Hop<'_>>, Refusal> {
    let mut from = start;
    let mut hops = Vec::new();
    let mut multiplicity: Option<Multiplicity> = None;
    let mut name: Option<&str> = None;
    for step in steps {
        if step.is_relation() && Type::named(step.name()).is_none() {
            if !step.conditions().is_empty() {
                let message = format!("~{} leads to no type of its own, so it takes no conditions.", step.name());
                return Err(Refusal::bad_request(message));
            }
            match step.multiplicity() {
                Some(told) => multiplicity = Some(told),
                None => name = Some(step.name()),
            }
            continue;
        }
        let to = kind_of(step)?;
        let Some(relation) = Relation::between(from, to, multiplicity.take(), name.take()) else {
            let message = format!("There is no such relation from {} to {}.", from.name(), to.name());
            return Err(Refusal::bad_request(message));
        };
        check_conditions(to, step.conditions())?;
        hops.push(Hop { relation, conditions: step.conditions() });
        from = to;
    }
    match name {
        None => Ok(hops),
        Some(name) => Err(Refusal::bad_request(format!("~{name} leads to no type."))),
    }
}

/// The type that a step names.
fn kind_of(step: &Step) -> Result<Type, Refusal> {
    let kind =
        Type::named(step.name()).ok_or_else(|| Refusal::bad_request(format!("Type {} is unknown.", step.name())))?;
    match step.collection() {
        Some(collection) if kind.collection() != Some(collection) => {
            Err(Refusal::bad_request(format!("{} has no collection {collection}.", kind.name())))
        }
        _ => Ok(kind),
    }
}

fn check_field(kind: Type, field: &str) -> Result<(), Refusal> {
    if field == "id" || kind.field(field).is_some() {
        return Ok(());
    }
    Err(Refusal::bad_request(format!("{} has no field {field}.", kind.name())))
}
