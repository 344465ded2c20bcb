//! Downloads that are led to a store.

use super::server::{Server, answer};
use super::{TOKEN, assert_unsaid, failed, folder, left, run};

#[test]
fn a_download_is_followed_to_its_store_without_the_token_and_its_signature_is_told_nowhere() {
    let store = Server::new(answer("200 OK", "content-type: text/csv\r\n", b"id,seats\nt-1,2\n"));
    let signed = format!("{}/export.csv?part=1&X-Signature=s1gned-url-0001", store.url());
    let body = format!("<a href=\"{}\">here</a>", signed.replace('&', "&amp;"));
    let portal = Server::new(answer("302 Found", &format!("location: {signed}\r\n"), body.as_bytes()));
    let folder = folder(&format!("base_url: {}\n    headers: {{ X-Team: \"${{env:TEAM}}\" }}", portal.url()))
        .variable("TEAM", "team-secret-0001");
    let ran = run(&folder);
    assert_eq!(ran.status, 3, "a file is no table: {}", ran.stderr);
    assert_eq!(left(&folder, "things.csv")[0]["DownloadData"], "id,seats\nt-1,2\n");
    let head = &store.heads()[0];
    assert!(head.starts_with("get /export.csv?part=1&x-signature=s1gned-url-0001 http/1.1\r\n"), "{head}");
    for secret in [TOKEN, "team-secret-0001", "authorization", "cookie", "x-team"] {
        assert!(!head.contains(secret), "{head}");
    }
    assert!(portal.heads()[0].contains(TOKEN));
    assert_unsaid("s1gned-url-0001", &ran, &folder);
    let log = left(&folder, "log.csv");
    assert_eq!(log[1]["url"], format!("{}/export.csv?part=***&X-Signature=***", store.url()));
}

#[test]
fn a_store_that_refuses_is_told_without_the_signature() {
    let store = Server::new(answer("403 Forbidden", "", b"<Error>expired</Error>"));
    let signed = format!("{}/export.csv?X-Signature=s1gned-url-0001", store.url());
    let portal = Server::new(answer("302 Found", &format!("location: {signed}\r\n"), b""));
    let folder = folder(&format!("base_url: {}", portal.url()));
    let ran = run(&folder);
    assert_eq!(failed(&folder), ("status".to_owned(), "403 Forbidden".to_owned()));
    assert_eq!(left(&folder, "failed.csv")[0]["error.url"], format!("{}/export.csv?X-Signature=***", store.url()));
    assert_unsaid("s1gned-url-0001", &ran, &folder);
}

#[test]
fn a_redirect_that_leads_nowhere_is_told_as_one() {
    let portal = Server::new(answer("302 Found", "", b""));
    let folder = folder(&format!("base_url: {}", portal.url()));
    assert_eq!(run(&folder).status, 0);
    let expected = "302 Found: the server redirects and does not say where to";
    assert_eq!(failed(&folder), ("status".to_owned(), expected.to_owned()));
}
