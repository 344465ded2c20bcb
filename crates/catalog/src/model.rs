//! What a catalog says, as data.

use std::fmt;

use serde::Serialize;

use crate::{FailsWhen, Paging, Reconcile, Response, Schema, Schemas};

/// How honest a fact of a catalog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// A page of the vendor says it.
    Documented,
    /// A public client of the API does it.
    Observed,
    /// No source tells it.
    Assumed,
}

/// A catalog: what a remote system offers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Catalog {
    /// The name by which connections call it, `alteryx`.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Where the system's own documentation is.
    pub documentation: Option<String>,
    /// The base URL when the connection gives none; no trailing slash.
    pub base_url: Option<String>,
    /// The ways to authorize, the preferred one first.
    pub authorization: Vec<AuthorizationKind>,
    /// Limits when the connection gives none.
    pub limits: Limits,
    /// Headers of every call, in order.
    pub headers: Vec<(String, String)>,
    /// Schemas to which those of endpoints refer, as `#/schemas/NAME`, in the order of the file.
    #[serde(skip_serializing_if = "Schemas::is_empty")]
    pub schemas: Schemas,
    /// The endpoints, in the order of the file.
    pub endpoints: Vec<Endpoint>,
}

/// One way to authorize, with what the catalog knows of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuthorizationKind {
    /// Which way.
    pub kind: Scheme,
    /// Where tokens are asked for, when the connection does not say.
    pub auth_url: Option<String>,
    /// The header of `Scheme::Header`.
    pub header: Option<String>,
    /// A token's life in seconds when the reply does not say.
    pub expires_in_seconds: Option<u64>,
    /// What a user should know of it.
    pub description: Option<String>,
    /// How honest this is.
    pub source: Trust,
}

/// The ways to authorize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// OAuth 2.0 refresh token, with an optional client id.
    RefreshToken,
    /// OAuth 2.0 client credentials.
    ClientCredentials,
    /// A name and a password for a token.
    Ropc,
    /// A token as it is.
    Bearer,
    /// A name and a password in every request.
    Basic,
    /// A value in a header of its own.
    Header,
}

impl Scheme {
    /// Every way, with the word by which files name it.
    pub const WORDS: [(&str, Self); 6] = [
        ("refresh-token", Self::RefreshToken),
        ("client-credentials", Self::ClientCredentials),
        ("ropc", Self::Ropc),
        ("bearer", Self::Bearer),
        ("basic", Self::Basic),
        ("header", Self::Header),
    ];
}

/// Limits a system asks its callers to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Limits {
    /// Calls at the same time.
    pub concurrency: Option<usize>,
    /// Calls in any one second.
    pub requests_per_second: Option<f64>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

/// One method and path of a catalog.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Endpoint {
    /// A noun, then a verb: `devices.list`.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path below the base URL, with `{name}` for path parameters.
    pub path: String,
    /// What stands in the query of every call, before what parameters put there: `operation=Login`, `release`.
    pub query: Option<String>,
    /// One sentence.
    pub summary: String,
    /// How honest the definition is.
    pub source: Trust,
    /// What can be given, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The payload, if the endpoint takes one.
    pub body: Option<Body>,
    /// What comes back.
    pub response: Response,
    /// The statuses that are success; 200 unless said.
    pub success: Vec<u16>,
    /// When a body is a failure though its status is a success; any one is enough.
    pub fails_when: Vec<FailsWhen>,
    /// The dotted paths at which a body that is no success says why; the first at which there is a text holds.
    pub messages: Vec<String>,
    /// What a status that is no success means here, in words that stand beside what the system says.
    pub meanings: Vec<(u16, String)>,
    /// How pages follow each other.
    pub paging: Paging,
    /// Whether a call changes the remote system.
    pub effect: Effect,
    /// Whether sending the same call twice is the same as sending it once.
    pub idempotent: bool,
    /// Statuses that, on a retry, say that the effect is there already.
    pub already_done: Vec<u16>,
    /// The parameters or payload paths that order writes; if there are none, the path alone does. The path, or for POST
    /// the URL, if nothing is said.
    pub order_by: Option<Vec<String>>,
    /// The header by whose value the system knows a write again that it was sent before, and does not do it twice.
    pub idempotency_key: Option<String>,
    /// The read that tells whether a write happened, if one does.
    pub reconcile: Option<Reconcile>,
}

/// Whether a call changes the remote system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It does not.
    Read,
    /// It does.
    Write,
}

/// One parameter of an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// What values it takes.
    #[serde(flatten)]
    pub kind: ValueKind,
    /// Whether a call needs it.
    pub required: bool,
    /// The values it may have; any, if empty.
    pub allowed: Vec<String>,
    /// Values that mean something else to the system, so that no call may have them.
    pub refused: Vec<String>,
    /// Values that are known, with what they stand for. Others may be sent as well, and are a warning.
    pub suggested: Vec<Suggestion>,
    /// How several values are written; none, if it takes one.
    pub list: Option<ListForm>,
    /// What the system takes when it is not given; in a path, what is sent then.
    pub default: Option<String>,
    /// One sentence.
    pub description: String,
    /// How honest this is.
    pub source: Trust,
}

/// A value that is known, among others that are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The value.
    pub value: String,
    /// What it stands for.
    pub name: Option<String>,
}

/// How the several values of one parameter are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListForm {
    /// The parameter once for each: `id=1&id=2`.
    Repeated,
    /// One parameter, with commas: `id=1,2`.
    Comma,
    /// One parameter, with blanks.
    Space,
    /// One parameter, with bars: `id=1|2`.
    Pipe,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// Into the path, escaped.
    Path,
    /// Into the query.
    Query,
    /// Into the query as a name without a value: `DemoItem1`.
    QueryKey,
    /// Into a header.
    Header,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A whole number; bounds are inclusive.
    Integer {
        /// The least.
        minimum: Option<i64>,
        /// The greatest.
        maximum: Option<i64>,
    },
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A moment, RFC 3339.
    Time,
    /// A selector of a graph ([`crate::Selector`]): a path, and perhaps what it includes.
    Selector,
    /// Text that stands between the quotes of a selector, where a quote is written twice.
    SelectorText,
}

/// A payload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Body {
    /// How it is written.
    pub form: BodyForm,
    /// Fields of the payload that every call sends, and no node writes.
    pub fixed: Vec<(String, serde_json::Value)>,
    /// What payloads fit, if known.
    pub schema: Option<Schema>,
    /// A valid payload, ready to edit.
    pub example: Option<serde_json::Value>,
}

/// How a payload is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyForm {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

impl BodyForm {
    /// What payloads of this form are made of, as it is told to users; nothing, where they can be anything.
    pub fn limits(self) -> Option<&'static str> {
        match self {
            Self::Json => None,
            Self::Form => Some("fields with single values, or with lists of them"),
        }
    }
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The method that is sent so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Whether the method is idempotent when a catalog does not say.
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Put | Self::Delete)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Endpoint {
    /// A read that nothing else is said of: a GET without parameters whose whole body is the record, and whose success
    /// is 200.
    pub fn read(id: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            method: Method::Get,
            path: path.into(),
            query: None,
            summary: String::new(),
            source: Trust::Assumed,
            parameters: Vec::new(),
            body: None,
            response: Response::default(),
            success: vec![200],
            fails_when: Vec::new(),
            messages: Vec::new(),
            meanings: Vec::new(),
            paging: Paging::None,
            effect: Effect::Read,
            idempotent: true,
            already_done: Vec::new(),
            order_by: None,
            idempotency_key: None,
            reconcile: None,
        }
    }

    /// Whether a call can be sent again when nobody knows if it had its effect: it has none, or the same effect again, or
    /// the system knows it by its key.
    pub fn is_repeatable(&self) -> bool {
        self.effect == Effect::Read || self.idempotent || self.idempotency_key.is_some()
    }
}

impl ListForm {
    /// What stands between the values, where they are written as one; no value may hold it.
    pub fn separator(self) -> Option<char> {
        match self {
            Self::Repeated => None,
            Self::Comma => Some(','),
            Self::Space => Some(' '),
            Self::Pipe => Some('|'),
        }
    }
}
