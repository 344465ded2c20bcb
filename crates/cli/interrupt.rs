//! Ctrl-C and SIGTERM: the first asks the run to end, the second ends it.

use tokio_util::sync::CancellationToken;

/// Waits for signals until it is dropped.
pub(crate) async fn listen(stop: CancellationToken, abort: CancellationToken) {
    signal().await;
    stop.cancel();
    signal().await;
    abort.cancel();
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return interrupt().await;
    };
    tokio::select! {
        () = interrupt() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    interrupt().await;
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Signals cannot be heard here, so none will come.
        std::future::pending::<()>().await;
    }
}
