//! A request as a system sees it, and the reply that it gives.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A request with its whole body.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn method(&self) -> &Method {
        &self.head.method
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// The path and the query, as they were sent.
    pub(crate) fn target(&self) -> &str {
        self.head.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// A header's value, if it is there and plain text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The media type of the body, without its parameters; empty without a `Content-Type`.
    pub(crate) fn media_type(&self) -> &str {
        let content_type = self.header(&http::header::CONTENT_TYPE).unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim()
    }

    /// The token of an `Authorization: Bearer` header.
    pub(crate) fn bearer_token(&self) -> Option<&str> {
        let (scheme, token) = self.header(&http::header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_ascii())
    }
}

/// What a system replies. The server adds the date and the length.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// Whose token the request carried.
    pub(crate) caller: Option<Arc<str>>,
    /// What the request changed, in words that hold no secret.
    pub(crate) effect: Option<String>,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: "application/json",
            body: body.into(),
            caller: None,
            effect: None,
        }
    }

    /// An answer that sends to another address, with no body.
    pub(crate) fn redirect(address: &str) -> Self {
        let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
        Self::json(StatusCode::FOUND, Bytes::new()).with_header(LOCATION, location)
    }

    /// A file to download.
    pub(crate) fn file(name: &str, content: impl Into<Bytes>) -> Self {
        let disposition = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
        let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
        let reply = Self { content_type: "application/octet-stream", ..Self::json(StatusCode::OK, content) };
        reply.with_header(CONTENT_DISPOSITION, disposition)
    }

    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}
