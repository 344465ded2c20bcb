//! Requests that a fault holds until they are let go.

use seatflow_sandbox::Settings;

use crate::client::{Answer, Portal};

const ACCOUNTS: &str = "/v1/accounts";

async fn portal_with(fault: &str) -> Portal {
    Portal::with(Settings { faults: vec![fault.parse().unwrap()], ..Settings::default() }).await
}

/// The statuses of answers, in order.
fn statuses(answers: &[&Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

#[tokio::test]
async fn those_that_are_held_are_let_go_together_and_others_pass_them() {
    let portal = portal_with("match=accounts.list,times=2,do=hold").await;
    let (first, second, ()) = tokio::join!(portal.get(ACCOUNTS), portal.get(ACCOUNTS), async {
        portal.held_up_to(2).await;
        // The budget is used up, and nobody waits for those that are held.
        assert_eq!(portal.get(ACCOUNTS).await.status, 200);
        assert_eq!(portal.held(), 2);
        assert_eq!(portal.admin("POST", "release", "").await.status, 200);
    });
    assert_eq!(statuses(&[&first, &second]), [200, 200]);
    let log = portal.sandbox.requests();
    assert_eq!(log.iter().map(|request| request.answered_after).collect::<Vec<_>>(), [1, 4, 4, 4].map(Some));
}

#[tokio::test]
async fn a_release_is_for_those_that_are_held_and_not_for_those_to_come() {
    let portal = portal_with("match=accounts.list,times=2,do=hold+status=503").await;
    portal.sandbox.release();
    for number in 1..=2 {
        let (answer, ()) = tokio::join!(portal.get(ACCOUNTS), async {
            portal.held_up_to(number).await;
            assert_eq!(portal.admin("GET", "clock", "").await.status, 200);
            assert_eq!(portal.held(), 1);
            portal.sandbox.release();
        });
        assert_eq!(answer.status, 503);
    }
    assert_eq!(portal.get(ACCOUNTS).await.status, 200);
}
