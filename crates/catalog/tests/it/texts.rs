//! Catalogs on a terminal, and as data.

use insta::assert_snapshot;
use seatflow_catalog::{catalog_json, catalogs_text, endpoint_json, endpoint_text, endpoints_text};

use crate::{alteryx, endpoint, library};

#[test]
fn catalogs_are_listed() {
    assert_snapshot!(catalogs_text([alteryx(), &library()]), @r"
    catalog  endpoints  summary
    alteryx  19         Accounts, users, licences, devices and downloads of the Alteryx licence portal.
    library  6          Loans of a library.
    ");
}

#[test]
fn the_endpoints_of_a_catalog_are_listed() {
    assert_snapshot!(endpoints_text(&library()), @r"
    endpoint      request                                 effect  source      summary
    books.list    GET /books                              read    documented  The books.
    readers.list  GET /readers                            read    documented  The readers.
    loans.list    GET /loans                              read    documented  The loans.
    fines.list    GET /fines                              read    documented  The fines.
    loans.search  POST /loans/search                      read    documented  Loans by a query.
    loans.end     DELETE /books/{bookId}/loans/{loan-id}  write   documented  Ends a loan.
    ");
}

#[test]
fn a_long_path_pushes_only_its_own_line() {
    let text = "catalog: x
summary: x
endpoints:
  a.list: { request: GET /a, summary: Short. }
  b.list: { request: GET /very/long/path/to/something/that/nobody/would/type/by/hand, summary: Long. }
";
    assert_snapshot!(endpoints_text(&crate::catalog(text)), @r"
    endpoint  request                                           effect  source   summary
    a.list    GET /a                                            read    assumed  Short.
    b.list    GET /very/long/path/to/something/that/nobody/would/type/by/hand  read    assumed  Long.
    ");
}

#[test]
fn an_endpoint_is_shown_whole() {
    assert_snapshot!(endpoint_text(alteryx(), endpoint(alteryx(), "users.update")), @r#"
    users.update  PATCH /v1/users/{userId}
    Changes a user's state, or the role in the account of the call.

    source   assumed
    effect   write, sent again while its outcome is not known
    success  200
    failure  msg is there and data is not
    records  data

    Parameters
      name       in     type  required  source   description
      userId     path   text  yes       assumed  The user, an `id` of users.list.
      accountId  query  text  yes       assumed  The account, an `id` of accounts.list.

    Payload
      field   type  allowed
      status  text  ACTIVE | INACTIVE
      role    text  LICENSE_ADMINISTRATOR | MEMBER

    Payload example
      {
        "status": "INACTIVE"
      }

    Response
      {
        "data": {
          "id": "USR-000731",
          "userName": "user-0731",
          "email": "user-0731@example.test",
          "status": "ACTIVE",
          "lastLoginDate": "2025-02-27T08:05:00.000+00:00",
          "accounts": [
            {
              "accountId": "ACC-100234",
              "role": "MEMBER"
            }
          ],
          "devices": [
            {
              "deviceId": "DEV-000412",
              "name": "WS-0412"
            }
          ]
        },
        "msg": null
      }

    Node
      users_update:
        license_api:
          endpoint: users.update
          parameters:
            userId: { field: user_id }
            accountId: { field: account_id }
          payload:
            status: { field: status }
        A: login
        D: records
    "#);
}

#[test]
fn parameters_are_shown_with_bounds_defaults_and_words() {
    let text = endpoint_text(alteryx(), endpoint(alteryx(), "usage.list"));
    let table: Vec<_> =
        text.lines().skip_while(|line| *line != "Parameters").take_while(|line| !line.is_empty()).collect();
    assert_snapshot!(table.join("\n"), @r"
    Parameters
      name           in     type              required  default  allowed      source   description
      accountId      query  text              yes                             assumed  The account, an `id` of accounts.list.
      from           query  time                                              assumed  The beginning; 30 days ago if it is not given.
      to             query  time                                              assumed  The end, after `from`; now if it is not given.
      granularity    query  text                        DAY      DAY | MONTH  assumed  The length of a period.
      productLineId  query  text                                              assumed  A product line, an `id` of products.list.
      licenseKey     query  text                                              assumed  Eight groups of four word characters, in any case.
      page           query  integer from 0              0                     assumed  The number of the page.
      size           query  integer 1 to 500            100                   assumed  Elements on a page.
    ");
}

#[test]
fn the_same_is_there_as_json() {
    let json = endpoint_json(alteryx(), endpoint(alteryx(), "users.list"));
    assert_eq!(json["catalog"], "alteryx");
    assert_eq!(json["method"], "GET");
    assert_eq!(json["paging"]["kind"], "page");
    assert_eq!(json["parameters"][5]["type"], "integer");
    assert_eq!(json["parameters"][5]["maximum"], 500);
    assert_eq!(json["fails_when"][0]["is"], "present");
    assert!(json["node"].as_str().is_some_and(|node| node.starts_with("users_list:\n")));
    assert_eq!(catalog_json(alteryx())["endpoints"], 19);
}
