//! What is on disk while a sandbox runs: what it leaves when it is killed, and what must never be there.

use std::fs;
use std::path::Path;

use seatflow_sandbox::{Sandbox, Settings};
use tempfile::TempDir;

use crate::client::Portal;
use crate::kept::{Dump, copy_database, dump};
use crate::seats;

fn settings(folder: &TempDir) -> Settings {
    Settings { database: Some(folder.path().join("sandbox.db")), ..Settings::default() }
}

/// A portal over a file, with a caller who has the token of the start.
async fn portal_in(folder: &TempDir) -> Portal {
    let mut portal = Portal { sandbox: Sandbox::start(settings(folder)).await.unwrap(), token: String::new() };
    portal.token = portal.variable("ALTERYX_ACCESS_TOKEN");
    portal
}

/// What a kill at this moment would leave.
fn left_of(folder: &TempDir) -> TempDir {
    let left = tempfile::tempdir().unwrap();
    copy_database(folder.path(), left.path());
    left
}

fn state(folder: &TempDir) -> Dump {
    dump(&folder.path().join("sandbox.db"))
}

/// Changes of every sort, one after the other.
async fn change(portal: &Portal, number: usize) {
    let status = match number {
        0 => portal.admin("POST", "clock", r#"{"advance_seconds": 60}"#).await.status,
        1 => portal.call("DELETE", "/v1/devices/DEV-000412?accountId=ACC-100234").await.status,
        2 => {
            let payload = include_str!("samples/devices.activateOffline.request.json");
            portal.write("POST", "/v1/devices?accountId=ACC-100234", payload).await.status
        }
        3 => portal.refresh("/as/token", "refresh_token=rt-000001&client_id=sandbox-client").await.status,
        _ => seats::call(portal, "DELETE", "/v1/seats/seat-0001", "", "").await.status,
    };
    assert_eq!(status, 200, "{number}");
}

#[tokio::test]
async fn what_was_answered_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let portal = portal_in(&folder).await;
    let mut before = state(&left_of(&folder));
    for number in 0..5 {
        change(&portal, number).await;
        let left = left_of(&folder);
        let after = state(&left);
        assert_ne!(after, before, "{number}");
        let accounts = portal.get("/v1/devices?accountId=ACC-100234").await.body;
        let again = portal_in(&left).await;
        assert_eq!(again.sandbox.clock().now(), portal.sandbox.clock().now());
        assert_eq!(again.get("/v1/devices?accountId=ACC-100234").await.body, accounts);
        again.sandbox.stop().await;
        assert_eq!(state(&left), after, "a start changes nothing");
        before = after;
    }
}

#[tokio::test]
async fn a_kill_in_the_midst_of_a_change_leaves_the_state_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let portal = portal_in(&folder).await;
    let mut states = vec![Dump::new(), state(&left_of(&folder))];
    for number in 0..5 {
        change(&portal, number).await;
        states.push(state(&left_of(&folder)));
    }
    let left = left_of(&folder);
    let written = left.path().join("sandbox.db-wal");
    let bytes = fs::read(&written).unwrap();
    let mut found = Vec::new();
    for length in (0..=bytes.len()).step_by(1000).chain([bytes.len()]) {
        let torn = tempfile::tempdir().unwrap();
        copy_database(left.path(), torn.path());
        fs::write(torn.path().join("sandbox.db-wal"), &bytes[..length]).unwrap();
        let state = state(&torn);
        found.push(states.iter().position(|whole| *whole == state).unwrap_or_else(|| panic!("{length}: {state:?}")));
    }
    assert!(found.is_sorted(), "{found:?}");
    found.dedup();
    assert_eq!(found, [0, 1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn no_token_is_ever_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let fault = "match=devices.list,do=expire-token".parse().unwrap();
    let settings = Settings { token_prefix: "secret-".to_owned(), faults: vec![fault], ..settings(&folder) };
    let portal = Portal::with(settings).await;
    let refreshed = portal.refresh("/as/token", "refresh_token=secret-rt-000002&client_id=sandbox-client").await;
    assert_eq!(refreshed.json()["refresh_token"], "secret-rt-000003");
    assert_eq!(portal.get(&format!("/v1/accounts?token={}", portal.token)).await.status, 200);
    assert_eq!(portal.get("/v1/devices?accountId=ACC-100234").await.status, 401);
    assert_eq!(portal.admin("GET", "requests", "").await.json()["requests"].as_array().unwrap().len(), 4);
    let lasting = portal.variable("SEATS_TOKEN");
    assert!(lasting.starts_with("secret-lt-"), "{lasting}");
    assert_eq!(seats::call(&portal, "DELETE", "/v1/seats/seat-0001", "", "").await.status, 200);
    assert_no_token(folder.path(), 2);
    portal.sandbox.stop().await;
    assert_no_token(folder.path(), 1);
}

fn assert_no_token(folder: &Path, files: usize) {
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(["secret-", "rt-00000", "at-00000", "lt-00000"].iter().all(|part| !text.contains(part)));
        found += 1;
    }
    assert_eq!(found, files);
}

#[tokio::test]
async fn a_database_that_a_sandbox_plays_is_refused_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let portal = portal_in(&folder).await;
    let error = Sandbox::start(settings(&folder)).await.unwrap_err();
    let path = folder.path().join("sandbox.db");
    assert_eq!(error.to_string(), format!("`{}` is in use by another sandbox or program", path.display()));
    change(&portal, 1).await;
    portal.sandbox.stop().await;
    Sandbox::start(settings(&folder)).await.unwrap();
}
