//! The log of a call: one record per request.

use std::time::Duration;

use bytes::Bytes;
use http::header::Entry;
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use seatflow_catalog::Method;
use url::Url;

use crate::redact::{MASK, Redactor};
use crate::send::Reply;
use crate::trouble::Trouble;
use crate::url::mask_keys;

/// One request and what came of it. Nothing of it holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The page, from 1; none for an authorization request.
    pub page: Option<u64>,
    /// The number of the request within its page, from 1.
    pub attempt: u32,
    /// When it began, by the run's clock.
    pub started_at: Timestamp,
    /// How long it took, until the last byte of the body.
    pub duration: Duration,
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// The headers that were sent, in order.
    pub request_headers: Vec<(String, String)>,
    /// The body that was sent.
    pub request_body: Option<Bytes>,
    /// The status that arrived.
    pub status: Option<u16>,
    /// The headers that arrived, in order.
    pub response_headers: Vec<(String, String)>,
    /// The body that arrived, decompressed.
    pub response_body: Option<Bytes>,
    /// What went wrong on the way.
    pub error: Option<String>,
    /// Why another request follows this one.
    pub retry: Option<String>,
    /// The size of the body that was sent.
    pub bytes_sent: u64,
    /// The size of the body that arrived, decompressed.
    pub bytes_received: u64,
}

/// Where attempts are kept, if anybody wants them.
#[derive(Debug)]
pub(crate) struct Log {
    kept: Option<Vec<Attempt>>,
}

impl Log {
    /// A log that keeps what it is given, or nothing.
    pub(crate) fn new(keep: bool) -> Self {
        Self { kept: keep.then(Vec::new) }
    }

    /// What will be shown of a request, if anything is.
    pub(crate) fn shown(&self, request: &reqwest::Request) -> Option<Shown> {
        self.kept.as_ref().map(|_| Shown::of(request))
    }

    /// Writes an attempt down.
    pub(crate) fn write(&mut self, attempt: Attempt) {
        if let Some(kept) = &mut self.kept {
            kept.push(attempt);
        }
    }

    /// Writes attempts down that an earlier run has made.
    pub(crate) fn extend(&mut self, attempts: Vec<Attempt>) {
        if let Some(kept) = &mut self.kept {
            kept.extend(attempts);
        }
    }

    /// How many attempts were kept.
    pub(crate) fn len(&self) -> usize {
        self.kept.as_ref().map_or(0, Vec::len)
    }

    /// What was kept after the first so many attempts.
    pub(crate) fn since(&self, first: usize) -> &[Attempt] {
        self.kept.as_ref().and_then(|kept| kept.get(first..)).unwrap_or_default()
    }

    /// What was kept.
    pub(crate) fn into_attempts(self) -> Vec<Attempt> {
        self.kept.unwrap_or_default()
    }
}

/// What is shown of a request that was given away to be sent.
#[derive(Debug)]
pub(crate) struct Shown {
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Shown {
    fn of(request: &reqwest::Request) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        Self { url: request.url().clone(), headers: request.headers().clone(), body: body.map(Bytes::copy_from_slice) }
    }

    /// The same without what is in its URL and lets in whoever has it.
    pub(crate) fn without_keys(mut self) -> Self {
        mask_keys(&mut self.url);
        self
    }

    /// The same with the headers that the client adds to every request.
    pub(crate) fn with_defaults(mut self, defaults: &HeaderMap) -> Self {
        for (name, value) in defaults {
            if let Entry::Vacant(vacant) = self.headers.entry(name) {
                vacant.insert(value.clone());
            }
        }
        self
    }
}

/// A request that was sent, and what came of it.
pub(crate) struct Sent<'a> {
    pub(crate) page: Option<u64>,
    pub(crate) number: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) duration: Duration,
    pub(crate) method: Method,
    pub(crate) shown: Shown,
    pub(crate) outcome: &'a Result<Reply, Trouble>,
    pub(crate) retry: Option<String>,
}

impl Sent<'_> {
    /// The attempt, without secrets.
    pub(crate) fn attempt(self, redactor: &Redactor) -> Attempt {
        let Shown { url, headers, body } = self.shown;
        let reply = self.outcome.as_ref();
        let response_body = reply.ok().and_then(|reply| reply.body.as_ref().ok()).cloned();
        let error = reply.map_or_else(Some, |reply| reply.body.as_ref().err());
        Attempt {
            page: self.page,
            attempt: self.number,
            started_at: self.started_at,
            duration: self.duration,
            method: self.method,
            url: redactor.text(url.as_str()).into_owned(),
            request_headers: as_text(&headers, redactor),
            bytes_sent: size(body.as_ref()),
            request_body: body.map(|body| redactor.told(body)),
            status: reply.ok().map(|reply| reply.status),
            response_headers: reply.map_or_else(|_| Vec::new(), |reply| as_text(&reply.headers, redactor)),
            bytes_received: size(response_body.as_ref()),
            response_body: response_body.map(|body| redactor.told(body)),
            error: error.map(|trouble| redactor.text(&trouble.message).into_owned()),
            retry: self.retry.map(|why| redactor.text(&why).into_owned()),
        }
    }

    /// The attempt with masks for its bodies, which are secrets from end to end.
    pub(crate) fn without_bodies(self, redactor: &Redactor) -> Attempt {
        let mask = |body: Option<Bytes>| body.map(|_| Bytes::from_static(MASK.as_bytes()));
        let attempt = self.attempt(redactor);
        Attempt { request_body: mask(attempt.request_body), response_body: mask(attempt.response_body), ..attempt }
    }
}

fn as_text(headers: &HeaderMap, redactor: &Redactor) -> Vec<(String, String)> {
    let as_text = |(name, value): (&HeaderName, _)| (name.as_str().to_owned(), redactor.header(name, value));
    headers.iter().map(as_text).collect()
}

fn size(body: Option<&Bytes>) -> u64 {
    body.map_or(0, |body| body.len() as u64)
}
