//! The ladder of types: how the types of one column in several batches become one.
//!
//! ```text
//! null < boolean                        < text
//! null < int64 < float64                < text
//! null < int64 beyond 2^53              < text
//! ```
//!
//! Any other type is equal only to itself, and above null. An `Int64` column that has held an integer beyond 2^53
//! says so in its field's metadata under [`WIDE`]: floats then make it text, not `Float64`, whichever batch they are
//! in. So the type of a column is the least upper bound of its values, in whatever order and grouping they come, and
//! climbing in steps gives the same text as climbing at once.

mod cast;
mod rung;
mod schema;

pub use cast::{cast, mark};
pub(crate) use rung::{Rung, is_wide};
pub use rung::{WIDE, unify};
pub use schema::{conform, settle, widen};

use arrow::datatypes::DataType;

/// Two types that no type of the ladder joins, or a step down it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// A column has types that do not meet.
    #[error("the column `{column}` is {first} here and {second} there, which have no common type")]
    Types {
        /// The column.
        column: String,
        /// Its type in one schema.
        first: DataType,
        /// Its type in the other.
        second: DataType,
    },
    /// A column's values cannot take the asked type.
    #[error("{from} does not become {to}")]
    Cast {
        /// The type that the values have.
        from: DataType,
        /// The type that was asked for.
        to: DataType,
    },
    /// An integer beyond 2^53 was to become a float.
    #[error("the integer {0} is beyond 2^53, and no float is equal to it")]
    Inexact(i64),
    /// The asked schema lacks a column.
    #[error("the column `{0}` has no place in the wider schema")]
    Missing(String),
    /// The values do not fit the schema, such as a null in a column without nulls.
    #[error("the batch does not fit the wider schema: {0}")]
    Batch(String),
    /// A column of text would have 2 GiB or more in one batch.
    #[error("a batch holds less than 2 GiB of text in a column")]
    TooLong,
}
