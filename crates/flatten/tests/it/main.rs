//! The behaviour of the crate, from bytes to rows and back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bodies;
mod ladder;
mod nest;
mod properties;
mod rules;
mod sent;
mod table;
mod types;
