//! What the catalog of Google's licences says.

use insta::assert_snapshot;
use seatflow_catalog::{Catalog, Location, Paging, Scheme, Trust, ValueKind};
use serde_json::json;

use crate::{endpoint, lines_of};

fn google() -> &'static Catalog {
    seatflow_catalog::builtin("google-licensing").expect("the catalog comes with the program")
}

#[test]
fn it_has_three_reads_and_four_writes() {
    assert_snapshot!(lines_of(google()).replace("/apps/licensing/v1/product/{productId}", ".."), @r"
    assignments.listByProduct: GET ../users, twice, pages, Documented: productId customerId maxResults pageToken
    assignments.listBySku: GET ../sku/{skuId}/users, twice, pages, Documented: productId skuId customerId maxResults pageToken
    assignments.get: GET ../sku/{skuId}/user/{userId}, twice, one page, Documented: productId skuId userId
    assignments.insert: POST ../sku/{skuId}/user, once, one page, Documented: productId skuId
    assignments.update: PUT ../sku/{skuId}/user/{userId}, once, one page, Documented: productId skuId userId
    assignments.patch: PATCH ../sku/{skuId}/user/{userId}, once, one page, Documented: productId skuId userId
    assignments.delete: DELETE ../sku/{skuId}/user/{userId}, twice, one page, Documented: productId skuId userId
    ");
}

#[test]
fn its_lists_follow_page_tokens() {
    for list in ["assignments.listByProduct", "assignments.listBySku"] {
        let list = endpoint(google(), list);
        let (next, parameter) = ("nextPageToken".to_owned(), "pageToken".to_owned());
        assert_eq!(list.paging, Paging::Cursor { next, parameter });
        assert_eq!(list.response.records.as_deref(), Some("items"));
        let size = list.parameter("maxResults").unwrap();
        assert_eq!(size.kind, ValueKind::Integer { minimum: Some(1), maximum: Some(1000) });
        assert_eq!((size.default.as_deref(), size.location), (Some("100"), Location::Query));
        assert!(list.parameter("customerId").unwrap().required);
    }
}

#[test]
fn writes_for_one_user_of_a_product_keep_their_order() {
    for write in ["insert", "update", "patch", "delete"] {
        let write = endpoint(google(), &format!("assignments.{write}"));
        assert_eq!(write.order_by, ["productId", "userId"], "{}", write.id);
    }
    let insert = endpoint(google(), "assignments.insert");
    let schema = insert.body.as_ref().unwrap().schema.as_ref().unwrap();
    assert_eq!(schema.misfit(&json!({ "userId": "user-01@example.test" })), None);
    assert!(schema.misfit(&json!({ "skuId": "S1" })).is_some());
}

#[test]
fn what_no_source_tells_is_said_to_be_assumed() {
    let ways: Vec<_> = google().authorization.iter().map(|way| (way.kind, way.source)).collect();
    assert_eq!(ways, [(Scheme::RefreshToken, Trust::Assumed), (Scheme::Bearer, Trust::Documented)]);
    assert_eq!(google().limits.requests_per_second, Some(1.0));
}
