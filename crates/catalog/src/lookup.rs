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

/// The names in the braces of a path, in order.
pub(crate) fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|from| from.split_once('}').map(|(name, _)| name))
}

/// A path without the names in its braces.
pub(crate) fn path_form(path: &str) -> String {
    let mut form = path.to_owned();
    for name in placeholders(path) {
        form = form.replace(&format!("{{{name}}}"), "{}");
    }
    form
}
