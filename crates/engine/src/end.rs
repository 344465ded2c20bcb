//! How a run comes to its end: by itself, by the first failure, or by its user.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt as _;
use seatflow_tool::{Blame, ToolError};
use tokio_util::sync::CancellationToken;

use crate::report::Failure;

/// What ends a run before its time. All nodes share it.
pub(crate) struct End {
    stop: CancellationToken,
    abort: CancellationToken,
    /// The first failure is the cause; what follows it is only its echo.
    failure: Mutex<Option<Failure>>,
}

impl End {
    /// The end of a run that its user can ask to `stop`.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { stop, abort: CancellationToken::new(), failure: Mutex::new(None) }
    }

    /// What ends all work at the next point where it waits.
    pub(crate) fn abort(&self) -> &CancellationToken {
        &self.abort
    }

    /// Whether the end is under way: by a failure, or because the user has asked for it.
    pub(crate) fn is_under_way(&self) -> bool {
        self.stop.is_cancelled() || self.abort.is_cancelled()
    }

    /// The failure that ended the run, if one did.
    pub(crate) fn take_failure(&self) -> Option<Failure> {
        self.lock().take()
    }

    /// Does the work of a node, or as much of it as there is time for. A failure, and a panic
    /// too, is noted and ends the work of all the others.
    pub(crate) async fn of_work<T>(&self, node: &str, work: impl Future<Output = Result<T, ToolError>>) -> Option<T> {
        let work = AssertUnwindSafe(work).catch_unwind();
        let error = match self.abort.run_until_cancelled(work).await? {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => error,
            Err(panic) => ToolError::bug(format!("its work broke off: {}", words_of(&*panic))),
        };
        self.note(Failure { node: Some(node.to_owned()), error });
        None
    }

    /// Notes a failure and ends all work, unless the end was under way: whoever misses something
    /// then misses what was not sent any more. A bug is told all the same.
    pub(crate) fn note(&self, failure: Failure) {
        if self.is_under_way() && failure.error.blame() != Blame::Bug {
            return;
        }
        self.lock().get_or_insert(failure);
        self.abort.cancel();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a panic says.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it does not say why")
}
