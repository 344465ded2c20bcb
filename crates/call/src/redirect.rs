//! Redirects: followed for reads, and never to another origin.

use http::HeaderMap;
use http::header::LOCATION;
use seatflow_catalog::Method;
use url::Url;

use crate::url::origin;

/// So many redirects in a row are followed.
const MOST: usize = 10;

/// What a redirect leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// It is none, or none that is followed: the answer counts as it is.
    None,
    /// The request is sent again to this URL.
    To(Url),
    /// It must not be followed, and this is why.
    Refused(String),
}

/// The redirects of one page.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    visited: Vec<Url>,
}

impl Redirects {
    /// Looks at an answer to a request to `from`.
    ///
    /// A token goes to the origin it was given for and to no other, so a redirect to another
    /// origin is refused, not followed without the token: what comes back without it is no answer
    /// to what was asked. A write is not followed at all.
    pub(crate) fn of(
        &mut self,
        status: u16,
        headers: &HeaderMap,
        from: &Url,
        method: Method,
        is_write: bool,
    ) -> Redirect {
        let is_followed = match status {
            301..=303 => matches!(method, Method::Get | Method::Head),
            307 | 308 => true,
            _ => false,
        };
        if !is_followed || is_write {
            return Redirect::None;
        }
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(mut to) = location.and_then(|location| from.join(location).ok()) else {
            return Redirect::None;
        };
        to.set_fragment(None);
        if to.origin() != from.origin() {
            return Redirect::Refused(format!(
                "the server redirects to `{}`, another origin, where no token may go",
                origin(&to)
            ));
        }
        if to == *from || self.visited.contains(&to) {
            return Redirect::Refused("the server redirects in a circle".to_owned());
        }
        if self.visited.len() == MOST {
            return Redirect::Refused(format!("the server redirects more than {MOST} times"));
        }
        self.visited.push(from.clone());
        Redirect::To(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn follow(redirects: &mut Redirects, status: u16, location: &str, method: Method) -> Redirect {
        let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
        let from = url("https://h.test/a?b=c");
        redirects.of(status, &headers, &from, method, method != Method::Get)
    }

    fn get(location: &str) -> Redirect {
        follow(&mut Redirects::default(), 302, location, Method::Get)
    }

    #[test]
    fn a_read_is_followed_within_its_origin() {
        assert_eq!(get("/d"), Redirect::To(url("https://h.test/d")));
        assert_eq!(get("https://h.test:443/d#e"), Redirect::To(url("https://h.test/d")));
    }

    #[test]
    fn another_host_port_or_scheme_is_another_origin() {
        for location in ["https://other.test/a", "https://h.test:8443/a", "http://h.test/a", "//other.test/"] {
            let Redirect::Refused(message) = get(location) else {
                panic!("{location} was followed");
            };
            assert!(message.contains("another origin"), "{message}");
        }
        assert_eq!(
            get("https://other.test/a"),
            Redirect::Refused(
                "the server redirects to `https://other.test`, another origin, \
                 where no token may go"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_target_without_an_origin_is_told_as_it_is() {
        let expected = "the server redirects to `file:///etc/hosts`, another origin, where no token may go";
        assert_eq!(get("file:///etc/hosts"), Redirect::Refused(expected.to_owned()));
    }

    #[test]
    fn a_write_and_an_answer_that_is_no_redirect_count_as_they_are() {
        for (status, method) in [(307, Method::Post), (302, Method::Delete), (304, Method::Get)] {
            let seen = follow(&mut Redirects::default(), status, "/d", method);
            assert_eq!(seen, Redirect::None, "{status} {method}");
        }
    }

    #[test]
    fn circles_and_endless_ways_end() {
        assert!(matches!(get("/a?b=c"), Redirect::Refused(_)));
        let mut redirects = Redirects::default();
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
