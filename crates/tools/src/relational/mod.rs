//! Tools that pick and arrange records.

mod keys;
mod unique;

pub use unique::Unique;

#[cfg(test)]
mod tests;
