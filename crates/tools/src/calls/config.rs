//! What a node says under `license_api`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seatflow_spec::{FromTree, Key, Kind, Problem, Reading, Slug, Spanned, Tree};

use super::authority::FromFields;
use super::operand::Operand;
use super::payload::Written;

/// The settings of a `license_api`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The endpoint: its id (`devices.list`), or its method and path (`GET /v1/devices`).
    #[schemars(with = "String")]
    pub(super) endpoint: Spanned<String>,
    /// The connection to call; without it, the one that comes over A.
    #[schemars(with = "Option<String>")]
    pub(super) connection: Option<Spanned<String>>,
    /// Which fields of the first record on A hold the base URL, the authentication URL and the access token.
    pub(super) authorization: Option<FromFields>,
    /// The endpoint's parameters: a value, or `{ field: NAME }` for the value of a column in each record; a list of these
    /// where the parameter takes several values.
    #[schemars(with = "Option<BTreeMap<String, Operand>>")]
    pub(super) parameters: Vec<(Key, Operand)>,
    /// What a call carries: any tree with `{ field: NAME }` for the values of columns; or `{ field: NAME }` for a column
    /// that holds JSON.
    #[schemars(with = "Option<Written>")]
    pub(super) payload: Option<Written>,
    /// Columns of the input: records that are equal in all of them make one call.
    #[schemars(with = "Option<Vec<String>>", length(min = 1), extend("uniqueItems" = true))]
    pub(super) group_by: Vec<Spanned<String>>,
    /// Columns of the input that S carries on: `name`, or `{ name: new_name }`.
    #[schemars(with = "Option<Vec<KeepForm>>")]
    pub(super) keep: Vec<Keep>,
    /// Says that this node may delete; needed by every DELETE.
    #[schemars(with = "Option<bool>")]
    pub(super) confirm_delete: Option<Spanned<bool>>,
    /// Says that equal writes are meant: without it, a write that is not idempotent and equals an earlier one of the
    /// node fails with `duplicate-write`, and a record that comes as such is not written.
    #[schemars(with = "Option<bool>")]
    pub(super) repeat: Option<Spanned<bool>>,
    /// Says that records which come with `error.kind` `in-doubt` are written again.
    #[schemars(with = "Option<bool>")]
    pub(super) resend_in_doubt: Option<Spanned<bool>>,
}

/// A column of the input that S carries on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Keep {
    /// Its name on D.
    pub(super) from: Spanned<String>,
    /// Its name on S.
    pub(super) to: String,
}

/// How `keep` is written.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum KeepForm {
    /// The column keeps its name.
    Name(String),
    /// The column gets a new one.
    Renamed(BTreeMap<String, String>),
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`license_api`");
        let endpoint = map.required("endpoint");
        let connection = map.optional("connection");
        let authorization = map.optional("authorization");
        let parameters = map.optional("parameters").unwrap_or_default();
        let payload = map.optional("payload");
        let group_by = map.optional_with("group_by", group_by).unwrap_or_default();
        let keep = map.optional("keep").unwrap_or_default();
        let confirm_delete = map.optional("confirm_delete");
        let repeat = map.optional("repeat");
        let resend_in_doubt = map.optional("resend_in_doubt");
        let is_unread = payload.is_none() && map.tree("payload").is_some_and(|tree| !tree.is_null());
        map.finish();
        // A payload that could not be read is not one that is missing.
        (!is_unread).then_some(Self {
            endpoint: endpoint?,
            connection,
            authorization,
            parameters,
            payload,
            group_by,
            keep,
            confirm_delete,
            repeat,
            resend_in_doubt,
        })
    }
}

/// Columns to group by: one at least, and none twice.
fn group_by(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<Spanned<String>>> {
    let columns: Vec<Spanned<String>> = reading.read(tree)?;
    if columns.is_empty() {
        let problem = Problem::new(Slug::BAD_VALUE, "`group_by` names no column").at(&tree.place, "none is here");
        reading.problem(problem.help("name the columns in which the records of one call are equal, or remove it"));
        return None;
    }
    for (position, column) in columns.iter().enumerate() {
        if let Some(first) = columns[..position].iter().find(|first| first.value == column.value) {
            let problem = Problem::new(Slug::BAD_VALUE, format!("`group_by` names `{}` twice", column.value));
            let problem = problem.at(&column.place, "the same again").with(&first.place, "here first");
            reading.problem(problem.help("name each column once"));
        }
    }
    Some(columns)
}

impl FromTree for Keep {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let Kind::Map(entries) = &tree.kind else {
            let from = Spanned::<String>::from_tree(tree, reading)?;
            let to = from.value.clone();
            return Some(Self { from, to });
        };
        let [(from, to)] = entries.as_slice() else {
            let problem = Problem::new(Slug::WRONG_TYPE, "one column gets one new name");
            let problem = problem.at(&tree.place, "this must be `{ name: new_name }`");
            reading.problem(problem.help("write `keep: [{ name: new_name }, { other: other_name }]`"));
            return None;
        };
        let to = String::from_tree(to, reading)?;
        Some(Self { from: Spanned::new(from.text.clone(), from.place.clone()), to })
    }
}
