//! Tokens that are refused, or cannot be tokens.

use super::calls::{calls, folder};
use super::table::Input;
use crate::secrets::speaker::{Speaker, answer};

/// A call against a server that answers so, with this way to authorize.
fn input(name: &str, authorization: &str, token: &str, said: Vec<u8>) -> Input {
    let speaker = Speaker::new(move |_| said.clone());
    let connection = format!("base_url: \"{}\", authorization: {authorization}", speaker.url());
    let connection = connection.replace("AUTH", &format!("{}/token", speaker.url()));
    let folder = folder(&connection, &calls("endpoint: things.list", "")).variable("GIVEN", token);
    let port = format!("127.0.0.1:{}", speaker.port());
    Input::new(name, folder).varying(port, "HOST")
}

pub(super) fn inputs() -> Vec<Input> {
    let bearer = "{ token: \"${env:GIVEN}\" }";
    let refresh = "{ auth_url: \"AUTH\", refresh_token: \"${env:GIVEN}\" }";
    let refused = || answer("401 Unauthorized", "", br#"{"message":"unknown"}"#);
    let granted = |token: &str| answer("200 OK", "", format!(r#"{{"access_token":"{token}"}}"#).as_bytes());
    let grant = |error: &str| answer("400 Bad Request", "", format!(r#"{{"error":"{error}"}}"#).as_bytes());
    vec![
        input("a token that is refused", bearer, "given-token", refused()),
        input("a token that may not do this", bearer, "given-token", answer("403 Forbidden", "", b"")),
        input("an empty token", bearer, "", refused()),
        input("a token with a line break at its end", bearer, "given-token\n", refused()),
        input("a token with a control character", bearer, "given\u{7}token", refused()),
        input("a token that is written in the file", "{ token: 12345 }", "", refused()),
        input("a variable that is not set", "{ token: \"${env:NOT_THERE}\" }", "", refused()),
        input("a refresh token that has expired", refresh, "given-token", grant("invalid_grant")),
        input("a refresh token of a client that is unknown", refresh, "given-token", grant("invalid_client")),
        input("a login that breaks down", refresh, "given-token", answer("503 Service Unavailable", "", b"")),
        input("a login that is a page", refresh, "given-token", answer("200 OK", "", b"<html>")),
        input("a login that grants nothing", refresh, "given-token", answer("200 OK", "", b"{}")),
        input("a login that grants an empty token", refresh, "given-token", granted("")),
        input("a login that grants a token with a line break", refresh, "given-token", granted("a\\nb")),
        input("a login that is not there", refresh, "given-token", answer("404 Not Found", "", b"")),
    ]
}
