//! Ctrl-C, SIGTERM and SIGHUP: the first asks the run to end, the second ends it.

use tokio_util::sync::CancellationToken;

/// Waits for signals until it is dropped.
pub(crate) async fn listen(stop: CancellationToken, abort: CancellationToken) {
    let mut signals = Signals::new();
    signals.next().await;
    stop.cancel();
    signals.next().await;
    abort.cancel();
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
            std::future::pending::<()>().await;
        }
    }
}
