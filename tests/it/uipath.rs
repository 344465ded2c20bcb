//! The pipelines for UiPath Automation Suite, where their fixtures do not lead.

use crate::played::{Played, Rows, rows};

const ALLOCATE: [&str; 2] = ["run", "pipelines/uipath-allocate.yaml"];
const ORGANIZATIONS: &str = "organization,code,quantity\n";
const SERVICES: &str = "organization,tenant,service,service_code,service_quantity\n";

/// Runs the allocation of these lines, while so many requests are held, and gives what failed.
fn allocated(played: &Played, held: usize, organizations: &str, services: &str) -> Rows {
    played.folder.write("organizations.csv", format!("{ORGANIZATIONS}{organizations}"));
    played.folder.write("services.csv", format!("{SERVICES}{services}"));
    let given = ["--set", "organizations=organizations.csv", "--set", "services=services.csv", "--concurrency", "64"];
    let ran = played.typed_holding(held, &[ALLOCATE.as_slice(), &given].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    rows(&played.folder.files("out")["uipath-not-allocated.csv"])
}

/// The ids of the endpoints that were called, in order.
fn called(played: &Played) -> Vec<&'static str> {
    played.all_requests().into_iter().filter_map(|request| request.endpoint).collect()
}

/// Asserts that nothing was asked for while the request that a fault held had no answer.
fn assert_waited_for(played: &Played, endpoint: &str) {
    let requests = played.requests(endpoint);
    let held = requests.iter().find(|request| request.fault.is_some()).unwrap();
    assert_eq!(held.answered_after, Some(held.number), "{:?}", called(played));
}

/// What was changed, in order.
fn effects(played: &Played) -> Vec<String> {
    let effects = played.all_requests().into_iter().filter_map(|request| request.effect);
    effects.filter(|effect| !effect.starts_with("issued")).collect()
}

#[test]
fn every_organization_is_done_before_the_first_service() {
    let played = Played::with_faults(&["match=organization.allocate,times=1,after=1,do=hold"]);
    let organizations = "y-y-y-delilah,UNATT,12\nsong-one,UNATT,2\nempty-one,UNATT,3\n";
    let services = "empty-one,e3001,orchestrator,UNATT,3\ny-y-y-delilah,y1969,orchestrator,UNATT,12\n\
                    song-one,s2001,orchestrator,UNATT,2\n";
    assert!(allocated(&played, 1, organizations, services).is_empty());
    assert_waited_for(&played, "organization.allocate");
    let services_in_order = [
        "allocated UNATT ×12 to orchestrator of y1969",
        "allocated UNATT ×2 to orchestrator of s2001",
        "allocated UNATT ×3 to orchestrator of e3001",
    ];
    let effects = effects(&played);
    assert_eq!(
        effects[..3],
        ["allocated UNATT ×12 to y-y-y-delilah", "allocated UNATT ×2 to song-one", "allocated UNATT ×3 to empty-one"]
    );
    // Each organization has its own order.
    let mut services: Vec<_> = effects[3..].iter().map(String::as_str).collect();
    services.sort_unstable();
    assert_eq!(services, services_in_order);
}

#[test]
fn the_services_of_an_organization_that_is_refused_are_not_asked_for() {
    let played = Played::with_faults(&[]);
    let organizations = "y-y-y-delilah,UNATT,31\nsong-one,UNATT,1\n";
    let services = "y-y-y-delilah,y1968,orchestrator,UNATT,1\nsong-one,s2001,orchestrator,UNATT,1\n\
                    elsewhere,y1968,orchestrator,UNATT,1\n";
    let failed = allocated(&played, 0, organizations, services);
    let told: Vec<_> = failed
        .iter()
        .map(|row| (row["organization"].as_str(), row["service"].as_str(), row["error.kind"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("y-y-y-delilah", "", "status"),
            ("y-y-y-delilah", "orchestrator", "status"),
            ("elsewhere", "orchestrator", "missing-parameter"),
        ]
    );
    assert_eq!(effects(&played), ["allocated UNATT ×1 to song-one", "allocated UNATT ×1 to orchestrator of s2001"]);
    let asked = played.all_requests().into_iter().filter(|request| request.endpoint == Some("tenant.allocate"));
    assert_eq!(asked.count(), 1);
}

#[test]
fn what_is_left_is_told_when_the_last_rule_is_set() {
    let played = Played::with_faults(&["match=group.allocate,times=1,after=1,do=hold"]);
    let groups = "organization_name,organization,group,bundle\nsong-org,song-one,group-01,IDU\n\
                  song-org,song-one,group-02,TSTNU\n";
    played.folder.write("groups.csv", groups);
    let file = "pipelines/uipath-group-licenses.yaml";
    let ran = played.typed_holding(1, &["run", file, "--set", "groups=groups.csv", "--concurrency", "64"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_waited_for(&played, "group.allocate");
    let asked: Vec<_> = called(&played).into_iter().filter(|id| id.starts_with("group.")).collect();
    assert_eq!(asked, ["group.allocate", "group.allocate", "group.list", "group.read", "group.read"]);
    assert_eq!(effects(&played), ["gave IDU to group-01", "gave TSTNU to group-02"]);
}

#[test]
fn a_login_that_ends_on_the_way_is_made_again() {
    let played = Played::with_faults(&["match=tenant.allocate,times=1,do=expire-token"]);
    let failed = allocated(&played, 0, "y-y-y-delilah,UNATT,5\n", "y-y-y-delilah,y1968,orchestrator,UNATT,5\n");
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(played.statuses("ropc.login"), [200, 200]);
    assert_eq!(played.statuses("tenant.allocate"), [401, 200]);
    played.assert_used_up();
}

#[test]
fn a_line_that_cannot_be_read_takes_nothing_away() {
    let organizations = format!("{ORGANIZATIONS}y-y-y-delilah,UNATT,12\ny-y-y-delilah,TIE\n");
    let services = format!("{SERVICES}y-y-y-delilah,y1968,orchestrator,UNATT\n");
    let groups =
        "organization_name,organization,group,bundle\nsong-org,song-one,group-01,IDU\nsong-org,song-one,group-01\n";
    for (pipeline, setting, csv, why) in [
        (
            "uipath-allocate",
            "organizations",
            organizations.as_str(),
            "line 3 of `broken.csv` cannot be read: it has 2 fields",
        ),
        ("uipath-allocate", "services", &services, "line 2 of `broken.csv` cannot be read: it has 4 fields"),
        ("uipath-group-licenses", "groups", groups, "line 3 of `broken.csv` cannot be read: it has 3 fields"),
    ] {
        let played = Played::with_faults(&[]);
        played.folder.write("broken.csv", csv);
        let file = format!("pipelines/{pipeline}.yaml");
        let ran = played.folder.run(&["run", &file, "--set", &format!("{setting}=broken.csv")]);
        assert_eq!(ran.status, 4, "{}", ran.stderr);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
        assert_eq!(effects(&played), [""; 0], "{pipeline}");
        assert!(played.folder.files("out").is_empty());
    }
}
