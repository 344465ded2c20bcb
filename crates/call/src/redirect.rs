//! Redirects: followed for reads, and never with a token to another origin.

use http::HeaderMap;
use http::header::LOCATION;
use seatflow_catalog::Method;
use url::Url;

use crate::origins::Origins;
use crate::url::{origin, without_keys};

/// So many redirects in a row are followed.
const MOST: usize = 10;

/// What a redirect leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// It is none: the answer counts as it is.
    None,
    /// The request is sent again to this URL; abroad, with nothing that says who asks.
    To(Url),
    /// It is not followed, and this is why; the answer counts for its status.
    Unfollowed(String),
    /// It must not be followed, and this is why.
    Refused(String),
}

/// The redirects of one page.
#[derive(Debug)]
pub(crate) struct Redirects {
    origins: Origins,
    is_abroad: bool,
    elsewhere: Option<Url>,
    visited: Vec<Url>,
}

impl Redirects {
    /// No redirects yet, of a run that may reach these origins.
    pub(crate) fn new(origins: Origins) -> Self {
        Self { origins, is_abroad: false, elsewhere: None, visited: Vec::new() }
    }

    /// Whether they have left the origin of the connection. There is no way back: whoever leads elsewhere must not be
    /// able to choose what is asked with a token.
    pub(crate) fn is_abroad(&self) -> bool {
        self.is_abroad
    }

    /// Where the latest answer leads, followed or not, if that is a URL which may let somebody in: one of another origin may
    /// be signed, and any may hold a password.
    pub(crate) fn elsewhere(&self) -> Option<&Url> {
        self.elsewhere.as_ref()
    }

    /// Takes note of an answer that leads nowhere.
    pub(crate) fn none(&mut self) -> Redirect {
        self.elsewhere = None;
        Redirect::None
    }

    /// Looks at an answer to a request to `from`.
    ///
    /// A token goes to the origin it was given for and to no other. A read with nothing to send is followed to another
    /// origin without it, since downloads are often led to a store with a URL that is signed. A write is not followed
    /// at all: where it went, it may have had its effect.
    pub(crate) fn of(
        &mut self,
        status: u16,
        headers: &HeaderMap,
        from: &Url,
        method: Method,
        is_write: bool,
    ) -> Redirect {
        let is_bare = matches!(method, Method::Get | Method::Head);
        let keeps_method = match status {
            301..=303 => is_bare,
            307 | 308 => true,
            _ => return self.none(),
        };
        let mut to = match target(headers, from) {
            Ok(to) => to,
            Err(why) => {
                self.none();
                return Redirect::Unfollowed(why.to_owned());
            }
        };
        to.set_fragment(None);
        let is_elsewhere = to.origin() != from.origin();
        let has_user = !to.username().is_empty() || to.password().is_some();
        self.elsewhere = (is_elsewhere || self.is_abroad || has_user).then(|| to.clone());
        let shown = self.elsewhere.as_ref().map_or_else(|| to.to_string(), without_keys);
        if is_write {
            return Redirect::Unfollowed(format!("the server redirects the write to `{shown}`, which is not followed"));
        }
        if !keeps_method {
            let message = format!("the server redirects to `{shown}`, which is followed for GET and HEAD alone");
            return Redirect::Unfollowed(message);
        }
        if is_elsewhere && let Some(why) = self.why_not_abroad(from, &to, is_bare) {
            return Redirect::Refused(format!("the server redirects to `{}`, another origin, {why}", origin(&to)));
        }
        if has_user {
            return Redirect::Refused("the server redirects to a URL with a user or a password".to_owned());
        }
        if to == *from || self.visited.contains(&to) {
            return Redirect::Refused("the server redirects in a circle".to_owned());
        }
        if self.visited.len() == MOST {
            return Redirect::Refused(format!("the server redirects more than {MOST} times"));
        }
        self.visited.push(from.clone());
        self.is_abroad |= is_elsewhere;
        Redirect::To(to)
    }

    /// Why another origin is not asked, if it is not.
    fn why_not_abroad(&self, from: &Url, to: &Url, is_bare: bool) -> Option<&'static str> {
        match (from.scheme(), to.scheme()) {
            _ if self.origins.check(to).is_err() => Some("which this run may not reach"),
            ("https", "http") => Some("over a connection that is not secure"),
            (_, "http" | "https") if is_bare => None,
            (_, "http" | "https") => Some("where no payload may go"),
            _ => Some("which is neither http nor https"),
        }
    }
}

/// Where an answer leads to; or why it leads nowhere.
fn target(headers: &HeaderMap, from: &Url) -> Result<Url, &'static str> {
    let location = headers.get(LOCATION).ok_or("the server redirects and does not say where to")?;
    let location = std::str::from_utf8(location.as_bytes()).ok();
    let to = location.and_then(|location| from.join(location).ok());
    to.ok_or("the server redirects to something that is no URL")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn follow(redirects: &mut Redirects, status: u16, location: &str, method: Method) -> Redirect {
        let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
        let from = url("https://h.test/a?b=c");
        redirects.of(status, &headers, &from, method, method != Method::Get)
    }

    fn redirects() -> Redirects {
        Redirects::new(Origins::Any)
    }

    fn get(location: &str) -> Redirect {
        follow(&mut redirects(), 302, location, Method::Get)
    }

    fn refused(why: &str) -> Redirect {
        Redirect::Refused(format!("the server redirects to {why}"))
    }

    #[test]
    fn a_read_is_followed_within_its_origin() {
        let mut redirects = redirects();
        follow(&mut redirects, 302, "/d", Method::Get);
        assert!(!redirects.is_abroad() && redirects.elsewhere().is_none());
        assert_eq!(get("/d"), Redirect::To(url("https://h.test/d")));
        assert_eq!(get("https://h.test:443/d#e"), Redirect::To(url("https://h.test/d")));
    }

    #[test]
    fn another_host_port_or_scheme_is_another_origin() {
        for location in ["https://other.test/a?s=1", "https://h.test:8443/a", "//other.test/"] {
            let mut redirects = redirects();
            let Redirect::To(to) = follow(&mut redirects, 302, location, Method::Get) else {
                panic!("{location} was not followed");
            };
            assert!(redirects.is_abroad() && to.origin() != url("https://h.test").origin(), "{to}");
        }
    }

    #[test]
    fn there_is_no_way_back_to_the_token() {
        let mut redirects = redirects();
        assert!(matches!(follow(&mut redirects, 302, "https://other.test/", Method::Get), Redirect::To(_)));
        let headers = HeaderMap::from_iter([(LOCATION, "https://h.test/private".parse().unwrap())]);
        let back = redirects.of(302, &headers, &url("https://other.test/"), Method::Get, false);
        assert_eq!(back, Redirect::To(url("https://h.test/private")));
        assert!(redirects.is_abroad());
    }

    #[test]
    fn no_other_origin_is_asked_without_security_with_a_payload_or_by_a_confined_run() {
        let way = |method, origins, to: &str| {
            let headers = HeaderMap::from_iter([(LOCATION, to.parse().unwrap())]);
            Redirects::new(origins).of(307, &headers, &url("https://h.test/"), method, false)
        };
        for (location, expected) in [
            ("http://h.test/a", "`http://h.test`, another origin, over a connection that is not secure"),
            ("file:///etc/hosts", "`file:///etc/hosts`, another origin, which is neither http nor https"),
            ("data:,x", "`data:,x`, another origin, which is neither http nor https"),
        ] {
            assert_eq!(way(Method::Get, Origins::Any, location), refused(expected));
        }
        let other = "https://other.test/?signature=s";
        let expected = refused("`https://other.test`, another origin, where no payload may go");
        assert_eq!(way(Method::Post, Origins::Any, other), expected);
        let expected = refused("`https://other.test`, another origin, which this run may not reach");
        assert_eq!(way(Method::Get, Origins::Only(Arc::default()), other), expected);
        assert_eq!(get("https://ada:pw@h.test/d"), refused("a URL with a user or a password"));
    }

    #[test]
    fn a_write_is_not_followed_and_told_where_it_was_led() {
        let unfollowed =
            |to| Redirect::Unfollowed(format!("the server redirects the write to `{to}`, which is not followed"));
        for (status, method) in [(307, Method::Post), (302, Method::Delete), (308, Method::Put)] {
            let seen = follow(&mut redirects(), status, "/d?e=f", method);
            assert_eq!(seen, unfollowed("https://h.test/d?e=f"), "{status} {method}");
            let seen = follow(&mut redirects(), status, "https://ada:pw@other.test/d?e=f&g", method);
            assert_eq!(seen, unfollowed("https://other.test/d?e=***&g=***"), "{status} {method}");
        }
    }

    #[test]
    fn a_read_with_a_payload_is_followed_only_where_it_stays_one() {
        let of = |status| {
            let headers = HeaderMap::from_iter([(LOCATION, "/d".parse().unwrap())]);
            redirects().of(status, &headers, &url("https://h.test/"), Method::Post, false)
        };
        assert_eq!(of(307), Redirect::To(url("https://h.test/d")));
        let message = "the server redirects to `https://h.test/d`, which is followed for GET and HEAD alone";
        assert_eq!(of(303), Redirect::Unfollowed(message.to_owned()));
    }

    #[test]
    fn what_says_not_where_to_is_not_followed() {
        let of = |headers: &HeaderMap| redirects().of(302, headers, &url("https://h.test/"), Method::Get, false);
        let nowhere = Redirect::Unfollowed("the server redirects and does not say where to".to_owned());
        assert_eq!(of(&HeaderMap::new()), nowhere);
        for location in ["https://[", "https://h.test:99999/"] {
            let expected = Redirect::Unfollowed("the server redirects to something that is no URL".to_owned());
            assert_eq!(get(location), expected, "{location}");
        }
        let umlaut = http::HeaderValue::from_bytes("/zoë".as_bytes()).unwrap();
        assert_eq!(of(&HeaderMap::from_iter([(LOCATION, umlaut)])), Redirect::To(url("https://h.test/zo%C3%AB")));
    }

    #[test]
    fn other_statuses_lead_nowhere() {
        for status in [200, 201, 300, 304, 305, 306, 404] {
            assert_eq!(follow(&mut redirects(), status, "/d", Method::Get), Redirect::None, "{status}");
        }
    }

    #[test]
    fn circles_and_endless_ways_end() {
        assert!(matches!(get("/a?b=c"), Redirect::Refused(_)));
        let mut redirects = redirects();
        let mut from = url("https://h.test/0");
        for step in 1..=MOST {
            let headers = HeaderMap::from_iter([(LOCATION, format!("/{step}").parse().unwrap())]);
            match redirects.of(302, &headers, &from, Method::Get, false) {
                Redirect::To(to) => from = to,
                other => panic!("{other:?} at {step}"),
            }
        }
        let back = HeaderMap::from_iter([(LOCATION, "/3".parse().unwrap())]);
        assert!(matches!(
            redirects.of(302, &back, &from, Method::Get, false),
            Redirect::Refused(message) if message.contains("circle")
        ));
        let on = HeaderMap::from_iter([(LOCATION, "/11".parse().unwrap())]);
        assert!(matches!(
            redirects.of(302, &on, &from, Method::Get, false),
            Redirect::Refused(message) if message.contains("10 times")
        ));
    }
}
