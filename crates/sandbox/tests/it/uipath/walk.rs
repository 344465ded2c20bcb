//! From the starting state, step by step, every rule once.

use serde_json::json;

use super::{DELILAH, GROUP_01, Suite, USERS, Y1968, bundles, given, message, products, quantities};
use crate::client::Portal;

const EXAMPLE: &str = "/lrm/api/host/j0ne5/organization/y-y-y-delilah/license";
const GROUP_02: &str = "/song-org/lease_/api/account/song-one/user-license/group/group-02";
const SINGERS: [&str; 3] = ["singer-77", "singer-88", "singer-111"];
const BUNDLES: [&str; 3] = ["RPADEVNU", "ATTUNU", "TSTNU"];

fn refused(message: &str) -> (u16, String) {
    (409, message.to_owned())
}

fn done(effect: &str) -> (u16, String) {
    (200, effect.to_owned())
}

/// How many units of each code the organization `song-one` has given out, where it has any.
async fn given_out(suite: &Suite<'_>) -> Vec<(String, i64)> {
    let group = suite.get(GROUP_01).await;
    let bundles = group["availableUserBundles"].as_array().unwrap().iter();
    let units = bundles.map(|bundle| {
        assert!(bundle["allocated"].as_i64() <= bundle["total"].as_i64(), "{bundle}");
        (bundle["code"].as_str().unwrap().to_owned(), bundle["allocated"].as_i64().unwrap())
    });
    units.filter(|(_, allocated)| *allocated > 0).collect()
}

fn units(units: &[(&str, i64)]) -> Vec<(String, i64)> {
    units.iter().map(|(code, units)| ((*code).to_owned(), *units)).collect()
}

#[tokio::test]
async fn the_whole_way() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;

    // 1: what is not named ends with nothing.
    let first = products("productQuantities", &[("UNATT", 2), ("AIG", 1), ("TAUNATT", 3)]);
    let answer = suite.call("POST", EXAMPLE, &first).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let organization = suite.get(DELILAH).await;
    assert_eq!(organization, answer.json());
    assert_eq!(quantities(&organization["products"]), units(&[("UNATT", 2), ("AIG", 1), ("TAUNATT", 3)]));

    // 2: a tenant gets no more than its organization has.
    let second = products("productQuantities", &[("UNATT", 5), ("NONPR", 4), ("TIE", 2)]);
    let answer = suite.call("POST", Y1968, &second).await;
    let short = "UNATT: 5 asked, 2 left; NONPR: 4 asked, 0 left; TIE: 2 asked, 0 left in the account license.";
    assert_eq!((answer.status, message(&answer).as_str()), (409, short));

    // 3, 4: but this.
    let more = products("productQuantities", &[("UNATT", 10), ("NONPR", 6), ("TIE", 4)]);
    assert_eq!(suite.put(DELILAH, &more).await, done("allocated UNATT ×10, NONPR ×6, TIE ×4 to y-y-y-delilah"));
    let given_on = done("allocated UNATT ×5, NONPR ×4, TIE ×2 to documentunderstanding of y1968");
    assert_eq!(suite.put(Y1968, &second).await, given_on);

    // 5: an organization keeps what its tenants hold.
    let held = "NONPR: 0 asked, 4 held by tenants; TIE: 0 asked, 2 held by tenants; \
                UNATT: 2 asked, 5 held by tenants.";
    assert_eq!(suite.put(EXAMPLE, &first).await, refused(held));

    // 6, 7: what one tenant has is lost to the other; and there is none for a tenant of an organization with nothing.
    let other = "/lrm/api/account/y-y-y-delilah/service-license/y1969/orchestrator";
    let six = products("products", &[("UNATT", 6)]);
    assert_eq!(suite.put(other, &six).await, refused("UNATT: 6 asked, 5 left in the account license."));
    let none = suite.put("/lrm/api/account/empty-one/service-license/e3001/orchestrator", &six).await;
    assert_eq!(none, (404, "No account license is allocated for organization empty-one.".to_owned()));

    // 8, 9: each member of a group takes a unit, but none twice.
    let rule = bundles(&["RPADEVPRONU", "IDU", "CTZDEVCU"], false);
    assert_eq!(suite.put(GROUP_01, &rule).await, done("gave RPADEVPRONU, IDU, CTZDEVCU to group-01"));
    let one_each = units(&[("CTZDEVCU", 1), ("IDU", 1), ("RPADEVPRONU", 1)]);
    assert_eq!(given_out(&suite).await, one_each);
    let rule = bundles(&["IDU"], false);
    assert_eq!(suite.put(GROUP_02, &rule).await, refused("IDU: 2 asked, 0 left in the account license."));
    assert_eq!(suite.get(GROUP_02).await["allocatedUserBundles"], json!([]));

    // 10, 11: what comes from elsewhere takes no unit.
    let told = "gave RPADEVNU, ATTUNU, TSTNU from elsewhere to singer-77, singer-88, singer-111";
    assert_eq!(suite.put(USERS, &given(&SINGERS, &BUNDLES, true)).await, done(told));
    assert_eq!(given_out(&suite).await, one_each);
    let told = "gave RPADEVNU, ATTUNU, TSTNU to singer-77, singer-88, singer-111";
    assert_eq!(suite.put(USERS, &given(&SINGERS, &BUNDLES, false)).await, done(told));
    let all = units(&[("ATTUNU", 3), ("CTZDEVCU", 1), ("IDU", 1), ("RPADEVNU", 3), ("RPADEVPRONU", 1), ("TSTNU", 3)]);
    assert_eq!(given_out(&suite).await, all);

    // 12, 13: what one user gives back, another can have.
    let fourth = given(&["user-04"], &["ATTUNU"], false);
    assert_eq!(suite.put(USERS, &fourth).await, refused("ATTUNU: 1 asked, 0 left in the account license."));
    assert_eq!(suite.put(USERS, &given(&["singer-77"], &[], false)).await, done("gave no bundle to singer-77"));
    assert_eq!(suite.put(USERS, &fourth).await, done("gave ATTUNU to user-04"));
}
