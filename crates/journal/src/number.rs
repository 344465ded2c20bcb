//! Numbers of rows: the pass, and within it counted up.

/// So many bits of a number are counted within a pass.
const BITS: u32 = 32;

/// The first number of a pass.
pub(crate) fn first(pass: i64) -> i64 {
    pass << BITS
}

/// The last number of a pass.
pub(crate) fn last(pass: i64) -> i64 {
    first(pass) + ((1 << BITS) - 1)
}
