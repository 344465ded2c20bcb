//! The program from outside: its pipelines, its problems, its faults, its words.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod played;
mod program;

mod bad_input;
mod command_line;
mod contract;
mod downloads;
mod durable;
mod faults;
mod files;
mod graph;
mod imported;
mod own_catalog;
mod pages;
mod pipelines;
mod planned;
mod problems;
mod replayed;
mod retry_failed;
mod runs;
mod schema;
mod secrets;
mod signed;
mod systems;
mod taken_up;
mod tenduke;
mod tidy;
mod topics;
mod transport;
mod twice;
mod uipath;
mod what_happens;
mod writes;
