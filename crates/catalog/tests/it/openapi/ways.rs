//! Ways to authorize, and servers.

use serde_json::{Value, json};

use super::import::made;

/// What a document says of a server and its schemes: base URL, ways to authorize, and what is left out.
fn made_of(more: &Value) -> (Option<String>, Vec<Value>, Vec<String>) {
    let mut document = json!({ "paths": { "/a": { "get": { "responses": {} } } } });
    document.as_object_mut().expect("it is a map").extend(more.as_object().expect("it is a map").clone());
    let (catalog, left_out) = made(&document.to_string());
    let ways = catalog.authorization.iter().map(|way| {
        let mut way = serde_json::to_value(way).expect("it is data");
        way.as_object_mut().expect("it is a map").retain(|key, value| key != "source" && !value.is_null());
        way
    });
    (catalog.base_url.clone(), ways.collect(), left_out)
}

#[test]
fn security_schemes_are_ways_to_authorize() {
    let url = "https://login.example.test/token";
    let flow = |name: &str| json!({ "type": "oauth2", "flows": { name: { "tokenUrl": url, "scopes": {} } } });
    for (scheme, way, why) in [
        (json!({ "type": "http", "scheme": "Bearer" }), json!({ "kind": "bearer" }), ""),
        (json!({ "type": "http", "scheme": "basic" }), json!({ "kind": "basic" }), ""),
        (
            json!({ "type": "apiKey", "in": "header", "name": "X-Key" }),
            json!({ "kind": "header", "header": "X-Key" }),
            "",
        ),
        (flow("clientCredentials"), json!({ "kind": "client-credentials", "auth_url": url }), ""),
        (flow("password"), json!({ "kind": "bearer" }), "nobody asks for a token with a password"),
        (
            json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": url, "scopes": { "read": "", "write": "" } } } }),
            json!({ "kind": "client-credentials", "auth_url": url }),
            "a connection says for which scopes it asks; there are read, write",
        ),
        (flow("authorizationCode"), json!({ "kind": "refresh-token", "auth_url": url }), ""),
        (flow("implicit"), json!({ "kind": "bearer" }), "nobody logs in by a page"),
        (json!({ "type": "openIdConnect" }), json!({ "kind": "bearer" }), "nothing is discovered"),
        (json!({ "type": "apiKey", "in": "query", "name": "key" }), Value::Null, "no key is sent in the query"),
        (json!({ "type": "apiKey", "in": "cookie", "name": "key" }), Value::Null, "no key is sent in the cookie"),
        (json!({ "type": "http", "scheme": "digest" }), Value::Null, "nobody authorizes by HTTP's `digest`"),
        (json!({ "type": "mutualTLS" }), Value::Null, "a certificate is a setting of the connection"),
        (
            json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "/token" } } }),
            json!({ "kind": "client-credentials" }),
            "`/token` is no whole URL",
        ),
    ] {
        let schemes = json!({ "openapi": "3.1.0", "components": { "securitySchemes": { "one": scheme } } });
        let (_, ways, left_out) = made_of(&schemes);
        assert_eq!(ways, if way.is_null() { vec![] } else { vec![way] }, "{scheme}");
        assert_eq!(left_out.len(), usize::from(!why.is_empty()), "{left_out:?}");
        assert!(left_out.iter().all(|line| line.contains(why)), "{scheme}: {left_out:?}");
    }
}

#[test]
fn the_first_server_is_the_base_url_if_it_is_whole() {
    let servers = |servers: Value| made_of(&json!({ "openapi": "3.0.1", "servers": servers }));
    let (url, _, left_out) = servers(json!([{ "url": "https://a.example.test/v1/" }]));
    assert_eq!((url.as_deref(), left_out.len()), (Some("https://a.example.test/v1"), 0));
    let region = json!({ "region": { "default": "eu" } });
    let (url, _, left_out) = servers(json!([{ "url": "https://{region}.example.test", "variables": region }]));
    assert_eq!(url.as_deref(), Some("https://eu.example.test"));
    assert_eq!(left_out, ["#/servers/0/variables/region: `region` of the server is `eu`"]);
    for odd in ["/v1", "https://{region}.example.test", "ftp://a.example.test", "https://a b"] {
        let (url, _, left_out) = servers(json!([{ "url": odd }]));
        assert_eq!((url, left_out.len()), (None, 1), "{odd}");
    }
    let swagger = |more: Value| {
        let mut document = json!({ "swagger": "2.0", "host": "a.example.test" });
        document.as_object_mut().expect("it is a map").extend(more.as_object().expect("it is a map").clone());
        made_of(&document).0
    };
    assert_eq!(swagger(json!({})).as_deref(), Some("https://a.example.test"));
    let path = json!({ "basePath": "/v1/", "schemes": ["https", "http"] });
    assert_eq!(swagger(path).as_deref(), Some("https://a.example.test/v1"));
}

#[test]
fn what_is_not_encrypted_is_told_of() {
    let told = |more: &Value, url: &str, at: &str| {
        let (_, _, left_out) = made_of(more);
        let expected = format!("#{at}: `{url}` is not encrypted: see if the system is there by `https://` as well");
        assert_eq!(left_out, [expected], "{more}");
    };
    let swagger = json!({ "swagger": "2.0", "host": "a.example.test", "basePath": "/v1/", "schemes": ["http"] });
    told(&swagger, "http://a.example.test/v1", "/schemes");
    let server = json!({ "openapi": "3.0.0", "servers": [{ "url": "http://a.example.test" }] });
    told(&server, "http://a.example.test", "/servers/0");
    let flows = json!({ "clientCredentials": { "tokenUrl": "http://a.example.test/token", "scopes": {} } });
    let schemes = json!({ "login": { "type": "oauth2", "flows": flows } });
    let document = json!({ "openapi": "3.0.0", "components": { "securitySchemes": schemes } });
    told(&document, "http://a.example.test/token", "/components/securitySchemes/login/flows/clientCredentials");
}
