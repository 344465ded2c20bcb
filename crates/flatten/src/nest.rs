//! The inverse of flattening: rows become JSON values again.

mod branch;
mod groups;
mod leaf;
mod tree;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;

use crate::json::Json;
use crate::path::Path;
use branch::Branch;
use tree::Tree;

/// How rows become values.
#[derive(Clone, Debug)]
pub struct Options {
    /// The envelope that the rows came from, as when they were flattened.
    pub envelope: Option<Path>,
    /// The column of values that are scalars, instead of `\value`.
    pub scalar: Option<String>,
    /// The columns that are not part of any value.
    pub reserved: Vec<String>,
    /// Rows that are equal in these columns become one value. Without any, those rows do that have the same record
    /// number; or, if it is null, that have numbers of elements; each within one call.
    pub by: Vec<String>,
    /// The column that tells calls apart. It is not part of any value; if it is absent, all rows are of one call.
    pub call: String,
}

impl Default for Options {
    /// No envelope, nothing reserved, no columns to merge by, and calls told apart by `_call`.
    fn default() -> Self {
        Self { envelope: None, scalar: None, reserved: Vec::new(), by: Vec::new(), call: "_call".to_owned() }
    }
}

/// A value, and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// The first row that became part of it.
    pub row: usize,
    /// The value, without nulls, empty arrays and empty objects; `Null` if nothing else is left.
    pub json: Json,
}

/// Why rows do not become values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A column that was to merge rows is absent.
    #[error("there is no column `{0}` to merge rows by")]
    NoColumn(String),
    /// A column's name is not a path.
    #[error("`{0}` is not a path: a `.` or `\\` in a key is written `\\.` or `\\\\`, and `idx` comes last")]
    Name(String),
    /// A column's path is longer than a document may be deep.
    #[error("`{0}` is deeper than 128 levels")]
    Deep(String),
    /// Two columns have the same name.
    #[error("there are two columns `{0}`")]
    Twice(String),
    /// A column has a type that JSON has not.
    #[error("the column `{column}` is {data_type}, which JSON has not")]
    Type {
        /// The column.
        column: String,
        /// Its type.
        data_type: DataType,
    },
    /// A float is infinite, or not a number.
    #[error("row {row} has a number in `{column}` that JSON has not")]
    NotFinite {
        /// The column.
        column: String,
        /// The row, from 0.
        row: usize,
    },
    /// Rows that become one value say different things.
    #[error("row {row} does not go together with the rows before it in `{column}`")]
    Clash {
        /// The column.
        column: String,
        /// The row, from 0.
        row: usize,
    },
}

/// Makes values of rows, in the order of their first rows.
///
/// Columns are paths, as flattening names them, and `p.idx` orders the array at `p`. For every JSON value, flattening
/// and nesting gives the same value without its nulls, empty arrays and empty objects, each scalar having its column's
/// type.
///
/// # Errors
/// A column cannot be part of a value, or the rows of one value contradict each other.
pub fn nest(rows: &RecordBatch, options: &Options) -> Result<Vec<Nested>, Error> {
    let (root, records) = Branch::of(rows, options)?;
    let (groups, calls) = groups::of(rows, options, &root, records.as_ref())?;
    let mut trees: Vec<(usize, Tree)> = Vec::new();
    for (row, group) in groups.into_iter().enumerate() {
        if group == trees.len() {
            trees.push((row, Tree::default()));
        }
        trees[group].1.merge(&root, 0, row, calls[row])?;
    }
    let nested = |(row, tree): (usize, Tree)| {
        let json = tree.into_json(&root)?.unwrap_or(Json::Null);
        Ok(Nested { row, json })
    };
    trees.into_iter().map(nested).collect()
}
