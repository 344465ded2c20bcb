//! The journal from outside: what is written is recalled, whatever happens in between.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod apply;
#[cfg(debug_assertions)]
mod child;
#[cfg(debug_assertions)]
mod crash;
mod files;
mod group;
mod guards;
mod locks;
mod plans;
mod property;
mod recall;
mod removal;
mod runs;
mod support;
mod torn;
mod views;
