//! What makes an answer a failure, and what is told of it.

use std::sync::Arc;

use seatflow_call::{Answer, Context, Failure, FailureKind, Request, Unjournaled};
use seatflow_catalog::{Condition, Effect, Endpoint, FailsWhen, Location, Response, ResponseForm};
use tokio_util::sync::CancellationToken;

use crate::server::{Server, answer};
use crate::support::{call, failure, key, pages, parameter, read, request, request_with, write};

fn fails(path: &str, is: Condition, message: Option<&str>) -> FailsWhen {
    FailsWhen { path: path.to_owned(), is, and_null: None, message: message.map(str::to_owned) }
}

/// A write that is granted where the field of the item's name is true.
fn consume() -> Endpoint {
    let is_not_true = Condition::IsNot("true".to_owned());
    Endpoint {
        parameters: vec![parameter("item", Location::QueryKey, true)],
        fails_when: vec![fails("{item}", is_not_true, Some("{item}_errorMessage"))],
        body: None,
        ..write("/authz/.json")
    }
}

/// A write whose whole answer is `true`.
fn release() -> Endpoint {
    let fails_when = vec![fails(".", Condition::IsNot("true".to_owned()), None)];
    Endpoint { fails_when, response: Response::default(), body: None, ..write("/authz/") }
}

/// What becomes of a body with status 200.
async fn failed(request: &Request, body: &str) -> Option<Failure> {
    let server = Server::script([answer(200, body)]).await;
    match call(&server, request).await.outcome {
        seatflow_call::Outcome::Failed(failure) => Some(*failure),
        _ => None,
    }
}

#[tokio::test]
async fn a_condition_looks_at_the_field_that_is_called_as_a_parameters_value() {
    for item in ["DemoItem1", "Demo.Item", "idx", "a{item}b", r"back\slash"] {
        let request = request_with(consume(), &[("item", Some(item))]);
        let field = serde_json::Value::from(item).to_string();
        assert_eq!(failed(&request, &format!("{{{field}:true,\"Other\":false}}")).await, None, "{item}");
        let denied = format!("{{\"Other\":true,\"{}_errorMessage\":\"Access denied\"}}", &field[1..field.len() - 1]);
        let failure = failed(&request, &denied).await.unwrap();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FailureInBody, "Access denied"), "{item}");
        let refused = failed(&request, &format!("{{{field}:false}}")).await.unwrap();
        assert!(refused.message.ends_with("is `false`, not `true`"), "{}", refused.message);
    }
}

#[tokio::test]
async fn a_condition_looks_at_the_whole_body() {
    let request = request(release());
    assert_eq!(failed(&request, "true").await, None);
    assert_eq!(failed(&request, " true\n").await, None);
    for (body, message) in [
        ("false", "the body is `false`, not `true`"),
        ("null", "the body is not `true`"),
        ("{}", "the body is not `true`"),
        ("", "the body is not `true`"),
        ("<html>true</html>", "the body is not `true`"),
    ] {
        let failure = failed(&request, body).await.unwrap();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FailureInBody, message), "{body}");
    }
}

#[tokio::test]
async fn what_is_not_looked_into_lacks_nothing() {
    let file = Response { form: ResponseForm::File, ..Response::default() };
    assert_eq!(failed(&request(Endpoint { response: file, ..release() }), "%PDF").await, None);
    let empty = Server::script([answer(204, "")]).await;
    pages(call(&empty, &request(Endpoint { success: vec![204], ..release() })).await);
}

#[tokio::test]
async fn only_a_body_that_can_be_read_lacks_what_must_be_absent() {
    let fails_when = vec![fails("data", Condition::Absent, None)];
    let request = request(Endpoint { fails_when, ..read("/list") });
    assert_eq!(failed(&request, "<html>").await, None);
    assert_eq!(failed(&request, "{}").await.unwrap().message, "the body says so in `data`");
}

#[test]
fn the_journal_hears_of_the_failure_that_the_call_is() {
    let stop = CancellationToken::new();
    let heard = |endpoint: Endpoint, body: &str| {
        let request = Request::bind(Arc::new(endpoint), &[("item", Some("Demo.Item"))], None).unwrap();
        let key = key(&request);
        let context =
            Context { key, node: "node", record: 0, journal: &Unjournaled, stop: &stop, keep_attempts: false };
        let answer = Answer {
            status: 200,
            content_type: None,
            link: None,
            body: body.to_owned().into(),
            url: String::new(),
            attempts: 1,
            repeated: false,
        };
        answer.failure(&context.page(1, &request))
    };
    assert_eq!(heard(consume(), r#"{"Demo.Item":true}"#), None);
    assert_eq!(heard(consume(), r#"{"Demo":{"Item":true}}"#), Some(FailureKind::FailureInBody));
    assert_eq!(heard(consume(), "<html>"), Some(FailureKind::FailureInBody));
    let of_a_read = Endpoint { effect: Effect::Read, ..consume() };
    assert_eq!(heard(of_a_read, "{}"), None, "the body of a read is its reader's business");
}

#[tokio::test]
async fn a_failure_says_what_the_system_says_and_what_its_status_means() {
    let endpoint = |meanings: &[(u16, &str)]| Endpoint {
        messages: vec!["Message".to_owned(), "error.message".to_owned(), "message".to_owned()],
        meanings: meanings.iter().map(|(status, meaning)| (*status, (*meaning).to_owned())).collect(),
        ..read("/allocations")
    };
    let over = [(404, "There is no such thing"), (409, "More than the organization has"), (500, "SSO is down")];
    for (status, body, meanings, expected) in [
        (409, r#"{"Message":"No seats."}"#, &over[..], "409 Conflict: No seats; more than the organization has"),
        (409, r#"{"Message":"","error":{"message":"None"}}"#, &[], "409 Conflict: None"),
        (409, r#"{"msg":"said","message":"later","Message":{}}"#, &[], "409 Conflict: later"),
        (409, r#"{"msg":"said elsewhere"}"#, &[], "409 Conflict: said elsewhere"),
        (409, "<html>", &over[..], "409 Conflict: More than the organization has"),
        (403, r#"{"Message":"No."}"#, &over[..], "403 Forbidden: No."),
        (500, r#"{"Message":"Oh"}"#, &over[..], "500 Internal Server Error: Oh; SSO is down"),
        (403, "", &over[..], "403 Forbidden"),
    ] {
        let server = Server::with(move |_| answer(status, body)).await;
        let failure = failure(call(&server, &request(endpoint(meanings))).await);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Status, expected));
    }
}

#[tokio::test]
async fn a_body_that_is_a_failure_says_why_where_its_condition_has_it_else_where_messages_stand() {
    let equals = || Condition::Equals("false".to_owned());
    let endpoint = |message| Endpoint {
        messages: vec!["error.message".to_owned()],
        fails_when: vec![fails("success", equals(), message)],
        ..read("/allocations")
    };
    let body = r#"{"success":false,"error":{"message":"No seats","details":"None left"}}"#;
    for (message, body, expected) in [
        (None, body, "No seats"),
        (Some("error.details"), body, "None left"),
        (None, r#"{"success":false}"#, "false"),
        (Some("error.details"), r#"{"success":false}"#, "the body says so in `success`"),
    ] {
        assert_eq!(failed(&request(endpoint(message)), body).await.unwrap().message, expected);
    }
}
