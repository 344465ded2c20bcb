//! What the catalog of licences in Microsoft Graph says.

use insta::assert_snapshot;
use seatflow_catalog::{Catalog, Paging, Trust};
use serde_json::json;

use crate::{endpoint, lines_of};

fn graph() -> &'static Catalog {
    seatflow_catalog::builtin("microsoft-graph-licenses").expect("the catalog comes with the program")
}

#[test]
fn it_has_two_reads_and_a_write() {
    assert_snapshot!(lines_of(graph()), @r"
    skus.list: GET /subscribedSkus, twice, pages, Documented: $select $orderby $search $filter $top
    skus.get: GET /subscribedSkus/{subscribedSkuId}, twice, one page, Documented: subscribedSkuId $select
    licenses.assign: POST /users/{userId}/assignLicense, once, one page, Documented: userId
    ");
}

#[test]
fn its_list_follows_a_link_whose_name_has_a_dot() {
    let list = endpoint(graph(), "skus.list");
    assert_eq!(list.paging, Paging::NextUrl { next: r"@odata\.nextLink".to_owned() });
    let names: Vec<_> = list.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.source)).collect();
    let documented = ["$select", "$orderby", "$search"].map(|name| (name, Trust::Documented));
    let assumed = ["$filter", "$top"].map(|name| (name, Trust::Assumed));
    assert_eq!(names, [documented.as_slice(), &assumed].concat());
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
