//! The engine with tools that only tests know: they fail, panic, flood, wait and forget.
//!
//! Every run is on one thread, so that "nothing more happens" is a condition and not a guess.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper that fails fails its test")]

mod stage;
mod tools;

mod failures;
mod kept;
mod pressure;
mod secrets;
mod shapes;
