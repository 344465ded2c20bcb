//! A request's way: to its system, past the faults and the limits, into the log.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, DATE, HOST, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use jiff::fmt::rfc2822::DateTimePrinter;

use super::admin;
use super::body::Body;
use super::broken::Broken;
use super::wire::Foreword;
use crate::caller::end_token;
use crate::exchange::{Reply, Request};
use crate::fault::{Fault, Kind, Wait, first_fields_of_another_type};
use crate::requests::{Arrival, Outcome};
use crate::system::{Endpoint, Route, System};
use crate::world::World;

/// The longest body that a request may have.
const LONGEST_BODY: usize = 4 * 1024 * 1024;

pub(super) async fn handle(
    world: &World,
    foreword: &Foreword,
    incoming: http::Request<Incoming>,
) -> Result<Response<Body>, Broken> {
    let (head, body) = incoming.into_parts();
    if head.uri.path().starts_with("/_sandbox/") {
        let reply = match read_body(body).await? {
            Some(body) => admin::answer(world, &Request { head, body }),
            None => admin::failure(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long."),
        };
        return Ok(respond(world, reply, Body::whole));
    }
    // Some systems tell their endpoints apart by what is in the body.
    let body = read_body(body).await?;
    let is_too_long = body.is_none();
    let request = Request { head, body: body.unwrap_or_default() };
    let host = request.header(&HOST).or_else(|| request.head.uri.host()).unwrap_or_default();
    let system = world.system(host);
    let route = system.map_or(Route::Nowhere, |system| system.route(&request));
    let endpoint = match (system, route) {
        (Some(system), Route::To(place)) => system.endpoint(place),
        _ => None,
    };
    let strike = world.faults.strike(request.method(), request.path(), endpoint.map(|endpoint| endpoint.id));
    let fault = strike.as_ref().map(|strike| &*strike.fault);
    // Who sees the request in the log can let it go: from before then on it hears of it.
    let release = world.release.notified();
    let number = world.requests.received(Arrival {
        system: system.map(System::name),
        method: request.method(),
        target: request.target(),
        endpoint: endpoint.map(|endpoint| endpoint.id),
        fault: strike.as_ref().map(|strike| Arc::clone(&strike.deed)),
    });
    let Some(system) = system else {
        let reply = no_system(world, host);
        world.requests.answered(number, Outcome { status: Some(reply.status), ..Outcome::default() });
        return Ok(respond(world, reply, Body::whole));
    };
    match fault.and_then(|fault| fault.wait) {
        Some(Wait::For(delay)) => tokio::time::sleep(delay).await,
        Some(Wait::Held) => release.await,
        None => {}
    }
    let mut reply = if is_too_long {
        Some(system.failure(endpoint, StatusCode::PAYLOAD_TOO_LARGE, "The body of the request is too long."))
    } else {
        answer(world, system, route, endpoint, &request, fault)
    };
    let kind = fault.and_then(|fault| fault.kind.as_ref());
    let (caller, effect) = reply.as_mut().map_or((None, None), |reply| (reply.caller.take(), reply.effect.take()));
    let reply = reply.and_then(|reply| spoil(system, endpoint, reply, kind));
    let status = reply.as_ref().map(|reply| reply.status);
    world.requests.answered(number, Outcome { caller, status, effect });
    let reply = reply.ok_or(if kind == Some(&Kind::Close) { Broken::Closed } else { Broken::Reset })?;
    if let Some(Kind::Interim(status)) = kind {
        foreword.say(&format!("HTTP/1.1 {status} Interim\r\n\r\n"));
    }
    Ok(respond(world, reply, |bytes| match kind {
        Some(Kind::CutBody) => Body::cut(bytes),
        Some(Kind::ResetAfterHeaders) => Body::reset(&bytes),
        Some(Kind::TrickleBody(pause)) => Body::trickle(bytes, *pause),
        Some(Kind::SlowBody(pause)) => Body::slow(bytes, *pause),
        Some(Kind::HugeBody(length)) => Body::filled(bytes, *length),
        _ => Body::whole(bytes),
    }))
}

/// The answer to a request, before a fault changes it; none when the connection ends instead.
fn answer(
    world: &World,
    system: &dyn System,
    route: Route,
    endpoint: Option<&Endpoint>,
    request: &Request,
    fault: Option<&Fault>,
) -> Option<Reply> {
    match fault.and_then(|fault| fault.kind.as_ref()) {
        Some(kind) if kind.replaces_the_request() => return replacement(system, endpoint, kind),
        Some(Kind::ExpireToken) => end_token(world, system.sent_token(request)),
        _ => {}
    }
    if !world.limiter.lets_in(tokio::time::Instant::now()) {
        let message = "There were too many requests; wait a second.";
        let reply = system.failure(endpoint, StatusCode::TOO_MANY_REQUESTS, message);
        return Some(reply.with_header(RETRY_AFTER, HeaderValue::from_static("1")));
    }
    Some(system.answer(world, request, route))
}

/// What a fault answers in the place of the system.
fn replacement(system: &dyn System, endpoint: Option<&Endpoint>, kind: &Kind) -> Option<Reply> {
    match kind {
        Kind::Status { status, retry_after } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let reply = system.failure(endpoint, status, "A fault of the sandbox.");
            Some(match retry_after {
                Some(seconds) => reply.with_header(RETRY_AFTER, HeaderValue::from(*seconds)),
                None => reply,
            })
        }
        Kind::FailureInBody => Some(system.failure_in_body(endpoint, "A fault of the sandbox.")),
        Kind::HtmlLogin => {
            let page = include_str!("login.html");
            Some(Reply { content_type: "text/html; charset=utf-8", ..Reply::json(StatusCode::OK, page) })
        }
        Kind::Redirect(address) => Some(Reply::redirect(address)),
        _ => None,
    }
}

/// What a fault makes of an answer; none when the connection ends instead.
fn spoil(system: &dyn System, endpoint: Option<&Endpoint>, reply: Reply, kind: Option<&Kind>) -> Option<Reply> {
    let rewritten = |rewrite: &dyn Fn(&str) -> String| match std::str::from_utf8(&reply.body) {
        Ok(text) => Bytes::from(rewrite(text)),
        Err(_) => reply.body.clone(),
    };
    let body = match kind {
        Some(Kind::CommitThenReset) => return None,
        Some(Kind::CommitThenStatus(status)) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            if !status.is_success() {
                return Some(system.failure(endpoint, status, "A fault of the sandbox."));
            }
            return Some(Reply { status, ..reply });
        }
        Some(Kind::BadJson) => reply.body.slice(..reply.body.len() / 2),
        Some(Kind::EmptyBody) => Bytes::new(),
        Some(Kind::WrongType) => rewritten(&first_fields_of_another_type),
        Some(Kind::WrongKey) => rewritten(&|text| system.with_other_keys(text)),
        Some(Kind::WrongDevice) => rewritten(&|text| system.with_other_devices(text)),
        Some(Kind::Forged(forgery)) => rewritten(&|text| system.with_forged_tokens(text, *forgery)),
        _ => return Some(reply),
    };
    Some(Reply { body, ..reply })
}

fn no_system(world: &World, host: &str) -> Reply {
    let message = format!("The sandbox plays no system under the host `{host}`.");
    let body = serde_json::json!({ "error": message, "hosts": world.hosts() });
    Reply::json(StatusCode::NOT_FOUND, body.to_string())
}

/// The whole body, or none if it is too long.
async fn read_body(mut body: Incoming) -> Result<Option<Bytes>, Broken> {
    let mut whole = BytesMut::new();
    while !body.is_end_stream() {
        let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await;
        let Some(frame) = frame else { break };
        if let Ok(data) = frame.map_err(|_| Broken::Reset)?.into_data() {
            if whole.len() + data.len() > LONGEST_BODY {
                return Ok(None);
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(Some(whole.freeze()))
}

fn respond(world: &World, reply: Reply, body: impl FnOnce(Bytes) -> Body) -> Response<Body> {
    // These two have no body, whatever a fault would have them say.
    let has_body = !matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut response = Response::new(if has_body { body(reply.body) } else { Body::whole(Bytes::new()) });
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    if has_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&world.clock.second());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert(DATE, date);
    }
    headers.extend(reply.headers);
    response
}
