//! Keys of records, by which they are told apart or brought together.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use arrow::array::{Array, StringArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

use crate::text::as_text;

/// The keys of a node's records, as digests of 128 bits under keys that are drawn anew in each
/// run: of a thousand million different keys two have the same digest with a probability below
/// 10⁻²⁰, and nobody can make records whose keys do.
///
/// Values are compared as text, so that a column whose type widens along the stream stays what it
/// was. Null is equal to null and to nothing else; a column that is not there yet is null.
pub(crate) struct Keys {
    by: Option<Vec<String>>,
    random: [RandomState; 2],
}

/// Hashes digests by their own bits.
pub(crate) type ByDigest = BuildHasherDefault<Digested>;

impl Keys {
    /// The keys of these columns, or of all.
    pub(crate) fn new(by: Option<Vec<String>>) -> Self {
        Self { by, random: [RandomState::new(), RandomState::new()] }
    }

    /// The key of each record.
    ///
    /// # Errors
    /// If a column holds what cannot be compared.
    pub(crate) fn of(&self, batch: &RecordBatch) -> Result<Vec<u128>, ToolError> {
        let columns = self.columns(batch)?;
        Ok((0..batch.num_rows()).map(|row| digest(&self.random, &columns, row)).collect())
    }

    /// The columns of the key that are there, each with its number in the key.
    fn columns(&self, batch: &RecordBatch) -> Result<Vec<(usize, StringArray)>, ToolError> {
        // Along a stream columns are added at the end only, so each keeps its number.
        let places: Vec<(usize, usize)> = match &self.by {
            None => (0..batch.num_columns()).map(|place| (place, place)).collect(),
            Some(by) => {
                let place = |name: &String| batch.schema_ref().index_of(name).ok();
                by.iter().enumerate().filter_map(|(number, name)| Some((number, place(name)?))).collect()
            }
        };
        let mut columns = Vec::with_capacity(places.len());
        for (number, place) in places {
            let column = batch.column(place);
            if *column.data_type() == DataType::Null {
                continue;
            }
            let texts = as_text(column).ok_or_else(|| {
                let (name, of) = (batch.schema_ref().field(place).name().clone(), column.data_type());
                ToolError::pipeline(format!("the column `{name}` holds {of}, which cannot be compared"))
            })?;
            columns.push((number, texts));
        }
        Ok(columns)
    }
}

fn digest(random: &[RandomState; 2], columns: &[(usize, StringArray)], row: usize) -> u128 {
    let mut hashers = [random[0].build_hasher(), random[1].build_hasher()];
    for hasher in &mut hashers {
        for (number, texts) in columns {
            if texts.is_valid(row) {
                let text = texts.value(row).as_bytes();
                hasher.write_usize(*number);
                hasher.write_usize(text.len());
                hasher.write(text);
            }
        }
    }
    let [high, low] = hashers.map(|hasher| u128::from(hasher.finish()));
    high << 64 | low
}

/// A digest's own bits, as its hash.
#[derive(Default)]
pub(crate) struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, NullArray};

    use super::*;

    /// Keys, and those that have come.
    struct Seen(Keys, HashSet<u128, ByDigest>);

    impl Seen {
        fn new(by: Option<Vec<String>>) -> Self {
            Self(Keys::new(by), HashSet::default())
        }
    }

    /// For each record whether it is the first of its key.
    fn firsts(seen: &mut Seen, columns: Vec<(&str, ArrayRef)>) -> Vec<bool> {
        let columns = columns.into_iter().map(|(name, array)| (name, array, true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        let keys = seen.0.of(&batch).unwrap();
        keys.into_iter().map(|key| seen.1.insert(key)).collect()
    }

    fn texts(texts: Vec<Option<&str>>) -> ArrayRef {
        Arc::new(StringArray::from(texts))
    }

    #[test]
    fn a_key_is_known_again_when_its_column_has_widened() {
        let mut keys = Seen::new(Some(vec!["id".to_owned()]));
        assert_eq!(firsts(&mut keys, vec![("id", Arc::new(NullArray::new(1)))]), [true]);
        assert_eq!(firsts(&mut keys, vec![("id", Arc::new(Int64Array::from(vec![Some(7), None])))]), [true, false]);
        assert_eq!(firsts(&mut keys, vec![("id", Arc::new(Float64Array::from(vec![7.0, 7.5])))]), [false, true]);
        assert_eq!(firsts(&mut keys, vec![("id", texts(vec![Some("7"), Some("7.5"), None]))]), [false, false, false]);
    }

    #[test]
    fn null_is_not_empty_text() {
        let mut keys = Seen::new(None);
        assert_eq!(
            firsts(&mut keys, vec![("a", texts(vec![None, Some(""), None, Some("")]))]),
            [true, true, false, false]
        );
    }

    #[test]
    fn texts_do_not_flow_from_one_column_into_the_next() {
        let mut keys = Seen::new(None);
        // What stands between two values when they are digested may also stand in one.
        let between = format!("x{}y", String::from_utf8(1_usize.to_ne_bytes().into()).unwrap());
        let left = texts(vec![Some("ab"), Some("a"), Some("x"), None, Some(&between), Some("x")]);
        let right = texts(vec![Some("c"), Some("bc"), None, Some("x"), None, Some("y")]);
        assert_eq!(firsts(&mut keys, vec![("left", left), ("right", right)]), [true; 6]);
    }

    #[test]
    fn a_column_that_comes_later_was_null_before() {
        let mut keys = Seen::new(None);
        assert_eq!(firsts(&mut keys, vec![("a", texts(vec![Some("x")]))]), [true]);
        let later = vec![("a", texts(vec![Some("x"), Some("x")])), ("b", texts(vec![None, Some("y")]))];
        assert_eq!(firsts(&mut keys, later), [false, true]);
    }

    #[test]
    fn bytes_are_compared_too() {
        let mut keys = Seen::new(None);
        let bytes: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"\x00", b"\x00", b"\x01"]));
        assert_eq!(firsts(&mut keys, vec![("b", bytes)]), [true, false, true]);
    }
}
