//! The program beside a sandbox that the test holds, so that it can look into it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;

use seatflow_sandbox::{FaultState, ReceivedRequest, Sandbox, Settings};
use seatflow_testkit::PORTAL;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::program::{Folder, Ran};

/// A sandbox, and a folder in which the program runs against it.
pub(crate) struct Played {
    /// Where the sandbox runs.
    _runtime: Runtime,
    sandbox: Sandbox,
    pub(crate) folder: Folder,
}

/// The rows of a CSV file: each a map from columns to values.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

/// A pipeline of these nodes on the portal, with more limits.
pub(crate) fn pipeline(limits: &str, nodes: &str) -> String {
    let limits = format!("    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, {limits} }}\n");
    format!("version: 1\npipeline: played\n{PORTAL}{limits}nodes:\n{nodes}")
}

/// The keys of a connection to the system of seats.
pub(crate) const SEATS: &str = "    catalog: fixtures/catalogs/seats.yaml
    base_url: ${env:SEATS_BASE_URL}
    authorization: { token: \"${env:SEATS_TOKEN}\" }
";

/// The same on the system of seats.
pub(crate) fn seats(limits: &str, nodes: &str) -> String {
    let limits = format!("    limits: {{ backoff_seconds: 0, backoff_most_seconds: 0, {limits} }}\n");
    format!("version: 1\npipeline: played\nconnections:\n  seats:\n{SEATS}{limits}nodes:\n{nodes}")
}

/// A node `calls` that takes seats for the holders of the node `input`; more keys of its tool may follow.
pub(crate) const TAKE: &str = "  calls:
    D: input
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: { field: quantity } }
";

impl Played {
    /// A sandbox with these faults.
    pub(crate) fn with_faults(faults: &[&str]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self::new(Settings { faults, ..Settings::default() })
    }

    /// A sandbox with these settings.
    pub(crate) fn new(settings: Settings) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(settings)).unwrap();
        let folder = Self::folder_for(&sandbox);
        Self { _runtime: runtime, sandbox, folder }
    }

    fn folder_for(sandbox: &Sandbox) -> Folder {
        let own = format!(".localhost:{}", sandbox.address().port());
        let variables = sandbox.environment().into_iter();
        variables
            .fold(Folder::new(), |folder, (name, value)| folder.variable(name, value.replace(".sandbox.test", &own)))
    }

    /// Where the sandbox listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.sandbox.address()
    }

    /// Where the portal is for the program.
    pub(crate) fn origin(&self) -> String {
        format!("http://alteryx.localhost:{}", self.sandbox.address().port())
    }

    /// Sets another environment variable for the program.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        let folder = std::mem::replace(&mut self.folder, Folder::new());
        self.folder = folder.variable(name, value);
        self
    }

    /// Leaves the folder for a new one, as if on another machine.
    pub(crate) fn move_out(&mut self) {
        self.folder = Self::folder_for(&self.sandbox);
    }

    /// Runs a pipeline's text.
    pub(crate) fn run(&self, text: &str) -> Ran {
        self.run_with(text, &[])
    }

    /// Runs a pipeline's text with more arguments.
    pub(crate) fn run_with(&self, text: &str, arguments: &[&str]) -> Ran {
        self.folder.write("played.yaml", text);
        self.folder.run(&[&["run", "played.yaml", "--json"], arguments].concat())
    }

    /// Arms a fault behind those that there are.
    pub(crate) fn arm(&self, fault: &str) {
        self.sandbox.add_faults(vec![fault.parse().unwrap()]).unwrap();
    }

    /// The faults and what is left of them, in the order in which they were armed.
    pub(crate) fn faults(&self) -> Vec<FaultState> {
        self.sandbox.faults()
    }

    /// All requests, in order.
    pub(crate) fn all_requests(&self) -> Vec<ReceivedRequest> {
        self.sandbox.requests()
    }

    /// All requests, in order, once each has come to its end, though nobody may wait for its answer.
    pub(crate) fn ended_requests(&self) -> Vec<ReceivedRequest> {
        loop {
            let requests = self.all_requests();
            if requests.iter().all(|request| request.answered_after.is_some()) {
                return requests;
            }
            std::thread::yield_now();
        }
    }

    /// Lets go the requests that a fault holds, and waits until each has come to its end, though nobody waits for its
    /// answer.
    pub(crate) fn settle(&self) {
        self.sandbox.release();
        while self.held() > 0 {
            std::thread::yield_now();
        }
    }

    /// How many requests a fault with `hold` holds.
    fn held(&self) -> usize {
        let is_held = |request: &&ReceivedRequest| {
            request.answered_after.is_none() && request.fault.as_ref().is_some_and(|fault| fault.starts_with("hold"))
        };
        self.all_requests().iter().filter(is_held).count()
    }

    /// Runs a pipeline's text whose first requests a fault holds, and lets them go when there are so many.
    pub(crate) fn run_holding(&self, count: usize, text: &str) -> Ran {
        self.folder.write("played.yaml", text);
        self.typed_holding(count, &["run", "played.yaml", "--json"])
    }

    /// Types a command whose first requests a fault holds, and lets them go when there are so many.
    pub(crate) fn typed_holding(&self, count: usize, arguments: &[&str]) -> Ran {
        let mut command = self.folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while self.held() < count && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let held = self.held();
        self.sandbox.release();
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(held, count, "so many requests were under way at once: {}", ran.stderr);
        ran
    }

    /// The requests for an endpoint, in order.
    pub(crate) fn requests(&self, endpoint: &str) -> Vec<ReceivedRequest> {
        let all = self.all_requests().into_iter();
        all.filter(|request| request.endpoint == Some(endpoint)).collect()
    }

    /// The statuses of the answers to an endpoint's requests, in order; 0 is a reset.
    pub(crate) fn statuses(&self, endpoint: &str) -> Vec<u16> {
        self.requests(endpoint).iter().map(|request| request.status.unwrap_or(0)).collect()
    }

    /// Asserts that every fault has struck as often as it could.
    pub(crate) fn assert_used_up(&self) {
        for fault in self.faults() {
            assert_eq!(fault.left, 0, "{} did not strike as often as it could", fault.fault);
        }
    }

    /// Asks the sandbox itself, and gives the body of its answer.
    pub(crate) fn administer(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.sandbox.address()).unwrap();
        let length = body.len();
        let head =
            format!("{method} /_sandbox/{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}");
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Waits until requests for an endpoint fulfil a condition.
    pub(crate) fn wait_until(&self, endpoint: &str, condition: impl Fn(&[ReceivedRequest]) -> bool) {
        while !condition(&self.requests(endpoint)) {
            std::thread::yield_now();
        }
    }

    /// The rows of a CSV file that the program wrote.
    pub(crate) fn rows(&self, name: &str) -> Rows {
        rows(&self.folder.files("out")[name])
    }
}

/// The rows of a CSV file.
pub(crate) fn rows(bytes: &[u8]) -> Rows {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

/// What the program says of a run with `--json`.
pub(crate) fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", ran.stdout, ran.stderr))
}

/// A count of a node.
pub(crate) fn count(report: &Value, node: &str, name: &str) -> u64 {
    let node = report["nodes"].as_array().unwrap().iter().find(|one| one["node"] == node).unwrap();
    node[name].as_u64().unwrap()
}

/// Asserts that the books of every node are closed.
pub(crate) fn assert_closed(report: &Value) {
    for node in report["nodes"].as_array().unwrap() {
        let count = |name: &str| node[name].as_u64().unwrap();
        assert_eq!(count("records_in"), count("succeeded") + count("failed"), "{node}");
    }
}
