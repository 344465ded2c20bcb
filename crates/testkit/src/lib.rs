#![doc = include_str!("pages.md")]

mod capture;
mod command;
mod example;
mod markdown;
mod page;
mod parquet;
mod stage;
mod table;
mod trial;
mod value;

pub use command::words;
pub use example::{Example, Expected, GivenFile};
pub use page::{HEADINGS, Page};
pub use parquet::parquet_as_text;
pub use stage::{PORTAL, Pace, Ran, Stage};
pub use table::Table;
pub use value::Value;
