//! The runs of a state folder: which one is meant, how they stand, and which of them may go.

pub(crate) mod age;
mod find;
mod listing;
pub(crate) mod prune;
pub(crate) mod standing;

pub(crate) use find::find;
pub(crate) use listing::list;
