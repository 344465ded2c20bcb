//! Ctrl-C, SIGTERM and SIGHUP: the first asks the run to end, the second ends it.

use std::convert::Infallible;
use std::future::pending;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// The exit status of what a signal has ended.
const INTERRUPTED: i32 = 130;

tokio::task_local! {
    /// What the work at hand has heard.
    static HEARD: Heard;
}

/// The signals since the work began, whether or not a pass has begun.
#[derive(Clone, Default)]
struct Heard {
    first: CancellationToken,
    second: CancellationToken,
    /// Whether a pass heeds them.
    is_heeded: Arc<AtomicBool>,
}

/// Does work whose passes hear also the signals that came before they began.
pub(crate) async fn heard_in<T>(work: impl Future<Output = T>) -> T {
    let (heard, signals) = (Heard::default(), Signals::new());
    #[expect(clippy::disallowed_methods, reason = "it listens beside the work, and ends with it")]
    let listening = tokio::spawn(listen(signals, heard.clone()));
    let done = HEARD.scope(heard, work).await;
    listening.abort();
    done
}

/// Does the work of a pass, which the first signal asks to end by `stop`, and the second ends by `abort`.
pub(crate) async fn heeded<T>(work: impl Future<Output = T>, stop: CancellationToken, abort: CancellationToken) -> T {
    // Whose work hears nothing is ended by the system.
    let Ok(heard) = HEARD.try_with(Heard::clone) else { return work.await };
    heard.is_heeded.store(true, Ordering::SeqCst);
    let relay = async {
        heard.first.cancelled().await;
        stop.cancel();
        heard.second.cancelled().await;
        abort.cancel();
        pending::<Infallible>().await
    };
    let done = tokio::select! {
        biased;
        done = work => done,
        never = relay => match never {},
    };
    heard.is_heeded.store(false, Ordering::SeqCst);
    done
}

async fn listen(mut signals: Signals, heard: Heard) {
    signals.next().await;
    heard.first.cancel();
    signals.next().await;
    if !heard.is_heeded.load(Ordering::SeqCst) {
        end_at_once();
    }
    heard.second.cancel();
}

/// Ends the process: there is no pass yet, so nothing was sent, and what it waits for may never come.
#[expect(clippy::exit, reason = "a signal that is heard does not end the process by itself")]
fn end_at_once() {
    process::exit(INTERRUPTED);
}

/// What asks a run to end, heard from the moment that it is made.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Who starts a run under `nohup` wants it to outlive the terminal.
        let hangup = Some(SignalKind::hangup()).filter(|_| !is_hangup_ignored());
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()].into_iter().chain(hangup);
        // A signal that cannot be heard does what it always does.
        Self(kinds.filter_map(|kind| signal(kind).ok()).collect())
    }

    async fn next(&mut self) {
        use std::task::Poll;
        std::future::poll_fn(|context| {
            let came = self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Whether this process was started with SIGHUP ignored, as far as the system tells.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is of the first signal, which this is.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Ctrl-C alone.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // It cannot be heard here, so it will not come.
            pending::<()>().await;
        }
    }
}
