//! What the crate does with whole catalogs.

#![expect(clippy::expect_used, clippy::panic, reason = "a helper of a test fails the test")]

mod alteryx;
mod checked;
mod forms;
mod google;
mod idempotency;
mod lookup;
mod microsoft;
mod nodes;
mod openapi;
mod outcomes;
mod parameters;
mod payloads;
mod problems;
mod reconcile;
mod requests;
mod responses;
mod schema;
mod selectors;
mod shared_schemas;
mod tenduke;
mod texts;
mod uipath;

use seatflow_catalog::{Catalog, Endpoint};
use seatflow_spec::{Problems, Source};

/// Reads a catalog.
fn parse(text: &str) -> Result<Catalog, Problems> {
    Catalog::parse(&Source::new("vendor.yaml", text))
}

/// Reads a catalog without problems.
fn catalog(text: &str) -> Catalog {
    parse(text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// An endpoint that is there.
fn endpoint<'a>(catalog: &'a Catalog, name: &str) -> &'a Endpoint {
    catalog.endpoint(name).expect("the endpoint is there")
}

/// A catalog of one system that pages in every way.
fn library() -> Catalog {
    catalog(include_str!("library.yaml"))
}

/// The catalog of the Alteryx portal.
fn alteryx() -> &'static Catalog {
    seatflow_catalog::builtin("alteryx").expect("the catalog comes with the program")
}
