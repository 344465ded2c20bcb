//! Values that are known, among others that are not.

use seatflow_spec::{Kind, Reading, Spanned, Tree};

use crate::Suggestion;

/// Reads a list of values, or a map from each value to what it stands for.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Spanned<Suggestion>>> {
    if let Kind::Map(entries) = &tree.kind {
        let known = entries.iter().filter_map(|(key, tree)| {
            let name = if tree.is_null() { None } else { Some(reading.read(tree)?) };
            Some(Spanned::new(Suggestion { value: key.text.clone(), name }, key.place.clone()))
        });
        return Some(known.collect());
    }
    let values: Vec<Spanned<String>> = reading.read(tree)?;
    let known = values.into_iter();
    Some(known.map(|said| Spanned::new(Suggestion { value: said.value, name: None }, said.place)).collect())
}
