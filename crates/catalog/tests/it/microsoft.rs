//! What the catalog of licences in Microsoft Graph says.

use seatflow_catalog::{Catalog, Paging};
use serde_json::json;

use crate::endpoint;

fn graph() -> &'static Catalog {
    seatflow_catalog::builtin("microsoft-graph-licenses").expect("the catalog comes with the program")
}

#[test]
fn its_list_follows_a_link_whose_name_has_a_dot() {
    assert_eq!(endpoint(graph(), "skus.list").paging, Paging::NextUrl { next: r"@odata\.nextLink".to_owned() });
}

#[test]
fn an_assignment_says_both_what_is_given_and_what_is_taken() {
    let assign = endpoint(graph(), "licenses.assign");
    let schema = assign.body.as_ref().unwrap().schema.as_ref().unwrap();
    let sku = "22222222-0000-4000-8000-000000000001";
    assert_eq!(schema.misfit(&json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] })), None);
    assert_eq!(schema.misfit(&json!({ "addLicenses": [], "removeLicenses": [sku] })), None);
    assert!(schema.misfit(&json!({ "addLicenses": [{ "skuId": sku }] })).is_some());
    assert!(schema.misfit(&json!({ "addLicenses": [], "removeLicenses": ["E5"] })).is_some());
    assert!(!assign.is_repeatable(), "whether it is the same twice, no source tells");
}
