//! Every refusal of the portal: its status, its words, and that it changes nothing.

mod each;
mod general;

use crate::kept::Kept;

pub(crate) const DESIGNER: &str = "AYXD-0001-0001-0001-0001-0001-0001-0001";
pub(crate) const EXPIRED: &str = "AYXD-0004-0004-0004-0004-0004-0004-0004";
pub(crate) const ELSEWHERE: &str = "AYXD-0005-0005-0005-0005-0005-0005-0005";

/// A request with which nothing is wrong.
pub(crate) struct Good {
    pub(crate) endpoint: &'static str,
    /// What it is answered with in the starting state.
    pub(crate) status: u16,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// What the query has beside the account.
    pub(crate) query: &'static str,
    /// The payload; none where the endpoint takes none.
    pub(crate) payload: Option<&'static str>,
}

const fn read(endpoint: &'static str, path: &'static str, query: &'static str) -> Good {
    Good { endpoint, status: 200, method: "GET", path, query, payload: None }
}

const fn download(endpoint: &'static str, status: u16, path: &'static str) -> Good {
    Good { endpoint, status, method: "GET", path, query: "", payload: None }
}

const fn write(
    endpoint: &'static str,
    method: &'static str,
    path: &'static str,
    payload: Option<&'static str>,
) -> Good {
    Good { endpoint, status: 200, method, path, query: "", payload }
}

/// One request for each endpoint that needs an access token.
pub(crate) const GOOD: &[Good] = &[
    read("accounts.list", "/v1/accounts", ""),
    read("users.list", "/v1/users", ""),
    read("users.get", "/v1/users/USR-000731", ""),
    read("entitlements.list", "/v1/entitlements", ""),
    read("licenses.list", "/v1/licenses", ""),
    read("devices.list", "/v1/devices", ""),
    read("devices.get", "/v1/devices/DEV-000412", ""),
    read("usage.list", "/v1/usage", ""),
    read("products.list", "/v1/products", ""),
    read("releases.list", "/v1/products/-/releases", "productLineId=Alteryx%20Designer"),
    download("devices.licenseFile", 404, "/v1/devices/DEV-000412/licenseFile"),
    download("editions.download", 302, "/v1/products/-/releases/-/editions/Alteryx%20Designer%20%282022.3%29-1/file"),
    read(
        "editions.list",
        "/v1/products/-/releases/-/editions",
        "productLineReleaseId=Alteryx%20Designer%20%282022.3%29",
    ),
    write(
        "devices.activateOffline",
        "POST",
        "/v1/devices",
        Some(include_str!("samples/devices.activateOffline.request.json")),
    ),
    write(
        "devices.removeLicenses",
        "PATCH",
        "/v1/devices/DEV-000412",
        Some(include_str!("samples/devices.removeLicenses.request.json")),
    ),
    write("users.update", "PATCH", "/v1/users/USR-000731", Some(include_str!("samples/users.update.request.json"))),
    write("devices.delete", "DELETE", "/v1/devices/DEV-000412", None),
    write("users.delete", "DELETE", "/v1/users/USR-000731", None),
    write("licenses.deactivate", "DELETE", "/v1/licenses/AYXD-0001-0001-0001-0001-0001-0001-0001/activations", None),
];

impl Good {
    /// The target, in an account.
    pub(crate) fn target(&self, account: &str) -> String {
        self.with(&format!("accountId={account}"))
    }

    /// The target, with this at the beginning of its query.
    pub(crate) fn with(&self, query: &str) -> String {
        let Self { path, query: rest, .. } = self;
        let query: Vec<_> = [query, rest].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{path}?{}", query.join("&"))
    }
}

/// A request that is refused, with its status and its message.
pub(crate) struct Refused<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) headers: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) status: u16,
    pub(crate) message: &'a str,
}

impl Kept {
    /// A request is refused so, and nothing at all has changed.
    pub(crate) async fn assert_refused(&self, refused: &Refused<'_>) {
        let Refused { endpoint, method, target, headers, payload, status, message } = refused;
        let told = format!("{endpoint}: {method} {target} {headers} {payload}");
        let before = self.dump();
        let answer = self.portal.send(method, target, headers, payload).await.unwrap();
        assert_eq!((answer.status, answer.message().as_str()), (*status, *message), "{told}");
        assert!(answer.json()["data"].is_null(), "{told}");
        assert_eq!(answer.header("www-authenticate").is_some(), *status == 401, "{told}");
        assert_eq!(answer.header("allow").is_some(), *status == 405, "{told}");
        let received = self.portal.sandbox.requests().pop().unwrap();
        assert_eq!((received.status, received.effect), (Some(*status), None), "{told}");
        assert_eq!(self.dump(), before, "{told}");
    }
}
