//! One call of every kind, and the pipeline that makes it.

use crate::played::SEATS;

/// How calls differ when something goes wrong, in the order of the page's columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Read,
    Repeatable,
    Other,
}

/// A call that the sandbox would answer well.
pub(super) struct Call {
    pub(super) class: Class,
    pub(super) method: &'static str,
    pub(super) endpoint: &'static str,
    /// What the node says beside the endpoint.
    pub(super) settings: &'static str,
}

/// A call for every method, and two where methods differ by their catalog.
pub(super) const CALLS: &[Call] = &[
    Call {
        class: Class::Read,
        method: "GET",
        endpoint: "devices.list",
        settings: "parameters: { accountId: ACC-100234 }",
    },
    Call {
        class: Class::Repeatable,
        method: "PUT",
        endpoint: "seats.put",
        settings: "parameters: { seatId: seat-0900 }, payload: { holder: cem, product: viewer, quantity: 1 }",
    },
    Call {
        class: Class::Repeatable,
        method: "DELETE",
        endpoint: "devices.delete",
        settings: "parameters: { accountId: ACC-100234, deviceId: DEV-000412 }, confirm_delete: true",
    },
    Call {
        class: Class::Repeatable,
        method: "PATCH",
        endpoint: "users.update",
        settings: "parameters: { accountId: ACC-100234, userId: USR-000731 }, payload: { status: INACTIVE }",
    },
    Call {
        class: Class::Other,
        method: "PATCH",
        endpoint: "devices.removeLicenses",
        settings: "parameters: { accountId: ACC-100234, deviceId: DEV-000412 }, \
            payload: { licenseKeysToRemove: [AYXI-0002-0002-0002-0002-0002-0002-0002] }",
    },
    Call {
        class: Class::Other,
        method: "POST",
        endpoint: "devices.activateOffline",
        settings: "parameters: { accountId: ACC-100234 }, payload: { name: WS-0900, hostId: 8CDCD4000900, \
            licenses: [{ licenseKey: AYXD-0001-0001-0001-0001-0001-0001-0001 }] }",
    },
    Call {
        class: Class::Other,
        method: "POST",
        endpoint: "seats.take",
        settings: "payload: { holder: cem, product: viewer, quantity: 1 }",
    },
    Call { class: Class::Read, method: "GET", endpoint: "authz.checkJwt", settings: "" },
    Call { class: Class::Repeatable, method: "POST", endpoint: "authz.renewJwt", settings: "" },
    Call { class: Class::Other, method: "POST", endpoint: "authz.consumeJwt", settings: "" },
];

/// A catalog of what is answered with signed tokens.
pub(super) const SIGNED: &str = "catalog: signed
summary: Who may use an item, told in signed tokens.
authorization: [bearer]
defaults: { response: { form: jwt, keys: /.well-known/jwks.json } }
endpoints:
  authz.checkJwt: { request: GET /authz/.jwt?DemoItem1&doConsume=false, summary: Asks. }
  authz.consumeJwt: { request: POST /authz/.jwt?DemoItem1&hw=hw-0900, summary: Takes. }
  authz.renewJwt: { request: POST /authz/.jwt?DemoItem1&hw=hw-0901, summary: Takes again., idempotent: true }
";

impl Call {
    /// Whether its answer is signed.
    pub(super) fn is_signed(&self) -> bool {
        connection_of(self.endpoint) == "signed"
    }

    /// What a fault calls its endpoint.
    pub(super) fn target(&self) -> &'static str {
        if self.endpoint == "authz.renewJwt" { "authz.consumeJwt" } else { self.endpoint }
    }

    /// Whether the system gives tokens that can be renewed.
    pub(super) fn can_renew(&self) -> bool {
        connection_of(self.endpoint) == "portal"
    }
}

fn connection_of(endpoint: &str) -> &'static str {
    match endpoint.split('.').next() {
        Some("seats") => "seats",
        Some("authz") => "signed",
        _ => "portal",
    }
}

/// Limits under which nobody waits.
pub(super) const LIMITS: &str = "concurrency: 1, attempts: 3, body_bytes: 65536";

/// A pipeline whose nodes use one of the sandbox's systems. A token that is given is not renewed.
pub(super) fn pipeline(endpoint: &str, limits: &str, is_token_given: bool, nodes: &str) -> String {
    let connection = connection_of(endpoint);
    let limits = format!("    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, {limits} }}\n");
    let how = match connection {
        "seats" => SEATS,
        "signed" => {
            "    catalog: signed.yaml\n    base_url: ${env:TENDUKE_BASE_URL}\n    \
             authorization: { token: \"${env:TENDUKE_USER_TOKEN}\" }\n"
        }
        _ if is_token_given => {
            "    catalog: alteryx\n    base_url: ${env:ALTERYX_BASE_URL}\n    \
             authorization: { token: \"${env:ALTERYX_ACCESS_TOKEN}\" }\n"
        }
        _ => {
            "    catalog: alteryx\n    base_url: ${env:ALTERYX_BASE_URL}\n    \
             authorization: { auth_url: \"${env:ALTERYX_AUTH_URL}\", \
             refresh_token: \"${env:ALTERYX_REFRESH_TOKEN}\", client_id: \"${env:ALTERYX_CLIENT_ID}\" }\n"
        }
    };
    format!("version: 1\npipeline: what-happens\nconnections:\n  {connection}:\n{how}{limits}nodes:\n{nodes}")
}

/// Nodes that make the same call for each of these records, and save what comes of them. A record has a `line`, by which
/// it is found on S and on F.
pub(super) fn nodes(endpoint: &str, settings: &str, records: &[&str]) -> String {
    let connection = connection_of(endpoint);
    let records = records.join(", ");
    format!(
        "  records:
    rows: [{records}]
  calls:
    license_api: {{ connection: {connection}, endpoint: {endpoint}, keep: [line], {settings} }}
    D: records
  succeeded: {{ write_csv: {{ path: out/succeeded.csv }}, D: calls }}
  failed: {{ write_csv: {{ path: out/failed.csv }}, D: calls.F }}
"
    )
}
