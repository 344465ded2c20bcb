//! The page, against the starting state.

use seatflow_sandbox::TENDUKE;
use serde_json::Value;

use super::call;
use crate::client::Portal;

/// How the page tells what a licence has.
fn credit(license: &Value) -> String {
    match (license["seatCount"].as_u64(), license["useCount"].as_u64(), license["useTime"].as_u64()) {
        (Some(1), None, None) => "1 seat".to_owned(),
        (Some(seats), None, None) => format!("{seats} seats"),
        (None, Some(uses), None) => format!("{uses} uses"),
        (None, None, Some(3_600_000)) => "an hour".to_owned(),
        other => panic!("{other:?} of {license}"),
    }
}

#[tokio::test]
async fn its_licences_are_those_that_there_are() {
    let portal = Portal::start().await;
    let licenses = call(&portal, 0, "GET", "/graph/License").await.json();
    let ids: Vec<_> = licenses.as_array().unwrap().iter().map(|license| license["id"].as_str().unwrap()).collect();
    let rows = TENDUKE.lines().filter(|line| line.starts_with("| `40000000-"));
    let rows: Vec<Vec<_>> = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0].trim_matches('`')).collect::<Vec<_>>(), ids);
    for (row, license) in rows.iter().zip(licenses.as_array().unwrap()) {
        let [id, item, model, _, there_are, until] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!(*there_are, credit(license), "{id}");
        let year = license["validUntil"].as_str().map_or("–", |until| &until[..4]);
        assert!(until.starts_with(year), "{id}: {license}");
        for (kind, told) in [("LicensedItem", item), ("LicenseModel", model)] {
            let target = format!("/graph/License%5B@id=%27{}%27%5D/~ManyToOne/{kind}/@name", id.trim_matches('`'));
            assert_eq!(call(&portal, 0, "GET", &target).await.json()[0], told.trim_matches('`'), "{id}");
        }
    }
}
