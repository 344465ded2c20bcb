//! The ways to authorize, as security schemes.

use serde_json::{Map, Value, json};

use crate::{AuthorizationKind, Scheme};

/// A scheme for each way, by its kind; by kind and number, if there are several of a kind.
///
/// A refresh token, and a password for a token of one's own form, are no ways to log in that a document knows; what they
/// give is a token to bear.
pub(super) fn schemes(ways: &[AuthorizationKind]) -> Map<String, Value> {
    let mut schemes = Map::new();
    for way in ways {
        let word = Scheme::WORDS.iter().find(|(_, scheme)| *scheme == way.kind).map_or("bearer", |(word, _)| word);
        let number = schemes.keys().filter(|name: &&String| name.starts_with(word)).count();
        let name = if number == 0 { word.to_owned() } else { format!("{word}-{}", number + 1) };
        schemes.insert(name, scheme(way));
    }
    schemes
}

fn scheme(way: &AuthorizationKind) -> Value {
    let flow =
        |name: &str, url: &str| json!({ "type": "oauth2", "flows": { name: { "tokenUrl": url, "scopes": {} } } });
    let mut scheme = match (way.kind, &way.auth_url, &way.header) {
        (Scheme::ClientCredentials, Some(url), _) => flow("clientCredentials", url),
        (Scheme::Basic, ..) => json!({ "type": "http", "scheme": "basic" }),
        (Scheme::Header, _, Some(header)) => json!({ "type": "apiKey", "in": "header", "name": header }),
        _ => json!({ "type": "http", "scheme": "bearer" }),
    };
    let means = match way.kind {
        Scheme::RefreshToken => Some("A refresh token gives"),
        Scheme::Ropc => Some("A name and a password give"),
        _ => None,
    };
    let given = means.zip(way.auth_url.as_ref()).map(|(means, url)| format!("{means} access tokens at {url}."));
    let said = [way.description.clone(), given];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        scheme["description"] = json!(said.join(" "));
    }
    scheme
}
