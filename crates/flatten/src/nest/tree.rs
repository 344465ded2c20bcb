//! One value while rows are merged into it.

use std::collections::BTreeMap;

use super::Error;
use super::branch::Branch;
use crate::json::Json;

/// What the rows so far say of one path.
#[derive(Debug, Default)]
pub(super) enum Tree {
    /// Nothing, or null.
    #[default]
    Nothing,
    /// The scalar that this row has.
    Scalar(usize),
    /// As the children of the branch.
    Object(Vec<Tree>),
    /// Elements by their number, and by their call where rows of several calls are merged.
    Array(BTreeMap<(i64, usize), Tree>),
}

impl Tree {
    /// Adds what a row says of a branch, `depth` arrays below its path.
    pub(super) fn merge(&mut self, branch: &Branch, depth: usize, row: usize, call: usize) -> Result<(), Error> {
        if let Some((column, number)) = branch.number(depth, row) {
            if matches!(self, Self::Nothing) {
                *self = Self::Array(BTreeMap::new());
            }
            let Self::Array(elements) = self else { return Err(clash(column, row)) };
            return elements.entry((number, call)).or_default().merge(branch, depth + 1, row, call);
        }
        if let Some(leaf) = branch.scalar.as_ref().filter(|leaf| leaf.is_valid(row)) {
            match self {
                Self::Nothing => *self = Self::Scalar(row),
                Self::Scalar(first) if leaf.is_equal(*first, row) => {}
                _ => return Err(clash(&leaf.column, row)),
            }
        }
        for (place, (_, child)) in branch.children.iter().enumerate() {
            let Some(column) = child.content(row) else { continue };
            if matches!(self, Self::Nothing) {
                *self = Self::Object(branch.children.iter().map(|_| Self::Nothing).collect());
            }
            let Self::Object(children) = self else { return Err(clash(column, row)) };
            children[place].merge(child, 0, row, call)?;
        }
        Ok(())
    }

    /// The value; `None` if nothing is left of it without nulls and empty containers.
    pub(super) fn into_json(self, branch: &Branch) -> Result<Option<Json>, Error> {
        match self {
            Self::Nothing => Ok(None),
            Self::Scalar(row) => branch.scalar.as_ref().map(|leaf| leaf.json(row)).transpose(),
            Self::Object(children) => {
                let mut fields = Vec::new();
                for (tree, (key, child)) in children.into_iter().zip(&branch.children) {
                    if let Some(value) = tree.into_json(child)? {
                        fields.push((key.clone(), value));
                    }
                }
                Ok((!fields.is_empty()).then_some(Json::Object(fields)))
            }
            Self::Array(trees) => {
                let mut elements = Vec::with_capacity(trees.len());
                for tree in trees.into_values() {
                    elements.extend(tree.into_json(branch)?);
                }
                Ok((!elements.is_empty()).then_some(Json::Array(elements)))
            }
        }
    }
}

fn clash(column: &str, row: usize) -> Error {
    Error::Clash { column: column.to_owned(), row }
}
