//! The work of a calling node: a call for each record, and every record on S or on F.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use seatflow_call::{
    CallKey, Called, Connection, Context as CallContext, DeadEnd, DeadEndCause, FAILURES_IN_A_ROW, Failure,
    FailureKind, JournalError, Outcome, Redactor, Refusal, Request, Unjournaled,
};
use seatflow_catalog::Endpoint;
use seatflow_flatten::Options;
use seatflow_tool::{Authorized, Context, Count, Tally, ToolError, is_secret};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::authority::Choice;
use super::config::Keep;
use super::occurrences::Occurrences;
use super::operand::{Operand, TextColumn};
use super::origin::Origin;
use super::outputs::Outputs;
use super::successes::Successes;
use super::window::Window;
use crate::waiting::NamedColumns;

/// A calling node, bound.
pub(super) struct Work {
    pub(super) node: String,
    pub(super) choice: Choice,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) parameters: Vec<(String, Operand)>,
    pub(super) keep: Vec<Keep>,
    pub(super) flattening: Options,
}

/// What came of one record.
struct Done {
    origin: Origin,
    end: Result<Called<Answer>, Box<Failure>>,
}

/// A batch whose records are being bound.
struct Pending {
    batch: Arc<RecordBatch>,
    next: usize,
    /// Beside the parameters: the values of those that are fields.
    fields: Vec<Option<TextColumn>>,
}

/// A node at work.
struct Calling {
    work: Work,
    authorized: Authorized,
    stop: CancellationToken,
    tally: Arc<Tally>,
    outputs: Outputs,
    window: Window<Result<Done, JournalError>>,
    occurrences: Occurrences,
    next_call: i64,
}

impl Work {
    /// Makes the calls, and sends what comes of them.
    pub(super) async fn run(self, context: Context) -> Result<(), ToolError> {
        let Context { records, authorization, authority, output, tally, run } = context;
        let authorized = self.choice.resolve(authorization, &run).await?;
        authority.publish(authorized.clone());
        if let Ok(connection) = &authorized {
            self.teach_literals(connection.redactor());
        }
        let successes = Successes::new(self.flattening.clone(), self.keep.clone());
        let concurrency = authorized.as_ref().map_or(1, |connection| connection.concurrency());
        let calling = Calling {
            authorized,
            stop: run.stop.clone(),
            tally,
            outputs: Outputs::new(output, run.batch_rows, successes),
            window: Window::new(concurrency),
            occurrences: Occurrences::default(),
            next_call: 0,
            work: self,
        };
        match records {
            Some(records) => {
                let names = calling.work.fields();
                calling.for_each(NamedColumns::new(records, names, run)).await
            }
            None => calling.once().await,
        }
    }
}

impl Calling {
    /// The one call of a node without D.
    async fn once(mut self) -> Result<(), ToolError> {
        self.tally.add(Count::In, 1);
        let literals = vec![];
        self.begin(Origin { call: 0, record: None }, &literals);
        self.drain().await
    }

    /// A call for each record.
    async fn for_each(mut self, mut records: NamedColumns) -> Result<(), ToolError> {
        let mut pending: Option<Pending> = None;
        let mut more = true;
        loop {
            while let Some(batch) = pending.as_mut().filter(|_| self.window.has_room()) {
                if batch.next == batch.batch.num_rows() {
                    pending = None;
                    break;
                }
                let origin = Origin { call: self.next_call, record: Some((Arc::clone(&batch.batch), batch.next)) };
                batch.next += 1;
                self.begin(origin, &batch.fields);
            }
            tokio::select! {
                biased;
                Some(done) = self.window.next() => self.end(done?).await?,
                batch = records.recv(), if more && pending.is_none() => match batch? {
                    Some(batch) => {
                        self.learn_secrets(&batch)?;
                        pending = Some(self.work.pending(batch)?);
                    }
                    None => more = false,
                },
                // Never by itself, but beside one of the others.
                () = self.outputs.due(), if more || !self.window.is_empty() => {}
                else => break,
            }
            self.outputs.send_if_due().await?;
        }
        self.outputs.send_all().await
    }

    async fn drain(mut self) -> Result<(), ToolError> {
        while let Some(done) = self.window.next().await {
            self.end(done?).await?;
        }
        self.outputs.send_all().await
    }

    /// Binds the request of a record, and puts its call on the way.
    fn begin(&mut self, origin: Origin, fields: &[Option<TextColumn>]) {
        self.next_call += 1;
        let (request, connection) = match self.ready(&origin, fields) {
            Ok(ready) => ready,
            Err(failure) => {
                let done = Done { origin, end: Err(failure) };
                return self.window.push(async { (Ok(done), 0) });
            }
        };
        let key = self.occurrences.key(request.digest(connection.name(), &self.work.node));
        let (stop, keep_attempts) = (self.stop.clone(), self.outputs.wants_log());
        self.window.push(call(origin, request, connection, key, stop, keep_attempts));
    }

    /// What a record's call needs, or why it has none.
    fn ready(
        &self,
        origin: &Origin,
        fields: &[Option<TextColumn>],
    ) -> Result<(Request, Arc<Connection>), Box<Failure>> {
        let work = &self.work;
        let no_authorization = |why: &Arc<str>| Box::new(work.failure(FailureKind::Authorization, why.to_string()));
        let connection = self.authorized.as_ref().map_err(no_authorization)?;
        let request = work.bind(origin, fields).map_err(|Refusal { kind, message }| {
            Box::new(work.failure(kind.into(), connection.redactor().text(&message).into_owned()))
        })?;
        Ok((request, Arc::clone(connection)))
    }

    /// Makes the secrets known that will be sent as parameters: they stand in URLs, and messages
    /// tell them.
    fn learn_secrets(&self, batch: &RecordBatch) -> Result<(), ToolError> {
        let Ok(connection) = &self.authorized else { return Ok(()) };
        for name in self.work.field_parameters() {
            if batch.schema_ref().field_with_name(name).is_ok_and(is_secret) {
                let column = TextColumn::of(batch, name)?;
                let values = (0..batch.num_rows()).filter_map(|row| column.value(row));
                let secrets: Vec<SecretString> = values.map(SecretString::from).collect();
                connection.redactor().learn_told(&secrets);
            }
        }
        Ok(())
    }

    /// Sends on what came of a record.
    async fn end(&mut self, done: Result<Done, JournalError>) -> Result<(), ToolError> {
        let Done { origin, end } = done.map_err(|error| ToolError::pipeline(error.to_string()).from_source(error))?;
        let called = match end {
            Ok(called) => called,
            Err(failure) => {
                self.fail(&origin, &failure);
                return Ok(());
            }
        };
        self.tally.add(Count::Calls, usize::from(called.requests > 0));
        self.tally.add(Count::Retries, usize::try_from(called.retries).unwrap_or(usize::MAX));
        self.outputs.log(origin.call, &called.attempts).await?;
        match called.outcome {
            Outcome::Succeeded { pages, .. } => {
                let all_parsed = self.outputs.succeeded(&origin, pages).await?;
                self.tally.add(Count::Unparsed, usize::from(!all_parsed));
                self.tally.add(Count::Succeeded, 1);
            }
            Outcome::Failed(failure) => {
                self.tally.add(Count::InDoubt, usize::from(failure.kind == FailureKind::InDoubt));
                self.fail(&origin, &failure);
                self.stop_if_hopeless(&failure)?;
            }
        }
        Ok(())
    }

    fn fail(&mut self, origin: &Origin, failure: &Failure) {
        self.outputs.failed(origin, failure);
        self.tally.add(Count::Failed, 1);
    }

    /// Ends the run if the remote system cannot be reached, or does not let anybody in.
    fn stop_if_hopeless(&self, failure: &Failure) -> Result<(), ToolError> {
        let Ok(connection) = &self.authorized else { return Ok(()) };
        check_dead_end(connection)?;
        if let Some(unreached) = connection.hopeless().filter(|_| failure.kind.is_unreached()) {
            let message = format!("{FAILURES_IN_A_ROW} calls in a row failed alike: {}", unreached.message);
            return Err(ToolError::remote(message)
                .with("url", unreached.url)
                .help("see that the system is up and that the connection's settings are right, and run again"));
        }
        Ok(())
    }
}

impl Work {
    /// The columns of D that are parameters.
    fn field_parameters(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter_map(|(_, operand)| match operand {
            Operand::Field(field) => Some(field.field.value.as_str()),
            Operand::Null | Operand::Literal(_) => None,
        })
    }

    /// Makes the secrets known that are written into the node by reference.
    fn teach_literals(&self, redactor: &Redactor) {
        let literals = self.parameters.iter().filter_map(|(_, operand)| match operand {
            Operand::Literal(literal) if literal.is_secret() => Some(literal),
            _ => None,
        });
        redactor.learn_told(literals.flat_map(|literal| literal.parts.iter().chain([&literal.value])));
    }

    /// The columns of D that are used by name.
    fn fields(&self) -> Vec<String> {
        let kept = self.keep.iter().map(|keep| keep.from.value.as_str());
        self.field_parameters().chain(kept).map(str::to_owned).collect()
    }

    fn pending(&self, batch: RecordBatch) -> Result<Pending, ToolError> {
        let column = |(_, operand): &(String, Operand)| match operand {
            Operand::Field(field) => TextColumn::of(&batch, &field.field.value).map(Some),
            Operand::Null | Operand::Literal(_) => Ok(None),
        };
        let fields = self.parameters.iter().map(column).collect::<Result<_, _>>()?;
        Ok(Pending { batch: Arc::new(batch), next: 0, fields })
    }

    fn bind(&self, origin: &Origin, fields: &[Option<TextColumn>]) -> Result<Request, Refusal> {
        let row = origin.record.as_ref().map_or(0, |(_, row)| *row);
        let value = |(position, (name, operand)): (usize, &(String, Operand))| {
            let field = fields.get(position).and_then(Option::as_ref);
            let value = match operand {
                Operand::Null => None,
                Operand::Literal(literal) => Some(literal.expose().to_owned()),
                Operand::Field(_) => field.and_then(|column| column.value(row)).map(str::to_owned),
            };
            (name.as_str().to_owned(), value)
        };
        let values: Vec<(String, Option<String>)> = self.parameters.iter().enumerate().map(value).collect();
        Request::bind(Arc::clone(&self.endpoint), &values, None)
    }

    /// Why a record has no call.
    fn failure(&self, kind: FailureKind, message: String) -> Failure {
        let base = self.choice.base_url();
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

/// Ends the run if there will never be a token.
pub(super) fn check_dead_end(connection: &Connection) -> Result<(), ToolError> {
    let Some(DeadEnd { cause, message }) = connection.dead_end() else { return Ok(()) };
    let name = connection.name();
    Err(match cause {
        DeadEndCause::Refused => ToolError::remote(message)
            .help("get a new token from the vendor, set it where the connection takes it from, and run again"),
        DeadEndCause::NoTokenEndpoint => ToolError::remote(message).help(format!(
            "see that `auth_url` of the connection `{name}` is where tokens are asked for, and run again"
        )),
        DeadEndCause::Damaged => ToolError::pipeline(message).help(
            "mend the file, or remove it, which loses the refresh tokens in it: \
             get new ones from the vendors where the given ones are used up",
        ),
        DeadEndCause::NotKept => ToolError::pipeline(message)
            .help("nothing was sent; see that the folder can be written to and that the disk has room, and run again"),
    })
}

/// Makes one call; gives back what came of it, and how many bytes it holds.
async fn call(
    origin: Origin,
    request: Request,
    connection: Arc<Connection>,
    key: CallKey,
    stop: CancellationToken,
    keep_attempts: bool,
) -> (Result<Done, JournalError>, usize) {
    let context = CallContext { key, journal: &Unjournaled, stop: &stop, keep_attempts };
    let called = connection.call::<Answer, _>(&request, &context).await;
    let bytes = called.as_ref().map_or(0, held_bytes);
    (called.map(|called| Done { origin, end: Ok(called) }), bytes)
}

/// How many bytes of bodies a call holds until it leaves: those of its pages, or, if its attempts
/// are kept, of everything that came.
pub(super) fn held_bytes(called: &Called<Answer>) -> usize {
    let logged: u64 = called.attempts.iter().map(|attempt| attempt.bytes_received).sum();
    usize::try_from(called.bytes.max(logged)).unwrap_or(usize::MAX)
}
