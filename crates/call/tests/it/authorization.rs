//! How a connection is authorized, and stays so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use seatflow_call::{Authorization, Connection, Credentials, DeadEndCause, FailureKind, Settings};
use secrecy::ExposeSecret;
use tokio::sync::Notify;

use crate::server::{Reply, Seen, Server, answer};
use crate::support::{World, failure, limits, pages, read, request, write};

/// The refresh token of a client whose id is `5f2c`.
const JWT: &str = "e30.eyJjbGllbnRfaWQiOiI1ZjJjIn0.c2ln";

/// A server that gives out `at-1`, `at-2`, .. with `rt-1`, `rt-2`, .. for a life of 300 s, and that
/// takes an access token as long as none was given out after it.
async fn rotating() -> Server {
    let given = AtomicUsize::new(0);
    Server::with(move |seen| {
        if seen.target == "/token" {
            return token(given.fetch_add(1, Ordering::SeqCst) + 1);
        }
        let latest = format!("Bearer at-{}", given.load(Ordering::SeqCst));
        let status = if seen.header("authorization") == Some(&latest) { 200 } else { 401 };
        answer(status, "{}")
    })
    .await
}

fn token(number: usize) -> Reply {
    answer(200, &format!(r#"{{"access_token":"at-{number}","refresh_token":"rt-{number}","expires_in":300}}"#))
}

fn refresh(server: &Server, token: &str) -> Authorization {
    Authorization::RefreshToken {
        auth_url: format!("{}/token", server.url()),
        refresh_token: token.into(),
        client_id: None,
        client_secret: None,
    }
}

fn asked(server: &Server) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| seen.target == "/token").collect()
}

async fn succeeds(world: &World, connection: &Connection) {
    pages(world.call(connection, &request(read("/x"))).await);
}

async fn fails(world: &World, connection: &Connection) -> String {
    let failure = failure(world.call(connection, &request(read("/x"))).await);
    assert_eq!(failure.kind, FailureKind::Authorization);
    failure.message
}

#[tokio::test]
async fn each_way_sends_what_is_its_own() {
    for (authorization, header, value) in [
        (Authorization::Bearer { token: "at-given".into() }, "authorization", "Bearer at-given"),
        (
            Authorization::Basic { user: "ada".to_owned(), password: "lovelace".into() },
            "authorization",
            "Basic YWRhOmxvdmVsYWNl",
        ),
        (Authorization::Header { name: "X-Key".to_owned(), value: "k-1".into() }, "x-key", "k-1"),
    ] {
        let server = Server::script([answer(200, "{}")]).await;
        let world = World::new();
        let connection = world.connect(&server, authorization);
        succeeds(&world, &connection).await;
        assert_eq!(server.seen()[0].header(header), Some(value));
    }
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_used_until_it_is_due() {
    let server = rotating().await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    succeeds(&world, &connection).await;
    world.clock.advance(239);
    succeeds(&world, &connection).await;
    assert_eq!(asked(&server).len(), 1);
    world.clock.advance(1);
    succeeds(&world, &connection).await;
    assert_eq!(asked(&server).len(), 2);
    assert_eq!(server.seen().iter().filter(|seen| seen.target == "/x").count(), 3);
}

#[tokio::test]
async fn a_refresh_sends_the_clients_secret_if_there_is_one_and_no_answer_tells_it() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/token" => answer(200, r#"{"access_token":"at-1","expires_in":300,"refresh_token":"rt-2"}"#),
        _ => answer(200, r#"{"data":["s3cret&long"]}"#),
    })
    .await;
    let world = World::new();
    let authorization = Authorization::RefreshToken {
        auth_url: format!("{}/token", server.url()),
        refresh_token: "rt-1".into(),
        client_id: Some("id".to_owned()),
        client_secret: Some("s3cret&long".into()),
    };
    let connection = world.connect(&server, authorization);
    let told = pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(told, [serde_json::json!({ "data": ["***"] })]);
    let body = "grant_type=refresh_token&refresh_token=rt-1&client_id=id&client_secret=s3cret%26long";
    assert_eq!(server.seen()[0].body, body);
}

#[tokio::test]
async fn a_refresh_sends_the_client_id_if_it_is_known() {
    for (token, body) in [
        ("rt-given", "grant_type=refresh_token&refresh_token=rt-given".to_owned()),
        (JWT, format!("grant_type=refresh_token&refresh_token={JWT}&client_id=5f2c")),
    ] {
        let server = rotating().await;
        let world = World::new();
        succeeds(&world, &world.connect(&server, refresh(&server, token))).await;
        let seen = &asked(&server)[0];
        assert_eq!((seen.method.as_str(), seen.body.as_str()), ("POST", body.as_str()));
        assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    }
}

#[tokio::test]
async fn client_credentials_and_a_login_are_asked_for_in_their_own_forms() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/token" => answer(200, r#"{"access_token":"at-1","expires_in":"3600"}"#),
        "/login" => answer(200, r#"{"result":"at-1","success":true}"#),
        _ => answer(200, "{}"),
    })
    .await;
    let world = World::new();
    let client = Authorization::ClientCredentials {
        auth_url: format!("{}/token", server.url()),
        client_id: "id".to_owned(),
        client_secret: "s3cret&".into(),
        scope: Some("PM.License PM.Group".to_owned()),
    };
    succeeds(&world, &world.connect(&server, client)).await;
    let body = "grant_type=client_credentials&client_id=id&client_secret=s3cret%26&scope=PM.License+PM.Group";
    assert_eq!(server.seen()[0].body, body);
    let login = Authorization::Ropc {
        auth_url: format!("{}/login", server.url()),
        tenancy: "Host".to_owned(),
        user: "ada".to_owned(),
        password: "lovelace".into(),
    };
    succeeds(&world, &world.connect(&server, login)).await;
    let body = r#"{"TenancyName":"Host","UsernameOrEmailAddress":"ada","Password":"lovelace"}"#;
    assert_eq!(server.seen()[2].body, body);
    assert_eq!(server.seen()[3].header("authorization"), Some("Bearer at-1"));
}

#[tokio::test]
async fn one_caller_asks_while_the_others_wait() {
    let server = rotating().await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let twenty = (0..20).map(|_| succeeds(&world, &connection));
    join_all(twenty).await;
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_401_renews_the_token_once_for_all() {
    let server = rotating().await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let other = world.connect(&server, refresh(&server, "rt-other"));
    succeeds(&world, &connection).await;
    succeeds(&world, &other).await;
    // The token of the first connection is now dead, and it does not know.
    let twenty = (0..20).map(|_| succeeds(&world, &connection));
    join_all(twenty).await;
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn a_401_that_comes_late_does_not_cost_the_new_token() {
    let (late_arrived, renewed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let given = AtomicUsize::new(0);
    let server = Server::with(move |seen| match (seen.target.as_str(), seen.header("authorization")) {
        ("/token", _) => token(given.fetch_add(1, Ordering::SeqCst) + 1),
        ("/late", Some("Bearer at-1")) => {
            late_arrived.notify_one();
            Reply::After(Arc::clone(&renewed), Box::new(answer(401, "{}")))
        }
        ("/x", Some("Bearer at-1")) => Reply::After(Arc::clone(&late_arrived), Box::new(answer(401, "{}"))),
        ("/x", Some("Bearer at-2")) => {
            renewed.notify_one();
            answer(200, "{}")
        }
        _ => answer(200, "{}"),
    })
    .await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let (late, soon) = (request(read("/late")), request(read("/x")));
    let (late, soon) = tokio::join!(world.call(&connection, &late), world.call(&connection, &soon));
    pages(late);
    pages(soon);
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn those_who_waited_for_a_token_take_it_however_short_its_life() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/token" => answer(200, r#"{"access_token":"at-1","expires_in":0}"#),
        _ => answer(200, "{}"),
    })
    .await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    join_all((0..8).map(|_| succeeds(&world, &connection))).await;
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_write_is_sent_again_after_a_401() {
    let server = Server::script([token(1), answer(401, "{}"), token(2), answer(200, "{}")]).await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    pages(world.call(&connection, &request(write("/x"))).await);
}

#[tokio::test]
async fn a_second_401_is_the_end_and_costs_no_third_token() {
    let server = Server::with(|seen| match seen.target.as_str() {
        "/token" => token(1),
        _ => answer(401, r#"{"msg":"not you"}"#),
    })
    .await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    assert_eq!(fails(&world, &connection).await, "401 Unauthorized: not you");
    assert_eq!((asked(&server).len(), server.seen().len()), (2, 4));
}

#[tokio::test]
async fn a_refusal_is_remembered_and_the_server_left_alone() {
    let refusal = r#"{"error":"invalid_grant","error_description":"rt-given was used before"}"#;
    let server = Server::with(move |_| answer(400, refusal)).await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let expected =
        format!("the refresh token was refused by `{}/token`: invalid_grant: *** was used before", server.url());
    for row in 1..=30 {
        assert_eq!(fails(&world, &connection).await, expected);
        assert_eq!(connection.failures_in_a_row(), row);
    }
    assert_eq!(server.targets(), ["/token"]);
}

#[tokio::test]
async fn what_gives_no_tokens_is_not_taken_for_a_refusal_and_is_not_asked_again() {
    for (reply, why) in [
        (answer(404, "<html>"), "404 Not Found"),
        (answer(302, "").with("location", "/login"), "302 Found"),
        (answer(200, "<html>"), "its answer is no JSON"),
        (answer(200, ""), "its answer is no JSON"),
        (answer(200, "{}"), "its answer has no `access_token`"),
    ] {
        let server = Server::with(move |_| reply.clone()).await;
        let world = World::new();
        let connection = world.connect(&server, refresh(&server, "rt-given"));
        let url = format!("{}/token", server.url());
        let expected = format!("the authentication URL `{url}` does not answer as a token endpoint: {why}");
        for _ in 0..2 {
            assert_eq!(fails(&world, &connection).await, expected);
        }
        assert_eq!(connection.dead_end().unwrap().cause, DeadEndCause::NoTokenEndpoint);
        assert_eq!(server.targets(), ["/token"]);
    }
}

#[tokio::test]
async fn a_login_that_asks_to_wait_too_long_is_not_waited_for() {
    let server = Server::with(|_| answer(429, "{}").with("retry-after", "86400")).await;
    let world = World::new();
    let message = fails(&world, &world.connect(&server, refresh(&server, "rt-given"))).await;
    let expected = ": 429 Too Many Requests; the server asks to wait 24 h, longer than `wait_seconds` allows";
    assert!(message.ends_with(expected), "{message}");
    assert_eq!(server.targets(), ["/token"]);
}

#[tokio::test]
async fn a_damaged_file_of_credentials_is_a_dead_end_and_nothing_is_asked() {
    let server = rotating().await;
    let world = World::new();
    let path = world.folder.path().join("credentials.json");
    std::fs::write(&path, r#"{"version":1,"credentials":{"a":"rt-of-another"}}"#).unwrap();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let expected =
        format!("the refresh token cannot be kept in `{}`: it is damaged in line 1, column 47", path.display());
    assert_eq!(fails(&world, &connection).await, expected);
    let dead_end = connection.dead_end().unwrap();
    assert_eq!((dead_end.cause, &dead_end.message), (DeadEndCause::Damaged, &expected));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn room_for_the_next_token_is_taken_before_the_last_one_is_used_up() {
    let world = World::new();
    let folder = world.folder.path().to_owned();
    let sizes = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&sizes);
    let server = Server::with(move |_| {
        let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
        seen.lock().unwrap().push(files.max());
        token(1)
    })
    .await;
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    connection.authorize(&world.stop, false).await.0.unwrap();
    assert_eq!(*sizes.lock().unwrap(), [Some(64 * 1024)]);
}

#[tokio::test]
async fn a_failure_without_an_answer_is_told_to_all_who_wait_and_tried_again_by_the_next() {
    let server = Server::with(|_| answer(503, "{}")).await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let messages = join_all((0..8).map(|_| fails(&world, &connection))).await;
    assert_eq!(messages[7], format!("no token from `{}/token`: 503 Service Unavailable", server.url()));
    assert_eq!(asked(&server).len(), 5);
    fails(&world, &connection).await;
    assert_eq!(asked(&server).len(), 10);
}

#[tokio::test]
async fn a_server_that_is_tired_is_asked_again() {
    for first in [answer(503, "{}"), answer(429, "{}").with("retry-after", "0"), Reply::Reset] {
        let server = Server::script([first, token(1), answer(200, "{}")]).await;
        let world = World::new();
        succeeds(&world, &world.connect(&server, refresh(&server, JWT))).await;
    }
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_says_that_the_token_may_be_used_up() {
    let refusal = answer(400, r#"{"error":"invalid_grant"}"#);
    let server = Server::script([Reply::Reset, refusal]).await;
    let world = World::new();
    let message = fails(&world, &world.connect(&server, refresh(&server, JWT))).await;
    let expected = ": invalid_grant; a request without an answer may have used the refresh token up";
    assert!(message.ends_with(expected), "{message}");
}

#[tokio::test]
async fn a_rotating_token_is_not_sent_again_while_the_first_request_may_be_under_way() {
    let server = Server::with(|_| Reply::Silent).await;
    let world = World::new();
    let hasty = seatflow_call::Limits { read: std::time::Duration::from_millis(20), attempts: 2, ..limits() };
    let open = |token| {
        let authorization = refresh(&server, token);
        world.open(Settings { limits: hasty, ..Settings::new("portal", server.url(), authorization) })
    };
    fails(&world, &open(JWT)).await;
    assert_eq!(server.seen().len(), 1);
    fails(&world, &open("rt-stays-valid")).await;
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_rotated_token_is_on_disk_before_the_access_token_is_used() {
    let world = World::new();
    let path = world.folder.path().join("credentials.json");
    let kept = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&kept);
    let server = Server::with(move |seen| {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        log.lock().unwrap().push((seen.target.clone(), text.contains("rt-1")));
        if seen.target == "/token" { token(1) } else { answer(200, "{}") }
    })
    .await;
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    succeeds(&world, &connection).await;
    assert_eq!(*kept.lock().unwrap(), [("/token".to_owned(), false), ("/x".to_owned(), true)]);
}

#[tokio::test]
async fn the_next_run_and_another_process_go_on_with_the_latest_token() {
    let server = rotating().await;
    let world = World::new();
    let one = world.connect(&server, refresh(&server, "rt-given"));
    let other = world.connect(&server, refresh(&server, "rt-given"));
    succeeds(&world, &one).await;
    succeeds(&world, &other).await;
    succeeds(&world, &one).await;
    let sent: Vec<_> = asked(&server).into_iter().map(|seen| seen.body).collect();
    let expected = ["rt-given", "rt-1", "rt-2"].map(|token| format!("grant_type=refresh_token&refresh_token={token}"));
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn when_the_kept_token_is_dead_the_given_one_is_tried() {
    let server = Server::with(|seen| match seen.body.as_str() {
        "grant_type=refresh_token&refresh_token=rt-given" => token(1),
        "" => answer(200, "{}"),
        _ => answer(400, r#"{"error":"invalid_grant"}"#),
    })
    .await;
    let world = World::new();
    succeeds(&world, &world.connect(&server, refresh(&server, "rt-given"))).await;
    succeeds(&world, &world.connect(&server, refresh(&server, "rt-given"))).await;
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn without_a_place_for_what_comes_back_nothing_is_asked() {
    let server = rotating().await;
    let mut world = World::new();
    let folder = world.folder.path().join("state");
    std::fs::write(&folder, "a file stands where the folder should be").unwrap();
    world.surroundings.credentials = Credentials::at(folder.join("credentials.json"));
    let message = fails(&world, &world.connect(&server, refresh(&server, "rt-given"))).await;
    assert!(message.starts_with("the refresh token cannot be kept in "), "{message}");
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_token_that_cannot_be_saved_is_not_used_and_not_lost() {
    let world = World::new();
    let path = world.folder.path().join("credentials.json");
    let in_the_way = path.clone();
    let server = Server::with(move |seen| match seen.target.as_str() {
        "/token" => {
            std::fs::create_dir(&in_the_way).unwrap();
            token(1)
        }
        _ => answer(200, "{}"),
    })
    .await;
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    for _ in 0..2 {
        let message = fails(&world, &connection).await;
        assert!(message.starts_with("the refresh token cannot be kept in "), "{message}");
        assert_eq!(server.targets(), ["/token"]);
    }
    std::fs::remove_dir(&path).unwrap();
    succeeds(&world, &connection).await;
    assert_eq!(server.targets(), ["/token", "/x"]);
    assert!(std::fs::read_to_string(&path).unwrap().contains("rt-1"));
}

#[tokio::test]
async fn only_a_401_costs_a_token() {
    let server = Server::script([token(1), answer(503, "{}"), answer(200, "{}")]).await;
    let world = World::new();
    succeeds(&world, &world.connect(&server, refresh(&server, "rt-given"))).await;
    assert_eq!(server.targets(), ["/token", "/x", "/x"]);
}

#[tokio::test]
async fn an_authorization_can_be_given_on() {
    let server = rotating().await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let (access, attempts) = connection.authorize(&world.stop, true).await;
    let access = access.unwrap();
    assert_eq!((access.connection.as_str(), access.base_url.as_str()), ("portal", server.url().as_str()));
    assert_eq!(access.auth_url, Some(format!("{}/token", server.url())));
    assert_eq!(access.access_token.as_ref().unwrap().expose_secret(), "at-1");
    assert_eq!(access.token_type.as_deref(), Some("Bearer"));
    assert_eq!(access.expires_at.unwrap().as_second(), 1_700_000_300);
    assert_eq!((attempts.len(), attempts[0].page, attempts[0].status), (1, None, Some(200)));
    let settings = Settings::new("portal", access.base_url, Authorization::None);
    let (auth_url, token) = (access.auth_url.as_deref(), access.access_token.unwrap());
    let given = Connection::with_access_token(settings, world.surroundings.clone(), auth_url, token).unwrap();
    succeeds(&world, &given).await;
    assert_eq!(asked(&server).len(), 1);
    let (again, _) = given.authorize(&world.stop, true).await;
    assert_eq!(again.unwrap().auth_url, Some(format!("{}/token", server.url())));
}

#[tokio::test]
async fn an_authorization_that_fails_has_its_requests_in_the_log() {
    let server = Server::script([answer(503, "{}"), answer(401, r#"{"error":"invalid_client"}"#)]).await;
    let world = World::new();
    let connection = world.connect(&server, refresh(&server, "rt-given"));
    let (access, attempts) = connection.authorize(&world.stop, true).await;
    let failure = access.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Authorization, Some(401)));
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0].retry.as_deref(), Some("503 Service Unavailable"));
    assert_eq!(attempts[1].request_body.as_deref(), Some(&b"***"[..]));
    assert_eq!(attempts[1].response_body.as_deref(), Some(&b"***"[..]));
    let called = world.call(&connection, &request(read("/x"))).await;
    assert_eq!((called.requests, called.attempts.len()), (0, 0));
}
