//! What the walk does not come by: groups beside users, dates, what survives.

use seatflow_sandbox::{Sandbox, Settings};
use serde_json::json;

use super::{DELILAH, GROUP_01, HOST, Suite, USERS, Y1968, bundles, given, products, quantities};
use crate::client::Portal;
use crate::kept::Kept;

const GROUP_02: &str = "/song-org/lease_/api/account/song-one/user-license/group/group-02";

/// How many units are given out of a code, and how many of them are in use.
async fn units(suite: &Suite<'_>, code: &str) -> (i64, i64) {
    let group = suite.get(GROUP_01).await;
    let bundle = group["availableUserBundles"].as_array().unwrap().iter().find(|bundle| bundle["code"] == code);
    let bundle = bundle.unwrap_or_else(|| panic!("{group}"));
    (bundle["allocated"].as_i64().unwrap(), bundle["inUse"].as_i64().unwrap())
}

async fn now(portal: &Portal, time: &str) {
    let moved = portal.admin("POST", "clock", &json!({ "now": time }).to_string()).await;
    assert_eq!(moved.status, 200, "{moved:?}");
}

#[tokio::test]
async fn a_user_takes_one_unit_whoever_gives_it() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    suite.put(USERS, &given(&["singer-77"], &["TSTNU"], false)).await;
    assert_eq!(units(&suite, "TSTNU").await, (1, 0));
    assert_eq!(suite.put(GROUP_02, &bundles(&["TSTNU"], false)).await.0, 200);
    assert_eq!(units(&suite, "TSTNU").await, (3, 0), "two members more");
    assert_eq!(suite.put(GROUP_01, &bundles(&["TSTNU"], false)).await.0, 200);
    assert_eq!(units(&suite, "TSTNU").await, (3, 0), "who is in both groups takes none again");
    // The rule goes, and what nobody else gives goes with it.
    suite.put(GROUP_02, &bundles(&[], false)).await;
    assert_eq!(units(&suite, "TSTNU").await, (1, 0));
    suite.put(USERS, &given(&["singer-77"], &[], false)).await;
    assert_eq!(units(&suite, "TSTNU").await, (1, 0), "the group still gives it");
    suite.put(GROUP_01, &bundles(&["TSTNU"], true)).await;
    assert_eq!(units(&suite, "TSTNU").await, (0, 0), "what comes from elsewhere takes none");
    assert_eq!(suite.get(GROUP_01).await["useExternalLicense"], true);
}

#[tokio::test]
async fn users_hold_what_their_organization_cannot_lose() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    suite.put(USERS, &given(&["singer-77", "user-04"], &["ATTUNU"], false)).await;
    let song = DELILAH.replace("y-y-y-delilah", "song-one");
    let (status, told) = suite.put(&song, &products("products", &[("ATTUNU", 1)])).await;
    assert_eq!((status, told.as_str()), (409, "ATTUNU: 1 asked, 2 held by users."));
    assert_eq!(suite.put(&song, &products("products", &[("ATTUNU", 2)])).await.0, 200);
    // The host has 20; 2 are here, so 18 are left for the others.
    let (status, told) = suite.put(DELILAH, &products("products", &[("ATTUNU", 19), ("AIG", 6)])).await;
    let short = "ATTUNU: 19 asked, 18 left; AIG: 6 asked, 5 left in the host license.";
    assert_eq!((status, told.as_str()), (409, short));
    assert_eq!(suite.put(DELILAH, &products("products", &[("ATTUNU", 18), ("AIG", 5)])).await.0, 200);
    let (status, told) = suite.put(&song, &products("products", &[("ATTUNU", 3)])).await;
    assert_eq!(
        (status, told.as_str()),
        (409, "ATTUNU: 3 asked, 2 left in the host license."),
        "and the other way round"
    );
}

#[tokio::test]
async fn a_write_that_changes_nothing_says_so() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for (target, body) in [
        (DELILAH, products("products", &[("UNATT", 10), ("TIE", 4)])),
        (Y1968, products("products", &[("UNATT", 5)])),
        (GROUP_01, bundles(&["IDU"], false)),
        (USERS, given(&["singer-88"], &["TSTNU"], false)),
    ] {
        let (status, effect) = suite.put(target, &body).await;
        assert!(status == 200 && !effect.is_empty(), "{target}");
        assert_eq!(suite.put(target, &body).await, (200, String::new()), "{target}");
    }
}

#[tokio::test]
async fn an_organization_without_a_licence_gets_one_and_loses_it() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let empty = DELILAH.replace("y-y-y-delilah", "empty-one");
    let tenant = "/lrm/api/account/empty-one/service-license/e3001/orchestrator";
    let one = products("products", &[("UNATT", 1)]);
    assert_eq!(suite.put(tenant, &one).await.0, 404);
    assert_eq!(suite.put(&empty, &one).await.0, 200);
    assert_eq!(suite.put(tenant, &one).await.0, 200);
    assert_eq!(suite.put(tenant, &products("products", &[])).await.0, 200);
    assert_eq!(suite.put(&empty, &products("products", &[("UNATT", 0)])).await.0, 200);
    assert_eq!(suite.put(tenant, &one).await.0, 404);
}

#[tokio::test]
async fn after_its_end_a_licence_has_days_of_grace_and_then_nothing_is_raised() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    suite.put(GROUP_01, &bundles(&["IDU"], false)).await;
    for (time, status, raised) in [
        ("2026-12-31T23:59:59Z", "Active", 200),
        ("2027-01-30T23:59:59Z", "GracePeriod", 200),
        ("2027-01-31T00:00:00Z", "Expired", 409),
    ] {
        now(&portal, time).await;
        // The tokens have ended on the way.
        let suite = Suite::over(&portal).await;
        suite.put(Y1968, &products("products", &[("UNATT", 1)])).await;
        assert_eq!(suite.get(DELILAH).await["licenseStatus"], status, "{time}");
        assert_eq!(suite.get(Y1968).await["license"]["licenseStatus"], status, "{time}");
        for (target, lower, higher) in [
            (DELILAH, products("products", &[("UNATT", 9)]), products("products", &[("UNATT", 10)])),
            (Y1968, products("products", &[("UNATT", 1)]), products("products", &[("UNATT", 2)])),
            (GROUP_01, bundles(&["IDU"], false), bundles(&["IDU", "TSTNU"], false)),
            (USERS, given(&["singer-88"], &["TSTNU"], true), given(&["singer-88"], &["TSTNU"], false)),
        ] {
            assert_eq!(suite.put(target, &lower).await.0, 200, "{time} {target}");
            let (found, told) = suite.put(target, &higher).await;
            assert_eq!(found, raised, "{time} {target}");
            assert_eq!(told.contains("expired"), raised == 409, "{told}");
            assert_eq!(suite.put(target, &lower).await.0, 200, "{time} {target}");
        }
    }
}

#[tokio::test]
async fn who_has_signed_in_uses_the_units() {
    let kept = Kept::after("UPDATE uipath_user SET signed_in = 1 WHERE id IN ('singer-88', 'user-04')").await;
    let suite = Suite::over(&kept.portal).await;
    suite.put(USERS, &given(&["singer-77", "singer-88"], &["TSTNU"], false)).await;
    assert_eq!(units(&suite, "TSTNU").await, (2, 1));
    assert_eq!(units(&suite, "ATTUNU").await, (0, 0));
}

#[tokio::test]
async fn a_host_without_licence_or_feature_allocates_nothing() {
    for (statements, told) in [
        ("UPDATE uipath_host SET licensed = 0", "The host has no license."),
        ("UPDATE uipath_host SET on_prem_flows = 0", "The feature for own servers is off."),
    ] {
        let kept = Kept::after(statements).await;
        let suite = Suite::over(&kept.portal).await;
        let asked = products("products", &[("UNATT", 1)]);
        assert_eq!(suite.put(DELILAH, &asked).await, (404, told.to_owned()));
        assert_eq!(suite.put(Y1968, &asked).await.0, 200, "what an organization has, it keeps");
    }
}

#[tokio::test]
async fn the_state_outlives_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let settings = || Settings { database: Some(folder.path().join("sandbox.db")), ..Settings::default() };
    let portal = Portal::with(settings()).await;
    let suite = Suite::over(&portal).await;
    suite.put(DELILAH, &products("products", &[("TIE", 3), ("UNATT", 7)])).await;
    suite.put(GROUP_01, &bundles(&["TSTNU", "IDU"], false)).await;
    let (host, application) = (suite.host.clone(), suite.application.clone());
    portal.sandbox.stop().await;
    let portal = Portal { sandbox: Sandbox::start(settings()).await.unwrap(), token: String::new() };
    let suite = Suite { portal: &portal, host, application };
    let found = suite.get(DELILAH).await;
    assert_eq!(quantities(&found["products"]), [("TIE".to_owned(), 3), ("UNATT".to_owned(), 7)]);
    assert_eq!(suite.get(GROUP_01).await["allocatedUserBundles"], json!(["TSTNU", "IDU"]));
}

#[tokio::test]
async fn it_is_found_by_its_environment() {
    let kept = Kept::start().await;
    let portal = &kept.portal;
    for (name, value) in [
        ("UIPATH_BASE_URL", "http://uipath.sandbox.test"),
        ("UIPATH_AUTH_URL", "http://uipath.sandbox.test/api/account/authenticate"),
        ("UIPATH_TENANCY", "Host"),
        ("UIPATH_USER", "host-admin"),
        ("UIPATH_PASSWORD", "sandbox-host-password"),
        ("UIPATH_TOKEN_URL", "http://uipath.sandbox.test/identity_/connect/token"),
        ("UIPATH_CLIENT_ID", "sandbox-app"),
        ("UIPATH_CLIENT_SECRET", "sandbox-secret"),
    ] {
        assert_eq!(portal.variable(name), value);
    }
    assert!(portal.sandbox.origins().contains(&HOST.to_owned()));
}
