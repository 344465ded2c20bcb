//! What the catalogs say of the endpoints that change something.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use seatflow_catalog::{Catalog, Endpoint, Location, Method, builtin};
use seatflow_spec::Source;
use serde_json::Value;
use url::Url;

use crate::program::repository;

/// The endpoints of all systems that are played, by their ids.
static ENDPOINTS: LazyLock<BTreeMap<String, Endpoint>> = LazyLock::new(|| {
    let text = fs::read_to_string(repository().join("fixtures/catalogs/seats.yaml")).unwrap();
    let seats = Catalog::parse(&Source::new("seats.yaml", text)).unwrap();
    let catalogs = ["alteryx", "tenduke", "uipath"].map(|name| builtin(name).unwrap().clone());
    let all: Vec<Endpoint> = catalogs.into_iter().chain([seats]).flat_map(|catalog| catalog.endpoints).collect();
    let count = all.len();
    let named: BTreeMap<String, Endpoint> = all.into_iter().map(|endpoint| (endpoint.id.clone(), endpoint)).collect();
    assert_eq!(named.len(), count, "an id names one endpoint");
    named
});

/// An endpoint, by its id.
pub(super) fn endpoint(id: &str) -> &'static Endpoint {
    &ENDPOINTS[id]
}

/// Whether a write of which nobody knows is neither sent again nor told by a read.
pub(super) fn is_sent_once(id: &str) -> bool {
    let endpoint = endpoint(id);
    !endpoint.idempotent && endpoint.idempotency_key.is_none() && endpoint.reconcile.is_none()
}

/// What orders a write among the others, by the URL and the body that were sent.
pub(super) fn order_key(endpoint: &Endpoint, url: &str, body: &str) -> Vec<String> {
    let url = Url::parse(url).unwrap();
    match endpoint.order_by.as_deref() {
        None if endpoint.method == Method::Post => vec![url.as_str().to_owned()],
        None | Some([]) => vec![url.path().to_owned()],
        Some(names) => {
            let values = names.iter().map(|name| value(endpoint, name, &url, body));
            [endpoint.path.clone()].into_iter().chain(values).collect()
        }
    }
}

/// The value that was sent under a name: in the path, in the query or in the body.
fn value(endpoint: &Endpoint, name: &str, url: &Url, body: &str) -> String {
    let parameter = endpoint.parameters.iter().find(|parameter| parameter.name == name);
    match parameter.map(|parameter| parameter.location) {
        Some(Location::Path) => {
            let place = endpoint.path.rsplit('/').position(|part| part == format!("{{{name}}}")).unwrap();
            url.path().rsplit('/').nth(place).unwrap().to_owned()
        }
        Some(Location::QueryKey) => {
            let is_fixed =
                |key: &str| endpoint.query.as_deref().is_some_and(|fixed| fixed.split('&').any(|one| one == key));
            let mut keys = url.query().unwrap().split('&').filter(|key| !key.contains('=') && !is_fixed(key));
            keys.next().unwrap().to_owned()
        }
        Some(_) => form_value(url.query().unwrap(), name),
        None if body.starts_with('{') => {
            let body: Value = serde_json::from_str(body).unwrap();
            name.split('.').try_fold(&body, |value, part| value.get(part)).unwrap().to_string()
        }
        None => form_value(body, name),
    }
}

fn form_value(form: &str, name: &str) -> String {
    url::form_urlencoded::parse(form.as_bytes()).find(|(other, _)| other == name).unwrap().1.into_owned()
}
