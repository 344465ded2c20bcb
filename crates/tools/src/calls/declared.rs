//! What a catalog says of an answer's columns.

use bytes::Bytes;
use seatflow_catalog::{Endpoint, ResponseForm};
use seatflow_flatten::{Document, Flattener, Options};
use seatflow_tool::Columns;

/// The column of a signed token's text.
const TOKEN: &str = "token";

/// The columns that the answers of an endpoint have, if its catalog shows one. Others may come: an example shows what
/// there can be, not all of it. One of signed tokens shows their claims, beside which each has its text.
pub(super) fn columns(endpoint: &Endpoint, options: Options) -> Columns {
    let example = endpoint.response.example.as_ref().and_then(|example| flattened(&example.to_string(), options));
    let Some(mut shown) = example else { return Columns::Unknown };
    if matches!(endpoint.response.form, ResponseForm::Jwt { .. }) && shown.iter().all(|column| column != TOKEN) {
        shown.push(TOKEN.to_owned());
    }
    Columns::Shown(shown)
}

fn flattened(example: &str, options: Options) -> Option<Vec<String>> {
    let document = Document::parse(Bytes::copy_from_slice(example.as_bytes()), options.max_columns).ok()?;
    let mut flattener = Flattener::new(options);
    flattener.append(&document, 0).ok()?;
    let rows = flattener.take().ok()?;
    Some(rows.schema_ref().fields().iter().map(|field| field.name().clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_tokens_have_their_text_beside_the_claims_that_are_shown() {
        let catalog = seatflow_catalog::builtin("tenduke").unwrap();
        let shown = |id: &str| match columns(catalog.endpoint(id).unwrap(), Options::default()) {
            Columns::Shown(shown) => shown,
            other => panic!("{id}: {other:?}"),
        };
        let claims = shown("authz.consume");
        assert!(claims.contains(&"jti".to_owned()) && !claims.contains(&TOKEN.to_owned()), "{claims:?}");
        assert_eq!(shown("authz.consumeJwt"), [claims, vec![TOKEN.to_owned()]].concat());
    }
}
