//! The journal from outside: what is written is recalled, whatever happens in between.

#![expect(clippy::panic, clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod apply;
mod child;
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
