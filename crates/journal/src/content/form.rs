//! The form of a content in bytes. It is what a journal on disk has: a change of it is a new [`VERSION`].

use bytes::Bytes;
use seatflow_call::Attempt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::attempt::{self, Attempts};
use crate::error::Error;

/// The version of the form of contents. Every chunk begins with it.
pub(crate) const VERSION: u8 = 1;

/// A content. Some forms are followed by attempts: how many, and then they.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Form<'a> {
    Intent {
        url: &'a str,
        #[serde(borrow)]
        body: Option<Blob<'a>>,
    },
    Answer {
        status: u16,
        content_type: Option<&'a str>,
        link: Option<&'a str>,
        body: Blob<'a>,
        url: &'a str,
        attempts: u32,
        repeated: bool,
    },
    Failure(FailureForm<'a>),
    Settled {
        url: &'a str,
        attempts: u32,
    },
    Planned {
        endpoint: &'a str,
        method: &'a str,
        url: &'a str,
        body: Option<Blob<'a>>,
        input: &'a str,
    },
    Unknown {
        endpoint: &'a str,
        method: &'a str,
        path: &'a str,
        input: &'a str,
        column: &'a str,
    },
    Login(Option<FailureForm<'a>>),
}

/// A failure.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FailureForm<'a> {
    pub(super) kind: &'a str,
    pub(super) message: &'a str,
    pub(super) status: Option<u16>,
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) attempts: u32,
    pub(super) body: Option<&'a str>,
}

/// Bytes, written and read in one piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blob<'a>(pub(super) &'a [u8]);

impl<'a> From<&'a Bytes> for Blob<'a> {
    fn from(bytes: &'a Bytes) -> Self {
        Self(bytes)
    }
}

/// A copy, so that a small body does not keep the whole chunk.
impl From<Blob<'_>> for Bytes {
    fn from(blob: Blob<'_>) -> Self {
        Self::copy_from_slice(blob.0)
    }
}

impl Serialize for Blob<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Blob<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(Self).map_err(de::Error::custom)
    }
}

/// The bytes of a content. A body in the attempts that is the `answer` is not written again.
pub(super) fn encode(form: &Form<'_>, attempts: &[Attempt], answer: Option<&Bytes>) -> Result<Vec<u8>, Error> {
    let size = attempts.iter().map(attempt::estimate).sum::<usize>();
    let mut bytes = Vec::with_capacity(size + answer.map_or(0, Bytes::len) + 256);
    bytes = postcard::to_extend(form, bytes)?;
    if matches!(form, Form::Answer { .. } | Form::Failure(_) | Form::Settled { .. } | Form::Login(_)) {
        bytes = attempt::write(attempts, answer, bytes)?;
    }
    Ok(bytes)
}

/// The content that these bytes begin with, and the attempts behind it.
pub(super) fn decode(bytes: &[u8]) -> Result<(Form<'_>, Attempts<'_>), Error> {
    let (form, rest) = postcard::take_from_bytes(bytes)?;
    Ok((form, Attempts(rest)))
}
