#![doc = include_str!("authorize.md")]
#![expect(clippy::doc_markdown, reason = "a page's tables show data as it is")]

use std::sync::Arc;

use schemars::JsonSchema;
use seatflow_call::{Connection, JournalError, Login};
use seatflow_spec::{FromTree, Output, Reading, Spanned, Tree};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Count, Effects, Failing, Inputs, Outputs, Presence, Run, Tool, ToolError,
};

use super::authority::{Choice, FromFields, choose};
use super::failures::{self, Failures};
use super::logged::{self, Logged};
use super::origin::Origin;
use super::stopped::{check_dead_end, stopped};

/// Logs in, once.
#[derive(Debug)]
pub struct Authorize;

/// The settings of an `authorize`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The connection to log in to; without it, the one that comes over A.
    #[schemars(with = "Option<String>")]
    connection: Option<Spanned<String>>,
    /// Which fields of the first record on A hold the base URL, the authentication URL and the access token.
    authorization: Option<FromFields>,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`authorize`");
        let connection = map.optional("connection");
        let authorization = map.optional("authorization");
        map.finish();
        Some(Self { connection, authorization })
    }
}

impl Tool for Authorize {
    type Config = Config;

    const CARD: Card = Card {
        name: "authorize",
        summary: "Logs in to a remote system, and hands the login on",
        page: include_str!("authorize.md"),
        inputs: Inputs { a: Presence::Optional, d: Presence::Absent },
        outputs: Outputs { a: true, s: false, f: Some(Failing::Failed), l: true },
        effects: Effects::Calls,
    };

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let choice = choose(config.connection, config.authorization, binding)?;
        let connection = Arc::clone(&choice.connection);
        let node = binding.node.name.value.to_string();
        let f = Columns::Known(failures::COLUMNS.map(str::to_owned).into());
        let mut bound = Bound::new(|context: Context| work(node, choice, context)).columns(Columns::Unknown, f);
        bound.l = logged::columns();
        bound.authority = Some(connection);
        Some(bound)
    }
}

async fn work(node: String, choice: Choice, context: Context) -> Result<(), ToolError> {
    let Context { authorization, authority, output, tally, run, .. } = context;
    tally.add(Count::In, 1);
    let authorized = choice.resolve(authorization, &run).await?;
    let Login { failure, attempts } = match &authorized {
        Err(why) => {
            let failure = Box::new(choice.no_authorization(why, &run.connections));
            Login { failure: Some(failure), attempts: Vec::new() }
        }
        Ok(connection) => login(&node, connection, &run).await.map_err(stopped)?,
    };
    // Only now: whoever has it may log in, and the row of the login is to be in this log.
    authority.publish(authorized.clone());
    if output.is_wired(Output::L) && !attempts.is_empty() {
        let mut logged = Logged::default();
        for attempt in &attempts {
            logged.push(0, attempt);
        }
        output.send(Output::L, logged.take()?).await?;
    }
    let Some(failure) = failure else {
        tally.add(Count::Succeeded, 1);
        return Ok(());
    };
    let mut failures = Failures::default();
    failures.push(&Origin { call: 0, records: None }, &failure);
    output.send(Output::F, failures.take()?).await?;
    tally.add(Count::Failed, 1);
    authorized.map_or(Ok(()), |connection| check_dead_end(&connection))
}

/// Logs in, or tells how that went where nothing is sent.
async fn login(node: &str, connection: &Connection, run: &Run) -> Result<Login, JournalError> {
    if let Some(login) = run.journal.recall_login(node).await? {
        return Ok(login);
    }
    let (access, attempts) = connection.authorize(&run.stop, true).await;
    let login = Login { failure: access.err(), attempts };
    run.journal.login(node, &login).await?;
    Ok(login)
}
