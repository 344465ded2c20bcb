//! What the catalog of Google's licences says.

use seatflow_catalog::{Catalog, Method, Paging};
use serde_json::json;

use crate::endpoint;

fn google() -> &'static Catalog {
    seatflow_catalog::builtin("google-licensing").expect("the catalog comes with the program")
}

#[test]
fn only_what_reads_or_deletes_may_be_sent_twice() {
    for endpoint in &google().endpoints {
        let is_same_twice = [Method::Get, Method::Delete].contains(&endpoint.method);
        assert_eq!(endpoint.is_repeatable(), is_same_twice, "{}", endpoint.id);
    }
}

#[test]
fn every_list_follows_page_tokens_and_is_of_a_customer() {
    for endpoint in &google().endpoints {
        let (next, parameter) = ("nextPageToken".to_owned(), "pageToken".to_owned());
        let is_list = endpoint.id.contains(".list");
        assert_eq!(endpoint.paging == Paging::Cursor { next, parameter }, is_list, "{}", endpoint.id);
        assert_eq!(endpoint.response.records.as_deref() == Some("items"), is_list, "{}", endpoint.id);
        let customer = endpoint.parameter("customerId").is_some_and(|customer| customer.required);
        assert_eq!(customer, is_list, "{}", endpoint.id);
    }
}

#[test]
fn writes_for_one_user_of_a_product_keep_their_order() {
    for write in ["insert", "update", "patch", "delete"] {
        let write = endpoint(google(), &format!("assignments.{write}"));
        assert_eq!(write.order_by.as_deref().unwrap(), ["productId", "userId"], "{}", write.id);
    }
    let insert = endpoint(google(), "assignments.insert");
    let schema = insert.body.as_ref().unwrap().schema.as_ref().unwrap();
    assert_eq!(schema.misfit(&json!({ "userId": "user-01@example.test" })), None);
    assert!(schema.misfit(&json!({ "skuId": "S1" })).is_some());
}
