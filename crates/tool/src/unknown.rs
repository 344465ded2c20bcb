//! Values that nobody can know while a run only plans, because the answer to a withheld write would tell them.

use std::collections::HashMap;

use arrow::array::Array;
use arrow::buffer::NullBuffer;
use arrow::datatypes::Field;

const UNKNOWN: &str = "seatflow.unknown";

/// Marks a column as one that only the answer to a withheld write would fill: a null in it may stand for any value.
///
/// The mark goes along the wires with the column, as every mark does: where schemas are unified, it stays.
#[must_use]
pub fn unknown(field: Field) -> Field {
    let mut metadata: HashMap<_, _> = field.metadata().clone();
    metadata.insert(UNKNOWN.to_owned(), "true".to_owned());
    field.with_metadata(metadata)
}

/// Whether a null in a column may stand for any value.
pub fn is_unknown(field: &Field) -> bool {
    field.metadata().contains_key(UNKNOWN)
}

/// Which values of a column are unknown: those that are null there, if the column is marked; `None`, if all are known.
pub fn unknown_values(field: &Field, values: &dyn Array) -> Option<NullBuffer> {
    if is_unknown(field) { values.logical_nulls().filter(|nulls| nulls.null_count() > 0) } else { None }
}

#[cfg(test)]
mod tests {
    use arrow::array::{NullArray, StringArray};
    use arrow::datatypes::DataType;

    use super::*;
    use crate::{is_secret, mark_secret};

    #[test]
    fn a_mark_leaves_the_others_in_their_places() {
        let field = Field::new("id", DataType::Utf8, true);
        assert!(!is_unknown(&field));
        let both = unknown(mark_secret(field));
        assert!(is_unknown(&both) && is_secret(&both));
    }

    #[test]
    fn only_the_nulls_of_a_marked_column_are_unknown() {
        let texts = StringArray::from(vec![Some("a"), None]);
        let plain = Field::new("id", DataType::Utf8, true);
        assert_eq!(unknown_values(&plain, &texts), None);
        let marked = unknown(plain);
        assert_eq!(unknown_values(&marked, &texts), Some(NullBuffer::from(vec![true, false])));
        assert_eq!(unknown_values(&marked, &texts.slice(0, 1)), None);
        // A column that was nothing but null so far has no bits of its own that would say so.
        let nothing = unknown(Field::new("id", DataType::Null, true));
        assert_eq!(unknown_values(&nothing, &NullArray::new(2)), Some(NullBuffer::from(vec![false, false])));
    }
}
