//! UiPath Automation Suite, played: what is allocated, to whom, and what is refused.

mod refused;
mod rules;
mod samples;
mod tokens;
mod walk;

use seatflow_sandbox::ReceivedRequest;
use serde_json::Value;

use crate::client::{Answer, Portal, send};

pub(crate) const HOST: &str = "uipath.sandbox.test";
const JSON: &str = "content-type: application/json\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const HOST_LOGIN: &str =
    r#"{"TenancyName": "Host", "UsernameOrEmailAddress": "host-admin", "Password": "sandbox-host-password"}"#;
const DELILAH: &str = "/lrm/api/host/feb0dd79-85b6-483b-b297-0e49a1aa5b7d/organization/y-y-y-delilah/license";
const Y1968: &str = "/lrm/api/account/y-y-y-delilah/service-license/y1968/documentunderstanding";
const GROUP_01: &str = "/song-org/lease_/api/account/song-one/user-license/group/group-01";
const USERS: &str = "/song-org/lease_/api/account/song-one/user-license";

/// A suite with a host administrator and an application who are logged in.
struct Suite<'a> {
    portal: &'a Portal,
    host: String,
    application: String,
}

impl<'a> Suite<'a> {
    async fn over(portal: &'a Portal) -> Self {
        let mut suite = Self { portal, host: String::new(), application: String::new() };
        suite.host = text(&suite.login(HOST_LOGIN).await, "result");
        suite.application = text(&suite.application(&["PM.License", "PM.Group.Read"]).await, "access_token");
        suite
    }

    async fn ask(&self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        send(self.portal.sandbox.address(), HOST, method, target, headers, body).await.unwrap()
    }

    async fn login(&self, body: &str) -> Answer {
        self.ask("POST", "/api/account/authenticate", JSON, body).await
    }

    async fn token(&self, form: &str) -> Answer {
        self.ask("POST", "/identity_/connect/token", FORM, form).await
    }

    async fn application(&self, scopes: &[&str]) -> Answer {
        let client = "grant_type=client_credentials&client_id=sandbox-app&client_secret=sandbox-secret";
        self.token(&format!("{client}&scope={}", scopes.join("+"))).await
    }

    /// A request with the token that a path under it needs.
    async fn call(&self, method: &str, target: &str, body: &str) -> Answer {
        let token = if target.starts_with("/lrm") { &self.host } else { &self.application };
        self.call_with(token, method, target, body).await
    }

    async fn call_with(&self, token: &str, method: &str, target: &str, body: &str) -> Answer {
        self.ask(method, target, &format!("authorization: Bearer {token}\r\n{JSON}"), body).await
    }

    /// Allocates to what a path names; gives the status, and what was changed or why nothing was.
    async fn put(&self, target: &str, body: &str) -> (u16, String) {
        let answer = self.call("PUT", target, body).await;
        let effect = self.last().effect;
        let told = if answer.status == 200 {
            effect.unwrap_or_default()
        } else {
            assert_eq!(effect, None, "{answer:?}");
            message(&answer)
        };
        (answer.status, told)
    }

    async fn get(&self, target: &str) -> Value {
        let answer = self.call("GET", target, "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    fn last(&self) -> ReceivedRequest {
        self.portal.sandbox.requests().pop().unwrap()
    }
}

fn text(answer: &Answer, field: &str) -> String {
    answer.json()[field].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

/// The reason of a refusal in the form of the licence services, all fields of which are there.
fn message(answer: &Answer) -> String {
    let body = answer.json();
    assert_eq!(body["StatusCode"], answer.status, "{answer:?}");
    assert_eq!(body["Description"], "", "{answer:?}");
    assert!(body["StatusDescription"].as_str().is_some_and(|text| !text.is_empty()), "{answer:?}");
    text(answer, "Message")
}

/// Products as a payload under this name.
fn products(list: &str, products: &[(&str, i64)]) -> String {
    let product = |(code, quantity): &(&str, i64)| serde_json::json!({ "code": code, "quantity": quantity });
    let products: Vec<_> = products.iter().map(product).collect();
    serde_json::json!({ list: products }).to_string()
}

/// Bundles as a payload.
fn bundles(codes: &[&str], external: bool) -> String {
    serde_json::json!({ "userBundleCodes": codes, "useExternalLicense": external }).to_string()
}

/// Bundles of users as a payload.
fn given(users: &[&str], codes: &[&str], external: bool) -> String {
    serde_json::json!({ "userIds": users, "userBundleCodes": codes, "useExternalLicense": external }).to_string()
}

/// What a list of products has of each code.
fn quantities(products: &Value) -> Vec<(String, i64)> {
    let products = products.as_array().unwrap_or_else(|| panic!("{products}"));
    let quantity =
        |product: &Value| (product["code"].as_str().unwrap().to_owned(), product["quantity"].as_i64().unwrap());
    products.iter().map(quantity).collect()
}
