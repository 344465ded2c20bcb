//! How the pages of a call follow each other.

use std::collections::HashSet;

use seatflow_catalog::Paging;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::journal::Answer;
use crate::page::Page;
use crate::request::Request;
use crate::url::origin;

/// What comes after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing: it was the last.
    Done,
    /// Another page.
    Page(PageUrl),
    /// More would come, but it cannot be had: why.
    Broken(String),
}

/// Where a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageUrl {
    /// A path and query below the base URL.
    Target(String),
    /// A URL that the server gave.
    Whole(Url),
}

/// Walks through the pages of a request.
#[derive(Debug)]
pub(crate) struct Pager<'a> {
    request: &'a Request,
    walk: Walk<'a>,
    /// Cursors and URLs that were followed.
    followed: HashSet<String>,
    /// Whether a page has arrived.
    is_under_way: bool,
    /// The hash of the page before, where only its content shows that nothing moves.
    before: Option<[u8; 32]>,
}

#[derive(Debug)]
enum Walk<'a> {
    One,
    Numbered { parameter: &'a str, number: u64, step: u64, size: u64, size_parameter: &'a str },
    Cursor { next: &'a str, parameter: &'a str },
    Link,
    NextUrl { next: &'a str },
    Range { first: u64, size: u64 },
}

impl<'a> Pager<'a> {
    /// Stands before the first page. What the request itself says of page and size is kept.
    pub(crate) fn new(request: &'a Request) -> Self {
        let given = |name: &str, usual: u64| {
            let value = request.query_value(name);
            value.and_then(|value| value.parse().ok()).unwrap_or(usual)
        };
        let walk = match &request.endpoint().paging {
            Paging::SelectorRange { default_size } if request.targets().takes_range() => {
                Walk::Range { first: 0, size: *default_size }
            }
            Paging::None | Paging::SelectorRange { .. } => Walk::One,
            Paging::Page { page, first, size, default_size } => Walk::Numbered {
                parameter: page,
                number: given(page, *first),
                step: 1,
                size: given(size, *default_size),
                size_parameter: size,
            },
            Paging::Offset { offset, limit, default_limit } => {
                let size = given(limit, *default_limit);
                Walk::Numbered { parameter: offset, number: given(offset, 0), step: size, size, size_parameter: limit }
            }
            Paging::Cursor { next, parameter } => Walk::Cursor { next, parameter },
            Paging::Link => Walk::Link,
            Paging::NextUrl { next } => Walk::NextUrl { next },
        };
        let mut followed = HashSet::new();
        if let Walk::Cursor { parameter, .. } = walk {
            followed.extend(request.query_value(parameter).map(str::to_owned));
        }
        Self { request, walk, followed, is_under_way: false, before: None }
    }

    /// Where the first page is.
    pub(crate) fn first(&self) -> PageUrl {
        PageUrl::Target(self.counted_target().unwrap_or_else(|| self.request.target().to_owned()))
    }

    /// Where the page is whose number is at hand, if pages are counted.
    fn counted_target(&self) -> Option<String> {
        match &self.walk {
            Walk::Numbered { parameter, number, size, size_parameter, .. } => {
                let (number, size) = (number.to_string(), size.to_string());
                let replaced = [(*parameter, number.as_str()), (*size_parameter, &size)];
                Some(self.request.targets().with(&replaced))
            }
            Walk::Range { first, size } => Some(self.request.targets().in_range(*first, *size)),
            Walk::One | Walk::Cursor { .. } | Walk::Link | Walk::NextUrl { .. } => None,
        }
    }

    /// What comes after a page of pages that are counted. The end is a page that is not full.
    fn counted<P: Page>(&mut self, size: u64, answer: &Answer, page: &P) -> Next {
        // A first page that cannot be parsed is all that there is, and says so itself.
        let records = page.records().unwrap_or(0);
        if records == 0 || records < size || !self.walk.step() {
            return Next::Done;
        }
        let content = Sha256::digest(&answer.body).into();
        if self.before.replace(content) == Some(content) {
            return Next::Broken("the server sends the same page again".to_owned());
        }
        self.counted_target().map_or(Next::Done, |target| Next::Page(PageUrl::Target(target)))
    }

    /// What comes after a page that arrived from `url`.
    pub(crate) fn after<P: Page>(&mut self, url: &Url, answer: &Answer, page: &P) -> Next {
        let was_under_way = std::mem::replace(&mut self.is_under_way, true);
        let is_told_by_body = !matches!(self.walk, Walk::One | Walk::Link);
        if page.records().is_none() && was_under_way && is_told_by_body {
            return Next::Broken("the page before it cannot be parsed, so it cannot be found".to_owned());
        }
        match &mut self.walk {
            Walk::One => Next::Done,
            Walk::Numbered { size, .. } | Walk::Range { size, .. } => {
                let size = *size;
                self.counted(size, answer, page)
            }
            Walk::Cursor { next, parameter } => {
                let Some(cursor) = said(page, next) else {
                    return Next::Done;
                };
                let target = self.request.targets().with(&[(*parameter, &cursor)]);
                if !self.followed.insert(cursor) {
                    return Next::Broken("the server sends the same cursor again".to_owned());
                }
                Next::Page(PageUrl::Target(target))
            }
            Walk::Link => match answer.link.as_deref().and_then(next_link) {
                None => Next::Done,
                Some(link) => self.follow(url, link),
            },
            Walk::NextUrl { next } => match said(page, next) {
                None => Next::Done,
                Some(link) => self.follow(url, &link),
            },
        }
    }

    /// Goes on to a URL that the server gave. A token goes there, so it is of the same origin.
    fn follow(&mut self, from: &Url, link: &str) -> Next {
        let Ok(mut to) = from.join(link) else {
            return Next::Broken("the URL of the next page is none".to_owned());
        };
        to.set_fragment(None);
        if to.origin() != from.origin() {
            return Next::Broken(format!(
                "the next page is at `{}`, another origin, where no token may go",
                origin(&to)
            ));
        }
        self.followed.insert(from.as_str().to_owned());
        if self.followed.contains(to.as_str()) {
            return Next::Broken("the server sends the same URL again".to_owned());
        }
        Next::Page(PageUrl::Whole(to))
    }
}

impl Walk<'_> {
    /// Counts on to the next page; says no where there is no number for it.
    fn step(&mut self) -> bool {
        let (number, step) = match self {
            Self::Numbered { number, step, .. } => (number, *step),
            Self::Range { first, size } => (first, *size),
            Self::One | Self::Cursor { .. } | Self::Link | Self::NextUrl { .. } => return false,
        };
        let next = number.checked_add(step);
        *number = next.unwrap_or(*number);
        next.is_some()
    }
}

/// A scalar that leads on: null, empty text and `false` are how servers say that nothing follows.
fn said<P: Page>(page: &P, path: &str) -> Option<String> {
    page.scalar(path).filter(|value| !value.is_empty() && value != "false")
}

/// The target of `rel="next"` in a `Link` header, as of RFC 8288.
fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, from)) = rest.split_once('<') {
        let (target, parameters) = from.split_once('>')?;
        let (own, after) = parameters.split_at(end_of_link(parameters));
        if own.split(';').any(is_next) {
            return Some(target);
        }
        rest = after;
    }
    None
}

/// Where the parameters of a link end: at the first comma that is not in quotes.
fn end_of_link(parameters: &str) -> usize {
    let mut quoted = false;
    parameters
        .find(|character| {
            quoted ^= character == '"';
            character == ',' && !quoted
        })
        .unwrap_or(parameters.len())
}

/// Whether a parameter is `rel` with `next` among its values.
fn is_next(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value.trim().trim_matches('"').split_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
    })
}
