//! A step of a selector.

use super::condition::{Condition, write_conditions};
use super::write::Writer;

/// A step: to the objects of a type, over a relation, or in a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub(super) relation: bool,
    pub(super) name: String,
    pub(super) collection: Option<String>,
    pub(super) conditions: Vec<Condition>,
}

/// How many objects there may be at each end of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplicity {
    /// Of one to many.
    OneToMany,
    /// Of many to one.
    ManyToOne,
    /// Of many to many.
    ManyToMany,
    /// Of one to one.
    OneToOne,
}

impl Step {
    /// Whether it is marked as a relation, with a `~`.
    pub fn is_relation(&self) -> bool {
        self.relation
    }

    /// The name of the type or of the relation.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What follows the name after a `:`, such as `LicenseProfileAssignment`.
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// What must hold of the objects, all of it.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The direction, if the step tells nothing else: `~OneToMany` and its like.
    pub fn multiplicity(&self) -> Option<Multiplicity> {
        if !self.relation {
            return None;
        }
        match self.name.as_str() {
            "OneToMany" => Some(Multiplicity::OneToMany),
            "ManyToOne" => Some(Multiplicity::ManyToOne),
            "ManyToMany" => Some(Multiplicity::ManyToMany),
            "OneToOne" => Some(Multiplicity::OneToOne),
            _ => None,
        }
    }

    /// Adds the condition that a field is not null, unless it is there.
    pub(super) fn require(&mut self, field: &str) {
        if !self.conditions.iter().any(|condition| condition.requires(field)) {
            self.conditions.push(Condition::not_null(field));
        }
    }

    pub(super) fn write(&self, writer: &mut impl Writer) {
        if self.relation {
            writer.syntax("~");
        }
        writer.syntax(&self.name);
        if let Some(collection) = &self.collection {
            writer.syntax(":");
            writer.syntax(collection);
        }
        write_conditions(&self.conditions, writer);
    }
}
