//! What is known of the columns on the wires while the nodes are bound.

use std::sync::Arc;

use seatflow_spec::Output;
use seatflow_tool::{Authority, BoundConnection, Columns};

use crate::wires::{FoundWire, FoundWires};

/// What a bound node says of its outputs.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) s: Columns,
    pub(crate) f: Columns,
    pub(crate) l: Columns,
    pub(crate) authority: Option<Arc<BoundConnection>>,
}

impl Known {
    /// A node that could not be bound: nothing is known of it.
    pub(crate) const NOTHING: Self =
        Self { s: Columns::Unknown, f: Columns::Unknown, l: Columns::Unknown, authority: None };

    fn columns(&self, anchor: Output) -> &Columns {
        match anchor {
            Output::S => &self.s,
            Output::F => &self.f,
            Output::L => &self.l,
            Output::A => &Columns::Unknown,
        }
    }
}

/// The columns of all wires into one D; with a wire that leads nowhere, nothing is known of them.
pub(crate) fn columns_of(found: &FoundWires, known: &[Known]) -> Columns {
    if !found.whole {
        return Columns::Unknown;
    }
    Columns::concatenated(found.wires.iter().map(|found| known[found.wire.node].columns(found.wire.anchor)))
}

/// What is wired into an A; a wire that leads nowhere is one to a node that has problems.
pub(crate) fn authority_of(found: &FoundWires, known: &[Known]) -> Authority {
    let Some(FoundWire { wire, .. }) = found.wires.first() else { return Authority::Node(None) };
    let source = &known[wire.node];
    match wire.anchor {
        Output::A => Authority::Node(source.authority.clone()),
        records => Authority::Records(source.columns(records).clone()),
    }
}
