//! What hangs on an object: its references, and the objects that are related to it.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::json::{Field, Node};

const OBJECT_TYPE: &str = "__objType";
const REFERENCES: &str = "referenceFields";
const RELATIONS: &str = "rel_Relations";

/// What a name gets behind it that an object has already.
const TAKEN: &str = "_related";

/// Makes the references and relations of every object its fields; says whether there were any.
pub(super) fn open(node: &mut Node<'_>) -> bool {
    let mut is_opened = false;
    match node {
        Node::Scalar(_) => {}
        Node::Array(items) => {
            for item in items {
                is_opened |= open(item);
            }
        }
        Node::Object(fields) => {
            for field in fields.iter_mut() {
                is_opened |= open(&mut field.value);
            }
            is_opened |= open_object(fields);
        }
    }
    is_opened
}

fn open_object(fields: &mut Vec<Field<'_>>) -> bool {
    if !fields.iter().any(|field| field.name == REFERENCES || field.name == RELATIONS) {
        return false;
    }
    let mut names: HashSet<String> = fields.iter().map(|field| field.name.clone().into_owned()).collect();
    let mut is_opened = false;
    for mut field in std::mem::take(fields) {
        let opened = match field.name.as_ref() {
            REFERENCES => references(&mut field.value),
            RELATIONS => relations(&mut field.value),
            _ => Vec::new(),
        };
        is_opened |= !opened.is_empty();
        let is_kept = opened.is_empty() || matches!(&field.value, Node::Array(left) if !left.is_empty());
        for (mut name, value) in opened {
            while !names.insert(name.clone()) {
                name.push_str(TAKEN);
            }
            fields.push(Field { name: Cow::Owned(name), value });
        }
        if is_kept {
            fields.push(field);
        }
    }
    is_opened
}

/// The references of a map that is a list; none, if any entry has another form.
fn references<'a>(map: &mut Node<'a>) -> Vec<(String, Node<'a>)> {
    let Some([Some(Node::Array(entries))]) = map.parts(["Entries"]) else { return Vec::new() };
    let names: Option<Vec<_>> = entries.iter_mut().map(reference_name).collect();
    let values = entries.iter_mut().filter_map(|entry| entry.parts(["key", "value"]));
    let values =
        values.map(|[_, value]| value.map_or(Node::NULL, |value| std::mem::replace(value.boxed(), Node::NULL)));
    names.map(|names| names.into_iter().zip(values).collect()).unwrap_or_default()
}

fn reference_name(entry: &mut Node<'_>) -> Option<String> {
    let [key, _] = entry.parts(["key", "value"])?;
    key?.boxed().text()
}

/// The relations of a list; those of another form are left in it.
fn relations<'a>(list: &mut Node<'a>) -> Vec<(String, Node<'a>)> {
    let Node::Array(entries) = list else { return Vec::new() };
    let mut opened = Vec::new();
    entries.retain_mut(|entry| match relation(entry) {
        Some(relation) => {
            opened.push(relation);
            false
        }
        None => true,
    });
    opened
}

/// The name of a relation and what is related: an object or none where there can be only one, else all of them.
fn relation<'a>(entry: &mut Node<'a>) -> Option<(String, Node<'a>)> {
    let [relation, list] = entry.parts(["rel_Relation", "rel_RelatedObjectList"])?;
    let [multiplicity, related, kind] = relation?.parts(["multiplicity", "relatedObjectType", "relationType"])?;
    let [multiplicity, related, kind] = [multiplicity, related, kind].map(|part| part.and_then(|part| part.text()));
    let kind = related.or(kind)?;
    let name = kind.rsplit('.').next().filter(|name| !name.is_empty())?.to_owned();
    let list = list.filter(|list| !list.is_null());
    let objects = match list {
        Some(list) => {
            let [objects] = list.parts(["rel_RelatedObjects"])?;
            objects.filter(|objects| !objects.is_null())
        }
        None => None,
    };
    let mut objects = match objects {
        Some(Node::Array(objects)) => std::mem::take(objects),
        Some(Node::Scalar(_) | Node::Object(_)) => return None,
        None => Vec::new(),
    };
    let is_one = matches!(multiplicity.as_deref(), Some("MANY_TO_ONE" | "ONE_TO_ONE")) && objects.len() <= 1;
    let value = if is_one { objects.pop().unwrap_or(Node::NULL) } else { Node::Array(objects) };
    Some((name, value))
}

impl Node<'_> {
    /// The fields of an object that are so called; nothing, if it is no object or has others beside its type.
    fn parts<const N: usize>(&mut self, names: [&str; N]) -> Option<[Option<&mut Self>; N]> {
        let Self::Object(fields) = self else { return None };
        let mut parts = [const { None }; N];
        for field in fields.iter_mut().filter(|field| field.name != OBJECT_TYPE) {
            let place = names.iter().position(|name| *name == field.name)?;
            parts[place] = Some(&mut field.value);
        }
        Some(parts)
    }

    /// What an object that has only a value and its type holds; else the same.
    fn boxed(&mut self) -> &mut Self {
        if !matches!(self.parts(["value"]), Some([Some(_)])) {
            return self;
        }
        let place = match self {
            Self::Object(fields) => fields.iter().position(|field| field.name == "value"),
            Self::Scalar(_) | Self::Array(_) => None,
        };
        match (self, place) {
            (Self::Object(fields), Some(place)) => &mut fields[place].value,
            (other, _) => other,
        }
    }
}
