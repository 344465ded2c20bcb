//! Long sequences of writes, each the same for its seed: whatever comes, the books agree, and the log tells what
//! changed.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::books::{Books, text};
use crate::client::Portal;

const ACCOUNTS: [&str; 2] = ["ACC-100234", "ACC-100777"];
const STEPS: usize = 100;

/// Numbers that are the same for the same seed (`xorshift64*`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % bound
    }

    fn one<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        (!things.is_empty()).then(|| &things[self.below(things.len())])
    }

    /// The id of one of these things, or, now and then, one that is nowhere.
    fn id(&mut self, things: &[Value], name: &str, nowhere: &str) -> String {
        match self.below(12) {
            0 => nowhere.to_owned(),
            _ => self.one(things).map_or_else(|| nowhere.to_owned(), |thing| text(&thing[name])),
        }
    }

    fn key(&mut self, books: &Books) -> String {
        let key = self.id(&books.licenses, "licenseKey", "AYXN-0000-0000-0000-0000-0000-0000-0000");
        if self.below(4) == 0 { key.to_lowercase() } else { key }
    }

    /// A write, as method, target and payload.
    fn write(&mut self, account: &str, books: &Books) -> (&'static str, String, String) {
        let device = self.id(&books.devices, "id", "DEV-999999");
        let user = self.id(&books.users, "id", "USR-999999");
        let (method, path, payload) = match self.below(16) {
            0..8 => ("POST", "devices".to_owned(), self.activation(books)),
            8..11 => ("PATCH", format!("devices/{device}"), self.removal(books)),
            11 => ("DELETE", format!("devices/{device}"), Value::Null),
            12 | 13 => ("PATCH", format!("users/{user}"), self.update()),
            14 if self.below(3) == 0 => ("DELETE", format!("users/{user}"), Value::Null),
            _ if self.below(2) == 0 => ("DELETE", format!("licenses/{}/activations", self.key(books)), Value::Null),
            _ => ("POST", "devices".to_owned(), self.activation(books)),
        };
        (method, format!("/v1/{path}?accountId={account}"), payload.to_string())
    }

    fn activation(&mut self, books: &Books) -> Value {
        let licenses: Vec<_> = (0..=self.below(2))
            .map(|_| json!({"licenseKey": self.key(books), "quantity": self.below(2) + 1}))
            .collect();
        let mut payload = json!({"name": format!("WS-{}", self.below(100)), "licenses": licenses});
        match self.one(&books.devices) {
            Some(device) if self.below(2) == 0 => {
                payload["hostId"] = device["hostId"].clone();
                payload["hostIdType"] = device["hostIdType"].clone();
            }
            _ => payload["hostId"] = json!(format!("{:012x}", self.below(30))),
        }
        if self.below(3) > 0 {
            payload["userId"] = json!(self.id(&books.users, "id", "USR-999999"));
        }
        payload
    }

    fn removal(&mut self, books: &Books) -> Value {
        match self.below(3) {
            0 => json!({"removeAllLicenseKeys": true}),
            _ => json!({"licenseKeysToRemove": [self.key(books)]}),
        }
    }

    fn update(&mut self) -> Value {
        match self.below(4) {
            0 => json!({"status": "INACTIVE"}),
            1 => json!({"status": "ACTIVE"}),
            2 => json!({"role": "LICENSE_ADMINISTRATOR"}),
            _ => json!({"role": "MEMBER"}),
        }
    }
}

async fn all_books(portal: &Portal) -> Vec<Books> {
    let mut all = Vec::new();
    for account in ACCOUNTS {
        let books = Books::of(portal, account).await;
        books.assert_agree();
        all.push(books);
    }
    all
}

/// Plays a sequence; gives the endpoints and statuses that came up.
async fn play(seed: u64) -> BTreeSet<(String, u16)> {
    let mut dice = Dice(seed);
    let portal = Portal::start().await;
    portal.admin("POST", "settings", r#"{"access_token_seconds": 2000000000}"#).await;
    let token = portal.refresh("/as/token", "refresh_token=rt-000002&client_id=sandbox-client").await.access_token();
    let portal = Portal { token, ..portal };
    let mut happened = BTreeSet::new();
    let mut before = all_books(&portal).await;
    for step in 0..STEPS {
        if dice.below(10) == 0 {
            let seconds = dice.below(2_000_000);
            portal.admin("POST", "clock", &json!({ "advance_seconds": seconds }).to_string()).await;
            before = all_books(&portal).await;
        }
        let place = dice.below(3) / 2;
        let (method, target, payload) = dice.write(ACCOUNTS[place], &before[place]);
        let answer = portal.write(method, &target, &payload).await;
        let received = portal.sandbox.requests().pop().unwrap();
        let after = all_books(&portal).await;
        let told = format!("seed {seed}, step {step}: {method} {target} {payload}: {answer:?}");
        assert!(matches!(answer.status, 200 | 400 | 403 | 404 | 409), "{told}");
        assert_eq!(received.effect.is_some(), before != after, "{told} {:?}", received.effect);
        assert!(received.effect.is_none() || answer.status == 200, "{told}");
        happened.insert((received.endpoint.unwrap().to_owned(), answer.status));
        before = after;
    }
    happened
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_agree_after_every_write() {
    let played: JoinSet<_> = (1..=5).map(play).collect();
    let happened: BTreeSet<_> = played.join_all().await.into_iter().flatten().collect();
    for (endpoint, status) in [
        ("devices.activateOffline", 200),
        ("devices.activateOffline", 400),
        ("devices.activateOffline", 404),
        ("devices.activateOffline", 409),
        ("devices.removeLicenses", 200),
        ("devices.removeLicenses", 404),
        ("devices.delete", 200),
        ("devices.delete", 404),
        ("users.update", 200),
        ("users.update", 403),
        ("users.update", 404),
        ("users.update", 409),
        ("users.delete", 200),
        ("licenses.deactivate", 200),
        ("licenses.deactivate", 409),
    ] {
        assert!(happened.contains(&(endpoint.to_owned(), status)), "{endpoint} {status} never happened: {happened:?}");
    }
}
