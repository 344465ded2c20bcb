//! What a connection keeps to.

use std::time::Duration;

/// The limits of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// How long a connection may take to open, with its handshake.
    pub connect: Duration,
    /// How long the server may be silent.
    pub read: Duration,
    /// How long the attempts of one page may take together; waiting between them is not counted. It is for each page and
    /// not for all of them, since there is no time in which a call of one page and one of 10,000 pages should end: it is
    /// there to notice a server that never finishes an answer.
    pub call: Duration,
    /// How often a request is tried, the first time included; at least 1.
    pub attempts: u32,
    /// The longest first wait between two attempts; it doubles from attempt to attempt.
    pub backoff: Duration,
    /// The longest wait between two attempts that no server asked for.
    pub backoff_most: Duration,
    /// The longest wait that a server may ask for.
    pub wait: Duration,
    /// Calls at the same time; at least 1.
    pub concurrency: usize,
    /// Requests in any one second; as many as can be, if none.
    pub requests_per_second: Option<f64>,
    /// The largest body that is taken, as sent and also decompressed.
    pub body_bytes: u64,
    /// The most pages of one call.
    pub pages: u64,
    /// No further page is asked for when those of a call have more bytes than these: all of them
    /// are held until the last has come.
    pub pages_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            call: Duration::from_mins(2),
            attempts: 5,
            backoff: Duration::from_millis(500),
            backoff_most: Duration::from_secs(30),
            wait: Duration::from_mins(15),
            concurrency: 8,
            requests_per_second: None,
            body_bytes: 64 * 1024 * 1024,
            pages: 10_000,
            pages_bytes: 256 * 1024 * 1024,
        }
    }
}
