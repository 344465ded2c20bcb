//! A calling node at work: a call for each record or group, and every record on S or on F.

use std::sync::Arc;

use seatflow_call::{Connection, Failure, FailureKind, Outcome, Refusal, Request};
use seatflow_catalog::Effect;
use seatflow_tool::{Authorized, Count, Run, Tally, ToolError, is_secret};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::bound::{Columns, Pending};
use super::call::{self, Call, Done, End};
use super::failures::EarlierFailures;
use super::incoming::{Arrived, Incoming};
use super::occurrences::Occurrences;
use super::operand::TextColumn;
use super::origin::Origin;
use super::outputs::Outputs;
use super::stopped::{check_dead_end, hopeless};
use super::window::Window;
use super::work::Work;

/// A node at work.
pub(super) struct Calling {
    work: Work,
    node: Arc<str>,
    authorized: Authorized,
    run: Arc<Run>,
    /// When it is cancelled, nothing more is sent: the run is to end, or this node has failed.
    stop: CancellationToken,
    tally: Arc<Tally>,
    outputs: Outputs,
    window: Window<Result<Done, ToolError>>,
    occurrences: Occurrences,
}

impl Calling {
    /// A node that has not called yet.
    pub(super) fn new(work: Work, authorized: Authorized, outputs: Outputs, tally: Arc<Tally>, run: Arc<Run>) -> Self {
        let (node, stop) = (work.node.as_str().into(), run.stop.child_token());
        let concurrency = authorized.as_ref().map_or(1, |connection| connection.concurrency());
        let window = Window::new(concurrency);
        Self { work, node, authorized, run, stop, tally, outputs, window, occurrences: Occurrences::default() }
    }

    /// The one call of a node without D.
    pub(super) async fn once(mut self) -> Result<(), ToolError> {
        self.tally.add(Count::In, 1);
        let columns = Columns::none(&self.work)?;
        self.begin(Origin { call: 0, records: None }, &columns, None);
        let ended = self.end_all().await;
        self.leave(ended).await
    }

    async fn end_all(&mut self) -> Result<(), ToolError> {
        while let Some(done) = self.window.next().await {
            self.end(done?).await?;
        }
        Ok(())
    }

    /// The calls of all records.
    pub(super) async fn for_each(mut self, mut incoming: Incoming) -> Result<(), ToolError> {
        let called = self.call_each(&mut incoming).await;
        self.leave(called).await
    }

    /// Sends on the last, also of a node that fails. What it has written must be told then too, so the writes on their way
    /// are waited for, and the others are not sent any more.
    async fn leave(&mut self, ended: Result<(), ToolError>) -> Result<(), ToolError> {
        if ended.is_err() && self.work.endpoint.effect == Effect::Write {
            self.stop.cancel();
            // The first failure is the one that counts.
            while self.end_all().await.is_err() {}
        }
        let sent = self.outputs.send_all().await;
        ended.and(sent)
    }

    async fn call_each(&mut self, incoming: &mut Incoming) -> Result<(), ToolError> {
        let mut pending: Option<Pending> = None;
        let mut more = true;
        loop {
            while let Some(batch) = pending.as_mut().filter(|_| self.window.has_room()) {
                let Some(origin) = batch.arrived.next() else {
                    pending = None;
                    break;
                };
                self.begin(origin, batch.columns(), batch.earlier.as_ref());
            }
            tokio::select! {
                biased;
                Some(done) = self.window.next() => self.end(done?).await?,
                arrived = incoming.recv(), if more && pending.is_none() => match arrived? {
                    Some(arrived) => {
                        self.learn_secrets(&arrived)?;
                        pending = Some(Pending::new(&self.work, arrived)?);
                    }
                    None => more = false,
                },
                // Never by itself, but beside one of the others.
                () = self.outputs.due(), if more || !self.window.is_empty() => {}
                else => break,
            }
            self.outputs.send_if_due().await?;
        }
        Ok(())
    }

    /// Binds the request of a call, and puts it on the way.
    fn begin(&mut self, origin: Origin, columns: &Columns, earlier: Option<&Arc<EarlierFailures>>) {
        if let Some(column) = columns.unknown_field(&origin) {
            return self.leave_unknown(origin, column.to_owned());
        }
        let bound = self.ready(&origin, columns);
        if let Some(earlier) = earlier.filter(|earlier| earlier.concern(&origin)) {
            return self.hold(origin, Arc::clone(earlier), bound.ok());
        }
        let (request, connection) = match bound {
            Ok(ready) => ready,
            Err(failure) => return self.fail_without_a_call(origin, failure),
        };
        let key = self.occurrences.key(request.digest(connection.name(), &self.work.node));
        if key.occurrence > 0 && request.is_write() && !request.endpoint().idempotent && !self.work.repeat {
            let failure = duplicate(&request, &connection);
            return self.fail_without_a_call(origin, Box::new(failure));
        }
        let call = Call {
            origin,
            key,
            node: Arc::clone(&self.node),
            run: Arc::clone(&self.run),
            stop: self.stop.clone(),
            keep_attempts: self.outputs.wants_log(),
        };
        let order = request.order_key().cloned();
        self.window.push(order, call.make(request, connection));
    }

    /// Makes no call that a plan cannot tell.
    fn leave_unknown(&mut self, origin: Origin, column: String) {
        let (node, run) = (Arc::clone(&self.node), Arc::clone(&self.run));
        let endpoint = Arc::clone(&self.work.endpoint);
        let connection = self.authorized.as_ref().ok().map(Arc::clone);
        self.window.push(None, async move {
            let unknown = (&*endpoint, column.as_str());
            (call::leave_unknown(origin, &node, &run, connection.as_deref(), unknown).await, 0)
        });
    }

    fn fail_without_a_call(&mut self, origin: Origin, failure: Box<Failure>) {
        let done = Done { origin, end: End::Failed(failure) };
        self.window.push(None, async { (Ok(done), 0) });
    }

    /// Makes no call for records of which some are held back. After one in doubt, no later write to
    /// the same thing is made either.
    fn hold(&mut self, origin: Origin, earlier: Arc<EarlierFailures>, bound: Option<(Request, Arc<Connection>)>) {
        let message = "it was not sent: another record of its group failed before so that it is not sent again";
        let others = self.work.failure(&self.run, FailureKind::NotAttempted, message.to_owned());
        let bound = bound.filter(|_| earlier.are_in_doubt(&origin));
        let done = Done { origin, end: End::Held(earlier, Box::new(others)) };
        let order = bound.as_ref().and_then(|(request, _)| request.order_key().cloned());
        self.window.push(order, async {
            if let Some((request, connection)) = bound {
                connection.leave_in_doubt(&request).await;
            }
            (Ok(done), 0)
        });
    }

    /// What a call needs, or why there is none.
    fn ready(&self, origin: &Origin, columns: &Columns) -> Result<(Request, Arc<Connection>), Box<Failure>> {
        let work = &self.work;
        let no_authorization =
            |why: &Arc<str>| Box::new(work.failure(&self.run, FailureKind::Authorization, why.to_string()));
        let connection = self.authorized.as_ref().map_err(no_authorization)?;
        let request = work.bind(origin, columns, connection.redactor()).map_err(|Refusal { kind, message }| {
            Box::new(work.failure(&self.run, kind.into(), connection.redactor().text(&message).into_owned()))
        })?;
        Ok((request, Arc::clone(connection)))
    }

    /// Makes the secrets known that will be sent: they stand in URLs and payloads, and messages
    /// tell them.
    fn learn_secrets(&self, arrived: &Arrived) -> Result<(), ToolError> {
        let Ok(connection) = &self.authorized else { return Ok(()) };
        let batch = &arrived.batch;
        for name in self.work.sent_fields() {
            if batch.schema_ref().field_with_name(name).is_ok_and(is_secret) {
                let column = TextColumn::of(batch, name)?;
                let values = (0..batch.num_rows()).filter_map(|row| column.value(row));
                let secrets: Vec<SecretString> = values.map(SecretString::from).collect();
                connection.redactor().learn_told(&secrets);
            }
        }
        Ok(())
    }

    /// Sends on what came of the records of a call.
    async fn end(&mut self, done: Result<Done, ToolError>) -> Result<(), ToolError> {
        let Done { origin, end } = done?;
        let called = match end {
            End::Called(called) => called,
            End::Failed(failure) => {
                self.fail(&origin, &failure);
                return Ok(());
            }
            End::Held(earlier, others) => {
                let doubtful = self.outputs.held(&origin, &others, &earlier);
                self.tally.add(Count::Failed, origin.len());
                self.tally.add(Count::InDoubt, doubtful);
                return Ok(());
            }
            End::Unknown => {
                self.tally.add(Count::Unknown, origin.len());
                return self.plan(&origin).await;
            }
        };
        self.tally.add(Count::Calls, usize::from(called.requests + called.recalled > 0));
        self.tally.add(Count::Recalled, usize::from(called.requests == 0 && called.recalled > 0));
        self.tally.add(Count::Retries, usize::try_from(called.retries).unwrap_or(usize::MAX));
        if self.outputs.wants_log() {
            self.outputs.log(origin.call, &called.attempts).await?;
        }
        let is_recalled = called.requests == 0 && called.recalled > 0;
        match called.outcome {
            Outcome::Succeeded { already_done: true, .. } => {
                self.outputs.already_done(&origin).await?;
                self.tally.add(Count::Succeeded, origin.len());
            }
            Outcome::Succeeded { pages, .. } => {
                if !self.outputs.succeeded(&origin, pages).await? {
                    self.tally.add(Count::Unparsed, origin.len());
                }
                self.tally.add(Count::Succeeded, origin.len());
            }
            Outcome::Failed(failure) => {
                if failure.kind == FailureKind::InDoubt {
                    self.tally.add(Count::InDoubt, origin.len());
                }
                self.fail(&origin, &failure);
                if !is_recalled {
                    self.stop_if_hopeless(&failure)?;
                }
            }
            Outcome::Withheld(_) => {
                self.tally.add(Count::Withheld, origin.len());
                self.plan(&origin).await?;
            }
        }
        Ok(())
    }

    /// Sends on what can be told of a call that only a plan is made of.
    async fn plan(&mut self, origin: &Origin) -> Result<(), ToolError> {
        self.outputs.planned(origin).await?;
        self.tally.add(Count::Succeeded, origin.len());
        Ok(())
    }

    fn fail(&mut self, origin: &Origin, failure: &Failure) {
        self.outputs.failed(origin, failure);
        self.tally.add(Count::Failed, origin.len());
    }

    /// Ends the run if the remote system cannot be reached, or does not let anybody in.
    fn stop_if_hopeless(&self, failure: &Failure) -> Result<(), ToolError> {
        let Ok(connection) = &self.authorized else { return Ok(()) };
        check_dead_end(connection)?;
        match connection.hopeless().filter(|_| failure.kind.is_unreached()) {
            Some(unreached) => Err(hopeless(unreached)),
            None => Ok(()),
        }
    }
}

/// The failure of a write that was made already.
fn duplicate(request: &Request, connection: &Connection) -> Failure {
    let url = format!("{}{}", connection.base_url(), request.target());
    Failure {
        kind: FailureKind::DuplicateWrite,
        message: "it was not sent: an equal write came before it; `repeat: true` on the node sends it again".to_owned(),
        status: None,
        method: request.endpoint().method,
        url: connection.redactor().text(&url).into_owned(),
        attempts: 0,
        body: None,
    }
}
