//! Generated accounts: the same for the same seed, and consistent in themselves.

use std::collections::BTreeSet;

use seatflow_sandbox::Settings;

use crate::books::{Books, text};
use crate::client::Portal;

async fn portal(seed: u64) -> Portal {
    Portal::with(Settings { accounts: 3, devices: 40, seed, ..Settings::default() }).await
}

#[tokio::test]
async fn accounts_depend_on_the_seed_alone() {
    let (one, same, other) = (portal(7).await, portal(7).await, portal(8).await);
    let ids = ["ACC-100234", "ACC-100777", "ACC-200001", "ACC-200002", "ACC-200003"];
    assert_eq!(one.get("/v1/accounts").await.ids(), ids);
    let devices = "/v1/devices?accountId=ACC-200002";
    let body = one.get(devices).await.body;
    assert_eq!(body, same.get(devices).await.body);
    assert_ne!(body, other.get(devices).await.body);
}

#[tokio::test]
async fn seats_mirrors_and_ledger_agree() {
    let portal = portal(7).await;
    let mut all = BTreeSet::new();
    for account in ["ACC-100234", "ACC-100777", "ACC-200001", "ACC-200002", "ACC-200003"] {
        let books = Books::of(&portal, account).await;
        books.assert_agree();
        for device in &books.devices {
            assert!(all.insert(text(&device["id"])), "{device}");
        }
    }
    assert_eq!(all.len(), 4 + 3 * 40);
}

#[tokio::test]
async fn the_id_of_a_new_device_does_not_hang_on_the_others() {
    let (alone, among) = (Portal::start().await, portal(7).await);
    for portal in [alone, among] {
        let payload = crate::writes::activation("a", crate::writes::SERVER, 1);
        let answer = portal.write("POST", "/v1/devices?accountId=ACC-100234", &payload).await;
        assert_eq!(answer.json()["data"]["id"], "DEV-837036");
    }
}
