//! Finding endpoints.

use crate::{alteryx, library};

#[test]
fn an_endpoint_is_found_by_id_or_by_method_and_path() {
    let id = |name: &str| alteryx().endpoint(name).map(|found| found.id.as_str());
    assert_eq!(id("devices.list"), Some("devices.list"));
    assert_eq!(id("GET /v1/devices"), Some("devices.list"));
    assert_eq!(id(" post  /v1/devices "), Some("devices.activateOffline"));
    assert_eq!(id("DELETE /v1/devices/{deviceId}"), Some("devices.delete"));
    assert_eq!(id("DELETE /v1/devices/{id}"), Some("devices.delete"));
    for name in ["", "devices", "PUT /v1/devices", "GET /v1/devices/", "FETCH /v1/devices", "GET"] {
        assert_eq!(id(name), None, "{name}");
    }
}

#[test]
fn an_unknown_endpoint_gets_the_nearest_and_where_to_look() {
    let help = |name: &str| alteryx().help_for_unknown_endpoint(name);
    let list = "`seatflow catalog list alteryx` lists them";
    assert_eq!(help("device.list"), format!("did you mean `devices.list`? {list}"));
    assert_eq!(help("GET /v1/device"), format!("did you mean `GET /v1/devices`? {list}"));
    assert_eq!(help("x"), list);
}

#[test]
fn parameters_are_found_by_name_and_place() {
    use seatflow_catalog::Location;
    let library = library();
    let end = library.endpoint("loans.end").expect("the endpoint is there");
    assert_eq!(end.parameters_in(Location::Path).count(), 2);
    assert_eq!(end.parameters_in(Location::Query).count(), 0);
    assert!(end.parameter("loan-id").is_some());
    assert!(end.parameter("loanId").is_none());
}
