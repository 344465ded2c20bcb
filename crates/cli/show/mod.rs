//! What is shown of one run: an overview of it, or the records of one of its anchors.

mod anchor;
mod failures;
mod form;
mod grid;
mod json;
mod print;
mod records;
mod text;
mod told;

pub(crate) use anchor::Anchor;
pub(crate) use form::Form;
pub(crate) use json::overview as overview_json;
pub(crate) use print::Print;
pub(crate) use records::records;
pub(crate) use text::overview as overview_text;
pub(crate) use told::Told;
