//! Where a calling node gets its authorization from.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use schemars::JsonSchema;
use seatflow_call::{Failure, FailureKind};
use seatflow_catalog::Method;
use seatflow_spec::{FromTree, Problem, Reading, Slug, Spanned, Tree};
use seatflow_tool::{
    Authority, Authorization, Authorized, Binding, BoundConnection, ColumnUse, Connections, Run, ToolError,
};
use secrecy::SecretString;

use super::operand::{FieldOf, TextColumn};

/// Which fields of the first record on A hold the authorization.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FromFields {
    /// The field with the base URL; without it, the connection's.
    base_url: Option<FieldOf>,
    /// The field with the authentication URL; without it, the connection's.
    auth_url: Option<FieldOf>,
    /// The field with the access token.
    access_token: FieldOf,
}

impl FromTree for FromFields {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`authorization`");
        let base_url = map.optional("base_url");
        let auth_url = map.optional("auth_url");
        let access_token = map.required("access_token");
        map.finish();
        Some(Self { base_url, auth_url, access_token: access_token? })
    }
}

impl FromFields {
    fn fields(&self) -> impl Iterator<Item = &FieldOf> {
        self.base_url.iter().chain(&self.auth_url).chain([&self.access_token])
    }
}

/// How a node comes to its connection.
pub(super) struct Choice {
    /// The connection that is called.
    pub(super) connection: Arc<BoundConnection>,
    fields: Option<FromFields>,
}

/// Chooses between the connection that a node names and what is wired into its A. As long as the connection is known,
/// there is a choice also after a problem, so that the rest of the node can be checked.
pub(super) fn choose(
    named: Option<Spanned<String>>,
    fields: Option<FromFields>,
    binding: &mut Binding<'_, '_>,
) -> Option<Choice> {
    match (binding.a.clone(), named) {
        // What is wired has problems of its own; with a name, the rest can be checked all the same.
        (Some(Authority::Node(None)), named) => Some(Choice { connection: binding.connection(&named?)?, fields: None }),
        (Some(Authority::Node(Some(upstream))), named) => {
            if let Some(named) = named.filter(|named| named.value != upstream.name) {
                binding.report(two_connections(&named, &upstream));
                return None;
            }
            if let Some(fields) = fields {
                binding.report(needless_fields(&fields));
            }
            Some(Choice { connection: upstream, fields: None })
        }
        (Some(Authority::Records(columns)), named) => {
            if named.is_none() || fields.is_none() {
                binding.report(records_need_fields(binding));
            }
            for field in fields.iter().flat_map(FromFields::fields) {
                let used = ColumnUse { name: &field.field.value, place: &field.field.place };
                if let Some(problem) = columns.check(used) {
                    binding.report(problem);
                }
            }
            Some(Choice { connection: binding.connection(&named?)?, fields })
        }
        (None, named) => {
            if let Some(fields) = fields {
                binding.report(needless_fields(&fields));
            }
            let Some(named) = named else {
                binding.report(no_connection(binding));
                return None;
            };
            let connection = binding.connection(&named)?;
            if !connection.can_authorize {
                binding.report(no_authorization(&named, &connection));
            }
            Some(Choice { connection, fields: None })
        }
    }
}

impl Choice {
    /// That there is no authorization, for a request to the authentication URL, or to the base URL if there is none.
    pub(super) fn no_authorization(&self, why: &str, connections: &Connections) -> Failure {
        let name = &self.connection.name;
        let (method, url) = match connections.auth_url(name) {
            Some(url) => (Method::Post, url),
            None => (Method::Get, connections.base_url(name)),
        };
        Failure {
            kind: FailureKind::Authorization,
            message: why.to_owned(),
            status: None,
            method,
            url: url.to_owned(),
            attempts: 0,
            body: None,
        }
    }

    /// The live authorization, as soon as it is there, or why there is none.
    pub(super) async fn resolve(&self, wired: Authorization, run: &Run) -> Result<Authorized, ToolError> {
        match wired {
            Authorization::None => run.connections.open(&self.connection.name).map(Ok),
            Authorization::Node(mut handle) => {
                let there = handle.wait_for(Option::is_some).await;
                let authorized = there.ok().and_then(|authorized| authorized.clone());
                Ok(authorized.unwrap_or_else(|| Err("the node on `A` gave no authorization".into())))
            }
            Authorization::Records(mut records) => match records.recv().await? {
                None => Ok(Err("there is no record on `A`".into())),
                Some(batch) => self.of_first_record(&batch, run),
            },
        }
    }

    fn of_first_record(&self, batch: &RecordBatch, run: &Run) -> Result<Authorized, ToolError> {
        let Some(fields) = &self.fields else {
            return Err(ToolError::bug("records on `A` without fields to read"));
        };
        let value = |field: &FieldOf| {
            let column = TextColumn::of(batch, &field.field.value)?;
            Ok::<_, ToolError>(column.value(0).map(str::to_owned))
        };
        let Some(token) = value(&fields.access_token)? else {
            let field = &fields.access_token.field.value;
            return Ok(Err(format!("the first record on `A` has no access token in `{field}`").into()));
        };
        let base_url = fields.base_url.as_ref().map(value).transpose()?.flatten();
        let auth_url = fields.auth_url.as_ref().map(value).transpose()?.flatten();
        let name = &self.connection.name;
        let (base_url, auth_url) = (base_url.as_deref(), auth_url.as_deref());
        let opened = run.connections.with_access_token(name, base_url, auth_url, SecretString::from(token));
        Ok(opened.map_err(|error| format!("the first record on `A` cannot be used: {error}").into()))
    }
}

fn two_connections(named: &Spanned<String>, upstream: &BoundConnection) -> Problem {
    Problem::new(Slug::BAD_VALUE, format!("`A` is wired to `{}`, not to `{}`", upstream.name, named.value))
        .at(&named.place, "another connection than the one on `A`")
        .help("leave `connection` out: it comes over `A`")
}

fn needless_fields(fields: &FromFields) -> Problem {
    Problem::new(Slug::BAD_VALUE, "`authorization` names fields, and no records are wired to `A`")
        .at(&fields.access_token.field.place, "a field of which record?")
        .help("wire the records to `A`, or leave `authorization` out")
}

fn records_need_fields(binding: &Binding<'_, '_>) -> Problem {
    let name = &binding.node.name.value;
    Problem::new(Slug::MISSING_KEY, format!("`{name}` has records on `A` and does not say how to use them"))
        .at(&binding.node.tool.place, "`connection` and `authorization` must be here")
        .help("add `connection: NAME` and `authorization: { access_token: { field: NAME } }`")
}

fn no_connection(binding: &Binding<'_, '_>) -> Problem {
    let name = &binding.node.name.value;
    Problem::new(Slug::MISSING_INPUT, format!("`{name}` has neither a `connection` nor a wire to its `A`"))
        .at(&binding.node.tool.place, "nothing says whom to call")
        .help("add `connection: NAME`, or wire the `A` of a node that has one")
}

fn no_authorization(named: &Spanned<String>, connection: &BoundConnection) -> Problem {
    Problem::new(Slug::MISSING_KEY, format!("the connection `{}` has no `authorization`", connection.name))
        .at(&named.place, "it is called here")
        .with(&connection.place, "`authorization` must be here")
        .help("add it to the connection, or wire an authorization to `A`")
}
