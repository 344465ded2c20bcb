//! The sandbox, through its port.

mod admin;
mod checks;
mod client;
mod connections;
mod faults;
mod filters;
mod generated;
mod log;
mod samples;
mod state;
mod tokens;
