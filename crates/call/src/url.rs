//! URLs: what is escaped, and what a base is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::redact::MASK;

/// Everything but the unreserved characters of RFC 3986. A value that is escaped so cannot leave
/// its place: no `/`, `?`, `#` or `%` of it is seen by the server as such.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a path holds beside its values is escaped as far as it must be: not the unreserved characters, nor what separates
/// them. What stands between the brackets of a selector is escaped with them.
const ESCAPED_FIXED: &AsciiSet = &ESCAPED
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Appends a part of a path as a catalog has it: what is escaped there already stays as it is.
pub(crate) fn escape_fixed_into(part: &str, into: &mut String) {
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('%') {
        into.extend(utf8_percent_encode(before, ESCAPED_FIXED));
        let is_escape = after.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        into.push_str(if is_escape { "%" } else { "%25" });
        rest = after;
    }
    into.extend(utf8_percent_encode(rest, ESCAPED_FIXED));
}

/// Appends a value, escaped.
pub(crate) fn escape_into(value: &str, into: &mut String) {
    into.extend(utf8_percent_encode(value, ESCAPED));
}

/// A value, escaped.
pub(crate) fn escape(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

/// The origin of a URL as it is compared and shown: `https://host:port`, a usual port left out. A URL that has none, as
/// `file:///x`, is shown itself.
pub(crate) fn origin(url: &Url) -> String {
    let origin = url.origin();
    if origin.is_tuple() { origin.ascii_serialization() } else { url.to_string() }
}

/// A URL without what lets in whoever has it: a user, a password, and the values of its query, for it may be signed.
pub(crate) fn without_keys(url: &Url) -> String {
    let mut masked = url.clone();
    mask_keys(&mut masked);
    masked.into()
}

/// Takes the user and the password out of a URL, and puts masks in the places of the values of its query.
pub(crate) fn mask_keys(url: &mut Url) {
    remove_user(url);
    let Some(query) = url.query().filter(|query| !query.is_empty()) else {
        return;
    };
    let names = query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let masked: Vec<_> = names.map(|name| format!("{name}={MASK}")).collect();
    url.set_query(Some(&masked.join("&")));
}

/// Takes the user and the password out of a URL.
fn remove_user(url: &mut Url) {
    // Both fail only for URLs without a host, which have no user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// The base of all URLs of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    text: String,
    url: Url,
}

impl Base {
    /// Reads a base URL; the error says what is wrong with it, to be read after the URL.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let url = parse(text)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must end with its path".to_owned());
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, url })
    }

    /// The base without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The base itself.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The URL of a path and query below the base.
    pub(crate) fn join(&self, target: &str) -> Result<Url, String> {
        let mut text = String::with_capacity(self.text.len() + target.len() + 1);
        text.push_str(&self.text);
        if !target.starts_with('/') {
            text.push('/');
        }
        text.push_str(target);
        Url::parse(&text).map_err(|error| error.to_string())
    }
}

/// Reads a URL that a request may go to.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    // Inside of a URL they would be left out without a word, and another URL be asked.
    if text.trim().contains(char::is_control) {
        return Err("must not hold a line break or another control character".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is neither http nor https".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user or a password".to_owned());
    }
    Ok(url)
}

/// A URL that may hold a password, fit to be shown.
pub(crate) fn shown(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            remove_user(&mut url);
            url.into()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_keeps_its_path_and_loses_its_last_slash() {
        let base = Base::parse("https://h.test:8443/portal/api/").unwrap();
        assert_eq!(base.as_str(), "https://h.test:8443/portal/api");
        let url = base.join("/v1/users?a=1").unwrap();
        assert_eq!(url.as_str(), "https://h.test:8443/portal/api/v1/users?a=1");
        let short = Base::parse("http://h.test").unwrap();
        assert_eq!(short.join("/").unwrap().as_str(), "http://h.test/");
    }

    #[test]
    fn a_base_is_http_without_user_query_or_fragment() {
        for (text, reason) in [
            ("ftp://h.test", "is neither http nor https"),
            ("https://user:pass@h.test", "must not hold a user or a password"),
            ("https://h.test?x=1", "must end with its path"),
            ("https://h.test#x", "must end with its path"),
            ("https://h.test/\r\nX-Evil: 1", "must not hold a line break or another control character"),
            ("h.test/api", "is no URL: relative URL without a base"),
        ] {
            assert_eq!(Base::parse(text).unwrap_err(), reason, "{text}");
        }
        assert_eq!(shown("https://user:pass@h.test/"), "https://h.test/");
        assert_eq!(Base::parse("https://h.test/api\n").unwrap().as_str(), "https://h.test/api");
    }

    #[test]
    fn a_part_of_a_path_is_escaped_once_and_only_where_it_must_be() {
        for (part, expected) in [
            ("/v1/accounts/ACC-1/users:find@x", "/v1/accounts/ACC-1/users:find@x"),
            ("/a;b=1,2/!$&()*+~._-", "/a;b=1,2/!$&()*+~._-"),
            ("/graph/Organization[@name='", "/graph/Organization%5B@name=%27"),
            ("{i=0} \"ü\"?#", "%7Bi=0%7D%20%22%C3%BC%22%3F%23"),
            ("/a%20b/%zz/%2", "/a%20b/%25zz/%252"),
        ] {
            let mut escaped = String::new();
            escape_fixed_into(part, &mut escaped);
            assert_eq!(escaped, expected);
        }
    }

    #[test]
    fn what_lets_somebody_in_is_not_shown() {
        for (text, expected) in [
            ("https://h.test/a?b=c&d=e%20f&g", "https://h.test/a?b=***&d=***&g=***"),
            ("https://ada:pw@h.test/a", "https://h.test/a"),
            ("https://h.test/a?", "https://h.test/a?"),
        ] {
            assert_eq!(without_keys(&Url::parse(text).unwrap()), expected);
        }
    }
}
