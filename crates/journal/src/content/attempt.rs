//! The form of attempts in bytes.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use seatflow_call::Attempt;
use serde::{Deserialize, Serialize};

use super::form::Blob;
use super::method_of;
use crate::error::Error;

/// An attempt. `H` is a list of headers: lent when it is written, owned when it is read.
#[derive(Debug, Serialize, Deserialize)]
struct AttemptForm<'a, H> {
    page: Option<u64>,
    attempt: u32,
    /// Nanoseconds since 1970.
    started_at: i128,
    duration: Duration,
    method: &'a str,
    url: &'a str,
    request_headers: H,
    #[serde(borrow)]
    request_body: Option<Blob<'a>>,
    status: Option<u16>,
    response_headers: H,
    response_body: BodyForm<'a>,
    error: Option<&'a str>,
    retry: Option<&'a str>,
    bytes_sent: u64,
    bytes_received: u64,
}

/// The body that arrived.
#[derive(Debug, Serialize, Deserialize)]
enum BodyForm<'a> {
    /// None did.
    Nothing,
    /// It is that of the answer.
    Answer,
    /// It is this one.
    This(#[serde(borrow)] Blob<'a>),
}

/// Attempts as they stand behind a content.
#[derive(Debug)]
pub(super) struct Attempts<'a>(pub(super) &'a [u8]);

/// About how many bytes an attempt takes.
pub(super) fn estimate(attempt: &Attempt) -> usize {
    let headers = attempt.request_headers.iter().chain(&attempt.response_headers);
    let headers: usize = headers.map(|(name, value)| name.len() + value.len() + 4).sum();
    let body = attempt.request_body.as_ref().map_or(0, Bytes::len);
    128 + attempt.url.len() + headers + body
}

/// Writes attempts behind a content.
pub(super) fn write(attempts: &[Attempt], answer: Option<&Bytes>, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    let mut bytes = postcard::to_extend(&attempts.len(), bytes)?;
    for attempt in attempts {
        let response_body = match &attempt.response_body {
            None => BodyForm::Nothing,
            Some(body) if answer == Some(body) => BodyForm::Answer,
            Some(body) => BodyForm::This(body.into()),
        };
        let form = AttemptForm {
            page: attempt.page,
            attempt: attempt.attempt,
            started_at: attempt.started_at.as_nanosecond(),
            duration: attempt.duration,
            method: attempt.method.as_str(),
            url: &attempt.url,
            request_headers: attempt.request_headers.as_slice(),
            request_body: attempt.request_body.as_ref().map(Into::into),
            status: attempt.status,
            response_headers: attempt.response_headers.as_slice(),
            response_body,
            error: attempt.error.as_deref(),
            retry: attempt.retry.as_deref(),
            bytes_sent: attempt.bytes_sent,
            bytes_received: attempt.bytes_received,
        };
        bytes = postcard::to_extend(&form, bytes)?;
    }
    Ok(bytes)
}

impl Attempts<'_> {
    /// The attempts; `answer` is the body of the answer that they led to.
    pub(super) fn read(self, answer: Option<&Bytes>) -> Result<Vec<Attempt>, Error> {
        let (count, mut rest) = postcard::take_from_bytes::<usize>(self.0)?;
        let mut attempts = Vec::new();
        for _ in 0..count {
            let (form, behind) = postcard::take_from_bytes(rest)?;
            attempts.push(attempt(form, answer)?);
            rest = behind;
        }
        Ok(attempts)
    }
}

fn attempt(form: AttemptForm<'_, Vec<(String, String)>>, answer: Option<&Bytes>) -> Result<Attempt, Error> {
    let started_at = Timestamp::from_nanosecond(form.started_at);
    Ok(Attempt {
        page: form.page,
        attempt: form.attempt,
        started_at: started_at.map_err(|error| Error::Damaged(format!("there is no such moment: {error}")))?,
        duration: form.duration,
        method: method_of(form.method)?,
        url: form.url.to_owned(),
        request_headers: form.request_headers,
        request_body: form.request_body.map(Into::into),
        status: form.status,
        response_headers: form.response_headers,
        response_body: match form.response_body {
            BodyForm::Nothing => None,
            BodyForm::Answer => answer.cloned(),
            BodyForm::This(body) => Some(body.into()),
        },
        error: form.error.map(str::to_owned),
        retry: form.retry.map(str::to_owned),
        bytes_sent: form.bytes_sent,
        bytes_received: form.bytes_received,
    })
}
