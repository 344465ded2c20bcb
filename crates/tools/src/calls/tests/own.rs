//! Calls of a catalog of one's own, to a server that takes whatever comes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use seatflow_testkit::{Pace, Ran, Stage};

use super::column;
use crate::TOOLS;

/// A server on this machine, and the requests that came: method and target, a blank, and the body.
struct Server {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            listener.incoming().for_each(|stream| log.lock().unwrap().push(answer(stream.unwrap())));
        });
        Self { url, seen }
    }

    /// The requests, sorted, since calls run side by side.
    fn seen(&self) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap().clone();
        seen.sort();
        seen
    }
}

/// Answers one request, and tells it.
fn answer(stream: TcpStream) -> String {
    let mut lines = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    lines.read_line(&mut request).unwrap();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let line = line.to_lowercase();
        length = line.strip_prefix("content-length:").map_or(length, |length| length.trim().parse().unwrap());
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).unwrap();
    let mut stream = lines.into_inner();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").unwrap();
    let request = request.trim_end().trim_end_matches(" HTTP/1.1");
    format!("{request} {}", String::from_utf8(body).unwrap()).trim_end().to_owned()
}

const CATALOG: &str = "
catalog: own
summary: x
authorization: [bearer]
endpoints:
  things.list:
    request: GET /things?kind=all
    summary: x
    parameters:
      id: { list: repeated, description: x }
      sort: { list: comma, allowed: [name, age], description: x }
      one: { description: x }
      level: { suggested: { low: L, high: H }, description: x }
  seats.reserve:
    request: POST /graph
    summary: x
    effect: write
    body:
      form: form
      fixed: { operation: Reserve, reservationType: '' }
      schema: { additionalProperties: false, properties: { user: { type: string } } }
  seats.allocate:
    request: POST /allocate
    summary: x
    effect: write
    body:
      fixed: { change: quota }
      schema:
        required: [quantity]
        properties:
          quantity: { type: integer, minimum: 0 }
          role: { type: string, suggested: [admin, member] }
          roles: { type: array, items: { type: string, suggested: [admin, member] } }
";

/// Runs nodes with a connection `own` to a server, in a folder with a CSV.
fn run(server: &Server, csv: &str, nodes: &str, anchors: &[&str]) -> Ran {
    let stage = Stage::new(TOOLS).unwrap();
    stage.put("own.yaml", CATALOG).unwrap();
    stage.put("given.csv", csv).unwrap();
    let text = format!(
        "connections:
  own: {{ catalog: {}, base_url: '{}', authorization: {{ token: '${{env:TOKEN}}' }} }}
nodes:
  given:
    read_csv: {{ path: given.csv }}
{nodes}",
        stage.path("own.yaml").display(),
        server.url
    );
    stage.run(&text, anchors, Pace::USUAL).unwrap()
}

/// What a node that is called `tested` says is wrong, with what to do.
fn problems(tested: &str) -> Vec<String> {
    let server = Server::start();
    let nodes = format!("  tested:\n    license_api: {{ connection: own, {tested} }}\n    D: given\n");
    let ran = run(&server, "a,b\n", &nodes, &["given.F", "tested.S", "tested.F"]);
    ran.problems
        .iter()
        .map(|problem| format!("{}: {}; {}", problem.slug, problem.message, problem.help.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn a_list_holds_values_and_columns_and_each_value_of_a_group_once() {
    let server = Server::start();
    let csv = "group,id,by\ng,1,name\ng,2,name\nh,,age\ng,1,name\n";
    let nodes = "
  tested:
    license_api:
      connection: own
      endpoint: things.list
      group_by: [group]
      parameters: { id: [fixed, { field: id }, ~], sort: { field: by }, one: { field: group } }
    D: given
";
    let ran = run(&server, csv, nodes, &["tested.S", "tested.F"]);
    assert_eq!(ran.node("tested").unwrap().succeeded, 4, "{}", ran.problems);
    assert_eq!(
        server.seen(),
        ["GET /things?kind=all&id=fixed&id=1&id=2&sort=name&one=g", "GET /things?kind=all&id=fixed&sort=age&one=h",]
    );
}

#[test]
fn a_record_gives_one_value_of_a_list_and_none_that_is_two() {
    let server = Server::start();
    let nodes = "
  tested:
    license_api:
      connection: own
      endpoint: things.list
      parameters: { sort: [name, { field: by }], one: { field: one } }
    D: given
";
    let ran = run(&server, "by,one\nage,1\n'name,age',2\nsize,3\n".replace('\'', "\"").as_str(), nodes, &["tested.F"]);
    assert_eq!(server.seen(), ["GET /things?kind=all&sort=name,age&one=1"]);
    assert_eq!(
        column(&ran.table("tested.F").unwrap(), "error.message"),
        [
            "the parameter `sort` must not hold `,`, which stands between its values, in one of them",
            "the parameter `sort` must be one of `name`, `age`, not `size`",
        ]
    );
}

#[test]
fn what_a_catalog_fixes_is_sent_without_a_payload_and_with_one() {
    let server = Server::start();
    let nodes = "
  tested:
    license_api: { connection: own, endpoint: seats.reserve }
  other:
    license_api: { connection: own, endpoint: seats.reserve, payload: { user: { field: user } } }
    D: given
";
    run(&server, "user\nada & bo\n", nodes, &["tested.S", "other.S"]);
    assert_eq!(
        server.seen(),
        [
            "POST /graph operation=Reserve&reservationType=",
            "POST /graph operation=Reserve&reservationType=&user=ada+%26+bo",
        ]
    );
}

#[test]
fn a_quantity_is_a_whole_number_that_is_not_negative_or_nothing_is_sent() {
    let server = Server::start();
    let nodes = "
  tested:
    license_api: { connection: own, endpoint: seats.allocate, payload: { quantity: { field: seats } } }
    D: given
";
    let csv = "seats,note\n0,\n7,\n-1,\n1.5,\n2.0,\n1e3,\n99999999999999999999,\n18446744073709551615,\ntwo,\n+3,\n007,\n\"1,000\",\n 4,\n,\n";
    let ran = run(&server, csv, nodes, &["tested.F"]);
    let failed = ran.table("tested.F").unwrap();
    let of_column =
        |value: &str| format!("the payload's `quantity` must be a whole number, not `{value}` (column `seats`)");
    assert_eq!(
        column(&failed, "error.message"),
        [
            "the payload's `quantity` must be at least 0, not `-1`".to_owned(),
            of_column("1.5"),
            of_column("2.0"),
            of_column("1e3"),
            "the payload's `quantity` must be a whole number of at most 64 bits, not `99999999999999999999` (column `seats`)"
                .to_owned(),
            of_column("two"),
            of_column("+3"),
            of_column("007"),
            of_column("1,000"),
            of_column(" 4"),
            "the payload's `quantity` is required and has no value".to_owned(),
        ]
    );
    let kinds = column(&failed, "error.kind");
    assert_eq!((kinds[0].as_str(), kinds[10].as_str()), ("bad-parameter", "missing-parameter"));
    let sent = ["0", "18446744073709551615", "7"]
        .map(|seats| format!(r#"POST /allocate {{"change":"quota","quantity":{seats}}}"#));
    assert_eq!(server.seen(), sent);
}

#[test]
fn a_list_stands_only_where_one_is_taken() {
    assert_eq!(
        problems("endpoint: things.list, parameters: { one: [a, b], id: [a, { field: a }], sort: 'name,age' }"),
        [
            "bad-parameter: the parameter `one` takes one value; \
             write one value, or `{ field: NAME }` for the value of a column",
            "bad-parameter: the parameter `sort` must not hold `,`, which stands between its values, in one of them; \
             write several values as a list: `[a, b]`",
        ]
    );
}

#[test]
fn what_is_fixed_is_refused_where_it_is_written() {
    assert_eq!(
        problems("endpoint: seats.reserve, payload: { operation: Deny, user: x }"),
        [
            "bad-parameter: `seats.reserve` always sends `operation: \"Reserve\"`, and no node writes it; remove `operation`"
        ]
    );
}

#[test]
fn a_value_that_the_catalog_does_not_know_is_a_warning() {
    let parameters = "endpoint: things.list, parameters: { level: hihg }";
    assert_eq!(
        problems(parameters),
        ["unknown-value: the parameter `level` is `hihg`, which the catalog does not know; did you mean `high` (H)?"]
    );
    assert_eq!(problems("endpoint: things.list, parameters: { level: low }"), [""; 0]);
    assert_eq!(
        problems("endpoint: seats.allocate, payload: { quantity: 1, role: adnim, roles: [member, guest] }"),
        [
            "unknown-value: the payload's `role` is `adnim`, which the catalog does not know; did you mean `admin`?",
            "unknown-value: the payload's `roles.1` is `guest`, which the catalog does not know; \
             it knows `admin`, `member`",
        ]
    );
    let secret = "endpoint: things.list, parameters: { level: '${env:LEVEL}' }";
    assert_eq!(
        problems(secret),
        ["unknown-value: the parameter `level` has a value that the catalog does not know; \
          it knows `low` (L), `high` (H)"]
    );
}
