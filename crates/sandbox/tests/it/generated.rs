//! Generated accounts: the same for the same seed, and consistent in themselves.

use std::collections::{BTreeMap, BTreeSet};

use seatflow_sandbox::Settings;
use serde_json::Value;

use crate::client::Portal;

async fn portal(seed: u64) -> Portal {
    Portal::with(Settings { accounts: 3, devices: 40, seed, ..Settings::default() }).await
}

async fn list(portal: &Portal, target: &str) -> Vec<Value> {
    portal.get(target).await.json()["data"].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
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
        let licenses = list(&portal, &format!("/v1/licenses?accountId={account}")).await;
        let devices = list(&portal, &format!("/v1/devices?accountId={account}")).await;
        let usage = list(&portal, &format!("/v1/usage?accountId={account}")).await;
        let users = list(&portal, &format!("/v1/users?accountId={account}")).await;

        let mut held = BTreeSet::new();
        for device in &devices {
            assert!(all.insert(text(&device["id"])), "{device}");
            assert_eq!(device["status"] == "ACTIVE", !device["licenses"].as_array().unwrap().is_empty());
            for license in device["licenses"].as_array().unwrap() {
                held.insert((text(&license["licenseKey"]), text(&device["id"]), text(&license["status"])));
            }
        }
        let (mut activated, mut used) = (BTreeSet::new(), BTreeMap::new());
        for license in &licenses {
            let activations = license["activations"].as_array().unwrap();
            let sum: i64 = activations.iter().map(|activation| activation["quantity"].as_i64().unwrap()).sum();
            assert_eq!(license["used"], sum, "{license}");
            assert!(license["quantity"].as_i64().unwrap() >= sum, "{license}");
            used.insert(text(&license["licenseKey"]), sum);
            activated.extend(activations.iter().map(|activation| {
                (text(&license["licenseKey"]), text(&activation["deviceId"]), text(&activation["status"]))
            }));
        }
        assert_eq!(held, activated, "{account}");
        for usage in &usage {
            let now = usage["periods"].as_array().unwrap().last().unwrap();
            assert_eq!(now["used"], used[&text(&usage["licenseKey"])], "{usage}");
        }
        let owners: BTreeSet<_> = users
            .iter()
            .flat_map(|user| user["devices"].as_array().unwrap())
            .map(|device| text(&device["deviceId"]))
            .collect();
        let owned: BTreeSet<_> =
            devices.iter().filter(|device| !device["userId"].is_null()).map(|device| text(&device["id"])).collect();
        assert_eq!(owners, owned, "{account}");
    }
    assert_eq!(all.len(), 4 + 3 * 40);
}
