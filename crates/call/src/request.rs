//! A request, bound from an endpoint and values.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use seatflow_catalog::{Effect, Endpoint, Location, Method};

use crate::key::Digest;
use crate::outcome::FailureKind;
use crate::payload::Payload;
use crate::reconcile::Question;
use crate::turns::OrderKey;
use crate::url::escape_into;

/// A request that can be sent: every value checked, and escaped for its place.
#[derive(Clone)]
pub struct Request {
    endpoint: Arc<Endpoint>,
    /// The path below the base URL.
    path: String,
    /// The query's values, not escaped, beside the endpoint's parameters.
    query: Vec<Option<String>>,
    /// Path and query as they are sent when no page changes them.
    target: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    /// What orders it among the writes.
    order: Option<OrderKey>,
    /// The header by which the system knows it again.
    idempotency_key: Option<HeaderName>,
    /// What tells whether it happened.
    question: Option<Arc<Question>>,
}

/// Why a request cannot be bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What kind of refusal.
    pub kind: RefusalKind,
    /// One sentence that names the parameter.
    pub message: String,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// A required parameter has no value.
    MissingParameter,
    /// A value does not fit.
    BadParameter,
}

/// Shows what is asked for, and none of the values, of which any may be a secret.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").field("endpoint", &self.endpoint.id).finish_non_exhaustive()
    }
}

impl From<RefusalKind> for FailureKind {
    fn from(kind: RefusalKind) -> Self {
        match kind {
            RefusalKind::MissingParameter => Self::MissingParameter,
            RefusalKind::BadParameter => Self::BadParameter,
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        FailureKind::from(*self).fmt(formatter)
    }
}

impl Request {
    /// Binds values to the parameters of an endpoint. A value that is none counts as not given.
    ///
    /// # Errors
    ///
    /// The first parameter, in the catalog's order, that is missing or does not fit; then the
    /// first such place of the payload.
    pub fn bind<N, V>(
        endpoint: Arc<Endpoint>,
        values: &[(N, Option<V>)],
        payload: Option<&Payload>,
    ) -> Result<Self, Refusal>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let value_of = |name: &str| {
            let found = values.iter().find(|(given, _)| given.as_ref() == name);
            found.and_then(|(_, value)| value.as_ref().map(AsRef::as_ref))
        };
        let mut query = vec![None; endpoint.parameters.len()];
        let mut headers = Vec::new();
        for (parameter, place) in endpoint.parameters.iter().zip(&mut query) {
            let name = &parameter.name;
            let Some(value) = value_of(name) else {
                if parameter.required && !endpoint.paging.sets(name) {
                    return Err(missing(name));
                }
                continue;
            };
            if let Some(misfit) = parameter.misfit(value) {
                return Err(bad(name, &misfit));
            }
            if endpoint.paging.sets(name) && value.parse::<u64>().is_err() {
                return Err(bad(name, &format!("must count pages, not be `{value}`")));
            }
            match parameter.location {
                Location::Path => {}
                Location::Query | Location::QueryKey => *place = Some(value.to_owned()),
                Location::Header => headers.push(header(name, value)?),
            }
        }
        let is_known = |name: &str| endpoint.parameters.iter().any(|one| one.name == name);
        if let Some((name, _)) = values.iter().find(|(name, _)| !is_known(name.as_ref())) {
            return Err(bad(name.as_ref(), &format!("is no parameter of `{}`", endpoint.id)));
        }
        let body = match (payload, &endpoint.body) {
            (None, _) => None,
            (Some(payload), Some(body)) => Some(payload.write(body)?),
            (Some(_), None) => {
                let message = format!("`{}` takes no payload", endpoint.id);
                return Err(Refusal { kind: RefusalKind::BadParameter, message });
            }
        };
        let path = path(&endpoint.path, value_of)?;
        let idempotency_key = endpoint.idempotency_key.as_deref().map(header_name).transpose()?;
        let question = endpoint.reconcile.as_ref().map(|reconcile| Question::bind(reconcile, value_of, payload));
        let mut request = Self {
            endpoint,
            path,
            query,
            target: String::new(),
            headers,
            body,
            order: None,
            idempotency_key,
            question: question.map(Arc::new),
        };
        request.target = request.target_with(&[]);
        if request.is_write() {
            request.order = Some(request.order(payload, value_of));
        }
        Ok(request)
    }

    /// What orders this write among the others.
    fn order<'a>(&self, payload: Option<&Payload>, value_of: impl Fn(&str) -> Option<&'a str>) -> OrderKey {
        let endpoint = &self.endpoint;
        if endpoint.order_by.is_empty() {
            let key = if endpoint.method == Method::Post { &self.target } else { &self.path };
            return OrderKey::new(key);
        }
        let mut key = endpoint.path.clone();
        for name in &endpoint.order_by {
            let of_payload = || payload.and_then(|payload| payload.at(name));
            let value = value_of(name).map(str::to_owned).or_else(of_payload);
            // Escaped, so that no value looks like two.
            key.push('\n');
            escape_into(value.as_deref().unwrap_or_default(), &mut key);
        }
        OrderKey::new(&key)
    }

    /// The endpoint it was bound from.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// The path and query below the base URL, escaped.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The payload, as it is sent.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// What the request is made of, for a connection and a node of these names.
    pub fn digest(&self, connection: &str, node: &str) -> Digest {
        let body = self.body.as_deref();
        Digest::new(connection, node, self.endpoint.method, &self.target, &self.headers, body)
    }

    /// What orders it among the writes; nothing, if it is a read.
    pub fn order_key(&self) -> Option<&OrderKey> {
        self.order.as_ref()
    }

    /// Whether it can be sent again when nobody knows if it had its effect.
    ///
    /// With an idempotency key that holds for one and the same call; an equal one has another key, and its own effect.
    pub fn is_repeatable(&self) -> bool {
        self.endpoint.is_repeatable()
    }

    /// Whether it changes the remote system.
    pub fn is_write(&self) -> bool {
        self.endpoint.effect == Effect::Write
    }

    /// The header whose value says which call it is, if it has one.
    pub(crate) fn idempotency_key(&self) -> Option<&HeaderName> {
        self.idempotency_key.as_ref()
    }

    /// What tells whether it happened, if its endpoint is reconciled.
    pub(crate) fn question(&self) -> Option<&Arc<Question>> {
        self.question.as_ref()
    }

    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// The value of a query parameter, if one was given.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        let parameters = self.endpoint.parameters.iter();
        parameters
            .zip(&self.query)
            .find(|(parameter, _)| parameter.name == name)
            .and_then(|(_, value)| value.as_deref())
    }

    /// Path and query with some parameters of the query replaced; those that the endpoint does
    /// not name come last.
    pub(crate) fn target_with(&self, replaced: &[(&str, &str)]) -> String {
        let mut target = self.path.clone();
        let mut separator = '?';
        let mut push = |name: &str, value: &str| {
            target.push(separator);
            separator = '&';
            escape_into(name, &mut target);
            target.push('=');
            escape_into(value, &mut target);
        };
        for (parameter, given) in self.endpoint.parameters.iter().zip(&self.query) {
            if parameter.location != Location::Query {
                continue;
            }
            let other = replaced.iter().find(|(name, _)| *name == parameter.name);
            if let Some(value) = other.map(|(_, value)| *value).or(given.as_deref()) {
                push(&parameter.name, value);
            }
        }
        for (name, value) in replaced {
            let is_named = |parameter: &seatflow_catalog::Parameter| {
                parameter.location == Location::Query && parameter.name == *name
            };
            if !self.endpoint.parameters.iter().any(is_named) {
                push(name, value);
            }
        }
        target
    }
}

/// Fills a path's `{name}` places with values that fit.
fn path<'a>(template: &str, value_of: impl Fn(&str) -> Option<&'a str>) -> Result<String, Refusal> {
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
    {
        path.push_str(before);
        let value = value_of(name).ok_or_else(|| missing(name))?;
        escape_into(value, &mut path);
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Refusal> {
    let header = header_name(name)?;
    let value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| bad(name, "must not hold a control character in a header"))?;
    Ok((header, value))
}

fn header_name(name: &str) -> Result<HeaderName, Refusal> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name, "is no name of a header"))
}

fn missing(name: &str) -> Refusal {
    Refusal {
        kind: RefusalKind::MissingParameter,
        message: format!("the parameter `{name}` is required and has no value"),
    }
}

fn bad(name: &str, what: &str) -> Refusal {
    Refusal { kind: RefusalKind::BadParameter, message: format!("the parameter `{name}` {what}") }
}
