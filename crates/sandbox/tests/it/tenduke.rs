//! 10Duke: who may use what, for how long, and what administrators change.

mod licenses;
mod logins;
mod operations;
mod page;
mod refused;
mod routes;
mod walk;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::client::{Answer, Portal, send};

pub(crate) const HOST: &str = "tenduke.sandbox.test";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// A request of the user with this number; number 0 is the administrator.
pub(crate) async fn call(portal: &Portal, user: u32, method: &str, target: &str) -> Answer {
    submit(portal, user, method, target, "").await
}

/// The same, with the fields of a form.
pub(crate) async fn submit(portal: &Portal, user: u32, method: &str, target: &str, form: &str) -> Answer {
    let headers = format!("authorization: Bearer token-p{user}\r\n{FORM}");
    send(portal.sandbox.address(), HOST, method, target, &headers, form).await.unwrap()
}

/// What the answer to a request for one item or lease says.
fn claims(answer: &Answer) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{answer:?}");
    answer.json()
}

/// The claims of a token.
fn decoded(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}
