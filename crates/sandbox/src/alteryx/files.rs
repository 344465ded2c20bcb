//! The host that keeps the portal's downloads. It knows no tokens: a link to a file is signed and ends, and whoever has
//! the link has the file.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::envelope::{self, Refusal, refused};
use super::products;
use crate::exchange::{Reply, Request};
use crate::parameters::Parameters;
use crate::random::{Random, hexadecimal};
use crate::system::{Endpoint, Route, System, place};
use crate::world::World;

const NAME: &str = "files.alteryx";
const SIGNING_KEY: &str = "a link of the sandbox";
/// How many bytes each file has.
const FILE_LENGTH: usize = 4096;

static ENDPOINTS: &[Endpoint] = &[Endpoint { id: "files.get", method: Method::GET, path: "/{fileName}" }];

/// The host of the downloads. It has no state.
#[derive(Debug)]
pub(crate) struct Files;

/// An answer that leads to the link of a file, for a portal that is played under `host`. The link ends at a time, in
/// seconds since 1970.
pub(super) fn lead_to(host: &str, file: &str, expires: i64) -> Reply {
    let signature = signature(file, &expires.to_string());
    Reply::redirect(&format!("http://files.{host}/{file}?expires={expires}&signature={signature}"))
}

fn signature(file: &str, expires: &str) -> String {
    hexadecimal(&Sha256::digest([SIGNING_KEY, file, expires].join("\n"))[..16])
}

/// What stands in a file: always the same, and no text.
fn content(file: &str) -> Bytes {
    let digest = Sha256::digest(file);
    let seed = digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte));
    let mut random = Random::new(seed);
    let numbers = std::iter::from_fn(|| Some(random.next().to_le_bytes())).flatten();
    b"MZ\x90\x00".iter().copied().chain(numbers).take(FILE_LENGTH).collect()
}

fn get(request: &Request, now: Timestamp) -> Result<Reply, Refusal> {
    if request.head.headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::bad_request("A signed link is followed without a token."));
    }
    let file = request.path().trim_start_matches('/');
    let parameters = Parameters::read(request.query())?;
    let expires = parameters.required("expires")?;
    if parameters.required("signature")? != signature(file, expires) {
        return Err(Refusal::forbidden("The link is not signed for this file and this time."));
    }
    if !expires.parse().is_ok_and(|expires: i64| now.as_second() < expires) {
        return Err(Refusal::forbidden("The link has expired."));
    }
    if !products::has_file(file) {
        return Err(Refusal::not_found(format!("File {file} was not found.")));
    }
    Ok(Reply::file(file, content(file)))
}

impl System for Files {
    fn name(&self) -> &'static str {
        NAME
    }

    fn environment(&self, _world: &World) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn endpoint(&self, place: usize) -> Option<&'static Endpoint> {
        ENDPOINTS.get(place)
    }

    fn answer(&self, world: &World, request: &Request, route: Route) -> Reply {
        match place(self, request, route) {
            Ok(_) => get(request, world.clock.now()).unwrap_or_else(|refusal| refused(&refusal)),
            Err(reply) => reply,
        }
    }

    fn failure(&self, _endpoint: Option<&Endpoint>, status: StatusCode, message: &str) -> Reply {
        refused(&Refusal::new(status, message))
    }

    fn failure_in_body(&self, _endpoint: Option<&Endpoint>, message: &str) -> Reply {
        Reply::json(StatusCode::OK, envelope::failure(message))
    }

    fn sent_token(&self, _request: &Request) -> Option<String> {
        None
    }

    fn with_other_keys(&self, body: &str) -> String {
        body.to_owned()
    }

    fn with_other_devices(&self, body: &str) -> String {
        body.to_owned()
    }
}
