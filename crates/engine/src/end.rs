//! How a run comes to its end: by itself, by the first failure, or by its user.

use std::any::Any;
use std::error::Error;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use seatflow_tool::{Blame, ToolError};
use tokio_util::sync::CancellationToken;

use crate::report::Failure;

/// What ends a run before its time. All nodes share it.
pub(crate) struct End {
    /// The user wants the run to end.
    asked: CancellationToken,
    /// The run is to end: its user has asked for it, or something has failed.
    stop: CancellationToken,
    /// The user wants the run to end at once.
    abort: CancellationToken,
    /// Work that changes nothing ends at the next point where it waits.
    leave: CancellationToken,
    failures: Mutex<Failures>,
}

/// What has failed so far.
#[derive(Default)]
pub(crate) struct Failures {
    /// The first failure is the cause; what follows it is only its echo.
    pub(crate) cause: Option<Failure>,
    /// What the machine did not let happen after the end had begun.
    pub(crate) beside: Vec<Failure>,
    /// Whether work broke off for want of what was not sent any more.
    pub(crate) echoed: bool,
}

impl End {
    /// The end of a run that nothing has ended yet.
    pub(crate) fn new() -> Self {
        let (asked, abort) = (CancellationToken::new(), CancellationToken::new());
        let (stop, leave) = (asked.child_token(), abort.child_token());
        Self { asked, stop, abort, leave, failures: Mutex::default() }
    }

    /// By what the user asks for the end.
    pub(crate) fn asked(&self) -> &CancellationToken {
        &self.asked
    }

    /// What asks the nodes to come to an end.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// What ends all work at the next point where it waits.
    pub(crate) fn abort(&self) -> &CancellationToken {
        &self.abort
    }

    /// Whether the end is under way: by a failure, or because the user has asked for it.
    pub(crate) fn is_under_way(&self) -> bool {
        self.stop.is_cancelled() || self.abort.is_cancelled()
    }

    /// What has failed.
    pub(crate) fn take_failures(&self) -> Failures {
        std::mem::take(&mut self.lock())
    }

    /// Does the work of a node, or as much of it as there is time for. A failure, and a panic
    /// too, is noted and ends the work of all the others. One that `writes` is only asked to come to
    /// an end then: what it has sent may happen all the same, and what came of it must be told.
    pub(crate) async fn of_work(&self, node: &str, writes: bool, work: impl Future<Output = Result<(), ToolError>>) {
        let work = AssertUnwindSafe(work).catch_unwind();
        let end = if writes { &self.abort } else { &self.leave };
        let error = match end.run_until_cancelled(work).await {
            None | Some(Ok(Ok(()))) => return,
            Some(Ok(Err(error))) => error,
            Some(Err(panic)) => broke_off(&*panic),
        };
        self.note(Failure { node: Some(node.to_owned()), error });
    }

    /// Notes a failure and ends all work, unless the end was under way: whoever misses something
    /// then misses what was not sent any more. What the machine did not let happen is told beside
    /// the end, and a bug is told all the same.
    pub(crate) fn note(&self, failure: Failure) {
        let mut failures = self.lock();
        if self.is_under_way() && failure.error.blame() != Blame::Bug {
            if self.abort.is_cancelled() || !is_of_the_machine(&failure.error) {
                failures.echoed = true;
            } else {
                failures.beside.push(failure);
            }
            return;
        }
        failures.cause.get_or_insert(failure);
        self.stop.cancel();
        self.leave.cancel();
    }

    fn lock(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the disk or something like it is at the root of an error.
fn is_of_the_machine(error: &ToolError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// That work broke off, and what the panic says, if that is written in the program: what is put together at run time
/// could hold anything, a part of a secret too.
fn broke_off(panic: &(dyn Any + Send)) -> ToolError {
    ToolError::bug(match panic.downcast_ref::<&'static str>() {
        Some(words) => format!("its work broke off: {words}"),
        None => "its work broke off".to_owned(),
    })
}
