//! Files: licence files made for offline machines, and installers behind links that are signed.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::client::{Answer, HOST, Portal, send};
use crate::kept::Kept;
use crate::writes::{DESIGNER, SERVER, changed};

const DEVICES: &str = "/v1/devices?accountId=ACC-100234";
const FILE: &str = "/v1/devices/DEV-000811/licenseFile?accountId=ACC-100234";
const EDITION: &str =
    "/v1/products/-/releases/-/editions/Alteryx%20Designer%20%282022.3%29-1/file?accountId=ACC-100234";
const FILES: &str = "files.alteryx.sandbox.test";

/// The text of the licence file in an answer to an activation.
fn text(answer: &Answer) -> String {
    let content = answer.json()["data"]["licenseFile"]["content"].as_str().unwrap().to_owned();
    String::from_utf8(BASE64_STANDARD.decode(content).unwrap()).unwrap()
}

/// The activation of the documentation, with one field set to something else, or taken away with null.
async fn activate(portal: &Portal, pointer: &str, value: Value) -> Answer {
    let answer = portal.write("POST", DEVICES, &changed(pointer, value)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// Where an answer sends to: the host and the rest.
fn location(answer: &Answer) -> (String, String) {
    let (host, rest) = answer.header("location").unwrap().strip_prefix("http://").unwrap().split_once('/').unwrap();
    (host.to_owned(), format!("/{rest}"))
}

async fn file(portal: &Portal, host: &str, target: &str, headers: &str) -> Answer {
    send(portal.sandbox.address(), host, "GET", target, headers, "").await.unwrap()
}

#[tokio::test]
async fn a_licence_file_tells_its_device_its_host_and_its_keys() {
    let portal = Portal::start().await;
    let answer = activate(&portal, "/name", json!("WS-0500")).await;
    let expected = "SANDBOX LICENSE FILE
account=ACC-100234
device=DEV-000811
name=WS-0500
host=ETHERNET 8CDCD4000500
user=USR-000731
issued=2025-03-01T09:00:00.000+00:00
request=WS-0500.req
request_sha256=95df3982fdb7fbd48d4dd928d5aab3325da636a04de03e34c5b5b29452730f6f
license=AYXD-0001-0001-0001-0001-0001-0001-0001 seats 1 until 2026-12-31T23:59:59.000+00:00
digest=9217d118792603e9fb3811fa46cc27a466143691e4691253815338e973a53a47
";
    assert_eq!(text(&answer), expected);
}

#[tokio::test]
async fn a_licence_file_is_kept_and_downloaded_as_bytes() {
    let portal = Portal::start().await;
    assert_eq!(portal.get(FILE).await.message(), "Device DEV-000811 was not found in account ACC-100234.");
    let made = text(&activate(&portal, "/name", json!("WS ä \"500\"")).await);
    let file = portal.get(FILE).await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/octet-stream")));
    let disposition = "attachment; filename*=UTF-8''WS%20%C3%A4%20%22500%22%2Elic";
    assert_eq!(file.header("content-disposition"), Some(disposition));
    assert_eq!(file.body, made);
    let other = portal.get("/v1/devices/DEV-000412/licenseFile?accountId=ACC-100234").await;
    assert_eq!((other.status, other.message().as_str()), (404, "Device DEV-000412 has no license file."));
    // It goes with its device, and the host that comes again has a new one.
    portal.call("DELETE", "/v1/devices/DEV-000811?accountId=ACC-100234").await;
    assert_eq!(portal.get(FILE).await.status, 404);
}

#[tokio::test]
async fn the_last_request_of_a_device_is_kept_till_another_comes() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    let first = text(&activate(portal, "/name", json!("WS-0500")).await);
    let again = |request: Value, key: &str| {
        let licenses = json!([{"licenseKey": key}]);
        let mut payload = json!({"name": "WS-0500", "hostId": "8CDCD4000500", "licenses": licenses});
        if !request.is_null() {
            payload["offlineRequest"] = request;
        }
        payload.to_string()
    };
    let second = text(&portal.write("POST", DEVICES, &again(Value::Null, SERVER)).await);
    let lines = |text: &str, name: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect()
    };
    assert_eq!(lines(&second, "request"), lines(&first, "request"));
    assert_eq!(lines(&second, "license=").len(), 2, "{second}");
    assert_ne!(lines(&first, "digest"), lines(&second, "digest"));
    // Another request takes its place, also where the key is refused nowhere.
    portal.write("PATCH", "/v1/devices/DEV-000811?accountId=ACC-100234", r#"{"removeAllLicenseKeys": true}"#).await;
    assert_eq!(portal.get(FILE).await.body, second, "a file stays as it was made");
    let request = json!({"fileName": "two\nlines.req", "content": ""});
    let third = text(&portal.write("POST", DEVICES, &again(request, DESIGNER)).await);
    assert_eq!(lines(&third, "request=")[0], r"request=two\nlines.req");
    assert_eq!(kept.dump()["alteryx_offline_request"].len(), 1);
    assert_eq!(kept.dump()["alteryx_license_file"].len(), 1);
}

#[tokio::test]
async fn keys_that_a_device_holds_online_are_not_in_its_file() {
    let portal = Portal::start().await;
    let payload = json!({"name": "WS-0412", "hostId": "8CDCD4000412", "licenses": [{"licenseKey": SERVER}]});
    let text = text(&portal.write("POST", DEVICES, &payload.to_string()).await);
    assert!(text.contains(SERVER) && !text.contains(DESIGNER), "{text}");
    assert!(text.contains("user=\n") && !text.contains("request="), "{text}");
}

#[tokio::test]
async fn an_edition_leads_to_a_signed_link_and_the_link_to_bytes() {
    let portal = Portal::start().await;
    let leads = portal.get(EDITION).await;
    assert_eq!((leads.status, leads.body.as_str()), (302, ""));
    let (host, target) = location(&leads);
    assert_eq!(host, FILES);
    assert!(target.starts_with("/AlteryxInstallx64_2022.3.1.395.exe?expires=1740822300&signature="), "{target}");
    let found = file(&portal, &host, &target, "").await;
    assert_eq!((found.status, found.header("content-type")), (200, Some("application/octet-stream")));
    assert_eq!((found.bytes.len(), &found.bytes[..4]), (4096, &b"MZ\x90\x00"[..]));
    assert!(std::str::from_utf8(&found.bytes).is_err());
    assert_eq!(file(&portal, &host, &target, "").await.bytes, found.bytes);
    let received = portal.sandbox.requests().pop().unwrap();
    assert_eq!((received.system, received.endpoint), (Some("files.alteryx"), Some("files.get")));
    assert_eq!((received.caller, received.effect), (None, None));
    let (_, other) = location(&portal.get(&EDITION.replace("-1/file", "-2/file")).await);
    assert_ne!(file(&portal, &host, &other, "").await.bytes, found.bytes);
}

#[tokio::test]
async fn a_link_leads_to_the_host_beside_the_one_that_was_asked() {
    let portal = Portal::start().await;
    let headers = format!("authorization: Bearer {}\r\n", portal.token);
    for host in ["alteryx.localhost:1234", "alteryx"] {
        let leads = file(&portal, host, EDITION, &headers).await;
        assert_eq!(location(&leads).0, format!("files.{host}"));
        let (host, target) = location(&leads);
        assert_eq!(file(&portal, &host, &target, "").await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_link_is_refused_with_a_token_when_it_was_changed_and_when_it_has_expired() {
    let portal = Portal::start().await;
    let (_, target) = location(&portal.get(EDITION).await);
    let refused = async |target: &str, headers: &str| {
        let answer = file(&portal, FILES, target, headers).await;
        (answer.status, answer.message())
    };
    let unsigned = "The link is not signed for this file and this time.";
    let unsigned = (403, unsigned.to_owned());
    let later = target.replace("expires=1740822300", "expires=1740822301");
    assert_eq!(refused(&later, "").await, unsigned);
    assert_eq!(refused(&target.replace("AlteryxInstall", "AlteryxPatchInstall"), "").await, unsigned);
    assert_eq!(refused(&target[..target.len() - 1], "").await, unsigned);
    let (bare, _) = target.split_once('&').unwrap();
    assert_eq!(refused(bare, "").await, (400, "Parameter signature is required.".to_owned()));
    assert_eq!(refused("/a.exe", "").await, (400, "Parameter expires is required.".to_owned()));
    assert_eq!(refused("/a/b", "").await, (404, "Path /a/b was not found.".to_owned()));
    let headers = format!("authorization: Bearer {}\r\n", portal.token);
    assert_eq!(refused(&target, &headers).await, (400, "A signed link is followed without a token.".to_owned()));
    let other = send(portal.sandbox.address(), FILES, "POST", &target, "", "").await.unwrap();
    assert_eq!((other.status, other.header("allow")), (405, Some("GET")));
    portal.admin("POST", "clock", r#"{"advance_seconds": 2699}"#).await;
    assert_eq!(file(&portal, FILES, &target, "").await.status, 200);
    portal.admin("POST", "clock", r#"{"advance_seconds": 1}"#).await;
    assert_eq!(refused(&target, "").await, (403, "The link has expired.".to_owned()));
}

#[tokio::test]
async fn an_edition_that_the_account_does_not_have_is_not_found() {
    let portal = Portal::start().await;
    let server = "/v1/products/-/releases/-/editions/Alteryx%20Server%20%282022.3%29-1/file?accountId=";
    assert_eq!(portal.get(&format!("{server}ACC-100234")).await.status, 302);
    let refused = portal.get(&format!("{server}ACC-100777")).await;
    let message = "Edition Alteryx Server (2022.3)-1 was not found in account ACC-100777.";
    assert_eq!((refused.status, refused.message().as_str()), (404, message));
    assert_eq!(portal.get(&EDITION.replace("-1/file", "-3/file")).await.status, 404);
}

#[tokio::test]
async fn every_link_of_editions_list_names_a_file_that_there_is() {
    let portal = Portal::start().await;
    let list = "/v1/products/-/releases/-/editions?accountId=ACC-100234&productLineReleaseId=";
    for release in ["Alteryx%20Designer%20%282021.1%29", "Alteryx%20Server%20%282022.3%29"] {
        let editions = portal.get(&format!("{list}{release}")).await.json();
        for (place, edition) in editions["data"].as_array().unwrap().iter().enumerate() {
            let named =
                edition["downloadLink"].as_str().unwrap().strip_prefix("https://downloads.example.test").unwrap();
            let number = place + 1;
            let path = format!("/v1/products/-/releases/-/editions/{release}-{number}/file?accountId=ACC-100234");
            let (_, target) = location(&portal.get(&path).await);
            assert!(target.starts_with(named), "{target} {named}");
            assert_eq!(file(&portal, FILES, &target, "").await.bytes.len(), 4096, "{HOST} {target}");
        }
    }
}
