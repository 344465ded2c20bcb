//! One node of a pipeline.

use crate::settings::bad_name;
use crate::{Inputs, Key, Kind, NodeName, Problem, Reading, Slug, Spanned, Tree};

/// One use of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: Spanned<NodeName>,
    /// The tool's name. Whether there is such a tool is not known here.
    pub tool: Spanned<String>,
    /// The tool's settings, for the tool to read.
    pub config: Tree,
    /// Further keys that could be tools, of which there should be none. Which of them all is one, whoever knows the
    /// tools can tell.
    pub others: Vec<(Key, Tree)>,
    /// What is wired to its A: at most one wire.
    pub a: Option<Inputs>,
    /// What is wired to its D.
    pub d: Option<Inputs>,
    /// What the author wants to say.
    pub note: Option<String>,
}

/// Keys of a node that are no tools, with what people write for them.
const MISSPELT: &[(&str, &[&str])] = &[
    ("A", &["a", "auth", "authorization"]),
    ("D", &["d", "data", "from", "in", "input", "inputs", "needs"]),
    ("note", &["Note", "notes", "comment", "description"]),
];

impl Node {
    /// Reads a node. Every problem is reported; `None` if there is one without which it is no node.
    pub(crate) fn read(key: &Key, tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let name = NodeName::new(key.text.as_str());
        if name.is_none() {
            reading.problem(bad_name(&key.text, &key.place, NodeName::WHAT));
        }
        if tree.is_null() {
            reading.problem(
                Problem::new(Slug::ONE_TOOL_PER_NODE, format!("the node `{}` is empty", key.text))
                    .at(&key.place, "it has no tool")
                    .help("put a tool below it: `read_csv: { path: accounts.csv }`"),
            );
            return None;
        }
        let Kind::Map(entries) = &tree.kind else {
            reading.wrong_type(tree, "a map with a tool and its wires");
            return None;
        };
        let mut tools = Vec::new();
        let (mut a, mut d, mut note) = (None, None, None);
        for (key, value) in entries {
            match key.text.as_str() {
                "A" => a = Some(Inputs::read_one(value, reading)),
                "D" => d = Some(Inputs::read(value, reading)),
                "note" => note = reading.read(value),
                other => match meant(other) {
                    Some(meant) => {
                        reading.problem(
                            Problem::new(Slug::UNKNOWN_KEY, format!("a node has no key `{other}`"))
                                .at(&key.place, "no such key")
                                .help(format!("did you mean `{meant}`?")),
                        );
                        // So that the input is not missed as well.
                        match meant {
                            "A" => a = a.or(Some(Inputs::unreadable())),
                            "D" => d = d.or(Some(Inputs::unreadable())),
                            _ => {}
                        }
                    }
                    None => tools.push((key.clone(), value.clone())),
                },
            }
        }
        let mut tools = tools.into_iter();
        let Some((tool, config)) = tools.next() else {
            let message = format!("the node `{}` has no tool", key.text);
            let problem = Problem::new(Slug::ONE_TOOL_PER_NODE, message).at(&key.place, "it has no tool");
            reading.problem(problem.help("put a tool below it: `read_csv: { path: accounts.csv }`"));
            return None;
        };
        Some(Self {
            name: Spanned::new(name?, key.place.clone()),
            tool: Spanned::new(tool.text, tool.place),
            config,
            others: tools.collect(),
            a,
            d,
            note,
        })
    }
}

fn meant(key: &str) -> Option<&'static str> {
    let found = MISSPELT.iter().find(|(_, misspelt)| misspelt.contains(&key));
    found.map(|(meant, _)| *meant)
}
