//! A request, bound from an endpoint and values.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use seatflow_catalog::{Effect, Endpoint, FailsWhen, ListForm, Location, Method};
use serde_json::json;

use crate::failing::{Terms, bound};
use crate::jwt::{WantedClaim, wanted};
use crate::key::Digest;
use crate::outcome::FailureKind;
use crate::payload::Payload;
use crate::reconcile::Question;
use crate::target::Targets;
use crate::turns::OrderKey;
use crate::url::escape_into;
use crate::values::{Values, bad};

/// A request that can be sent: every value checked, and escaped for its place.
#[derive(Clone)]
pub struct Request {
    endpoint: Arc<Endpoint>,
    targets: Targets,
    /// The one that no page changes.
    target: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    /// The conditions of its failures, where they name values of its parameters.
    fails_when: Option<Arc<[FailsWhen]>>,
    /// What signed tokens must say to be answers to it.
    wanted_claims: Vec<WantedClaim>,
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
    /// Binds values to the parameters of an endpoint. A value that is none counts as not given; a parameter that takes a
    /// list is there once for each of its values.
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
        let values = &Values::new(&endpoint, values)?;
        let mut headers = Vec::new();
        for parameter in endpoint.parameters_in(Location::Header) {
            let separator = parameter.list.and_then(ListForm::separator);
            let whole = separator.and_then(|_| values.text(&parameter.name));
            let each = if separator.is_none() { values.all(parameter) } else { &[] };
            for value in whole.iter().chain(each) {
                headers.push(header(&parameter.name, value)?);
            }
        }
        // What is fixed is sent, though there be nothing else.
        let nothing = Payload::new(json!({}));
        let has_fixed = endpoint.body.as_ref().is_some_and(|body| !body.fixed.is_empty());
        let payload = payload.or(has_fixed.then_some(&nothing));
        let (payload, body) = match (payload, &endpoint.body) {
            (None, _) => (None, None),
            (Some(payload), Some(body)) => {
                let payload = payload.completed(body)?;
                let written = payload.write(body.form)?;
                (Some(payload), Some(written))
            }
            (Some(_), None) => {
                let message = format!("`{}` takes no payload", endpoint.id);
                return Err(Refusal { kind: RefusalKind::BadParameter, message });
            }
        };
        let payload = payload.as_deref();
        let targets = Targets::new(&endpoint, values)?;
        let value_of = |name: &str| values.text(name);
        let idempotency_key = endpoint.idempotency_key.as_deref().map(header_name).transpose()?;
        let question = endpoint.reconcile.as_ref().map(|reconcile| Question::bind(reconcile, value_of, payload));
        let target = targets.with(&[]);
        let is_write = endpoint.effect == Effect::Write;
        let order = is_write.then(|| order(&endpoint, (targets.path(), &target), payload, value_of));
        let fails_when = bound(&endpoint, values);
        let wanted_claims = wanted(&endpoint, values);
        let question = question.map(Arc::new);
        Ok(Self {
            endpoint,
            targets,
            target,
            headers,
            body,
            fails_when,
            wanted_claims,
            order,
            idempotency_key,
            question,
        })
    }

    /// The endpoint it was bound from.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// By what its answers are read.
    pub(crate) fn terms(&self) -> Terms<'_> {
        let endpoint = &*self.endpoint;
        Terms { endpoint, fails_when: self.fails_when.as_deref().unwrap_or(&endpoint.fails_when) }
    }

    /// What signed tokens must say to be answers to it.
    pub(crate) fn wanted_claims(&self) -> &[WantedClaim] {
        &self.wanted_claims
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

    /// The targets of its pages.
    pub(crate) fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The value of a query parameter, if one was given.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.targets.value(name)
    }
}

/// What orders a write to this path, which as a whole has this URL, among the others.
fn order<'a>(
    endpoint: &Endpoint,
    (path, url): (&str, &str),
    payload: Option<&Payload>,
    value_of: impl Fn(&str) -> Option<&'a str>,
) -> OrderKey {
    let names = match &endpoint.order_by {
        None => return OrderKey::new(if endpoint.method == Method::Post { url } else { path }),
        Some(names) if names.is_empty() => return OrderKey::new(path),
        Some(names) => names,
    };
    let mut key = endpoint.path.clone();
    for name in names {
        let of_payload = || payload.and_then(|payload| payload.at(name));
        let value = value_of(name).map(str::to_owned).or_else(of_payload);
        // Escaped, so that no value looks like two.
        key.push('\n');
        escape_into(value.as_deref().unwrap_or_default(), &mut key);
    }
    OrderKey::new(&key)
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
