//! Which endpoint a request is known by, however it is written.

use super::submit;
use crate::client::Portal;

const ID: &str = "10000000-0000-4000-8000-000000000099";

#[tokio::test]
async fn a_request_is_known_by_its_path_its_query_and_its_form() {
    let portal = Portal::start().await;
    let uses = "/~OneToMany/Entitlement/~OneToMany/License";
    let assignment = "Assignment:LicenseProfileAssignment";
    let consumption = "Consumption:LicenseProfileAssignmentConsumption";
    let organizations = "operation=InitializeOrganizationLicenses";
    for (method, target, form, endpoint) in [
        ("GET", "/graph/License".to_owned(), "", Some("graph.read")),
        ("GET", "/graph/Organization%5B%40name%3D%27Acme%27%5D/".to_owned(), "", Some("graph.read")),
        (
            "GET",
            format!("/graph/Organization[@name='O''Neil']{uses}/~OneToMany/{assignment}/~OneToMany/{consumption}"),
            "",
            Some("consumption.list"),
        ),
        (
            "GET",
            format!(
                "/graph/Organization%5B@name=%27A%2FB%7Bc%7D%27%5D{uses}/~OneToMany/{assignment}/~OneToMany/{consumption}\
                 %7Bi=0,r=500%7D/"
            ),
            "",
            Some("consumption.list"),
        ),
        (
            "GET",
            format!("/graph/{consumption}[@id='{ID}']/~ManyToOne/{assignment}/~ManyToOne/Profile"),
            "",
            Some("consumption.user"),
        ),
        (
            "GET",
            format!("/graph/Profile[@id='{ID}']/{assignment}/~OneToMany/{consumption}/@leaseId{{i=0,r=5}}"),
            "",
            Some("lease.list"),
        ),
        (
            "GET",
            format!(
                "/graph/Organization[@name='A']{uses}{{i=0,r=500}}?/~ManyToOne/LicensedItem&/~{assignment}/Profile"
            ),
            "",
            Some("license.listWithUsers"),
        ),
        (
            "GET",
            format!("/graph/Organization[@name='A']{uses}/~{assignment}/~ManyToOne/Profile"),
            "",
            Some("profile.listUsing"),
        ),
        ("GET", "/graph/me.jwt".to_owned(), "", Some("me.read")),
        ("GET", format!("/graph/profile('{ID}')"), "", Some("profile.get")),
        ("GET", "/graph/emailAndProfile(%27a@example.test%27)".to_owned(), "", Some("profile.getByEmail")),
        ("PUT", "/graph/".to_owned(), "", Some("graph.update")),
        ("DELETE", "/graph/License[@id='1']".to_owned(), "", Some("graph.delete")),
        ("POST", "/graph/ProductPackage[@title='A']".to_owned(), organizations, Some("license.grantOrganization")),
        (
            "POST",
            format!("/graph/ProductPackage[@title='A']?{organizations}"),
            "licensedItemCount=1",
            Some("license.grantOrganization"),
        ),
        (
            "POST",
            "/graph/License[@id='1']".to_owned(),
            "operation=InitializePersonalLicenses&change=aggregateUseTime",
            Some("license.changePersonalUseTime"),
        ),
        ("POST", "/graph".to_owned(), organizations, None),
        (
            "POST",
            "/graph/".to_owned(),
            "operation=CreateOrUpdateAssignments&reservationType=",
            Some("assignment.clear"),
        ),
        ("POST", "/graph".to_owned(), "operation=CreateOrUpdateAssignments", None),
        (
            "POST",
            "/graph?operation=RemoveLicenseConsumerRelations".to_owned(),
            "profileGroupId=1",
            Some("consumer.removeGroup"),
        ),
        ("POST", "/graph".to_owned(), "operation=Nothing", None),
        ("GET", "/authz/.json?doConsume=false&A".to_owned(), "", Some("authz.check")),
        ("GET", "/authz.jwt?A".to_owned(), "", Some("authz.consumeJwt")),
        ("POST", "/authz?x&release=".to_owned(), "", Some("authz.releaseText")),
        ("POST", "/authz/.json".to_owned(), "", None),
    ] {
        submit(&portal, 0, method, &target, form).await;
        assert_eq!(portal.sandbox.requests().pop().unwrap().endpoint, endpoint, "{method} {target} {form}");
    }
}
