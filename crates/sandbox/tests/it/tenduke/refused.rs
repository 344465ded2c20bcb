//! What the operations of the graph refuse, and who may not use it.

use serde_json::json;

use super::{HOST, call, submit};
use crate::client::{Portal, send};
use crate::kept::Kept;

/// What the administrator posts that is refused: the status, what follows `/graph`, the form, the message.
const REFUSED: &str = "400 |  | operation=Nothing | Operation Nothing is unknown here.
400 |  | operation=%FF | A parameter is not UTF-8.
400 |  | profileId=1 | Parameter operation is required.
400 |  | {acme}&licensedItemCount=1 | Operation InitializeOrganizationLicenses is unknown here.
401 |  | operation=Login&userName=user-01%40example.test&password=no | The user name or the password is wrong.
400 | {package} | {acme}&licensedItemCount=0 | Parameter licensedItemCount must be an integer from 1.
400 | {package} | {acme}&licensedItemCount=1&licensedItemCount=2 | Parameter licensedItemCount has two values.
400 | {package}?licensedItemCount=2 | {acme}&licensedItemCount=1 | Parameter licensedItemCount has two values.
400 | {package} | {acme}&licensedItemCount=1&validUntil=2025-03-01T09:00:00Z | Parameter validUntil must be after validFrom.
400 | {package} | {organization}&licensedItemCount=1 | Parameter ownerOrganizationId is required.
404 | {package} | {organization}&licensedItemCount=1&ownerOrganizationId={user} | Organization {user} was not found.
404 | /ProductPackage[@title='None'] | {acme}&licensedItemCount=1 | No ProductPackage was found.
400 | {license 1} | {acme}&change=colour | Parameter change must be one of validity, quota, aggregateUseTime.
400 | {license 1} | {acme}&change=validity | Parameter validFrom or validUntil is required.
400 | {license 1} | {acme}&change=validity&validUntil=soon | Parameter validUntil must be a time such as 2025-03-01T00:00:00Z.
400 | {license 1} | {acme}&change=validity&validUntil=2024-01-01T00:00:00Z | The end of the validity must be after its begin.
400 | {license 1} | {acme}&change=quota&licensedItemCount=-1 | Parameter licensedItemCount must be an integer from 0.
409 | {license 2} | {acme}&change=quota&licensedItemCount=0 | License {id 2} has 1 reserved seat, more than 0.
409 | {license 4} | {acme}&change=quota&licensedItemCount=1 | License {id 4} has neither seats nor uses that are counted.
409 | {license 3} | {acme}&change=quota&licensedItemCount=1 | License {id 3} does not belong to Organization {organization id}.
404 | {license 9} | {acme}&change=quota&licensedItemCount=1 | No License was found.
409 | /License | {acme}&change=quota&licensedItemCount=1 | The selector matches 6 objects, not one License.
400 | /Profile[@id='{user}'] | {acme}&change=quota&licensedItemCount=1 | The operation is for a License, not for a Profile.
400 | {license 4} | {acme}&change=aggregateUseTime&maxAggregateUseTime=1&incrementModel=more | Parameter incrementModel must be one of fair, append.
400 | {license 4} | {acme}&change=aggregateUseTime&maxAggregateUseTime=9223372036854775808&incrementModel=append | Parameter maxAggregateUseTime leads beyond 9223372036854775808.
400 | {license 4} | {acme}&change=aggregateUseTime&maxAggregateUseTime=9223372036854775809&incrementModel=fair | Parameter maxAggregateUseTime must be an integer from 0 to 9223372036854775808.
409 | {license 1} | {acme}&change=aggregateUseTime&maxAggregateUseTime=1&incrementModel=fair | License {id 1} has no use time.
404 | / | {assign}&licenseId={id 5}&profileId={user}&reservationType=reserved | User {user} has no assignment to license {id 5}.
404 | / | {assign}&licenseId={id 1}&profileId={id 1}&reservationType=reserved | Profile {id 1} was not found.
404 | / | {assign}&licenseId={id 9}&profileId={user}&reservationType= | License {id 9} was not found.
400 | / | {assign}&licenseId={id 1}&profileId={user}&reservationType=kept | Parameter reservationType must be reserved, denied or empty.
400 | / | {assign}&licenseId={id 1}&profileId={user} | Parameter reservationType is required.
400 | / | {assign}&licenseId=7&profileId={user}&reservationType= | Parameter licenseId must be an id such as 10000000-0000-4000-8000-000000000001.
400 | / | {assign}&licenseId={id 1}&profileId={user}&reservationType=&createAssignment=maybe | Parameter createAssignment must be true or false.
400 |  | operation=AddLicenseConsumerRelations&entitlementId={user} | Parameter profileGroupId or profileId is required.
404 |  | operation=AddLicenseConsumerRelations&entitlementId={user}&profileId={user} | Entitlement {user} was not found.
400 |  | operation=AddToProfileGroups&profileId={user} | Parameter profileGroupId is required.
404 |  | operation=AddToProfileGroups&profileId={user}&profileGroupId={user} | ProfileGroup {user} was not found.
404 |  | operation=RemoveUserFromOrganization&profileId={user}&organizationId={user} | Organization {user} was not found.
400 |  | operation=ChangeLoginEmail&profileId={user}&newEmail=x | Parameter newEmail must be an address.
400 |  | operation=ChangeContactInfoEmail&profileId={user} | Parameter newEmail is required.";

/// A line in full.
fn whole(line: &str) -> String {
    let mut line = line
        .replace("{acme}", "{organization}&ownerOrganizationId={organization id}")
        .replace("{organization}", "operation=InitializeOrganizationLicenses")
        .replace("{organization id}", "10000000-0000-4000-8000-000000000001")
        .replace("{assign}", "operation=CreateOrUpdateAssignments")
        .replace("{package}", "/ProductPackage[@title='DemoPackage']")
        .replace("{user}", "20000000-0000-4000-8000-000000000001");
    for number in 1..10 {
        line = line.replace(&format!("{{license {number}}}"), &format!("/License[@id='{{id {number}}}']"));
        line = line.replace(&format!("{{id {number}}}"), &format!("40000000-0000-4000-8000-{number:012}"));
    }
    line
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let kept = Kept::start().await;
    for line in REFUSED.lines().map(whole) {
        let columns: Vec<_> = line.split(" | ").map(str::trim).collect();
        let [status, target, form, message] = columns[..] else { panic!("{line}") };
        let before = kept.dump();
        let answer = submit(&kept.portal, 0, "POST", &format!("/graph{target}"), form).await;
        assert_eq!(answer.status.to_string(), status, "{line}: {answer:?}");
        let code = match answer.status {
            400 => "invalidRequest",
            401 => "notAuthenticated",
            404 => "notFound",
            _ => "conflict",
        };
        let told = json!({
            "errorKey": code, "errorCode": code, "errorMessage": message, "errorTechnical": format!("POST /graph{target}")
        });
        assert_eq!(answer.json(), told, "{line}");
        assert_eq!((kept.dump(), kept.portal.last_effect()), (before, None), "{line}");
    }
}

#[tokio::test]
async fn the_graph_is_the_administrators_and_licences_are_the_users() {
    let portal = Portal::start().await;
    let form = whole("{assign}&licenseId={id 1}&profileId={user}&reservationType=denied");
    for (method, target) in [("GET", "/graph/License"), ("POST", "/graph"), ("DELETE", "/graph/License[@id='1']")] {
        let answer = submit(&portal, 1, method, target, &form).await;
        assert_eq!((answer.status, &answer.json()["errorCode"]), (403, &json!("notAuthorized")), "{method} {target}");
    }
    assert_eq!(call(&portal, 1, "GET", "/graph/me").await.status, 200);
    for (headers, message) in
        [("", "The access token is missing."), ("authorization: Bearer nonsense\r\n", "The access token is unknown.")]
    {
        let answer = send(portal.sandbox.address(), HOST, "GET", "/graph/me", headers, "").await.unwrap();
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
        assert_eq!(answer.json()["errorMessage"], message);
    }
    assert_eq!(call(&portal, 0, "PATCH", "/graph/License").await.status, 405);
    assert_eq!(call(&portal, 0, "GET", "/elsewhere").await.status, 404);
}
