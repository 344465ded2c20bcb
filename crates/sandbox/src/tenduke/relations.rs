//! The relations between the types of the graph: which there are, and where they lead.

use rusqlite::Connection;
use seatflow_catalog::selector::Multiplicity;

use super::store::{self, Link, Object};
use super::types::Type;

/// A relation from the objects of one type to those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) from: Type,
    pub(super) to: Type,
    pub(super) multiplicity: Multiplicity,
    pub(super) link: Link,
    /// Whether it follows the link from its end to its beginning.
    backward: bool,
}

/// The links between types, each with its multiplicity from beginning to end.
const LINKS: &[(Type, Link, Type, Multiplicity)] = {
    use Link::{Consumer, Contains, Member, Owns, Refers};
    use Multiplicity::{ManyToMany, ManyToOne, OneToMany};
    &[
        (Type::Organization, Owns, Type::Entitlement, OneToMany),
        (Type::Organization, Owns, Type::ProfileGroup, OneToMany),
        (Type::Profile, Owns, Type::Entitlement, OneToMany),
        (Type::Profile, Owns, Type::ContactInformation, OneToMany),
        (Type::Profile, Refers, Type::Person, ManyToOne),
        (Type::ContactInformation, Owns, Type::EmailAddress, OneToMany),
        (Type::ProfileGroup, Member, Type::Profile, ManyToMany),
        (Type::Entitlement, Owns, Type::License, OneToMany),
        (Type::Entitlement, Consumer, Type::ProfileGroup, ManyToMany),
        (Type::Entitlement, Consumer, Type::Profile, ManyToMany),
        (Type::License, Refers, Type::LicensedItem, ManyToOne),
        (Type::License, Refers, Type::LicenseModel, ManyToOne),
        (Type::License, Owns, Type::Assignment, OneToMany),
        (Type::Profile, Owns, Type::Assignment, OneToMany),
        (Type::Assignment, Owns, Type::Consumption, OneToMany),
        (Type::ProductPackage, Contains, Type::LicensedItem, OneToMany),
        (Type::ProductPackage, Refers, Type::LicenseModel, ManyToOne),
        (Type::LicensedItem, Contains, Type::LicensedItem, OneToMany),
    ]
};

/// From a mail address to its user, over the contact information between them.
pub(super) const USER_OF_EMAIL: Relation = Relation {
    from: Type::EmailAddress,
    to: Type::Profile,
    multiplicity: Multiplicity::ManyToOne,
    link: Link::Owns,
    backward: true,
};

/// The multiplicities by their names in answers.
const NAMES: [(Multiplicity, &str); 4] = [
    (Multiplicity::OneToMany, "ONE_TO_MANY"),
    (Multiplicity::ManyToOne, "MANY_TO_ONE"),
    (Multiplicity::ManyToMany, "MANY_TO_MANY"),
    (Multiplicity::OneToOne, "ONE_TO_ONE"),
];

/// The multiplicity that an answer or a payload calls so.
pub(super) fn multiplicity_named(name: &str) -> Option<Multiplicity> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(multiplicity, _)| *multiplicity)
}

fn reversed(multiplicity: Multiplicity) -> Multiplicity {
    match multiplicity {
        Multiplicity::OneToMany => Multiplicity::ManyToOne,
        Multiplicity::ManyToOne => Multiplicity::OneToMany,
        Multiplicity::ManyToMany | Multiplicity::OneToOne => multiplicity,
    }
}

impl Relation {
    /// The relations from a type, those along a link before those against one.
    pub(super) fn all_from(kind: Type) -> impl Iterator<Item = Self> {
        let along = move |(from, link, to, multiplicity): &(Type, Link, Type, Multiplicity)| {
            (*from == kind).then_some(Self {
                from: kind,
                to: *to,
                multiplicity: *multiplicity,
                link: *link,
                backward: false,
            })
        };
        let against = move |(from, link, to, multiplicity): &(Type, Link, Type, Multiplicity)| {
            (*to == kind).then_some(Self {
                from: kind,
                to: *from,
                multiplicity: reversed(*multiplicity),
                link: *link,
                backward: true,
            })
        };
        LINKS.iter().filter_map(along).chain(LINKS.iter().filter_map(against))
    }

    /// The relation between two types: of this multiplicity and this name, where these are told. One without a name
    /// comes before one that has one.
    pub(super) fn between(
        from: Type,
        to: Type,
        multiplicity: Option<Multiplicity>,
        name: Option<&str>,
    ) -> Option<Self> {
        let fits = |relation: &Self| {
            relation.to == to
                && multiplicity.is_none_or(|wanted| wanted == relation.multiplicity)
                && name.is_none_or(|wanted| relation.name() == Some(wanted))
        };
        Self::all_from(from).filter(fits).min_by_key(|relation| relation.name().is_some())
    }

    /// The name of a relation that has more than a multiplicity.
    pub(super) fn name(self) -> Option<&'static str> {
        (self.link == Link::Consumer).then_some("LicenseConsumerRelation")
    }

    /// The multiplicity, as answers tell it.
    pub(super) fn multiplicity_name(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self.multiplicity).map_or("", |(_, name)| name)
    }

    /// Whether it leads to one object at most.
    pub(super) fn leads_to_one(self) -> bool {
        matches!(self.multiplicity, Multiplicity::ManyToOne | Multiplicity::OneToOne)
    }

    /// The relations whose ids an object of a type tells among its reference fields, its owners first.
    pub(super) fn references(kind: Type) -> impl Iterator<Item = Self> {
        let owners = Self::all_from(kind).filter(|relation| relation.link == Link::Owns && relation.leads_to_one());
        let items =
            Self::all_from(kind).filter(|relation| relation.leads_to_one() && relation.to == Type::LicensedItem);
        owners.chain(items.filter(|relation| relation.link == Link::Refers))
    }

    /// The name of its reference field.
    pub(super) fn reference_field(self) -> String {
        format!("ref_{}_id", self.to.name())
    }

    /// The objects to which it leads from an object, by id.
    pub(super) fn follow(self, connection: &Connection, id: &str) -> rusqlite::Result<Vec<Object>> {
        if self.backward {
            store::from(connection, id, self.link, self.to)
        } else {
            store::to(connection, id, self.link, self.to)
        }
    }

    /// Leads it from an object to another as well. Where there can be one only at an end, it is this one from now on. Says
    /// whether it did not lead there before.
    pub(super) fn add(self, connection: &Connection, id: &str, to: &str) -> rusqlite::Result<bool> {
        let back = self.reversed();
        if self.leads_to_one() {
            for other in self.follow(connection, id)?.iter().filter(|other| other.id != to) {
                self.remove(connection, id, &other.id)?;
            }
        } else if self.link == Link::Owns {
            for other in back.follow(connection, to)?.iter().filter(|other| other.id != id) {
                self.remove(connection, &other.id, to)?;
            }
        }
        let (from, to) = self.ends(id, to);
        store::link(connection, from, self.link, to)
    }

    fn remove(self, connection: &Connection, id: &str, to: &str) -> rusqlite::Result<()> {
        let (from, to) = self.ends(id, to);
        store::unlink(connection, from, self.link, to).map(drop)
    }

    /// The same relation, seen from where it leads to.
    fn reversed(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
            multiplicity: reversed(self.multiplicity),
            backward: !self.backward,
            ..self
        }
    }

    /// The beginning and the end of its link.
    fn ends<'a>(self, id: &'a str, other: &'a str) -> (&'a str, &'a str) {
        if self.backward { (other, id) } else { (id, other) }
    }
}
