//! Answers to the byte, as the starting state gives them.

use super::{DELILAH, GROUP_01, Suite, USERS, Y1968, bundles, given};
use crate::client::Portal;

const ORGANIZATION: &str = concat!(
    r#"{"accountId":"y-y-y-delilah","bundleCode":"ENTERPRISE","endDate":1798761599,"gracePeriod":30,"#,
    r#""licenseCode":"0000-0000-0000-0001","licenseStatus":"Active","products":[{"code":"UNATT","quantity":10,"#,
    r#""type":"Robot","features":[{"code":"CLOUD_ROBOT","type":"Boolean","value":"false"}]},"#,
    r#"{"code":"TIE","quantity":2,"type":"Service","features":[]},"#,
    r#"{"code":"ATTUNU","quantity":3,"type":"UserBundle","features":[]}],"templates":[{"productCode":"ATTUNU","#,
    r#""products":[{"code":"EE","type":"UserService"},{"code":"DU","type":"UserService"},"#,
    r#"{"code":"APPS","type":"UserService"},{"code":"IXP","type":"UserService"},"#,
    r#"{"code":"ATTR","type":"UserService"}]}],"startDate":1735689600,"subscriptionCode":"SUB-0001","#,
    r#""subscriptionPlan":"Enterprise","#,
    r#""payload":"{\"accountId\":\"y-y-y-delilah\",\"licenseCode\":\"0000-0000-0000-0001\"}","#,
    r#""type":"Organization","parentLicenseCode":"0000-0000-0000-0000"}"#,
);

const SERVICE: &str = concat!(
    r#"{"accountId":"y-y-y-delilah","serviceScopeId":"y1968","serviceType":"documentunderstanding","#,
    r#""license":{"licenseCode":"0000-0000-0000-0101","bundleCode":"ENTERPRISE","subscriptionCode":"SUB-0001","#,
    r#""licenseStatus":"Active","startDate":1735689600,"endDate":1798761599,"gracePeriod":30,"#,
    r#""products":[{"code":"UNATT","quantity":5,"type":"Robot","features":[]},"#,
    r#"{"code":"TIE","quantity":2,"type":"Service","features":[]}],"templates":[],"#,
    r#""payload":"{\"serviceScopeId\":\"y1968\",\"licenseCode\":\"0000-0000-0000-0101\"}","boonLicenseCode":""},"#,
    r#""userLicensingEnabled":true,"accountLicenseCode":"0000-0000-0000-0001"}"#,
);

const GROUPS: &str = concat!(
    r#"[{"id":"group-01","name":"group-01","displayName":"Group 01","type":1,"members":[{"id":"singer-77","type":"user"}]},"#,
    r#"{"id":"group-02","name":"group-02","displayName":"Group 02","type":1,"members":[{"id":"singer-77","type":"user"},"#,
    r#"{"id":"singer-88","type":"user"},{"id":"singer-111","type":"user"}]}]"#,
);

const GROUP: &str = concat!(
    r#"{"availableUserBundles":[{"code":"ATTUNU","allocated":0,"total":3,"inUse":0},"#,
    r#"{"code":"CTZDEVCU","allocated":1,"total":2,"inUse":0},{"code":"IDU","allocated":1,"total":1,"inUse":0},"#,
    r#"{"code":"RPADEVNU","allocated":0,"total":3,"inUse":0},{"code":"RPADEVPRONU","allocated":1,"total":2,"inUse":0},"#,
    r#"{"code":"TSTNU","allocated":0,"total":3,"inUse":0}],"#,
    r#""allocatedUserBundles":["RPADEVPRONU","IDU","CTZDEVCU"],"useExternalLicense":false}"#,
);

#[tokio::test]
async fn products_stand_in_the_order_of_the_request_and_none_with_nothing() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    let asked = r#"{"products": [{"code": "UNATT", "quantity": 10}, {"code": "NONPR", "quantity": 0},
        {"code": "TIE", "quantity": 2}, {"code": "ATTUNU", "quantity": 3}]}"#;
    for (method, body) in [("PUT", asked), ("PUT", asked), ("GET", "")] {
        assert_eq!(suite.call(method, DELILAH, body).await.body, ORGANIZATION);
    }
    assert_eq!(suite.last().endpoint, Some("organization.read"));
    let asked = r#"{"tenantName": "tenant-y1968", "products": [{"code": "UNATT", "quantity": 5},
        {"code": "TIE", "quantity": 2}]}"#;
    for (method, body) in [("PUT", asked), ("PUT", asked), ("GET", "")] {
        assert_eq!(suite.call(method, Y1968, body).await.body, SERVICE);
    }
    assert_eq!(suite.last().endpoint, Some("tenant.read"));
}

#[tokio::test]
async fn groups_and_users_are_answered_as_they_were_asked() {
    let portal = Portal::start().await;
    let suite = Suite::over(&portal).await;
    for partition in ["song-one", "s2001"] {
        let groups = suite.call("GET", &format!("/song-org/identity_/api/Group/{partition}"), "").await;
        assert_eq!(groups.body, GROUPS);
    }
    let rule = bundles(&["RPADEVPRONU", "IDU", "CTZDEVCU"], false);
    for form in ["/song-org/lease_", "/song-org/la", "/lease_", "/la"] {
        let path = GROUP_01.replace("/song-org/lease_", form);
        for method in ["PUT", "POST"] {
            let answer = suite.call(method, &path, &rule).await;
            assert_eq!(
                answer.body,
                r#"{"groupId":"group-01","organizationId":"song-one","useExternalLicense":false,"userBundleCodes":["RPADEVPRONU","IDU","CTZDEVCU"]}"#
            );
            assert_eq!(suite.last().endpoint, Some("group.allocate"));
        }
        assert_eq!(suite.call("GET", &path, "").await.body, GROUP);
        assert_eq!(suite.last().endpoint, Some("group.read"));
        let users = USERS.replace("/song-org/lease_", form);
        for method in ["PUT", "POST"] {
            let answer = suite.call(method, &users, &given(&["singer-88", "singer-77"], &["TSTNU"], true)).await;
            assert_eq!(
                answer.body,
                concat!(
                    r#"[{"userId":"singer-88","organizationId":"song-one","useExternalLicense":true,"userBundleCodes":["TSTNU"]},"#,
                    r#"{"userId":"singer-77","organizationId":"song-one","useExternalLicense":true,"userBundleCodes":["TSTNU"]}]"#
                )
            );
            assert_eq!(suite.last().endpoint, Some("user.allocate"));
        }
    }
}
