//! What is written down around a request, and when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use seatflow_call::{
    Attempt, Authorization, Called, Connection, Context, FailureKind, Intent, Journal, JournalError, Key, Login,
    Outcome, PageName, Payload, Recall, RecalledOutcome, Recorded, Request, UnknownCall,
};
use seatflow_catalog::{Endpoint, Location, Paging};
use serde_json::json;

use crate::server::{Reply, Server, answer};
use crate::support::{Document, World, delete, failure, key, pages, parameter, read, request, write};

/// A journal in memory that tells what happened in which order, the server's requests among it.
#[derive(Default)]
pub(crate) struct Memory {
    events: Arc<Mutex<Vec<String>>>,
    pub(crate) known: Mutex<HashMap<Key, Recall>>,
    /// The URL and body of the latest intent.
    intended: Mutex<String>,
    is_full: bool,
}

impl Memory {
    fn tell(&self, event: impl Into<String>) {
        self.events.lock().unwrap().push(event.into());
    }

    pub(crate) fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// The body of the one answer that it holds.
    pub(crate) fn only_body(&self) -> String {
        let known = self.known.lock().unwrap();
        let bodies = known.values().filter_map(|recall| match recall {
            Recall::Ended(outcome, _) => match &**outcome {
                RecalledOutcome::Answer(answer) => Some(String::from_utf8_lossy(&answer.body).into_owned()),
                _ => None,
            },
            _ => None,
        });
        bodies.collect::<Vec<_>>().join("\n")
    }
}

impl Memory {
    fn intend(&self, page: PageName<'_>, intent: Intent<'_>) -> Result<(), JournalError> {
        if self.is_full {
            return Err(JournalError::Write("the disk is full".into()));
        }
        let body = intent.body.map(|body| String::from_utf8_lossy(body)).unwrap_or_default();
        self.tell(format!("intent {}", intent.method));
        *self.intended.lock().unwrap() = format!("{} {body}", intent.url);
        self.known.lock().unwrap().insert(page.key, Recall::Intent);
        Ok(())
    }

    fn end(&self, page: PageName<'_>, outcome: Recorded<'_>, attempts: &[Attempt]) {
        let known = match outcome {
            Recorded::Answer(answer) => {
                self.tell(format!("outcome {}", answer.status));
                RecalledOutcome::Answer(answer.clone())
            }
            Recorded::Failure(failure) => {
                self.tell(format!("outcome {}", failure.kind));
                RecalledOutcome::Failure(failure.clone())
            }
            Recorded::Settled(settled) => {
                self.tell("outcome settled");
                RecalledOutcome::Settled(settled.clone())
            }
        };
        self.known.lock().unwrap().insert(page.key, Recall::Ended(Box::new(known), attempts.to_vec()));
    }
}

impl Journal for Memory {
    fn keeps_attempts(&self) -> bool {
        true
    }

    fn recall<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<Recall, JournalError>> {
        let known = self.known.lock().unwrap().get(&page.key).cloned();
        ready(Ok(known.unwrap_or(Recall::Nothing))).boxed()
    }

    fn intent<'a>(&'a self, page: PageName<'a>, intent: Intent<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        ready(self.intend(page, intent)).boxed()
    }

    fn withdrawn<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        self.tell("withdrawn");
        self.known.lock().unwrap().remove(&page.key);
        ready(Ok(())).boxed()
    }

    fn outcome<'a>(
        &'a self,
        page: PageName<'a>,
        outcome: Recorded<'a>,
        attempts: &'a [Attempt],
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        self.end(page, outcome, attempts);
        ready(Ok(())).boxed()
    }

    fn planned<'a>(&'a self, _: PageName<'a>, _: Intent<'a>, _: &'a str) -> BoxFuture<'a, Result<(), JournalError>> {
        unreachable!("a connection plans nothing")
    }

    fn unknown<'a>(&'a self, _: UnknownCall<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        unreachable!("a connection knows all")
    }

    fn login<'a>(&'a self, _: &'a str, _: &'a Login) -> BoxFuture<'a, Result<(), JournalError>> {
        unreachable!("no node logs in")
    }

    fn recall_login<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Login>, JournalError>> {
        unreachable!("no node logs in")
    }
}

/// A world with a journal and a server that plays a script.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) journal: Memory,
    pub(crate) server: Server,
    connection: Arc<Connection>,
}

impl Stage {
    pub(crate) async fn set(replies: impl IntoIterator<Item = Reply>) -> Self {
        let (world, journal) = (World::new(), Memory::default());
        let events = Arc::clone(&journal.events);
        let replies = Mutex::new(replies.into_iter().collect::<std::collections::VecDeque<_>>());
        let server = Server::with(move |_| {
            events.lock().unwrap().push("sent".to_owned());
            replies.lock().unwrap().pop_front().unwrap_or_else(|| answer(418, "the script is over"))
        })
        .await;
        let connection = world.connect(&server, Authorization::None);
        Self { world, journal, server, connection }
    }

    pub(crate) async fn try_call(&self, request: &Request) -> Result<Called<Document>, JournalError> {
        let context = Context {
            key: key(request),
            node: "node",
            record: 0,
            journal: &self.journal,
            stop: &self.world.stop,
            keep_attempts: false,
        };
        self.connection.call(request, &context).await
    }

    async fn call(&self, endpoint: Endpoint) -> Called<Document> {
        self.try_call(&request(endpoint)).await.unwrap()
    }
}

#[tokio::test]
async fn a_write_is_intended_before_and_has_its_outcome_after_it_is_sent() {
    let stage = Stage::set([answer(200, "{}")]).await;
    pages(stage.call(write("/x")).await);
    assert_eq!(stage.journal.told(), ["intent POST", "sent", "outcome 200"]);
}

#[tokio::test]
async fn an_intent_says_what_will_be_sent_without_its_secrets() {
    let stage = Stage::set([answer(200, "{}")]).await;
    stage.world.surroundings.redactor.learn(&"secret".into());
    let payload = Payload::new(json!({ "key": "secret", "seats": 1 }));
    let request = Request::bind::<&str, &str>(Arc::new(write("/x")), &[], Some(&payload)).unwrap();
    pages(stage.try_call(&request).await.unwrap());
    let expected = format!(r#"{}/x {{"key":"***","seats":1}}"#, stage.server.url());
    assert_eq!(*stage.journal.intended.lock().unwrap(), expected);
    assert_eq!(stage.server.seen()[0].body, r#"{"key":"secret","seats":1}"#);
}

#[tokio::test]
async fn a_read_has_an_outcome_and_no_intent() {
    let stage = Stage::set([answer(404, "{}")]).await;
    failure(stage.call(read("/x")).await);
    assert_eq!(stage.journal.told(), ["sent", "outcome 404"]);
}

#[tokio::test]
async fn a_write_that_cannot_be_written_down_is_not_sent() {
    let mut stage = Stage::set([answer(200, "{}")]).await;
    stage.journal.is_full = true;
    let error = stage.try_call(&request(write("/x"))).await.unwrap_err();
    assert_eq!(error.to_string(), "the journal cannot be written: the disk is full");
    assert_eq!(stage.server.seen().len(), 0);
}

#[tokio::test]
async fn a_write_that_was_turned_away_is_not_in_doubt_while_it_waits() {
    let stage = Stage::set([answer(429, "{}").with("retry-after", "0"), answer(200, "{}")]).await;
    pages(stage.call(write("/x")).await);
    let expected = ["intent POST", "sent", "withdrawn", "intent POST", "sent", "outcome 200"];
    assert_eq!(stage.journal.told(), expected);
}

#[tokio::test]
async fn an_idempotent_write_keeps_its_intent_from_attempt_to_attempt() {
    let stage = Stage::set([answer(503, "{}"), answer(200, "{}")]).await;
    pages(stage.call(delete("/x")).await);
    assert_eq!(stage.journal.told(), ["intent DELETE", "sent", "sent", "outcome 200"]);
}

#[tokio::test]
async fn a_write_in_doubt_has_that_for_its_outcome() {
    let stage = Stage::set([Reply::Reset]).await;
    failure(stage.call(write("/x")).await);
    assert_eq!(stage.journal.told(), ["intent POST", "sent", "outcome in-doubt"]);
}

#[tokio::test]
async fn what_has_an_outcome_is_not_sent_again_and_means_the_same() {
    let stage = Stage::set([answer(200, r#"{"data":[1]}"#)]).await;
    let first = pages(stage.call(read("/x")).await);
    let again = stage.call(read("/x")).await;
    assert_eq!((again.requests, again.recalled), (0, 1));
    assert_eq!(again.attempts.len(), 1, "what it took is told again");
    assert_eq!(pages(again), first);
    let stage = Stage::set([answer(503, "{}"), answer(404, "{}")]).await;
    stage.call(delete("/x")).await;
    let again = stage.call(delete("/x")).await;
    assert!(matches!(again.outcome, Outcome::Succeeded { already_done: true, .. }));
    let stage = Stage::set([Reply::Reset]).await;
    let first = failure(stage.call(write("/x")).await);
    assert_eq!(failure(stage.call(write("/x")).await), first);
    assert_eq!(stage.server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_recalled_says_nothing_of_whether_the_system_can_be_reached() {
    let stage = Stage::set([answer(200, "{}"), answer(401, "{}")]).await;
    stage.call(read("/x")).await;
    assert_eq!(failure(stage.call(read("/y")).await).kind, FailureKind::Authorization);
    for path in ["/x", "/y"] {
        assert_eq!(stage.call(read(path)).await.recalled, 1);
        assert_eq!(stage.connection.failures_in_a_row(), 1, "{path}");
    }
}

#[tokio::test]
async fn an_intent_without_an_outcome_is_in_doubt_unless_the_write_can_be_repeated() {
    let stage = Stage::set([answer(404, "{}")]).await;
    for endpoint in [write("/x"), delete("/y")] {
        let page = key(&request(endpoint)).page(1);
        stage.journal.known.lock().unwrap().insert(page, Recall::Intent);
    }
    let doubtful = failure(stage.call(write("/x")).await);
    assert_eq!((doubtful.kind, doubtful.attempts), (FailureKind::InDoubt, 0));
    assert_eq!(doubtful.message, "it was about to be sent when an earlier run ended");
    let repeated = stage.call(delete("/y")).await;
    assert!(matches!(repeated.outcome, Outcome::Succeeded { already_done: true, .. }));
    assert_eq!(stage.journal.told(), ["outcome in-doubt", "sent", "outcome 404"]);
}

#[tokio::test]
async fn what_may_have_been_sent_before_is_in_doubt_also_where_it_may_not_be_sent_now() {
    let stage = Stage::set([]).await;
    for endpoint in [write("/x"), delete("/x")] {
        let page = key(&request(endpoint)).page(1);
        stage.journal.known.lock().unwrap().insert(page, Recall::Intent);
    }
    assert_eq!(failure(stage.call(write("/x")).await).kind, FailureKind::InDoubt);
    let barred = failure(stage.call(delete("/x")).await);
    assert_eq!((barred.kind, barred.attempts), (FailureKind::InDoubt, 0), "{}", barred.message);
    assert_eq!(stage.server.seen().len(), 0);
}

#[tokio::test]
async fn what_a_stop_prevents_is_left_for_the_next_run() {
    let stage = Stage::set([]).await;
    stage.world.stop.cancel();
    let failure = failure(stage.call(write("/x")).await);
    assert_eq!(failure.kind, FailureKind::NotAttempted);
    assert_eq!(stage.journal.told(), [""; 0]);
}

#[tokio::test]
async fn a_write_of_which_a_plan_is_made_is_told_and_not_sent() {
    let stage = Stage::set([]).await;
    stage.world.surroundings.redactor.learn(&"secret".into());
    let payload = Payload::new(json!({ "key": "secret", "seats": 1 }));
    let request = Request::bind::<&str, &str>(Arc::new(write("/x")), &[], Some(&payload)).unwrap();
    stage.journal.known.lock().unwrap().insert(key(&request).page(1), Recall::Withhold);
    let Outcome::Withheld(withheld) = stage.try_call(&request).await.unwrap().outcome else { panic!("it was sent") };
    assert_eq!((withheld.method, withheld.url), (request.endpoint().method, format!("{}/x", stage.server.url())));
    assert_eq!(withheld.body.unwrap(), r#"{"key":"***","seats":1}"#);
    assert_eq!((stage.server.seen().len(), stage.journal.told().len()), (0, 0));
}

#[tokio::test]
async fn who_only_looks_finds_no_outcome_where_there_is_none() {
    let stage = Stage::set([]).await;
    let request = request(read("/x"));
    stage.journal.known.lock().unwrap().insert(key(&request).page(1), Recall::Absent);
    let failure = failure(stage.try_call(&request).await.unwrap());
    assert_eq!(
        (failure.kind, failure.message.as_str()),
        (FailureKind::NotAttempted, "the run ended before it was sent")
    );
    assert_eq!((stage.server.seen().len(), stage.journal.told().len()), (0, 0));
}

#[tokio::test]
async fn an_outcome_is_written_down_with_the_attempts_of_its_page() {
    let stage = Stage::set([answer(503, "{}"), answer(200, "{}")]).await;
    let first = stage.call(read("/x")).await;
    let again = stage.call(read("/x")).await;
    assert_eq!(first.attempts.len(), 2);
    assert_eq!((again.attempts, again.retries, again.recalled), (first.attempts, 1, 2));
}

#[tokio::test]
async fn each_page_has_its_own_outcome_and_is_recalled_alone() {
    let mut endpoint = read("/x");
    endpoint.parameters = vec![parameter("cursor", Location::Query, false)];
    endpoint.paging = Paging::Cursor { next: "next".to_owned(), parameter: "cursor".to_owned() };
    let stage = Stage::set([answer(200, r#"{"data":[1],"next":"c"}"#), answer(200, r#"{"data":[2]}"#)]).await;
    let request = request(endpoint);
    let first = pages(stage.try_call(&request).await.unwrap());
    assert_eq!(stage.journal.told(), ["sent", "outcome 200", "sent", "outcome 200"]);
    stage.journal.known.lock().unwrap().remove(&key(&request).page(2));
    let stage = Stage { server: Server::with(|_| answer(200, r#"{"data":[3]}"#)).await, ..stage };
    let connection = stage.world.connect(&stage.server, Authorization::None);
    let stage = Stage { connection, ..stage };
    let again = pages(stage.try_call(&request).await.unwrap());
    assert_eq!((&again[0], again[1]["data"][0].as_u64()), (&first[0], Some(3)));
    assert_eq!(stage.server.targets(), ["/x?cursor=c"]);
}
