//! The sandbox, through its port.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper that fails fails its test")]

mod admin;
mod books;
mod catalogs;
mod checks;
mod client;
mod connections;
mod downloads;
mod fault_effects;
mod faults;
mod filters;
mod fixtures;
mod generated;
mod graph;
mod holds;
mod kept;
mod killed;
mod log;
mod refusals;
mod samples;
mod seats;
mod semantics;
mod sequences;
mod state;
mod tenduke;
mod tokens;
mod uipath;
mod write_checks;
mod write_faults;
mod writes;
