//! Selectors: what is read from them, how they are written and sent, and where a mistake in one is.

mod read;
mod refused;
mod sent;
mod written;

use seatflow_catalog::Selector;

/// Reads a selector.
fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}
