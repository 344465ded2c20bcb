//! A place where pipelines run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use arrow::record_batch::RecordBatch;
use jiff::Timestamp;
use seatflow_call::{Clock, Credentials, Origins, Surroundings, SystemClock, Unjournaled};
use seatflow_engine::{Ending, Folder, NodeReport, Purpose, Report, Settings, start};
use seatflow_plan::{Plan, facts, plan};
use seatflow_sandbox::Sandbox;
use seatflow_spec::{Kind, Pipeline, Problems, Reading, Settings as PipelineSettings, Source, Text, Tree, Values};
use seatflow_tool::{Entry, Facts};
use tempfile::TempDir;

use crate::capture::{Capture, captured};
use crate::table::Table;

/// The connection to the sandbox's portal: what an example may call without declaring it.
pub const PORTAL: &str = "\
connections:
  portal:
    catalog: alteryx
    base_url: ${env:ALTERYX_BASE_URL}
    authorization:
      auth_url: ${env:ALTERYX_AUTH_URL}
      refresh_token: ${env:ALTERYX_REFRESH_TOKEN}
      client_id: ${env:ALTERYX_CLIENT_ID}
";

/// A folder in which a pipeline runs: relative paths in it are paths in the folder.
pub struct Stage {
    folder: TempDir,
    tools: Vec<Entry>,
}

/// How a run goes about it, which must not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The most rows in a batch.
    pub batch_rows: usize,
    /// The most batches on a wire.
    pub wire_batches: usize,
    /// Calls at the same time on each connection.
    pub concurrency: Option<usize>,
}

impl Pace {
    /// As a user runs it.
    pub const USUAL: Self = Self { batch_rows: 8192, wire_batches: 4, concurrency: None };

    /// Paces as different as can be.
    pub const ALL: [Self; 4] = [
        Self::USUAL,
        Self { batch_rows: 1, wire_batches: 1, concurrency: Some(1) },
        Self { batch_rows: 2, wire_batches: 3, concurrency: Some(64) },
        Self { batch_rows: 8192, wire_batches: 1, concurrency: Some(64) },
    ];
}

/// What became of a pipeline.
pub struct Ran {
    /// What the check found.
    pub problems: Problems,
    /// How the run ended, unless a problem forbade it.
    pub report: Option<Report>,
    captured: BTreeMap<String, Vec<RecordBatch>>,
}

#[derive(Debug)]
struct SandboxClock(seatflow_sandbox::Clock);

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Stage {
    /// An empty folder, and tools to use in it.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(tools: &[Entry]) -> anyhow::Result<Self> {
        let tools = tools.iter().copied().chain([Entry::of::<Capture>()]).collect();
        Ok(Self { folder: tempfile::tempdir()?, tools })
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the folder.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
        Ok(fs::write(self.path(name), bytes)?)
    }

    /// The text without the folder's own path.
    pub fn without_folder(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// Runs the `nodes:` of a text, which may have `connections:` and `settings:` too, and captures the records of
    /// anchors like `devices.S`. Environment variables that are named and not the sandbox's hold `value of NAME`.
    ///
    /// # Errors
    /// The stage itself fails; what the pipeline does is in the result.
    pub fn run(&self, text: &str, anchors: &[&str], pace: Pace) -> anyhow::Result<Ran> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(self.run_inside(text, anchors, pace))
    }

    async fn run_inside(&self, text: &str, anchors: &[&str], pace: Pace) -> anyhow::Result<Ran> {
        let is_portal = text.contains("portal") && !text.contains("connections:");
        let is_played = is_portal || text.contains("_BASE_URL}");
        let sandbox = if is_played { Some(Sandbox::start(seatflow_sandbox::Settings::default()).await?) } else { None };
        let connections = if is_portal { PORTAL } else { "" };
        let source = Source::new("page.yaml", format!("version: 1\npipeline: page\n{connections}{text}"));
        let mut tree = Tree::parse(&source)?;
        let captures = Captures::of(anchors, self.folder.path());
        add_nodes(&mut tree, &captures.nodes)?;
        localize(&mut tree, self.folder.path());
        let (made, problems) = self.check(&tree, sandbox.as_ref())?;
        let mut report = None;
        if let Some(plan) = made {
            let settings = self.settings(pace, sandbox.as_ref())?;
            report = Some(match start(plan, settings) {
                Ok(running) => running.finish().await,
                Err(error) => return Err(anyhow::Error::new(error).context("the run does not start")),
            });
        }
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
        Ok(Ran { problems, report, captured: captures.take()? })
    }

    fn check(&self, tree: &Tree, sandbox: Option<&Sandbox>) -> anyhow::Result<(Option<Plan>, Problems)> {
        let mut problems = Problems::new();
        let mut values = Values::new(PipelineSettings::read(tree, &mut problems));
        for name in tree.variables() {
            values.set_variable(name, format!("value of {name}"));
        }
        for (name, value) in sandbox.map(Sandbox::environment).unwrap_or_default() {
            values.set_variable(name, value);
        }
        for name in tree.files() {
            let text = fs::read_to_string(self.path(name)).map_err(|error| error.to_string());
            values.set_file(name, text.map(Into::into));
        }
        let mut reading = Reading::new(&values);
        let pipeline = Pipeline::read(tree, &mut reading);
        problems.extend(reading.into_problems());
        let pipeline = pipeline.context("there is no pipeline in it")?;
        let mut found = Facts::default();
        for fact in facts(&pipeline, &values, &self.tools) {
            let head = read_head(&fact.path, fact.bytes).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
                _ => error.to_string(),
            });
            found.insert(fact.path, head);
        }
        let (made, more) = plan(&pipeline, &values, &found, &self.tools);
        problems.extend(more);
        let made = made.filter(|_| !problems.has_fatal());
        Ok((made, problems.sorted()))
    }

    fn settings(&self, pace: Pace, sandbox: Option<&Sandbox>) -> anyhow::Result<Settings> {
        let clock: Arc<dyn Clock> = match sandbox {
            Some(sandbox) => Arc::new(SandboxClock(sandbox.clock())),
            None => Arc::new(SystemClock),
        };
        let folder = Folder::begin(&self.path(".seatflow"), clock.now())?;
        let credentials = Credentials::at(folder.run().join("credentials.json"));
        let mut surroundings = Surroundings::new(Arc::clone(&clock), credentials);
        if let Some(sandbox) = sandbox {
            let hosts = sandbox.origins().into_iter().map(|host| (host, sandbox.address()));
            surroundings.origins = Origins::Only(Arc::new(hosts.collect()));
        }
        let Pace { batch_rows, wire_batches, concurrency } = pace;
        Ok(Settings {
            purpose: Purpose::Run,
            journal: Arc::new(Unjournaled),
            out: None,
            id: folder.id().clone(),
            folder,
            clock,
            surroundings,
            concurrency,
            batch_rows,
            wire_batches,
        })
    }
}

impl Ran {
    /// The records that left an anchor which was captured.
    ///
    /// # Errors
    /// A column is of a type that no tool gives.
    pub fn table(&self, anchor: &str) -> anyhow::Result<Table> {
        Table::of(self.batches(anchor))
    }

    /// The batches of an anchor which was captured.
    pub fn batches(&self, anchor: &str) -> &[RecordBatch] {
        self.captured.get(anchor).map_or(&[], Vec::as_slice)
    }

    /// The counts of a node.
    pub fn node(&self, name: &str) -> Option<&NodeReport> {
        self.report.as_ref()?.nodes.iter().find(|node| node.node == name)
    }

    /// Why the run failed, if it did: the message, and behind it what to do.
    pub fn failure(&self) -> Option<String> {
        match &self.report.as_ref()?.ending {
            Ending::Failed(failure) => {
                let help = failure.error.what_to_do().map(|help| format!("\nhelp: {help}"));
                Some(format!("{}{}", failure.error, help.unwrap_or_default()))
            }
            Ending::Completed | Ending::Interrupted => None,
        }
    }
}

/// The nodes that capture, and where they put what they see.
struct Captures {
    nodes: String,
    files: Vec<(String, PathBuf)>,
}

impl Captures {
    fn of(anchors: &[&str], folder: &Path) -> Self {
        let mut captures = Self { nodes: String::new(), files: Vec::new() };
        for (number, anchor) in anchors.iter().enumerate() {
            let path = folder.join(format!(".captured-{number}"));
            // Writing to a `String` does not fail.
            let _ = writeln!(
                captures.nodes,
                "captured_{number}:\n  capture: {{ path: '{}' }}\n  D: {anchor}",
                path.display()
            );
            captures.files.push(((*anchor).to_owned(), path));
        }
        captures
    }

    fn take(self) -> anyhow::Result<BTreeMap<String, Vec<RecordBatch>>> {
        let read = self.files.into_iter().map(|(anchor, path)| {
            let batches = captured(&path)?;
            if path.exists() {
                fs::remove_file(path)?;
            }
            Ok((anchor, batches))
        });
        read.collect()
    }
}

fn read_head(path: &Path, bytes: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(bytes as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// The value of a key of the file.
fn entry_of<'t>(tree: &'t mut Tree, name: &str) -> Option<&'t mut Tree> {
    let Kind::Map(entries) = &mut tree.kind else { return None };
    entries.iter_mut().find(|(key, _)| key.text == name).map(|(_, value)| value)
}

fn add_nodes(tree: &mut Tree, nodes: &str) -> anyhow::Result<()> {
    if nodes.is_empty() {
        return Ok(());
    }
    let Kind::Map(added) = Tree::parse(&Source::new("captures.yaml", nodes))?.kind else { return Ok(()) };
    if let Some(Kind::Map(entries)) = entry_of(tree, "nodes").map(|nodes| &mut nodes.kind) {
        entries.extend(added);
    }
    Ok(())
}

/// Lets every `path` of a node lead into the folder, and every `catalog` of a connection that is a file there.
fn localize(tree: &mut Tree, folder: &Path) {
    let lead = |value: &mut Tree, is_wanted: fn(&Path) -> bool| {
        if let Some(path) = value.as_text().map(|path| folder.join(path)).filter(|path| is_wanted(path)) {
            value.kind = Kind::Text(Text::literal(path.display().to_string()));
        }
    };
    if let Some(Kind::Map(nodes)) = entry_of(tree, "nodes").map(|nodes| &mut nodes.kind) {
        for (_, node) in nodes {
            let Kind::Map(tools) = &mut node.kind else { continue };
            tools.iter_mut().filter_map(|(_, config)| entry_of(config, "path")).for_each(|path| lead(path, |_| true));
        }
    }
    if let Some(Kind::Map(connections)) = entry_of(tree, "connections").map(|connections| &mut connections.kind) {
        let catalogs = connections.iter_mut().filter_map(|(_, connection)| entry_of(connection, "catalog"));
        catalogs.for_each(|catalog| lead(catalog, Path::is_file));
    }
}
