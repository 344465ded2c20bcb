//! A calling node, bound: what it asks for, and of whom.

use std::sync::Arc;

use seatflow_call::{Failure, FailureKind, Redactor};
use seatflow_catalog::{Effect, Endpoint};
use seatflow_flatten::Options;
use seatflow_tool::{Columns, Context, Run, ToolError};

use super::authority::Choice;
use super::calling::Calling;
use super::config::Keep;
use super::declared;
use super::incoming::Incoming;
use super::operand::Operand;
use super::outputs::Outputs;
use super::payload::Payload;
use super::successes::Successes;
use super::unknown::UnknownValues;

/// A calling node, bound.
pub(super) struct Work {
    pub(super) node: String,
    pub(super) choice: Choice,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) parameters: Vec<(String, Operand)>,
    pub(super) payload: Option<Payload>,
    /// Records that are equal in these columns make one call; each makes its own, if there are none.
    pub(super) group_by: Vec<String>,
    pub(super) keep: Vec<Keep>,
    /// Whether a write that is equal to an earlier one is made again.
    pub(super) repeat: bool,
    /// Whether a record that comes in doubt is written again.
    pub(super) resend_in_doubt: bool,
    pub(super) flattening: Options,
    /// Which values from records the catalog does not know.
    pub(super) unknown: UnknownValues,
}

impl Work {
    /// Makes the calls, and sends what comes of them.
    pub(super) async fn run(self, context: Context) -> Result<(), ToolError> {
        let Context { records, authorization, authority, output, tally, run } = context;
        let authorized = self.choice.resolve(authorization, &run).await?;
        authority.publish(authorized.clone());
        if let Ok(connection) = &authorized {
            let endpoint = &self.endpoint;
            tracing::info!("`{}` calls {} of `{}`", self.node, endpoint.request(), connection.name());
            self.teach_literals(connection.redactor());
        }
        let mut successes = Successes::new(self.flattening.clone(), self.keep.clone());
        if run.is_plan
            && let Columns::Shown(names) = declared::columns(&self.endpoint, self.flattening.clone())
        {
            successes = successes.declaring(&names);
        }
        let outputs = Outputs::new(output, run.batch_rows, successes);
        let incoming = records.map(|records| {
            Incoming::new(records, self.fields().map(str::to_owned).collect(), &self.group_by, Arc::clone(&run))
        });
        let calling = Calling::new(self, authorized, outputs, tally, run);
        match incoming {
            Some(incoming) => calling.for_each(incoming).await,
            None => calling.once().await,
        }
    }

    /// Makes the secrets known that are written into the node by reference.
    fn teach_literals(&self, redactor: &Redactor) {
        let literals = self.parameters.iter().flat_map(|(_, operand)| operand.literals());
        let literals = literals.filter(|literal| literal.is_secret());
        let parameters = literals.flat_map(|literal| literal.parts.iter().chain([&literal.value]));
        redactor.learn_told(parameters.chain(self.payload.iter().flat_map(Payload::secrets)));
    }

    /// The columns of D that are used by name.
    fn fields(&self) -> impl Iterator<Item = &str> {
        let kept = self.keep.iter().map(|keep| keep.from.value.as_str());
        self.sent_fields().chain(self.group_by.iter().map(String::as_str)).chain(kept)
    }

    /// The columns of D that are sent.
    pub(super) fn sent_fields(&self) -> impl Iterator<Item = &str> {
        let of_parameters = self.parameters.iter().flat_map(|(_, operand)| operand.fields());
        of_parameters.chain(self.payload.iter().flat_map(Payload::fields)).map(|field| field.value.as_str())
    }

    /// The ways to have failed before with which a record is held back: it would be written, and perhaps a second time.
    pub(super) fn heeded(&self) -> Vec<FailureKind> {
        let writes = self.endpoint.effect == Effect::Write;
        let doubt = (writes && !self.resend_in_doubt).then_some(FailureKind::InDoubt);
        let equal = writes && !self.endpoint.idempotent && !self.repeat;
        doubt.into_iter().chain(equal.then_some(FailureKind::DuplicateWrite)).collect()
    }

    /// Why records have no call.
    pub(super) fn failure(&self, run: &Run, kind: FailureKind, message: String) -> Failure {
        let base = run.connections.base_url(&self.choice.connection.name);
        Failure {
            kind,
            message,
            status: None,
            method: self.endpoint.method,
            url: format!("{base}{}", self.endpoint.path),
            attempts: 0,
            body: None,
        }
    }
}
