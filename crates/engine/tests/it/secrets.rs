//! A tool that panics with all that it can reach, and what is told of it.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;

use schemars::JsonSchema;
use seatflow_engine::Failure;
use seatflow_spec::{FromTree, MaybeSecret, Reading, Secret, Tree, Values};
use seatflow_tool::{Binding, Bound, Card, Context, Effects, Entry, Inputs, Outputs, Presence, Tool, ToolError};
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, failure};

/// Every secret here begins with it.
const MARK: &str = "marked-";

/// What the tool panics with.
static SAID: Mutex<String> = Mutex::new(String::new());

/// A tool with secrets of its own.
struct Blurt;

#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "they are there to be shown")]
struct Secrets {
    #[schemars(skip)]
    secret: Secret,
    #[schemars(skip)]
    header: MaybeSecret,
}

impl FromTree for Secrets {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?;
        let (secret, header) = (map.required("secret"), map.required("header"));
        map.finish();
        Some(Self { secret: secret?, header: header? })
    }
}

impl Tool for Blurt {
    type Config = Secrets;

    const CARD: Card = Card {
        name: "blurt",
        summary: "",
        page: "",
        inputs: Inputs { a: Presence::Absent, d: Presence::Absent },
        outputs: Outputs { a: false, s: false, f: None, l: false },
        effects: Effects::None,
    };

    fn bind(secrets: Secrets, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let Binding { node, a, d, wired, connections, facts, reading } = binding;
        let said = format!("{secrets:?} {node:?} {a:?} {d:?} {wired:?} {connections:?} {facts:?} {reading:?}");
        Some(Bound::new(move |context: Context| blurt(said, context)))
    }
}

async fn blurt(mut said: String, context: Context) -> Result<(), ToolError> {
    for name in KINDS {
        let connection = context.run.connections.open(name)?;
        let access = match name {
            // The others have no server to ask.
            "client_credentials" | "ropc" => None,
            _ => Some(connection.authorize(&CancellationToken::new(), true).await),
        };
        write!(said, " {access:?} {connection:?} {:?}", connection.redactor()).unwrap();
    }
    said.clone_into(&mut SAID.lock().unwrap());
    panic!("{said}");
}

/// A connection for each way to authorize.
const KINDS: [&str; 6] = ["refresh", "client_credentials", "ropc", "bearer", "basic", "header"];

const PIPELINE: &str = r#"version: 1
pipeline: test
connections:
  refresh:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    headers: { X-Team: "key ${env:HEADER}" }
    authorization: { auth_url: "${env:AUTH_URL}", refresh_token: "${env:REFRESH}" }
  client_credentials:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    authorization: { auth_url: "${env:AUTH_URL}", client_id: an-id, client_secret: "${env:CLIENT}" }
  ropc:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    authorization: { auth_url: "${env:AUTH_URL}", tenancy: t, user: ada, password: "${env:PASSWORD}" }
  bearer:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    proxy: "http://ada:${env:PROXY}@127.0.0.1:9"
    authorization: { token: "${env:BEARER}" }
  basic:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    authorization: { user: ada, password: "${env:PASSWORD}" }
  header:
    catalog: alteryx
    base_url: http://127.0.0.1:9
    authorization: { header: X-Key, value: "${env:KEY}" }
nodes:
  blurts:
    blurt: { secret: "${env:SECRET}", header: "a ${env:PART}" }
"#;

/// Answers one request for a token.
fn login() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.windows(8).any(|part| part == b"REFRESH.") {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).unwrap();
            asked.extend_from_slice(&part[..read]);
        }
        let body = r#"{"access_token":"marked-access","refresh_token":"marked-next","expires_in":300}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    });
    address
}

#[tokio::test]
async fn a_panic_with_all_that_a_tool_can_reach_holds_no_secret() {
    let mut values = Values::default();
    values.set_variable("AUTH_URL", format!("http://{}/token", login()));
    for name in ["HEADER", "REFRESH", "CLIENT", "PASSWORD", "PROXY", "BEARER", "KEY", "SECRET", "PART"] {
        values.set_variable(name, format!("{MARK}{name}."));
    }
    let stage = Stage::new();
    let running = stage.start_whole(PIPELINE.to_owned(), &values, &[Entry::of::<Blurt>()], 1);
    let report = running.finish().await;

    let said = SAID.lock().unwrap().clone();
    assert!(said.contains("access_token: Some(SecretBox"), "there is a live token: {said}");
    assert!(!said.contains(MARK), "what a panic hook would print: {said}");
    let Failure { node, error } = failure(&report);
    assert_eq!((node.as_deref(), error.to_string().as_str()), (Some("blurts"), "its work broke off"));
    assert!(error.source().is_none() && error.context().is_empty(), "{error:?}");
    assert_eq!(report.exit_status(), 70);
    assert!(!format!("{report:?}").contains(MARK));
}
