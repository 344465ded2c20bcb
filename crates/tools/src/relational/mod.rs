//! Tools that pick and arrange records.

mod unique;

pub use unique::Unique;

#[cfg(test)]
mod tests;
