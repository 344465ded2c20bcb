//! Answers of which the client makes something else before anybody looks at them. A document tells them as they are sent,
//! so what is made of them is held against the schemas of the catalog.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use seatflow_call::Answer;
use seatflow_catalog::{Endpoint, ResponseForm, Unsaid, builtin};
use serde_json::Value;

use super::exchange::Exchange;

/// Whether what is made of an answer fits the schema of one of these endpoints of a catalog, which are one operation.
///
/// # Errors
/// It fits none: why not.
pub(super) fn check(ids: &str, exchange: &Exchange) -> Result<(), String> {
    let catalog = builtin(&exchange.system).unwrap();
    let mut why = Vec::new();
    for endpoint in ids.split('|').map(|id| catalog.endpoint(id).unwrap()) {
        let Some(schema) = &endpoint.response.schema else { return Ok(()) };
        let made = match endpoint.response.form {
            ResponseForm::Graph => opened(endpoint, exchange)?,
            ResponseForm::Jwt { .. } => claims(exchange.answer.as_deref().unwrap_or_default())?,
            ResponseForm::Json | ResponseForm::File => return Ok(()),
        };
        let misfits = schema.misfits(&made, &Unsaid::default());
        let Some((path, misfit)) = misfits.first() else { return Ok(()) };
        why.push(format!("what is made of the answer does not fit {}: {misfit} at {path:?}", endpoint.id));
    }
    Err(why.join("; "))
}

/// The objects of a graph, with what hangs on them for fields.
fn opened(endpoint: &Endpoint, exchange: &Exchange) -> Result<Value, String> {
    let answer = Answer {
        status: exchange.status,
        content_type: None,
        link: None,
        body: exchange.answer.clone().unwrap_or_default().into(),
        url: exchange.url.to_string(),
        attempts: 1,
        repeated: false,
    };
    serde_json::from_slice(&answer.readable(endpoint)).map_err(|error| format!("the answer is no JSON: {error}"))
}

/// The claims of each token, with the token itself; of one token alone, no list.
fn claims(tokens: &str) -> Result<Value, String> {
    let claims = |token: &str| {
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let mut claims: Value = serde_json::from_slice(&claims).ok()?;
        claims["token"] = token.into();
        Some(claims)
    };
    let mut all: Vec<Value> = tokens
        .split('&')
        .map(|token| claims(token).ok_or_else(|| format!("`{token}` is no token")))
        .collect::<Result<_, _>>()?;
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Value::Array(all) })
}
