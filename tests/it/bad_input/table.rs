//! One table of bad inputs: what each is told, and where.
//!
//! `tests/bad_input.md` is that table. `UPDATE_GOLDEN=1 cargo test` writes it anew; look at the difference before you
//! commit it. `BAD_INPUT_TABLE=FILE cargo test bad_input` writes it to a file of your choice, too.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpSocket;

use super::{csv_files, parameters, payloads, pipeline_files, servers, tenduke, tokens, uipath};
use crate::played::rows;
use crate::program::{Folder, Ran, repository};
use crate::secrets::speaker::{Request, Speaker};

/// A folder in which `bad.yaml` meets an input that is bad.
pub(super) struct Input {
    name: String,
    folder: Folder,
    /// A server that is content with everything, so that it counts what was sent to it.
    content: Option<Speaker>,
    /// What is held as long as the input is there.
    held: Option<Arc<TcpSocket>>,
    /// What differs from run to run, and what stands for it in the table.
    varying: Vec<(String, &'static str)>,
    /// Whether the systems that it meets are played.
    is_sandboxed: bool,
    /// A fault of the sandbox.
    fault: Option<String>,
}

/// What the program tells of an input.
struct Told {
    /// Where: a problem with its slug, an F with its kind, or the end of the run with its status.
    lands: String,
    message: String,
    help: String,
}

impl Input {
    pub(super) fn new(name: impl Into<String>, folder: Folder) -> Self {
        Self {
            name: name.into(),
            folder,
            content: None,
            held: None,
            varying: Vec::new(),
            is_sandboxed: false,
            fault: None,
        }
    }

    /// Tells what came to this server, where the input is taken.
    pub(super) fn sent_to(mut self, content: Speaker) -> Self {
        self.content = Some(content);
        self
    }

    /// Keeps a socket as long as the input is there.
    pub(super) fn holding(mut self, socket: Arc<TcpSocket>) -> Self {
        self.held = Some(socket);
        self
    }

    /// Says what stands in the table for something that differs from run to run.
    pub(super) fn varying(mut self, text: impl Into<String>, stands: &'static str) -> Self {
        self.varying.push((text.into(), stands));
        self
    }

    /// Meets the systems that the sandbox plays.
    pub(super) fn sandboxed(mut self) -> Self {
        self.is_sandboxed = true;
        self
    }

    /// Arms a fault of the sandbox.
    pub(super) fn with_fault(mut self, fault: String) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Puts a file into the folder.
    pub(super) fn with_file(self, name: &str, content: String) -> Self {
        self.folder.write(name, content);
        self
    }

    fn run(&self, verb: &str) -> Ran {
        let sandbox: &[&str] = if self.is_sandboxed { &["--sandbox"] } else { &[] };
        let fault = self.fault.iter().filter(|_| verb == "run").flat_map(|fault| ["--fault", fault]);
        let fault: Vec<&str> = fault.collect();
        self.folder.run(&[&[verb, "bad.yaml", "--json"], sandbox, &fault].concat())
    }

    fn told(&self) -> Vec<Told> {
        let checked = self.run("check");
        let mut told = problems(&serde_json::from_str(&checked.stdout).unwrap());
        if checked.status == 0 {
            let ran = self.run("run");
            match ran.status {
                4 => told.push(ending(&ran)),
                0 | 3 => told.extend(self.outcomes(ran.status)),
                status => panic!("{}: {status}: {}", self.name, ran.stderr),
            }
        }
        for told in &mut told {
            for (text, stands) in &self.varying {
                told.message = told.message.replace(text, stands);
            }
            told.message = without_numbers(&told.message);
        }
        told
    }

    /// What is on F, or on S without having been understood; or that nothing is wrong.
    fn outcomes(&self, status: i32) -> Vec<Told> {
        let files = self.folder.files("out");
        let mut told = Vec::new();
        for row in files.get("failed.csv").map(|bytes| rows(bytes)).unwrap_or_default() {
            let lands = format!("F `{}`", row["error.kind"]);
            told.push(Told { lands, message: row["error.message"].clone(), help: String::new() });
        }
        let taken = files.get("taken.csv").map(|bytes| rows(bytes)).unwrap_or_default();
        for row in taken.iter().filter(|row| row.get("Extracted").is_some_and(|why| !why.is_empty())) {
            let lands = format!("S, `Extracted`; status {status}");
            told.push(Told { lands, message: row["Extracted"].clone(), help: String::new() });
        }
        if told.is_empty() {
            let sent = self.content.iter().flat_map(Speaker::requests).map(|request| sent(&request) + "; ");
            let message = format!("{}records on S: {}", sent.collect::<String>(), taken.len());
            told.push(Told { lands: format!("taken; status {status}"), message, help: String::new() });
        }
        told
    }
}

/// What a request holds of its input.
fn sent(request: &Request) -> String {
    let target = shortened(request.head.split(" HTTP/1.1").next().unwrap());
    let pin = request.head.lines().find(|line| line.starts_with("x-pin: "));
    let pin = pin.map(|pin| format!(" with `{}`", shortened(pin)));
    let body = Some(&request.body).filter(|body| !body.is_empty());
    let body = body.map(|body| format!(" carries `{}`", shortened(body)));
    format!("`{target}`{}{}", pin.unwrap_or_default(), body.unwrap_or_default())
}

/// A text, or the beginning of a long one.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some(_) => format!("{}… ({} bytes)", text.chars().take(20).collect::<String>(), text.len()),
        None => text.to_owned(),
    }
}

fn problems(json: &Value) -> Vec<Told> {
    let problems = json["problems"].as_array().unwrap();
    let text = |problem: &Value, key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    let told = problems.iter().map(|problem| Told {
        lands: format!("{} `{}`", text(problem, "severity"), text(problem, "slug")),
        message: text(problem, "message"),
        help: text(problem, "help"),
    });
    told.collect()
}

/// Why a run ended, as it is told on stderr.
fn ending(ran: &Ran) -> Told {
    let told = |sign: &str| ran.stderr.lines().find_map(|line| line.strip_prefix(sign)).unwrap_or_default().to_owned();
    let lands = "the end of the run; status 4".to_owned();
    Told { lands, message: told("  × "), help: told("  help: ") }
}

/// A message without the number that a system has for what is wrong.
fn without_numbers(message: &str) -> String {
    match message.split_once("(os error ").and_then(|(before, rest)| Some((before, rest.split_once(')')?.1))) {
        Some((before, after)) => format!("{before}(os error N){after}"),
        None => message.to_owned(),
    }
}

/// A text as a cell of a table: on one line, and with everything visible.
fn cell(text: &str) -> String {
    let visible = |character: char| match character {
        '\n' => "⏎".to_owned(),
        '|' => "\\|".to_owned(),
        character if character.is_control() => character.escape_unicode().to_string(),
        character => character.to_string(),
    };
    text.chars().map(visible).collect()
}

fn table() -> String {
    let groups = [
        ("CSV files", csv_files::inputs()),
        ("Payloads", payloads::inputs()),
        ("Parameters", parameters::inputs()),
        ("Pipeline files", pipeline_files::inputs()),
        ("Servers", servers::inputs()),
        ("Tokens", tokens::inputs()),
        ("UiPath", uipath::inputs()),
        ("10Duke", tenduke::inputs()),
    ];
    let mut table = "# Bad inputs, and what each is told\n".to_owned();
    for (name, inputs) in groups {
        write!(table, "\n## {name}\n\n| input | where | message | what to do |\n| --- | --- | --- | --- |\n").unwrap();
        for input in inputs {
            for Told { lands, message, help } in input.told() {
                let cells = [&input.name, &lands, &message, &help].map(|text| cell(text));
                writeln!(table, "| {} |", cells.join(" | ")).unwrap();
            }
        }
    }
    table
}

#[test]
fn every_bad_input_is_told_as_the_table_says() {
    let table = table();
    println!("{table}");
    if let Some(path) = std::env::var_os("BAD_INPUT_TABLE") {
        fs::write(path, &table).unwrap();
    }
    let path = repository().join("tests/bad_input.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    let (now, then): (Vec<&str>, Vec<&str>) = (table.lines().collect(), expected.lines().collect());
    let new: Vec<_> = now.iter().filter(|line| !then.contains(line)).collect();
    let gone: Vec<_> = then.iter().filter(|line| !now.contains(line)).collect();
    assert!(now == then, "now: {new:#?}\nin tests/bad_input.md: {gone:#?}");
}
