//! A connection that ends before its answer is whole, as it was meant to.

/// How a connection ends instead of an answer, or in the midst of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// By a reset: the other side learns that something went wrong.
    #[error("the connection is reset")]
    Reset,
    /// As if everything had been said.
    #[error("the connection is closed")]
    Closed,
}
