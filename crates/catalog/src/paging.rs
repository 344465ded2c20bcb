//! How pages follow each other, as data.

use serde::Serialize;

/// How pages follow each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Paging {
    /// One answer is all.
    None,
    /// A page number in the query; the end is a page with fewer records than its size.
    Page {
        /// The parameter of the page's number.
        page: String,
        /// The number of the first page.
        first: u64,
        /// The parameter of the page's size.
        size: String,
        /// The size that is asked for when the node gives none.
        default_size: u64,
    },
    /// An offset in the query; the end is a page with fewer records than its limit.
    Offset {
        /// The parameter of the offset.
        offset: String,
        /// The parameter of the limit.
        limit: String,
        /// The limit that is asked for when the node gives none.
        default_limit: u64,
    },
    /// A cursor in the body, given back in the query; the end is no cursor.
    Cursor {
        /// The dotted path of the next cursor.
        next: String,
        /// The parameter that carries it.
        parameter: String,
    },
    /// `Link: <..>; rel="next"`.
    Link,
    /// The next page's URL in the body; the end is none.
    NextUrl {
        /// The dotted path of the URL.
        next: String,
    },
    /// A range at the end of a selector, `{i=0,r=100}`; the end is a page with fewer records than were asked for. A
    /// selector that has a range or counts has one page.
    SelectorRange {
        /// How many are asked for at a time.
        default_size: u64,
    },
}

impl Paging {
    /// Whether paging itself gives this parameter a value.
    pub fn sets(&self, parameter: &str) -> bool {
        match self {
            Self::Page { page, size, .. } => parameter == page || parameter == size,
            Self::Offset { offset, limit, .. } => parameter == offset || parameter == limit,
            Self::None | Self::Cursor { .. } | Self::Link | Self::NextUrl { .. } | Self::SelectorRange { .. } => false,
        }
    }
}
