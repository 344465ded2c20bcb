//! The routes under `/_sandbox/`, by which tests look at a sandbox and change it while it runs.

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::ClockKind;
use crate::exchange::{Reply, Request};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::openapi;
use crate::world::World;

const ROUTES: &str = "GET and DELETE /_sandbox/requests; GET and POST /_sandbox/clock; \
    GET, POST and DELETE /_sandbox/faults; POST /_sandbox/release; GET and POST /_sandbox/settings; GET /_sandbox/openapi/NAME.json";

const DOCUMENTS: &str = "/_sandbox/openapi/";

type Refusal = (StatusCode, String);

pub(super) fn answer(world: &World, request: &Request) -> Reply {
    let answer = match (request.method(), request.path()) {
        (&Method::GET, "/_sandbox/requests") => Ok(json!({ "requests": world.received() })),
        (&Method::DELETE, "/_sandbox/requests") => {
            world.requests.clear();
            Ok(json!({ "requests": [] }))
        }
        (&Method::GET, "/_sandbox/clock") => Ok(clock(world)),
        (&Method::POST, "/_sandbox/clock") => set_clock(world, request),
        (&Method::GET, "/_sandbox/faults") => Ok(faults(world)),
        (&Method::POST, "/_sandbox/faults") => add_faults(world, request),
        (&Method::DELETE, "/_sandbox/faults") => {
            world.faults.clear();
            Ok(faults(world))
        }
        (&Method::POST, "/_sandbox/release") => {
            world.release.notify_waiters();
            Ok(json!({}))
        }
        (&Method::GET, "/_sandbox/settings") => Ok(settings(world)),
        (&Method::POST, "/_sandbox/settings") => change_settings(world, request),
        (&Method::GET, path) if path.starts_with(DOCUMENTS) => document(world, path),
        (method, path) => Err((StatusCode::NOT_FOUND, format!("There is no {method} {path}; there are {ROUTES}."))),
    };
    match answer {
        Ok(value) => Reply::json(StatusCode::OK, value.to_string()),
        Err((status, message)) => failure(status, &message),
    }
}

pub(super) fn failure(status: StatusCode, message: &str) -> Reply {
    Reply::json(status, json!({ "error": message }).to_string())
}

fn bad(message: impl Into<String>) -> Refusal {
    (StatusCode::BAD_REQUEST, message.into())
}

fn document(world: &World, path: &str) -> Result<Value, Refusal> {
    let name = path.strip_prefix(DOCUMENTS).and_then(|name| name.strip_suffix(".json")).unwrap_or_default();
    openapi::document(world, name).ok_or_else(|| {
        let names = openapi::names(world).join(", ");
        (StatusCode::NOT_FOUND, format!("There is no {path}; there are documents of {names}."))
    })
}

fn clock(world: &World) -> Value {
    let kind = match world.clock.kind() {
        ClockKind::Fixed => "fixed",
        ClockKind::Real => "real",
    };
    json!({ "now": world.clock.now().to_string(), "kind": kind })
}

fn set_clock(world: &World, request: &Request) -> Result<Value, Refusal> {
    let body = object(request)?;
    let mut fields = body.iter();
    let now = match (fields.next(), fields.next()) {
        (Some((name, Value::String(now))), None) if name == "now" => {
            now.parse::<Timestamp>().map_err(|error| bad(format!("`now` is not a time: {error}.")))?
        }
        (Some((name, Value::Number(seconds))), None) if name == "advance_seconds" => {
            let seconds = seconds.as_i64().ok_or_else(|| bad("`advance_seconds` is not a whole number."))?;
            let later = world.clock.now().checked_add(SignedDuration::from_secs(seconds));
            later.map_err(|_| bad("The clock cannot go that far."))?
        }
        _ => return Err(bad("The body is {\"now\": \"2025-03-01T09:00:00Z\"} or {\"advance_seconds\": 60}.")),
    };
    world.set_clock(now)?;
    Ok(clock(world))
}

fn faults(world: &World) -> Value {
    json!({ "faults": world.faults.list() })
}

fn add_faults(world: &World, request: &Request) -> Result<Value, Refusal> {
    let texts: Vec<String> = serde_json::from_slice(&request.body)
        .map_err(|_| bad("The body is a list of faults, such as [\"match=devices.list,times=3,do=reset\"]."))?;
    let parsed = texts.iter().map(|text| text.parse::<Fault>().map_err(|error| bad(format!("{error}."))));
    let added = parsed.collect::<Result<_, _>>()?;
    world.faults.add(added).map_err(|error| bad(format!("{error}.")))?;
    Ok(faults(world))
}

fn settings(world: &World) -> Value {
    let mut settings = json!(world.limiter.limits());
    settings["keep_requests"] = json!(world.requests.keeps());
    settings
}

/// Changes the settings that the body names and leaves the others; `null` takes a limit away.
fn change_settings(world: &World, request: &Request) -> Result<Value, Refusal> {
    let mut limits = world.limiter.limits();
    let mut keep = None;
    for (name, value) in object(request)? {
        let Limits { requests_per_second, access_token_seconds, refresh_token_seconds } = &mut limits;
        let limit = match name.as_str() {
            "requests_per_second" => requests_per_second,
            "access_token_seconds" => access_token_seconds,
            "refresh_token_seconds" => refresh_token_seconds,
            "keep_requests" => {
                keep = Some(value.as_bool().ok_or_else(|| bad("`keep_requests` is true or false."))?);
                continue;
            }
            _ => return Err(bad(format!("There is no setting `{name}`."))),
        };
        *limit = match value {
            Value::Null => None,
            value => {
                let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
                Some(number.ok_or_else(|| bad(format!("`{name}` is a whole number or null.")))?)
            }
        };
    }
    world.limiter.set(limits);
    if let Some(keep) = keep {
        world.requests.set_keep(keep);
    }
    Ok(settings(world))
}

fn object(request: &Request) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| bad("The body is not a JSON object."))
}
