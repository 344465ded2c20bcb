//! State that outlives a restart.

use seatflow_sandbox::{Error, Sandbox, Settings};

use crate::books::Books;
use crate::client::Portal;
use crate::seats;

fn settings(path: &std::path::Path) -> Settings {
    Settings { database: Some(path.to_owned()), ..Settings::default() }
}

#[tokio::test]
async fn tokens_the_clock_the_accounts_and_what_was_written_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let portal = Portal::with(Settings { accounts: 1, devices: 2, seed: 3, ..settings(&path) }).await;
    portal.admin("POST", "clock", r#"{"advance_seconds": 60}"#).await;
    portal.call("DELETE", "/v1/devices/DEV-000412?accountId=ACC-100234").await;
    let (token, accounts) = (portal.token.clone(), portal.get("/v1/accounts").await.body);
    let payload = include_str!("samples/devices.activateOffline.request.json");
    portal.write("POST", "/v1/devices?accountId=ACC-100234", payload).await;
    let file = "/v1/devices/DEV-000811/licenseFile?accountId=ACC-100234";
    let license = portal.get(file).await.body;
    seats::call(&portal, "DELETE", "/v1/seats/seat-0001", "", "").await;
    let books = Books::of(&portal, "ACC-100234").await;
    portal.sandbox.stop().await;

    let sandbox = Sandbox::start(settings(&path)).await.unwrap();
    assert_eq!(sandbox.clock().now().to_string(), "2025-03-01T09:01:00Z");
    let portal = Portal { sandbox, token };
    assert_eq!(portal.get("/v1/accounts").await.body, accounts);
    assert_eq!(Books::of(&portal, "ACC-100234").await, books);
    assert_eq!(books.devices.len(), 3);
    assert_eq!((portal.get(file).await.body, license.starts_with("SANDBOX LICENSE FILE\n")), (license, true));
    assert_eq!(seats::call(&portal, "GET", "/v1/seats/seat-0001", "", "").await.status, 404);
    let used = portal.refresh("/as/token", "refresh_token=rt-000001&client_id=sandbox-client").await;
    assert_eq!(used.json()["error_description"], "The refresh token was used before.");
    let next = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await;
    assert_eq!(next.json()["refresh_token"], "rt-000003");
}

#[tokio::test]
async fn a_database_with_other_accounts_than_asked_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let filled = Settings { accounts: 1, devices: 2, seed: 3, ..settings(&path) };
    Sandbox::start(filled.clone()).await.unwrap().stop().await;
    Sandbox::start(filled.clone()).await.unwrap().stop().await;
    let error = Sandbox::start(Settings { accounts: 2, ..filled }).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database was filled with --accounts 1 --devices 2 --seed 3; start it with the same settings, or without any"
    );
}

#[tokio::test]
async fn a_token_prefix_has_plain_characters() {
    let error = Sandbox::start(Settings { token_prefix: "a b".into(), ..Settings::default() }).await.unwrap_err();
    assert!(matches!(error, Error::TokenPrefix(_)), "{error}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_said() {
    let portal = Portal::start().await;
    let listen = portal.sandbox.address();
    let error = Sandbox::start(Settings { listen, ..Settings::default() }).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {listen}"));
}
