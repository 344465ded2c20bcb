//! The variables of the environment that name a proxy.
//!
//! Whoever picks the proxy passes over a variable that cannot be read, and requests would go where nobody wants them.
//! So it is read here first.

use std::ffi::{OsStr, OsString};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::error::Error;

const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const NONE: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Checks the variable that names the proxy on the way to a URL, if one does.
///
/// # Errors
/// The variable and what is wrong with it, without what it holds.
pub(super) fn check(url: &Url, variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, variable(name)?)));
    let own = if url.scheme() == "https" { HTTPS } else { HTTP };
    let mut named = [own, ALL].into_iter().filter_map(first).filter(|(_, value)| !value.is_empty());
    let Some((name, value)) = named.next() else {
        return Ok(());
    };
    let without = first(NONE).map(|(_, value)| value.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_way("http://proxy.invalid", &without, url.as_str()) {
        return Ok(());
    }
    read(&value).map_err(|reason| Error::ProxyVariable { name, reason })
}

/// Reads the URL of a proxy, which may leave its scheme out.
fn read(value: &OsStr) -> Result<(), String> {
    let text = value.to_str().ok_or("is no text")?;
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is neither http nor https".to_owned());
    }
    if !is_way(text, "", "http://system.invalid") {
        return Err("is no URL: it has a character that stands in none".to_owned());
    }
    Ok(())
}

/// Whether a request goes through a proxy, if these hosts are reached without one.
fn is_way(proxy: &str, without: &str, to: &str) -> bool {
    let matcher = Matcher::builder().all(proxy.to_owned()).no(without.to_owned()).build();
    to.parse::<Uri>().is_ok_and(|to| matcher.intercept(&to).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(variables: &[(&str, &str)], url: &str) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let checked = check(&Url::parse(url).unwrap(), variable);
        checked.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_names_a_proxy_is_fine() {
        for value in ["", "http://p.test:3128", "p.test:3128", "https://a:b@p.test/", "p.test", "http://[::1]:80"] {
            assert_eq!(told(&[("HTTP_PROXY", value)], "http://h.test/x"), "", "{value}");
        }
        assert_eq!(told(&[], "http://h.test/x"), "");
    }

    #[test]
    fn what_names_none_is_told_by_its_variable_alone() {
        for (value, reason) in [
            ("http://me:hunter2@[bad", "is no URL: invalid IPv6 address"),
            ("::bad", "is no URL: empty host"),
            (":99999", "is no URL: empty host"),
            ("me:hunter2@p.test:99999", "is no URL: invalid port number"),
            ("http://me:hunter 2@p.test", "is no URL: it has a character that stands in none"),
            ("socks5://me:hunter2@p.test", "is neither http nor https"),
        ] {
            for (name, url) in
                [("HTTP_PROXY", "http://h.test"), ("https_proxy", "https://h.test"), ("ALL_PROXY", "https://h.test")]
            {
                let expected = format!("the proxy cannot be used: the environment variable `{name}` {reason}");
                assert_eq!(told(&[(name, value)], url), expected, "{value}");
            }
        }
    }

    #[test]
    fn what_names_no_proxy_on_the_way_is_not_looked_at() {
        let bad = "http://[bad";
        assert_eq!(told(&[("HTTPS_PROXY", bad)], "http://h.test"), "");
        assert_eq!(told(&[("HTTP_PROXY", bad), ("NO_PROXY", "x.test, h.test")], "http://a.h.test"), "");
        assert_eq!(told(&[("HTTP_PROXY", "p.test"), ("ALL_PROXY", bad)], "http://h.test"), "");
        assert_ne!(told(&[("HTTP_PROXY", ""), ("ALL_PROXY", bad)], "http://h.test"), "");
        assert_ne!(told(&[("HTTP_PROXY", bad), ("ALL_PROXY", "p.test")], "http://h.test"), "");
    }
}
