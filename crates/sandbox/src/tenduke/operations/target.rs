//! The one object that the path of an operation selects.

use seatflow_catalog::Selector;

use super::stored;
use crate::refusal::Refusal;
use crate::tenduke::graph::{self, unreadable};
use crate::tenduke::objects::Graph;
use crate::tenduke::select::Selection;
use crate::tenduke::store::Object;
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// The object of a type that the path selects.
///
/// # Errors
/// The path cannot be read, or selects none, several, or one of another type.
pub(super) fn target(visit: &Visit<'_>, kind: Type) -> Result<Object, Refusal> {
    // What follows the path are parameters of the operation.
    let path = graph::target(visit.request).split('?').next().unwrap_or_default();
    let selector = Selector::parse_target(path).map_err(|fault| unreadable(&fault))?;
    let found = Selection::of(&selector)?.objects(Graph::of(visit))?;
    if let Some(other) = found.iter().find(|object| object.kind != kind) {
        let message = format!("The operation is for a {}, not for a {}.", kind.name(), other.kind.name());
        return Err(Refusal::bad_request(message));
    }
    match found.as_slice() {
        [] => Err(Refusal::not_found(format!("No {} was found.", kind.name()))),
        [one] => stored(visit, kind, &one.id),
        several => {
            Err(Refusal::conflict(format!("The selector matches {} objects, not one {}.", several.len(), kind.name())))
        }
    }
}
