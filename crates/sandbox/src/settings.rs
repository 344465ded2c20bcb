//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::Fault;

/// What a sandbox is started with. The default is a sandbox in memory, on a free port of the loopback
/// address, with the starting state alone and a clock that stands still.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The `SQLite` file that holds the state, the clock, and the digests of the tokens, none of them as a text; in
    /// memory without one. No other sandbox can use it at the same time. What was answered is in it also when the
    /// process is killed.
    pub database: Option<PathBuf>,
    /// How many generated accounts stand beside the starting state. A file that has its state already
    /// keeps it.
    pub accounts: usize,
    /// How many devices each generated account has.
    pub devices: usize,
    /// What the generated accounts and the texts of the tokens are derived from.
    pub seed: u64,
    /// Which clock the sandbox goes by.
    pub clock: ClockKind,
    /// The faults that are armed from the start.
    pub faults: Vec<Fault>,
    /// Whether every request is kept for `GET /_sandbox/requests`. Without it memory stays bounded under load.
    pub keep_requests: bool,
    /// A text that every token begins with, so that a search for it finds each of them. Letters, digits
    /// and `-` only, or nothing.
    pub token_prefix: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            database: None,
            accounts: 0,
            devices: 0,
            seed: 0,
            clock: ClockKind::Fixed,
            faults: Vec::new(),
            keep_requests: true,
            token_prefix: String::new(),
        }
    }
}

/// Which clock a sandbox goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    /// Starts at 2025-03-01T09:00:00Z, or where its database left it, and moves only when it is told to.
    Fixed,
    /// Follows the system's clock.
    Real,
}
