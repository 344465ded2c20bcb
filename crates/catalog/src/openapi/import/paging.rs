//! How pages follow each other, where that is plain.

use serde_json::{Value, json};

use super::answer::Answer;
use super::parameter::Read;
use crate::{DottedPath, ValueKind};

const PAGE: [&str; 7] = ["page", "pageNumber", "page_number", "pageIndex", "page_index", "pageNo", "page[number]"];
const SIZE: [&str; 10] = [
    "size",
    "pageSize",
    "page_size",
    "per_page",
    "perPage",
    "page[size]",
    "limit",
    "count",
    "maxResults",
    "page_limit",
];
const OFFSET: [&str; 5] = ["offset", "skip", "$skip", "page[offset]", "start"];
const LIMIT: [&str; 9] =
    ["limit", "top", "$top", "page[limit]", "count", "size", "pageSize", "page_size", "maxResults"];
const CURSOR: [&str; 11] = [
    "pageToken",
    "page_token",
    "cursor",
    "after",
    "continuationToken",
    "continuation_token",
    "nextToken",
    "next_token",
    "page[cursor]",
    "page[after]",
    "starting_after",
];

/// Where a body says what the next cursor is.
const NEXT_CURSOR: [&[&str]; 14] = [
    &["nextPageToken"],
    &["next_page_token"],
    &["nextCursor"],
    &["next_cursor"],
    &["continuationToken"],
    &["continuation_token"],
    &["nextToken"],
    &["next_token"],
    &["meta", "next_cursor"],
    &["meta", "nextCursor"],
    &["pagination", "next_cursor"],
    &["pagination", "nextCursor"],
    &["paging", "next"],
    &["cursor", "next"],
];

/// Where a body says the URL of the next page.
const NEXT_URL: [&[&str]; 9] = [
    &["@odata.nextLink"],
    &["nextLink"],
    &["next_url"],
    &["nextUrl"],
    &["nextPageUrl"],
    &["next_page_url"],
    &["_links", "next", "href"],
    &["links", "next", "href"],
    &["links", "next"],
];

/// How many are asked for at a time where the document says nothing.
const USUAL_SIZE: i64 = 100;

/// What is known of the pages of an answer.
pub(super) enum Pages {
    /// How they follow each other, as a catalog says it.
    Known(Value),
    /// There are some, and nobody knows how they follow each other: the parameters that tell of them.
    Unknown(Vec<String>),
    /// There is one.
    One,
}

/// Looks for the pages of a read.
pub(super) fn read(parameters: &[Read], answer: &Answer<'_>) -> Pages {
    // A page is asked for with one value.
    let can_ask = |one: &&Read| one.is_in_query && one.said.get("list").is_none();
    let query =
        |names: &[&str]| names.iter().find_map(|name| parameters.iter().filter(can_ask).find(|one| one.name == *name));
    let counted = |names: &[&str]| {
        let counts = |one: &&Read| can_ask(one) && matches!(one.kind, ValueKind::Integer { .. });
        names.iter().find_map(|name| parameters.iter().filter(counts).find(|one| one.name == *name))
    };
    if !answer.is_list {
        return Pages::One;
    }
    let told = |paths: &[&[&str]]| {
        let is_there = |path: &&&[&str]| {
            let found = answer.outline.as_ref().and_then(|outline| outline.at(path));
            found.is_some_and(|found| !found.is_list() && !found.is_map())
        };
        paths.iter().find(is_there).map(|path| DottedPath::of(path.iter().copied()).to_string())
    };
    if let Some(next) = told(&NEXT_URL) {
        return Pages::Known(json!({ "kind": "next-url", "next": next }));
    }
    if let (Some(cursor), Some(next)) = (query(&CURSOR), told(&NEXT_CURSOR)) {
        return Pages::Known(json!({ "kind": "cursor", "next": next, "parameter": cursor.name }));
    }
    if answer.has_link {
        return Pages::Known(json!("link"));
    }
    if let (Some(page), Some(size)) = (counted(&PAGE), counted(&SIZE)) {
        let first = said(page, "default").or_else(|| said(page, "minimum")).filter(|first| *first == 0).unwrap_or(1);
        let paging = json!({
            "kind": "page", "page": page.name, "first": first, "size": size.name, "default_size": usual(size),
        });
        return Pages::Known(paging);
    }
    if let (Some(offset), Some(limit)) = (counted(&OFFSET), counted(&LIMIT)) {
        let paging = json!({
            "kind": "offset", "offset": offset.name, "limit": limit.name, "default_limit": usual(limit),
        });
        return Pages::Known(paging);
    }
    let known = PAGE.iter().chain(&OFFSET).chain(&CURSOR);
    let hints: Vec<String> = known.filter_map(|name| query(&[name])).map(|one| one.name.clone()).collect();
    if hints.is_empty() { Pages::One } else { Pages::Unknown(hints) }
}

fn said(parameter: &Read, key: &str) -> Option<i64> {
    parameter.said.get(key)?.as_i64()
}

/// The size that is asked for: what the system takes by itself, else the most that it allows.
fn usual(size: &Read) -> i64 {
    let fits = |value: &i64| *value > 0;
    let most = said(size, "maximum").filter(fits);
    let least = said(size, "minimum").unwrap_or(1).max(1);
    let wanted = said(size, "default").filter(fits).or(most).unwrap_or(USUAL_SIZE).max(least);
    most.map_or(wanted, |most| wanted.min(most))
}
