//! What can be wrong with a connection before it is used.

/// Why a connection cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A URL that is none, or that a connection cannot have.
    #[error("the {setting} `{url}` {reason}")]
    Url {
        /// Which URL: `base URL` or `authentication URL`.
        setting: &'static str,
        /// The URL as it was given.
        url: String,
        /// What is wrong, to be read after the URL.
        reason: String,
    },
    /// An origin outside of those that the run may reach.
    #[error("the origin `{origin}` is refused: this run may only reach {allowed}")]
    Origin {
        /// What was asked for.
        origin: String,
        /// What is allowed, as a list.
        allowed: String,
    },
    /// A header that cannot be sent.
    #[error("the header `{name}` cannot be sent: {reason}")]
    Header {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Certificates that cannot be used.
    #[error("certificates cannot be used: {0}")]
    Certificates(String),
    /// A proxy that cannot be used.
    #[error("the proxy cannot be used: {0}")]
    Proxy(String),
    /// A proxy that the environment names and that cannot be used.
    #[error("the proxy cannot be used: the environment variable `{name}` {reason}")]
    ProxyVariable {
        /// The variable.
        name: &'static str,
        /// What is wrong, to be read after the name; it does not hold the value.
        reason: String,
    },
    /// The client could not be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}
