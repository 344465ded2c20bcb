//! A fault's text, read.

use std::str::FromStr;
use std::time::Duration;

use http::Method;
use seatflow_spec::nearest;

use super::{Fault, Forgery, Kind, Target, Wait};

const DEFAULT_SLOW_BODY: Duration = Duration::from_mins(1);
const DEFAULT_HUGE_BODY: u64 = 64 * 1024 * 1024 + 1;
const DEFAULT_TRICKLE_BODY: Duration = Duration::from_secs(1);
const KINDS: &str = "status=N, retry-after=S, delay=MS, hold, interim=N, reset, close, commit-then-reset, \
    commit-then-N, reset-after-headers, cut-body, bad-json, wrong-type, slow-body, trickle-body, huge-body, empty-body, \
    failure-in-body, expire-token, wrong-key, wrong-device, jwt-wrong-key, jwt-expired, jwt-alg-none, html-login, redirect=URL";

/// What is wrong in the text of a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
pub struct FaultSyntax {
    message: String,
    help: Option<String>,
}

impl FaultSyntax {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do, where that is not plain.
    pub fn what_to_do(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl FromStr for Fault {
    type Err = FaultSyntax;

    /// Reads `match=TARGET,times=N,after=N,do=DEED`.
    ///
    /// # Errors
    /// Says what is wrong: a pair that is not one, a key or a kind that is unknown or said twice, a number
    /// that is not one, nothing to do.
    fn from_str(text: &str) -> Result<Self, FaultSyntax> {
        let (mut target, mut after, mut times, mut deed) = (None, None, None, None);
        for pair in text.split(',') {
            let Some((key, value)) = pair.trim().split_once('=') else {
                return Err(FaultSyntax::new(format!("`{pair}` is not a pair like `times=3`")));
            };
            let told_before = match key {
                "match" => target.replace(read_target(value)?).is_some(),
                "times" => times.replace(read_number("times", value)?).is_some(),
                "after" => after.replace(read_number("after", value)?).is_some(),
                "do" => deed.replace(value).is_some(),
                _ => {
                    return Err(FaultSyntax::new(format!(
                        "a fault has no `{key}`; it has `match`, `times`, `after` and `do`"
                    )));
                }
            };
            if told_before {
                return Err(FaultSyntax::new(format!("`{key}` is said twice")));
            }
        }
        let Some(deed) = deed else {
            return Err(FaultSyntax::new("a fault needs a `do`".to_owned()));
        };
        if times == Some(0) {
            return Err(FaultSyntax::new("`times` is at least 1".to_owned()));
        }
        let (wait, kind) = read_deed(deed)?;
        Ok(Self {
            target: target.unwrap_or(Target::Any),
            after: after.unwrap_or(0),
            times: times.unwrap_or(1),
            wait,
            kind,
        })
    }
}

fn read_target(text: &str) -> Result<Target, FaultSyntax> {
    let text = text.trim();
    if text == "*" {
        return Ok(Target::Any);
    }
    match text.split_once(' ') {
        None if text.is_empty() || text.starts_with('/') => {
            Err(FaultSyntax::new(format!("`{text}` is neither an endpoint's id, nor a method and a path, nor `*`")))
        }
        None => Ok(Target::Endpoint(text.to_owned())),
        Some((method, path)) => match Method::from_bytes(method.as_bytes()) {
            Ok(method) if path.starts_with('/') => Ok(Target::Path(method, path.to_owned())),
            _ => Err(FaultSyntax::new(format!("`{text}` is not a method and a path like `GET /v1/devices`"))),
        },
    }
}

fn read_deed(text: &str) -> Result<(Option<Wait>, Option<Kind>), FaultSyntax> {
    let (mut wait, mut status, mut retry_after, mut kind) = (None, None, None, None);
    for part in text.split('+') {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (part, None),
        };
        let told_before = match (name, value) {
            ("delay", Some(value)) => {
                let delay = Duration::from_millis(read_number(name, value)?);
                wait.replace(Wait::For(delay)).is_some()
            }
            ("hold", None) => wait.replace(Wait::Held).is_some(),
            ("status", Some(value)) => status.replace(read_status(value)?).is_some(),
            ("retry-after", Some(value)) => retry_after.replace(read_number(name, value)?).is_some(),
            _ => kind.replace(read_kind(part, name, value)?).is_some(),
        };
        if told_before {
            return Err(FaultSyntax::new(format!("`{text}` does two things that exclude each other")));
        }
    }
    let refusal = match (status, retry_after) {
        (None, None) => None,
        (status, retry_after) => Some(Kind::Status { status: status.unwrap_or(429), retry_after }),
    };
    match (refusal, kind) {
        (Some(_), Some(_)) => Err(FaultSyntax::new(format!("`{text}` does two things that exclude each other"))),
        (refusal, kind) => Ok((wait, refusal.or(kind))),
    }
}

fn read_kind(part: &str, name: &str, value: Option<&str>) -> Result<Kind, FaultSyntax> {
    if let (Some(status), None) = (name.strip_prefix("commit-then-"), value)
        && status.starts_with(|first: char| first.is_ascii_digit())
    {
        return Ok(Kind::CommitThenStatus(read_status(status)?));
    }
    Ok(match (name, value) {
        ("reset", None) => Kind::Reset,
        ("commit-then-reset", None) => Kind::CommitThenReset,
        ("close", None) => Kind::Close,
        ("interim", Some(value)) => Kind::Interim(read_interim(value)?),
        ("reset-after-headers", None) => Kind::ResetAfterHeaders,
        ("cut-body", None) => Kind::CutBody,
        ("bad-json", None) => Kind::BadJson,
        ("wrong-type", None) => Kind::WrongType,
        ("slow-body", None) => Kind::SlowBody(DEFAULT_SLOW_BODY),
        ("slow-body", Some(value)) => Kind::SlowBody(Duration::from_millis(read_number(name, value)?)),
        ("trickle-body", None) => Kind::TrickleBody(DEFAULT_TRICKLE_BODY),
        ("trickle-body", Some(value)) => Kind::TrickleBody(Duration::from_millis(read_number(name, value)?)),
        ("huge-body", None) => Kind::HugeBody(DEFAULT_HUGE_BODY),
        ("huge-body", Some(value)) => Kind::HugeBody(read_number(name, value)?),
        ("empty-body", None) => Kind::EmptyBody,
        ("failure-in-body", None) => Kind::FailureInBody,
        ("expire-token", None) => Kind::ExpireToken,
        ("wrong-key", None) => Kind::WrongKey,
        ("wrong-device", None) => Kind::WrongDevice,
        ("jwt-wrong-key", None) => Kind::Forged(Forgery::WrongKey),
        ("jwt-expired", None) => Kind::Forged(Forgery::Expired),
        ("jwt-alg-none", None) => Kind::Forged(Forgery::AlgNone),
        ("html-login", None) => Kind::HtmlLogin,
        ("redirect", Some(address)) if http::HeaderValue::from_str(address).is_ok() => {
            Kind::Redirect(address.to_owned())
        }
        _ => return Err(no_kind(part, name)),
    })
}

/// There is no such kind; the nearest is offered, or all are listed.
fn no_kind(part: &str, name: &str) -> FaultSyntax {
    let kinds = || KINDS.split(", ").map(|kind| (kind.split_once('=').map_or(kind, |(name, _)| name), kind));
    let near = nearest(name, kinds().map(|(name, _)| name));
    let near = near.and_then(|near| kinds().find(|(name, _)| *name == near));
    let help = match near {
        Some((_, kind)) => format!("did you mean `{kind}`?"),
        None => format!("it can do {KINDS}"),
    };
    FaultSyntax { message: format!("a fault cannot do `{part}`"), help: Some(help) }
}

fn read_interim(text: &str) -> Result<u16, FaultSyntax> {
    match text.parse() {
        Ok(101) => Err(FaultSyntax::new("`101` is not an interim status: nothing follows it".to_owned())),
        Ok(status @ 100..=199) => Ok(status),
        _ => Err(FaultSyntax::new(format!("`{text}` is not an interim status from 100 to 199"))),
    }
}

fn read_status(text: &str) -> Result<u16, FaultSyntax> {
    match text.parse() {
        Ok(status @ 200..=599) => Ok(status),
        _ => Err(FaultSyntax::new(format!("`{text}` is not a status from 200 to 599"))),
    }
}

fn read_number<N: FromStr>(name: &str, text: &str) -> Result<N, FaultSyntax> {
    text.parse().map_err(|_| FaultSyntax::new(format!("`{text}` is not a number for `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        text.parse().unwrap()
    }

    #[test]
    fn every_part_is_read() {
        let read = fault("match=GET /v1/devices/{deviceId},times=3,after=2,do=delay=50+status=503+retry-after=7");
        assert_eq!(read.target, Target::Path(Method::GET, "/v1/devices/{deviceId}".into()));
        assert_eq!((read.times, read.after), (3, 2));
        assert_eq!(read.wait, Some(Wait::For(Duration::from_millis(50))));
        assert_eq!(read.kind, Some(Kind::Status { status: 503, retry_after: Some(7) }));
    }

    #[test]
    fn what_is_left_out_is_one_request_of_any_kind() {
        let read = fault("do=reset");
        assert_eq!((read.target, read.times, read.after, read.wait), (Target::Any, 1, 0, None));
        assert_eq!(fault("do=retry-after=1").kind, Some(Kind::Status { status: 429, retry_after: Some(1) }));
        assert_eq!(fault("do=delay=5").kind, None);
        assert_eq!((fault("do=hold").wait, fault("do=hold").kind), (Some(Wait::Held), None));
    }

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        for kind in KINDS.split(", ") {
            let kind = kind.replace("interim=N", "interim=103").replace("then-N", "then-204");
            let kind =
                kind.replace("=N", "=500").replace("=S", "=1").replace("=MS", "=9").replace("=URL", "=http://x.test/");
            let read = fault(&format!("match=devices.list,times=2,after=1,do={kind}"));
            assert_eq!(fault(&read.to_string()), read, "{kind}");
        }
        assert_eq!(fault("do=status=503+hold").to_string(), "match=*,times=1,do=hold+status=503");
        assert_eq!(
            fault("do=status=503+retry-after=2,match=POST /as/token").to_string(),
            "match=POST /as/token,times=1,do=status=503+retry-after=2"
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, wrong) in [
            ("", "`` is not a pair like `times=3`"),
            ("times=3", "a fault needs a `do`"),
            ("times=0,do=reset", "`times` is at least 1"),
            ("times=x,do=reset", "`x` is not a number for `times`"),
            ("do=reset,do=reset", "`do` is said twice"),
            ("when=1,do=reset", "a fault has no `when`; it has `match`, `times`, `after` and `do`"),
            ("do=status=99", "`99` is not a status from 200 to 599"),
            ("do=commit-then-99", "`99` is not a status from 200 to 599"),
            ("do=interim=101", "`101` is not an interim status: nothing follows it"),
            ("do=interim=200", "`200` is not an interim status from 100 to 199"),
            ("do=reset+bad-json", "`reset+bad-json` does two things that exclude each other"),
            ("do=hold+delay=5", "`hold+delay=5` does two things that exclude each other"),
            ("do=hold=5", "a fault cannot do `hold=5`; did you mean `hold`?"),
            ("do=stauts=503", "a fault cannot do `stauts=503`; did you mean `status=N`?"),
            ("do=comit-then-503", "a fault cannot do `comit-then-503`; did you mean `commit-then-N`?"),
            ("do=explode", "a fault cannot do `explode`; it can do KINDS"),
            ("do=status=500+reset", "`status=500+reset` does two things that exclude each other"),
            (
                "match=/v1/devices,do=reset",
                "`/v1/devices` is neither an endpoint's id, nor a method and a path, nor `*`",
            ),
            ("match=GET v1,do=reset", "`GET v1` is not a method and a path like `GET /v1/devices`"),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), wrong.replace("KINDS", KINDS), "{text}");
        }
    }
}
