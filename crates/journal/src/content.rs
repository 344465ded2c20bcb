//! What the columns of the journal do not have, as bytes.

mod attempt;
mod form;

use bytes::Bytes;
use seatflow_call::{
    Answer, Attempt, Failure, FailureKind, Intent, Login, RecalledOutcome, Recorded, Settled, UnknownCall,
};
use seatflow_catalog::{Endpoint, Method};

pub(crate) use self::form::VERSION;
use self::form::{FailureForm, Form};
use crate::error::Error;

/// What stands in a chunk at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// A write that is about to be sent.
    Intent { url: String, body: Option<Bytes> },
    /// What came of a page.
    Ended(RecalledOutcome, Vec<Attempt>),
    /// A write that was withheld.
    Planned { endpoint: String, method: Method, url: String, body: Option<Bytes>, input: String },
    /// A call that cannot be planned.
    Unknown { endpoint: String, method: Method, path: String, input: String, column: String },
    /// How a node logged in.
    Login(Login),
}

/// The bytes of an intent.
pub(crate) fn of_intent(intent: &Intent<'_>) -> Result<Vec<u8>, Error> {
    form::encode(&Form::Intent { url: intent.url, body: intent.body.map(Into::into) }, &[], None)
}

/// The bytes of an outcome with its attempts.
pub(crate) fn of_outcome(outcome: Recorded<'_>, attempts: &[Attempt]) -> Result<Vec<u8>, Error> {
    match outcome {
        Recorded::Answer(answer) => {
            let form = Form::Answer {
                status: answer.status,
                content_type: answer.content_type.as_deref(),
                link: answer.link.as_deref(),
                body: (&answer.body).into(),
                url: &answer.url,
                attempts: answer.attempts,
                repeated: answer.repeated,
            };
            form::encode(&form, attempts, Some(&answer.body))
        }
        Recorded::Failure(failure) => form::encode(&Form::Failure(failure.into()), attempts, None),
        Recorded::Settled(settled) => {
            form::encode(&Form::Settled { url: &settled.url, attempts: settled.attempts }, attempts, None)
        }
    }
}

/// The bytes of a write that is withheld.
pub(crate) fn of_planned(endpoint: &Endpoint, intent: &Intent<'_>, input: &str) -> Result<Vec<u8>, Error> {
    let form = Form::Planned {
        endpoint: &endpoint.id,
        method: intent.method.as_str(),
        url: intent.url,
        body: intent.body.map(Into::into),
        input,
    };
    form::encode(&form, &[], None)
}

/// The bytes of a call that cannot be planned.
pub(crate) fn of_unknown(unknown: &UnknownCall<'_>) -> Result<Vec<u8>, Error> {
    let form = Form::Unknown {
        endpoint: &unknown.endpoint.id,
        method: unknown.endpoint.method.as_str(),
        path: &unknown.endpoint.path,
        input: unknown.input,
        column: unknown.column,
    };
    form::encode(&form, &[], None)
}

/// The bytes of a login.
pub(crate) fn of_login(login: &Login) -> Result<Vec<u8>, Error> {
    form::encode(&Form::Login(login.failure.as_deref().map(Into::into)), &login.attempts, None)
}

/// What these bytes begin with.
pub(crate) fn read(bytes: &[u8]) -> Result<Content, Error> {
    let (form, attempts) = form::decode(bytes)?;
    let owned = |body: Option<form::Blob<'_>>| body.map(Into::into);
    Ok(match form {
        Form::Intent { url, body } => Content::Intent { url: url.to_owned(), body: owned(body) },
        Form::Answer { status, content_type, link, body, url, attempts: count, repeated } => {
            let answer = Answer {
                status,
                content_type: content_type.map(str::to_owned),
                link: link.map(str::to_owned),
                body: body.into(),
                url: url.to_owned(),
                attempts: count,
                repeated,
            };
            let attempts = attempts.read(Some(&answer.body))?;
            Content::Ended(RecalledOutcome::Answer(answer), attempts)
        }
        Form::Failure(failure) => Content::Ended(RecalledOutcome::Failure(failure.try_into()?), attempts.read(None)?),
        Form::Settled { url, attempts: count } => {
            let settled = Settled { url: url.to_owned(), attempts: count };
            Content::Ended(RecalledOutcome::Settled(settled), attempts.read(None)?)
        }
        Form::Planned { endpoint, method, url, body, input } => Content::Planned {
            endpoint: endpoint.to_owned(),
            method: method_of(method)?,
            url: url.to_owned(),
            body: owned(body),
            input: input.to_owned(),
        },
        Form::Unknown { endpoint, method, path, input, column } => Content::Unknown {
            endpoint: endpoint.to_owned(),
            method: method_of(method)?,
            path: path.to_owned(),
            input: input.to_owned(),
            column: column.to_owned(),
        },
        Form::Login(failure) => {
            let failure = failure.map(Failure::try_from).transpose()?.map(Box::new);
            Content::Login(Login { failure, attempts: attempts.read(None)? })
        }
    })
}

/// The method of this name.
pub(crate) fn method_of(name: &str) -> Result<Method, Error> {
    Method::from_name(name).ok_or_else(|| Error::Damaged(format!("there is no method `{name}`")))
}

/// The kind of failure of this name.
pub(crate) fn failure_kind_of(name: &str) -> Result<FailureKind, Error> {
    let kind = FailureKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    kind.ok_or_else(|| Error::Damaged(format!("there is no kind of failure `{name}`")))
}

impl<'a> From<&'a Failure> for FailureForm<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            kind: failure.kind.as_str(),
            message: &failure.message,
            status: failure.status,
            method: failure.method.as_str(),
            url: &failure.url,
            attempts: failure.attempts,
            body: failure.body.as_deref(),
        }
    }
}

impl TryFrom<FailureForm<'_>> for Failure {
    type Error = Error;

    fn try_from(form: FailureForm<'_>) -> Result<Self, Error> {
        Ok(Self {
            kind: failure_kind_of(form.kind)?,
            message: form.message.to_owned(),
            status: form.status,
            method: method_of(form.method)?,
            url: form.url.to_owned(),
            attempts: form.attempts,
            body: form.body.map(str::to_owned),
        })
    }
}
