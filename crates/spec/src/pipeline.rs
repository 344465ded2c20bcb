//! The pipeline file as a whole.

use crate::settings::bad_name;
use crate::{
    ConnectionName, FromTree, Kind, MapReader, Node, NodeName, PipelineName, Problem, Reading, Slug, Spanned, Tree,
};

/// The version of the file's form that is read here.
const VERSION: i64 = 1;

/// A pipeline as its file says it: nodes and connections, whose own settings are still trees.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Its name; `None` if it could not be read.
    pub name: Option<Spanned<PipelineName>>,
    /// What it is for.
    pub description: Option<String>,
    /// How much a run may write.
    pub guards: Guards,
    /// The ways to reach remote systems, in the order of the file.
    pub connections: Vec<Connection>,
    /// The nodes, in the order of the file.
    pub nodes: Vec<Node>,
    /// The names of nodes that are in the file and could not be read. Their problems are reported, so that a wire to
    /// one of them is none.
    pub unreadable: Vec<NodeName>,
}

/// How much a run may write; it stops before it would write more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// The most writes, deletions among them.
    pub max_writes: Option<u64>,
    /// The most calls that delete; one may delete several things, and what belongs to them.
    pub max_deletes: Option<u64>,
}

/// A named way to reach a remote system.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its name.
    pub name: Spanned<ConnectionName>,
    /// Its settings, for those who know the catalogs.
    pub config: Tree,
}

impl Pipeline {
    /// Reads a pipeline. Every problem is reported, and what is readable is returned all the same, so that more can be
    /// checked; `None` if the file is no map.
    ///
    /// The settings themselves have been read before, by [`Settings::read`](crate::Settings::read), because all else
    /// may refer to them.
    pub fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("the file");
        check_version(&mut map);
        let name = name(&mut map);
        let description = map.optional("description");
        map.tree("settings");
        let guards = map.optional("guards").unwrap_or_default();
        let connections = map.optional_with("connections", connections).unwrap_or_default();
        let (nodes, unreadable) = map.required_with("nodes", nodes).unwrap_or_default();
        map.finish();
        Some(Self { name, description, guards, connections, nodes, unreadable })
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name.value == *name)
    }

    /// The connection of that name.
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.name.value == *name)
    }
}

impl FromTree for Guards {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`guards`");
        let (max_writes, max_deletes) = (map.optional("max_writes"), map.optional("max_deletes"));
        map.finish();
        Some(Self { max_writes, max_deletes })
    }
}

fn check_version(map: &mut MapReader<'_, '_>) {
    let Some(tree) = map.tree("version") else {
        map.missing_like("version", &VERSION.to_string());
        return;
    };
    let version = i64::from_tree(tree, map.reading());
    if let Some(version) = version.filter(|version| *version != VERSION) {
        let problem = Problem::new(Slug::BAD_VERSION, format!("the file is written for version {version}"));
        let problem = problem.at(&tree.place, format!("this must be {VERSION}"));
        let help = format!("write `version: {VERSION}`, or use a program that reads version {version}");
        map.reading().problem(problem.help(help));
    }
}

fn name(map: &mut MapReader<'_, '_>) -> Option<Spanned<PipelineName>> {
    let Some(tree) = map.tree("pipeline") else {
        map.missing_like("pipeline", "license-audit");
        return None;
    };
    let reading = map.reading();
    let text = String::from_tree(tree, reading)?;
    let name = PipelineName::new(text.as_str());
    if name.is_none() {
        reading.problem(bad_name(&text, &tree.place, PipelineName::WHAT));
    }
    Some(Spanned::new(name?, tree.place.clone()))
}

fn connections(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Connection>> {
    let Kind::Map(entries) = &tree.kind else {
        reading.wrong_type(tree, "a map of connections");
        return None;
    };
    let mut connections = Vec::new();
    for (key, config) in entries {
        match ConnectionName::new(key.text.as_str()) {
            Some(name) => {
                let name = Spanned::new(name, key.place.clone());
                connections.push(Connection { name, config: config.clone() });
            }
            None => reading.problem(bad_name(&key.text, &key.place, ConnectionName::WHAT)),
        }
    }
    Some(connections)
}

fn nodes(tree: &Tree, reading: &mut Reading<'_>) -> Option<(Vec<Node>, Vec<NodeName>)> {
    let Kind::Map(entries) = &tree.kind else {
        reading.wrong_type(tree, "a map of nodes");
        return None;
    };
    if entries.is_empty() {
        let problem = Problem::new(Slug::BAD_VALUE, "a pipeline has no nodes");
        reading.problem(problem.at(&tree.place, "at least one must be here"));
    }
    let (mut nodes, mut unreadable) = (Vec::new(), Vec::new());
    for (key, value) in entries {
        match Node::read(key, value, reading) {
            Some(node) => nodes.push(node),
            None => unreadable.extend(NodeName::new(key.text.as_str())),
        }
    }
    Some((nodes, unreadable))
}
