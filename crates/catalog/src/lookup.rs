//! Finding what a catalog has.

use seatflow_spec::{help_for_unknown, nearest};

use crate::builtin;
use crate::{AuthorizationKind, Catalog, Endpoint, Location, Method, Parameter, Schema, Scheme};

impl Catalog {
    /// The endpoint of that id (`devices.list`), or of that method and path (`GET /v1/devices/{id}`, where the names in
    /// braces do not matter). Of several that differ only in what every call of theirs sends, it is the first, unless a
    /// query is named with the path (`POST /graph?operation=Login`).
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        if let Some(endpoint) = self.endpoints.iter().find(|endpoint| endpoint.id == name) {
            return Some(endpoint);
        }
        let (method, path) = name.trim().split_once(char::is_whitespace)?;
        let method = Method::from_name(&method.to_uppercase())?;
        let (path, query) = match path.trim().split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path.trim(), None),
        };
        let form = path_form(path);
        let is_asked = |endpoint: &&Endpoint| {
            endpoint.method == method
                && path_form(&endpoint.path) == form
                && (query.is_none() || endpoint.query.as_deref() == query)
        };
        self.endpoints.iter().find(is_asked)
    }

    /// What to say to somebody who has asked for an endpoint that is not there: the nearest one, and where to look, or
    /// which there are in a catalog that has no name to look under.
    pub fn help_for_unknown_endpoint(&self, name: &str) -> String {
        let ids = self.endpoints.iter().map(|endpoint| endpoint.id.as_str());
        let requests: Vec<String> = self.endpoints.iter().map(Endpoint::request).collect();
        if builtin(&self.name).is_none() {
            let help = help_for_unknown(name, ids.chain(requests.iter().map(String::as_str)));
            return help.unwrap_or_else(|| "it has none".to_owned());
        }
        let near = nearest(name, ids.chain(requests.iter().map(String::as_str)));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        format!("{near}`seatflow catalog list {}` lists them", self.name)
    }

    /// What the catalog knows of a way to authorize, if it is one of the system's.
    pub fn authorization(&self, scheme: Scheme) -> Option<&AuthorizationKind> {
        self.authorization.iter().find(|kind| kind.kind == scheme)
    }
}

impl Endpoint {
    /// The method and path, with the query that every call has, as a pipeline may name it: `GET /v1/devices`.
    pub fn request(&self) -> String {
        let query = self.query.iter().flat_map(|query| ["?", query]);
        format!("{} {}{}", self.method, self.path, query.collect::<String>())
    }

    /// The schemas of its payload and of its answer, as far as they are known.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let payload = self.body.as_ref().and_then(|body| body.schema.as_ref());
        payload.into_iter().chain(&self.response.schema)
    }

    /// What tells the endpoint's calls from those of others: the request without the names of its parameters, and what
    /// every call sends in its query and its payload, in any order.
    pub(crate) fn form(&self) -> String {
        let mut query: Vec<&str> = self.query.iter().flat_map(|query| query.split('&')).collect();
        query.sort_unstable();
        let fixed = self.body.iter().flat_map(|body| &body.fixed);
        let mut fixed: Vec<String> = fixed.map(|(name, value)| format!("{name:?}: {value}")).collect();
        fixed.sort_unstable();
        format!("{} {} {query:?} {fixed:?}", self.method, path_form(&self.path))
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The parameters that go into one place, in the order of the file.
    pub fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.location == location)
    }
}

/// A part of a path, or of a dotted path, in which names stand in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPart<'p> {
    /// What stands there as it is.
    Text(&'p str),
    /// A name in braces: the place of its value.
    Name(&'p str),
}

/// The parts of a path, in order. A brace that is not closed is text.
pub fn path_parts(path: &str) -> impl Iterator<Item = PathPart<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let named = rest.strip_prefix('{').and_then(|from| from.split_once('}'));
        if let Some((name, after)) = named {
            rest = after;
            return Some(PathPart::Name(name));
        }
        let end = rest.char_indices().skip(1).find(|(_, letter)| *letter == '{').map_or(rest.len(), |(end, _)| end);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(PathPart::Text(text)).filter(|_| !text.is_empty())
    })
}

/// The names in the braces of a path, in order.
pub(crate) fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path_parts(path).filter_map(|part| match part {
        PathPart::Name(name) => Some(name),
        PathPart::Text(_) => None,
    })
}

/// A path without the names in its braces.
pub(crate) fn path_form(path: &str) -> String {
    let parts = path_parts(path).map(|part| match part {
        PathPart::Name(_) => "{}",
        PathPart::Text(text) => text,
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_falls_into_texts_and_names() {
        let parts = |path| path_parts(path).collect::<Vec<_>>();
        let (text, name) = (PathPart::Text, PathPart::Name);
        assert_eq!(parts("/a/{b}{c}'/d"), [text("/a/"), name("b"), name("c"), text("'/d")]);
        assert_eq!(parts("{ö}.é{"), [name("ö"), text(".é"), text("{")]);
        assert_eq!(parts("{}x{y"), [name(""), text("x"), text("{y")]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn paths_with_other_names_have_one_form() {
        assert_eq!(path_form("/a/{id}/b/{id}{x}"), "/a/{}/b/{}{}");
    }
}
