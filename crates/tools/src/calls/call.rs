//! One call on its way, and what comes of its records.

use std::sync::Arc;

use seatflow_call::{
    CallKey, Called, Connection, Context, Failure, Intent, JournalError, Outcome, Request, UnknownCall, Withheld,
};
use seatflow_catalog::Endpoint;
use seatflow_tool::{Run, ToolError};
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::failures::EarlierFailures;
use super::origin::Origin;
use super::stopped::stopped;

/// What came of the records of one call.
pub(super) struct Done {
    pub(super) origin: Origin,
    pub(super) end: End,
}

/// How it came.
pub(super) enum End {
    /// The call was made, or withheld.
    Called(Called<Answer>),
    /// There is no call.
    Failed(Box<Failure>),
    /// Some records are held back, so there is no call; what the others get.
    Held(Arc<EarlierFailures>, Box<Failure>),
    /// Only a plan is made, and it cannot tell what would be called.
    Unknown,
}

/// A call that is about to be made.
pub(super) struct Call {
    pub(super) origin: Origin,
    pub(super) key: CallKey,
    pub(super) node: Arc<str>,
    pub(super) run: Arc<Run>,
    pub(super) stop: CancellationToken,
    pub(super) keep_attempts: bool,
}

impl Call {
    /// Makes it; gives back what came of it, and how many bytes it holds.
    pub(super) async fn make(self, request: Request, connection: Arc<Connection>) -> (Result<Done, ToolError>, usize) {
        let called = self.called(&request, &connection).await;
        let bytes = called.as_ref().map_or(0, held_bytes);
        (called.map(|called| Done { origin: self.origin, end: End::Called(called) }), bytes)
    }

    async fn called(&self, request: &Request, connection: &Connection) -> Result<Called<Answer>, ToolError> {
        let journal = &*self.run.journal;
        let context = Context {
            key: self.key,
            node: &self.node,
            record: self.origin.call,
            journal,
            stop: &self.stop,
            keep_attempts: self.keep_attempts,
        };
        let called = connection.call::<Answer>(request, &context).await.map_err(stopped)?;
        if let Outcome::Withheld(withheld) = &called.outcome {
            let Withheld { method, url, body } = withheld.as_ref();
            let intent = Intent { method: *method, url, body: body.as_ref() };
            let input = shown(&self.origin, Some(connection))?;
            journal.planned(context.page(1, request), intent, &input).await.map_err(stopped)?;
        }
        Ok(called)
    }
}

/// Writes down that a plan cannot tell what is called for some records.
pub(super) async fn leave_unknown(
    origin: Origin,
    node: &str,
    run: &Run,
    connection: Option<&Connection>,
    (endpoint, column): (&Endpoint, &str),
) -> Result<Done, ToolError> {
    let input = shown(&origin, connection)?;
    let unknown = UnknownCall { node, record: origin.call, endpoint, column, input: &input };
    run.journal.unknown(unknown).await.map_err(|error: JournalError| stopped(error))?;
    Ok(Done { origin, end: End::Unknown })
}

/// The input record as it is told, without what the connection knows to be secret.
fn shown(origin: &Origin, connection: Option<&Connection>) -> Result<String, ToolError> {
    let input = origin.shown()?;
    Ok(connection.map_or_else(|| input.clone(), |connection| connection.redactor().text(&input).into_owned()))
}

/// How many bytes of bodies a call holds until it leaves: those of its pages, or, if its attempts
/// are kept, of everything that came.
pub(super) fn held_bytes(called: &Called<Answer>) -> usize {
    let logged: u64 = called.attempts.iter().map(|attempt| attempt.bytes_received).sum();
    usize::try_from(called.bytes.max(logged)).unwrap_or(usize::MAX)
}
