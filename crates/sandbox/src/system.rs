//! What a played system is to the server.

use std::borrow::Cow;
use std::fmt::Debug;

use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::exchange::{Reply, Request};
use crate::fault::{Forgery, is_like};
use crate::refusal::Refusal;
use crate::world::World;

/// A method and a path that a system offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Its id in the catalog: noun, then verb.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Its path, with the parts that vary in braces.
    pub(crate) path: &'static str,
}

/// Where a request goes in a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the endpoint with this place in the system's list.
    To(usize),
    /// To a path that has no such method.
    OtherMethod,
    /// Nowhere.
    Nowhere,
}

/// A vendor's system, as the sandbox plays it. It answers under the host `NAME.sandbox.test`, and under every other
/// host that begins with its name.
pub(crate) trait System: Debug + Send + Sync {
    /// What its host begins with: a label, or several.
    fn name(&self) -> &'static str;

    /// The environment variables by which pipelines find it, and their values.
    fn environment(&self, world: &World) -> Vec<(&'static str, String)>;

    /// The endpoint at a place in its list, until the list ends.
    fn endpoint(&self, place: usize) -> Option<&'static Endpoint>;

    /// Where a request goes: to the endpoint whose method and path it has, unless the system tells its endpoints apart by
    /// more than that.
    fn route(&self, request: &Request) -> Route {
        route(self, request.method(), request.path())
    }

    /// Answers a request.
    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply;

    /// A failure with this status, in the form that the endpoint gives to failures.
    fn failure(&self, endpoint: Option<&Endpoint>, status: StatusCode, message: &str) -> Reply;

    /// An answer that is a success by its status and a failure by its body.
    fn failure_in_body(&self, endpoint: Option<&Endpoint>, message: &str) -> Reply;

    /// The token that a request carries, if it carries one.
    fn sent_token(&self, request: &Request) -> Option<String> {
        request.bearer_token().map(str::to_owned)
    }

    /// The same answer made out to other licence keys.
    fn with_other_keys(&self, body: &str) -> String;

    /// The same answer made out to other devices.
    fn with_other_devices(&self, body: &str) -> String;

    /// The same answer with its signed tokens made such that must not be believed. Most systems sign none.
    fn with_forged_tokens(&self, body: &str, _: Forgery) -> String {
        body.to_owned()
    }
}

/// All endpoints of a system, in their order.
pub(crate) fn endpoints(system: &(impl System + ?Sized)) -> impl Iterator<Item = &'static Endpoint> {
    (0..).map_while(|place| system.endpoint(place))
}

/// Where a request goes in a system.
fn route(system: &(impl System + ?Sized), method: &Method, path: &str) -> Route {
    let mut route = Route::Nowhere;
    for (place, endpoint) in endpoints(system).enumerate() {
        if is_like(endpoint.path, path) {
            if endpoint.method == *method {
                return Route::To(place);
            }
            route = Route::OtherMethod;
        }
    }
    route
}

/// The place of the endpoint that a request goes to, or the refusal, in the system's form, of what it does not offer.
pub(crate) fn place(system: &(impl System + ?Sized), request: &Request, route: Route) -> Result<usize, Reply> {
    let path = request.path();
    match route {
        Route::To(place) => Ok(place),
        Route::OtherMethod => {
            let message = format!("Method {} is not offered on {path}.", request.method());
            let reply = system.failure(None, StatusCode::METHOD_NOT_ALLOWED, &message);
            Err(reply.with_header(ALLOW, allowed(system, path)))
        }
        Route::Nowhere => Err(system.failure(None, StatusCode::NOT_FOUND, &format!("Path {path} was not found."))),
    }
}

/// The value of an `Allow` header for a path.
fn allowed(system: &(impl System + ?Sized), path: &str) -> HeaderValue {
    let methods: Vec<_> = endpoints(system)
        .filter(|endpoint| is_like(endpoint.path, path))
        .map(|endpoint| endpoint.method.as_str())
        .collect();
    HeaderValue::from_str(&methods.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

/// The part of a path that stands where its template has braces; empty where it has none.
///
/// # Errors
/// It is not UTF-8.
pub(crate) fn object(template: &str, path: &str) -> Result<String, Refusal> {
    let part = template.split('/').zip(path.split('/')).find(|(wanted, _)| wanted.starts_with('{'));
    let decoded = percent_decode_str(part.map_or("", |(_, part)| part)).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| Refusal::bad_request("The path is not UTF-8."))
}
