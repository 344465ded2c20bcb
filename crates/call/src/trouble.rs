//! Why no answer arrived, told from the errors of the client.

use std::error::Error as StdError;
use std::io;

use http::StatusCode;

use crate::client::Client;
use crate::duration::seconds;
use crate::limits::Limits;
use crate::outcome::FailureKind;
use crate::retry::Cause;

/// Why no answer, or only half of one, arrived.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// What it means for another attempt.
    pub(crate) cause: Cause,
    /// What it is when there is none.
    pub(crate) kind: FailureKind,
    /// What happened, in one sentence.
    pub(crate) message: String,
}

impl Trouble {
    fn new(cause: Cause, kind: FailureKind, message: impl Into<String>) -> Self {
        Self { cause, kind, message: message.into() }
    }

    /// What an error means that came instead of the head of an answer.
    pub(crate) fn of_request(error: &reqwest::Error, client: &Client, limits: &Limits) -> Self {
        if error.is_connect() {
            return no_connection(error, client, limits);
        }
        if error.is_builder() {
            let message = format!("the request cannot be sent: {}", innermost(error));
            return Self::new(Cause::Unsendable, FailureKind::Refused, message);
        }
        if let Some(why) = refusal_of_own_certificate(error) {
            let message = format!("no secure connection{}: {why}", place(error));
            return Self::new(Cause::Certificate, FailureKind::Tls, message);
        }
        if is_never_begun(error) {
            let message = format!("the connection ended before the request was sent: {}", innermost(error));
            return Self::new(Cause::NeverSent, FailureKind::Connect, message);
        }
        if is_never_processed(error) {
            let message = format!("the server did not take the request: {}", innermost(error));
            return Self::new(Cause::NeverSent, FailureKind::Connect, message);
        }
        broken(error, limits)
    }

    /// What an error means that came instead of a part of a body.
    pub(crate) fn of_body(error: &reqwest::Error, limits: &Limits) -> Self {
        // What comes from the connection has passed through hyper.
        let is_of_connection = chain(error).any(<dyn StdError>::is::<hyper::Error>);
        if error.is_timeout() || is_of_connection {
            return broken(error, limits);
        }
        let message = format!("the body cannot be decompressed: {}", innermost(error));
        Self::new(Cause::Broken, FailureKind::Unreadable, message)
    }

    /// A proxy does not let the request through without a user and a password.
    pub(crate) fn turned_away(proxy: &str) -> Self {
        let asks = StatusCode::PROXY_AUTHENTICATION_REQUIRED;
        let message = format!("the proxy `{proxy}` asks for a user and a password that it accepts ({asks})");
        Self::new(Cause::TurnedAway, FailureKind::Connect, message)
    }

    /// A body in an encoding that is not known.
    pub(crate) fn unknown_encoding(encoding: &str) -> Self {
        let message = format!("the body is encoded as `{encoding}`, which was not asked for and is not known");
        Self::new(Cause::Unreadable, FailureKind::Unreadable, message)
    }

    /// A body that is larger than the limit.
    pub(crate) fn too_large(limit: u64) -> Self {
        let message = format!("the body is larger than the limit of {limit} bytes");
        Self::new(Cause::TooLarge, FailureKind::TooLarge, message)
    }

    /// An answer that took longer than the limit.
    pub(crate) fn too_slow(within: std::time::Duration) -> Self {
        Self::new(Cause::TimedOut, FailureKind::Timeout, format!("no whole answer within {}", seconds(within)))
    }
}

/// The way to the server ended before anything was sent.
fn no_connection(error: &reqwest::Error, client: &Client, limits: &Limits) -> Trouble {
    let proxy = client.proxy();
    if let Some(proxy) = proxy
        && let Some(why) = tunnel_error(error)
    {
        if why == "proxy authorization required" {
            return Trouble::turned_away(proxy);
        }
        // Behind the failure of a tunnel there is what it failed for, if it is not the proxy's own word.
        let innermost = innermost(error);
        let why = if innermost.ends_with(&why) { "it lets nobody through".to_owned() } else { innermost };
        let message = format!("no connection{} through the proxy `{proxy}`: {why}", place(error));
        return Trouble::new(Cause::NeverSent, FailureKind::Connect, message);
    }
    let place = match proxy {
        Some(proxy) => format!("{} through the proxy `{proxy}`", place(error)),
        None => place(error),
    };
    match tls_error(error) {
        Some(tls) => {
            let cause = match tls {
                rustls::Error::InvalidCertificate(_) => Cause::Certificate,
                _ => Cause::NeverSent,
            };
            Trouble::new(cause, FailureKind::Tls, format!("no secure connection{place}: {tls}"))
        }
        None if is_broken_handshake(error) => {
            let message = format!("no secure connection{place}: the server hung up");
            Trouble::new(Cause::NeverSent, FailureKind::Tls, message)
        }
        None => {
            let why = if error.is_timeout() {
                format!(" within {}", seconds(limits.connect))
            } else {
                format!(": {}", innermost(error))
            };
            Trouble::new(Cause::NeverSent, FailureKind::Connect, format!("no connection{place}{why}"))
        }
    }
}

/// The connection ended in the middle, or fell silent.
fn broken(error: &reqwest::Error, limits: &Limits) -> Trouble {
    if error.is_timeout() {
        let message = format!("the server was silent for {}", seconds(limits.read));
        return Trouble::new(Cause::TimedOut, FailureKind::Timeout, message);
    }
    let message = format!("the connection broke: {}", innermost(error));
    Trouble::new(Cause::Broken, FailureKind::Connect, message)
}

/// ` to` the host that was asked.
fn place(error: &reqwest::Error) -> String {
    error.url().map_or_else(String::new, |url| format!(" to `{}`", url.host_str().unwrap_or_default()))
}

/// Whether not a byte of a request was written, because its connection ended first.
fn is_never_begun(error: &reqwest::Error) -> bool {
    chain(error).any(|error| error.downcast_ref().is_some_and(hyper::Error::is_canceled))
}

/// Whether the server has said that it did nothing about a request: it refused the stream (RFC 9113, 8.7), or closed
/// the connection for all streams from this one on (6.8).
fn is_never_processed(error: &reqwest::Error) -> bool {
    let found = chain(error).find_map(|error| error.downcast_ref::<h2::Error>());
    found.is_some_and(|error| {
        let is_refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (is_refused || error.is_go_away())
    })
}

/// What the server says of the certificate that was shown to it, or of none. It looks at it when the client takes the
/// connection for open already, and reads no request before.
fn refusal_of_own_certificate(error: &reqwest::Error) -> Option<&rustls::Error> {
    use rustls::AlertDescription as Alert;

    tls_error(error).filter(|error| {
        matches!(
            error,
            rustls::Error::AlertReceived(
                Alert::CertificateRequired
                    | Alert::BadCertificate
                    | Alert::UnsupportedCertificate
                    | Alert::CertificateRevoked
                    | Alert::CertificateExpired
                    | Alert::CertificateUnknown
                    | Alert::UnknownCA
                    | Alert::AccessDenied
                    | Alert::DecryptError
                    | Alert::HandshakeFailure
            )
        )
    })
}

/// Why a proxy gave no way to the server, if that is what happened. The type of that error is not public.
fn tunnel_error(error: &reqwest::Error) -> Option<String> {
    chain(error).find_map(|error| Some(error.to_string().strip_prefix("tunnel error: ")?.to_owned()))
}

/// Whether the server ended a connection that was to become a secure one.
fn is_broken_handshake(error: &reqwest::Error) -> bool {
    let is_end = |error: &(dyn StdError + 'static)| {
        error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
    };
    error.url().is_some_and(|url| url.scheme() == "https") && chain(error).any(is_end)
}

/// The error of TLS that is behind another error.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// An error, what is behind it, and so on.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An I/O error hides the error that it was made from, and shows that one's source.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// What was behind an error in the first place.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}
