//! What must agree in an account at any time: seats, the two sides of an activation, users, and the ledger.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::client::Portal;

/// The lists of an account.
#[derive(Debug, PartialEq)]
pub(crate) struct Books {
    account: String,
    pub(crate) devices: Vec<Value>,
    pub(crate) licenses: Vec<Value>,
    pub(crate) users: Vec<Value>,
    usage: Vec<Value>,
}

impl Books {
    pub(crate) async fn of(portal: &Portal, account: &str) -> Self {
        let list = async |name: &str| {
            let answer = portal.get(&format!("/v1/{name}?accountId={account}&size=500")).await;
            answer.json()["data"].as_array().unwrap_or_else(|| panic!("{answer:?}")).clone()
        };
        Self {
            account: account.to_owned(),
            devices: list("devices").await,
            licenses: list("licenses").await,
            users: list("users").await,
            usage: list("usage").await,
        }
    }

    pub(crate) fn assert_agree(&self) {
        self.assert_mirrors_agree();
        self.assert_seats_and_ledger_agree();
        self.assert_users_agree();
    }

    /// An activation of a key is a licence of a device.
    fn assert_mirrors_agree(&self) {
        let mut held = BTreeSet::new();
        for device in &self.devices {
            let licenses = device["licenses"].as_array().unwrap();
            assert_eq!(device["status"] == "ACTIVE", !licenses.is_empty(), "{device}");
            held.extend(licenses.iter().map(|license| {
                let seat = [&license["quantity"], &license["status"], &license["offline"], &device["userId"]];
                (text(&license["licenseKey"]), text(&device["id"]), format!("{seat:?}"))
            }));
        }
        let mut activated = BTreeSet::new();
        for (license, activation) in self.activations() {
            let seat = [&activation["quantity"], &activation["status"], &activation["offline"], &activation["userId"]];
            activated.insert((text(&license["licenseKey"]), text(&activation["deviceId"]), format!("{seat:?}")));
        }
        assert_eq!(held, activated, "{}", self.account);
    }

    /// The used seats of a key are the sum of its activations, and what its usage tells now.
    fn assert_seats_and_ledger_agree(&self) {
        let mut now = BTreeMap::new();
        for license in &self.licenses {
            let activations = license["activations"].as_array().unwrap();
            let used: i64 = activations.iter().map(|activation| number(&activation["quantity"])).sum();
            let quantity = number(&license["quantity"]);
            let available = if license["status"] == "ACTIVE" { quantity - used } else { 0 };
            assert_eq!((number(&license["used"]), number(&license["available"])), (used, available), "{license}");
            assert!(used <= quantity, "{license}");
            let users: BTreeSet<_> =
                activations.iter().filter_map(|activation| activation["userId"].as_str()).collect();
            now.insert(text(&license["licenseKey"]), [used, available, count(activations.len()), count(users.len())]);
        }
        for usage in &self.usage {
            let last = usage["periods"].as_array().unwrap().last().unwrap();
            let told = ["used", "available", "devices", "users"].map(|name| number(&last[name]));
            assert_eq!(told, now[&text(&usage["licenseKey"])], "{usage}");
            assert!(number(&usage["peakUsed"]) <= number(&usage["quantity"]), "{usage}");
        }
    }

    /// The devices of the users are the devices that have a user, who is there.
    fn assert_users_agree(&self) {
        let owners = self.users.iter().flat_map(|user| {
            let devices = user["devices"].as_array().unwrap();
            devices.iter().map(|device| (text(&user["id"]), text(&device["deviceId"]), text(&device["name"])))
        });
        let owned = self.devices.iter().filter(|device| !device["userId"].is_null());
        let owned = owned.map(|device| (text(&device["userId"]), text(&device["id"]), text(&device["name"])));
        assert_eq!(owners.collect::<BTreeSet<_>>(), owned.collect::<BTreeSet<_>>(), "{}", self.account);
    }

    fn activations(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.licenses.iter().flat_map(|license| {
            license["activations"].as_array().unwrap().iter().map(move |activation| (license, activation))
        })
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

fn count(length: usize) -> i64 {
    length.try_into().unwrap()
}
