//! Where the endpoints are.

use serde_json::Value;

use super::document::{Document, Found, Version};
use super::report::Report;

/// The first server of a document, if it is a whole URL.
pub(super) fn read(document: Document<'_>, report: &mut Report) -> Option<String> {
    if document.version == Version::Swagger2 {
        return swagger(document, report);
    }
    let servers = Found { value: document.at("/servers")?, pointer: "/servers".to_owned() };
    let mut servers = servers.items();
    let first = servers.next()?;
    for other in servers {
        let url = other.text("url").unwrap_or_default();
        report.add(&other.pointer, format!("a catalog has one base URL; `{url}` can be that of a connection"));
    }
    let mut url = first.text("url")?.to_owned();
    for (name, variable) in first.get("variables").iter().flat_map(Found::fields) {
        if let Some(default) = variable.text("default") {
            let braced = format!("{{{name}}}");
            if url.contains(&braced) {
                url = url.replace(&braced, default);
                report.add(&variable.pointer, format!("`{name}` of the server is `{default}`"));
            }
        }
    }
    let whole = whole(&url);
    match &whole {
        None => report.add(&first.pointer, format!("`{url}` is no whole URL: the connection says `base_url`")),
        Some(url) => tell_if_open(url, &first.pointer, report),
    }
    whole
}

/// Tells of a URL that everybody on the way can read along with, tokens and all.
pub(super) fn tell_if_open(url: &str, at: &str, report: &mut Report) {
    if url.starts_with("http://") {
        report.add(at, format!("`{url}` is not encrypted: see if the system is there by `https://` as well"));
    }
}

fn swagger(document: Document<'_>, report: &mut Report) -> Option<String> {
    let host = document.at("/host")?.as_str()?;
    let path = document.at("/basePath").and_then(Value::as_str).unwrap_or_default();
    let schemes = document.at("/schemes").and_then(Value::as_array);
    let is_open = schemes.is_some_and(|schemes| !schemes.is_empty() && !schemes.contains(&Value::from("https")));
    let whole = whole(&format!("{}://{host}{path}", if is_open { "http" } else { "https" }))?;
    tell_if_open(&whole, "/schemes", report);
    Some(whole)
}

/// The URL as a catalog has it, if it is one.
fn whole(url: &str) -> Option<String> {
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || "?#{}".contains(letter);
    (!rest.is_empty() && !rest.contains(is_odd)).then(|| url.to_owned())
}
