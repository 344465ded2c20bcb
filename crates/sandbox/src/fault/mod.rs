#![doc = include_str!("faults.md")]

mod budget;
mod parse;
mod spoil;

use std::fmt;
use std::time::Duration;

use http::Method;

pub(crate) use budget::Faults;
pub use budget::{FaultState, UnknownEndpoint};
pub use parse::FaultSyntax;
pub(crate) use spoil::{first_fields_of_another_type, texts_replaced};

/// A fault with its budget: which requests it strikes, how often, and what it does to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which requests it strikes.
    pub target: Target,
    /// How many matching requests it lets pass first.
    pub after: u32,
    /// How many requests it strikes.
    pub times: u32,
    /// How long it holds a request back before anything else happens to it.
    pub wait: Option<Wait>,
    /// What else it does.
    pub kind: Option<Kind>,
}

/// Which requests a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Every request.
    Any,
    /// Those for one endpoint, by its id, such as `devices.list`.
    Endpoint(String),
    /// Those with a method and a path like `GET /v1/devices/{deviceId}`; a part in braces stands for any one part.
    Path(Method, String),
}

/// How long a fault holds a request back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// For this long.
    For(Duration),
    /// Until those that are held are let go.
    Held,
}

/// What a fault does to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The request has no effect; the answer is a failure with this status.
    Status {
        /// The status of the answer.
        status: u16,
        /// The `Retry-After` of the answer, in seconds.
        retry_after: Option<u64>,
    },
    /// The request has no effect; the connection is reset without an answer.
    Reset,
    /// The request has its effect; the connection is reset without an answer.
    CommitThenReset,
    /// The request has its effect; the answer has this status. From 300 on it is a failure.
    CommitThenStatus(u16),
    /// The request has no effect; the connection is closed without an answer, as if all had been said.
    Close,
    /// The request has its effect; an informational answer with this status comes before the answer.
    Interim(u16),
    /// The request has its effect; the answer promises its whole length, and the connection is reset before it begins.
    ResetAfterHeaders,
    /// The request has its effect; the answer promises its whole length and ends after half of it.
    CutBody,
    /// The request has its effect; the answer is the first half of its JSON.
    BadJson,
    /// The request has its effect; in every object of the answer the first field with a value has another type.
    WrongType,
    /// The request has its effect; the answer pauses in the middle of its body.
    SlowBody(Duration),
    /// The request has its effect; the answer's body comes a byte at a time, with this pause between them.
    TrickleBody(Duration),
    /// The request has its effect; the answer is filled up with blanks to this many bytes.
    HugeBody(u64),
    /// The request has its effect; the answer has no body.
    EmptyBody,
    /// The request has no effect; the answer is a success by its status and a failure by its body.
    FailureInBody,
    /// The token that the request carries ends before the request is looked at.
    ExpireToken,
    /// The request has its effect; the answer is made out to other licence keys.
    WrongKey,
    /// The request has its effect; the answer is made out to other devices.
    WrongDevice,
    /// The request has its effect; the signed tokens of the answer are such that must not be believed.
    Forged(Forgery),
    /// The request has no effect; the answer is an HTML page with status 200 that asks for a login.
    HtmlLogin,
    /// The request has no effect; the answer is a 302 to this address.
    Redirect(String),
}

/// How a signed token is made one that must not be believed. Its claims stay but for the times of one that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgery {
    /// It is signed with another key than its header names.
    WrongKey,
    /// It ended an hour before it was issued; its signature holds.
    Expired,
    /// Its header says that it needs no signature, and it has none.
    AlgNone,
}

impl Kind {
    /// Whether the request is answered without having been looked at.
    pub(crate) fn replaces_the_request(&self) -> bool {
        matches!(
            self,
            Self::Status { .. } | Self::Reset | Self::Close | Self::FailureInBody | Self::HtmlLogin | Self::Redirect(_)
        )
    }
}

impl Target {
    fn matches(&self, method: &Method, path: &str, endpoint: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Endpoint(id) => endpoint == Some(id),
            Self::Path(wanted, template) => wanted == method && is_like(template, path),
        }
    }
}

/// Whether a path is like a template: the same parts, where a part in braces is any one part.
pub(crate) fn is_like(template: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let Some(part) = parts.next() else {
            return false;
        };
        let any = wanted.starts_with('{') && wanted.ends_with('}');
        if if any { part.is_empty() } else { part != wanted } {
            return false;
        }
    }
    parts.next().is_none()
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("*"),
            Self::Endpoint(id) => formatter.write_str(id),
            Self::Path(method, template) => write!(formatter, "{method} {template}"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, retry_after: None } => write!(formatter, "status={status}"),
            Self::Status { status, retry_after: Some(seconds) } => {
                write!(formatter, "status={status}+retry-after={seconds}")
            }
            Self::Reset => formatter.write_str("reset"),
            Self::CommitThenReset => formatter.write_str("commit-then-reset"),
            Self::CommitThenStatus(status) => write!(formatter, "commit-then-{status}"),
            Self::Close => formatter.write_str("close"),
            Self::Interim(status) => write!(formatter, "interim={status}"),
            Self::ResetAfterHeaders => formatter.write_str("reset-after-headers"),
            Self::CutBody => formatter.write_str("cut-body"),
            Self::BadJson => formatter.write_str("bad-json"),
            Self::WrongType => formatter.write_str("wrong-type"),
            Self::SlowBody(pause) => write!(formatter, "slow-body={}", pause.as_millis()),
            Self::TrickleBody(pause) => write!(formatter, "trickle-body={}", pause.as_millis()),
            Self::HugeBody(bytes) => write!(formatter, "huge-body={bytes}"),
            Self::EmptyBody => formatter.write_str("empty-body"),
            Self::FailureInBody => formatter.write_str("failure-in-body"),
            Self::ExpireToken => formatter.write_str("expire-token"),
            Self::WrongKey => formatter.write_str("wrong-key"),
            Self::WrongDevice => formatter.write_str("wrong-device"),
            Self::Forged(Forgery::WrongKey) => formatter.write_str("jwt-wrong-key"),
            Self::Forged(Forgery::Expired) => formatter.write_str("jwt-expired"),
            Self::Forged(Forgery::AlgNone) => formatter.write_str("jwt-alg-none"),
            Self::HtmlLogin => formatter.write_str("html-login"),
            Self::Redirect(address) => write!(formatter, "redirect={address}"),
        }
    }
}

/// What the fault does, without its target and budget.
pub(crate) struct Deed<'a>(pub(crate) &'a Fault);

impl fmt::Display for Deed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(fault) = self;
        match fault.wait {
            Some(Wait::For(delay)) => write!(formatter, "delay={}", delay.as_millis())?,
            Some(Wait::Held) => formatter.write_str("hold")?,
            None => {}
        }
        if let Some(kind) = &fault.kind {
            let sign = if fault.wait.is_some() { "+" } else { "" };
            write!(formatter, "{sign}{kind}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "match={},times={}", self.target, self.times)?;
        if self.after > 0 {
            write!(formatter, ",after={}", self.after)?;
        }
        write!(formatter, ",do={}", Deed(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_in_braces_stands_for_exactly_one_part() {
        assert!(is_like("/v1/devices", "/v1/devices"));
        assert!(is_like("/v1/devices/{deviceId}", "/v1/devices/DEV-000412"));
        assert!(!is_like("/v1/devices/{deviceId}", "/v1/devices"));
        assert!(!is_like("/v1/devices/{deviceId}", "/v1/devices/"));
        assert!(!is_like("/v1/devices/{deviceId}", "/v1/devices/a/b"));
        assert!(!is_like("/v1/devices", "/v1/devices/"));
    }

    #[test]
    fn a_target_looks_at_the_method_and_the_endpoint() {
        let path = Target::Path(Method::GET, "/v1/devices/{id}".into());
        assert!(path.matches(&Method::GET, "/v1/devices/a", None));
        assert!(!path.matches(&Method::DELETE, "/v1/devices/a", None));
        let endpoint = Target::Endpoint("devices.list".into());
        assert!(endpoint.matches(&Method::GET, "/v1/devices", Some("devices.list")));
        assert!(!endpoint.matches(&Method::GET, "/v1/devices", None));
    }
}
