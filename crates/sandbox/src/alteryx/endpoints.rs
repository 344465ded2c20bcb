//! What the portal offers: every endpoint, and what answers it.

use bytes::Bytes;
use http::Method;

use super::envelope::{Refusal, Written};
use super::login::Form;
use super::visit::Visit;
use super::{accounts, devices, entitlements, licenses, products, usage, users};
use crate::exchange::Reply;
use crate::system::Endpoint;

/// Answers a read.
pub(super) type Read = fn(&Visit<'_>) -> Result<Bytes, Refusal>;
/// Answers a download, for a portal that is played under a host.
pub(super) type Download = fn(&Visit<'_>, host: &str) -> Result<Reply, Refusal>;
/// Answers a write. What it changed stays only if it does not refuse.
pub(super) type Write = fn(&Visit<'_>) -> Result<Written, Refusal>;

/// What an endpoint does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    Read(Read),
    Download(Download),
    Write(Write),
    Refresh(Form),
}

const fn read(id: &'static str, path: &'static str, answer: Read) -> (Endpoint, Action) {
    (Endpoint { id, method: Method::GET, path }, Action::Read(answer))
}

const fn download(id: &'static str, path: &'static str, answer: Download) -> (Endpoint, Action) {
    (Endpoint { id, method: Method::GET, path }, Action::Download(answer))
}

const fn write(id: &'static str, method: Method, path: &'static str, answer: Write) -> (Endpoint, Action) {
    (Endpoint { id, method, path }, Action::Write(answer))
}

const fn refresh(path: &'static str, form: Form) -> (Endpoint, Action) {
    (Endpoint { id: "token.refresh", method: Method::POST, path }, Action::Refresh(form))
}

pub(super) static ENDPOINTS: &[(Endpoint, Action)] = &[
    read("accounts.list", "/v1/accounts", accounts::list),
    read("users.list", "/v1/users", users::list),
    read("users.get", "/v1/users/{userId}", users::get),
    read("entitlements.list", "/v1/entitlements", entitlements::list),
    read("licenses.list", "/v1/licenses", licenses::list),
    read("devices.list", "/v1/devices", devices::list),
    read("devices.get", "/v1/devices/{deviceId}", devices::get),
    read("usage.list", "/v1/usage", usage::list),
    read("products.list", "/v1/products", products::list),
    read("releases.list", "/v1/products/-/releases", products::releases),
    read("editions.list", "/v1/products/-/releases/-/editions", products::editions),
    download("devices.licenseFile", "/v1/devices/{deviceId}/licenseFile", devices::license_file),
    download("editions.download", "/v1/products/-/releases/-/editions/{editionId}/file", products::download),
    write("devices.activateOffline", Method::POST, "/v1/devices", devices::activate_offline),
    write("devices.removeLicenses", Method::PATCH, "/v1/devices/{deviceId}", devices::remove_licenses),
    write("users.update", Method::PATCH, "/v1/users/{userId}", users::update),
    write("devices.delete", Method::DELETE, "/v1/devices/{deviceId}", devices::delete),
    write("users.delete", Method::DELETE, "/v1/users/{userId}", users::delete),
    write("licenses.deactivate", Method::DELETE, "/v1/licenses/{licenseKey}/activations", licenses::deactivate),
    refresh("/b2c/oauth2/v2.0/token", Form::B2c),
    refresh("/as/token", Form::Ping),
];
