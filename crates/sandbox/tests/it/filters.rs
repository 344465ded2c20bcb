//! Filters, pages, and how answers follow the clock.

use serde_json::json;

use crate::client::Portal;

#[tokio::test]
async fn filters_narrow_the_lists() {
    let portal = Portal::start().await;
    for (target, ids) in [
        ("/v1/accounts?name=RETAIL", &["ACC-100777"][..]),
        ("/v1/accounts?status=INACTIVE", &[]),
        ("/v1/users?accountId=ACC-100234&userName=USER-07", &["USR-000731", "USR-000732", "USR-000733"]),
        ("/v1/users?accountId=ACC-100234&email=0732@", &["USR-000732"]),
        ("/v1/users?accountId=ACC-100234&status=INACTIVE", &["USR-000733"]),
        ("/v1/users?accountId=ACC-100777", &["USR-000001", "USR-000810"]),
        ("/v1/entitlements?accountId=ACC-100234", &["ENT-7002", "ENT-7781"]),
        ("/v1/entitlements?accountId=ACC-100234&status=EXPIRED", &["ENT-7002"]),
        ("/v1/entitlements?accountId=ACC-100234&contractId=C-55001", &["ENT-7781"]),
        ("/v1/entitlements?accountId=ACC-100234&productLineId=Alteryx+Server", &["ENT-7781"]),
        (
            "/v1/licenses?accountId=ACC-100234",
            &[
                "AYXD-0001-0001-0001-0001-0001-0001-0001",
                "AYXD-0004-0004-0004-0004-0004-0004-0004",
                "AYXI-0002-0002-0002-0002-0002-0002-0002",
                "AYXS-0003-0003-0003-0003-0003-0003-0003",
            ],
        ),
        (
            "/v1/licenses?accountId=ACC-100234&licenseKey=ayxi-0002-0002-0002-0002-0002-0002-0002",
            &["AYXI-0002-0002-0002-0002-0002-0002-0002"],
        ),
        ("/v1/licenses?accountId=ACC-100777&licenseKey=AYXI-0002-0002-0002-0002-0002-0002-0002", &[]),
        (
            "/v1/licenses?accountId=ACC-100234&expiresBefore=2024-01-01T00:00:00.000%2B00:00",
            &["AYXD-0004-0004-0004-0004-0004-0004-0004"],
        ),
        ("/v1/licenses?accountId=ACC-100234&expiresBefore=2023-12-31T23:59:59Z", &[]),
        ("/v1/devices?accountId=ACC-100234&name=srv", &["DEV-000414"]),
        ("/v1/devices?accountId=ACC-100234&userId=USR-000732", &["DEV-000413"]),
        (
            "/v1/devices?accountId=ACC-100234&licenseKey=ayxd-0001-0001-0001-0001-0001-0001-0001",
            &["DEV-000412", "DEV-000413"],
        ),
        ("/v1/devices?accountId=ACC-100234&lastSeenBefore=2025-01-01T00:00:00Z", &["DEV-000413", "DEV-000414"]),
        (
            "/v1/usage?accountId=ACC-100234&licenseKey=AYXS-0003-0003-0003-0003-0003-0003-0003",
            &["AYXS-0003-0003-0003-0003-0003-0003-0003"],
        ),
        ("/v1/products?accountId=ACC-100777", &["Alteryx Designer"]),
    ] {
        assert_eq!(portal.get(target).await.ids(), ids, "{target}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_until_one_is_short() {
    let portal = Portal::start().await;
    let page =
        async |page: u32| portal.get(&format!("/v1/devices?accountId=ACC-100234&size=2&page={page}")).await.ids();
    assert_eq!(page(0).await, ["DEV-000412", "DEV-000413"]);
    assert_eq!(page(1).await, ["DEV-000414"]);
    assert_eq!(page(2).await, Vec::<String>::new());
    assert_eq!(page(u32::MAX).await, Vec::<String>::new());
}

#[tokio::test]
async fn terms_and_free_seats_follow_the_clock() {
    let portal = Portal::start().await;
    portal.admin("POST", "settings", r#"{"access_token_seconds": 2000000000}"#).await;
    let login = portal.refresh("/b2c/oauth2/v2.0/token", "refresh_token=rt-000002").await;
    let token = login.access_token();
    let license = async |now: &str| {
        portal.admin("POST", "clock", &json!({ "now": now }).to_string()).await;
        let list = portal.call_with(&token, "GET", "/v1/licenses?accountId=ACC-100777").await.json();
        let license = &list["data"][0];
        (license["status"].as_str().unwrap().to_owned(), license["used"].clone(), license["available"].clone())
    };
    assert_eq!(license("2025-06-30T23:59:59Z").await, ("ACTIVE".into(), json!(1), json!(2)));
    assert_eq!(license("2025-07-01T00:00:00Z").await, ("EXPIRED".into(), json!(1), json!(0)));
    assert_eq!(license("2024-06-30T00:00:00Z").await, ("NOT_STARTED".into(), json!(1), json!(0)));
}

#[tokio::test]
async fn usage_without_a_span_is_the_last_thirty_days_by_day_up_to_now() {
    let portal = Portal::start().await;
    let answer = portal.get("/v1/usage?accountId=ACC-100234&productLineId=Alteryx%20Designer").await.json();
    let periods = answer["data"][0]["periods"].as_array().unwrap();
    assert_eq!(periods.len(), 31);
    assert_eq!(periods[0]["start"], "2025-01-30T09:00:00.000+00:00");
    assert_eq!(periods[0]["end"], "2025-01-31T00:00:00.000+00:00");
    assert_eq!((&periods[0]["used"], &periods[0]["available"]), (&json!(1), &json!(4)));
    assert_eq!(
        periods[30],
        json!({
            "start": "2025-03-01T00:00:00.000+00:00", "end": "2025-03-01T09:00:00.000+00:00",
            "used": 2, "available": 3, "peakUsed": 2, "devices": 2, "users": 2
        })
    );
}
