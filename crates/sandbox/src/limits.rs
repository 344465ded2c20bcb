//! What can be set while a sandbox runs: the rate of requests, and how long tokens live.

use std::sync::{Mutex, PoisonError, RwLock};

use serde::Serialize;
use tokio::time::Instant;

/// Limits that hold for all systems; none of them is set at the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Limits {
    /// More requests than these in a second of real time are answered with 429.
    pub(crate) requests_per_second: Option<u32>,
    /// How long an access token lives, instead of the system's own life for it.
    pub(crate) access_token_seconds: Option<u32>,
    /// How long a refresh token lives, instead of the system's own life for it.
    pub(crate) refresh_token_seconds: Option<u32>,
}

/// The limits in force, and what was used up of them.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    limits: RwLock<Limits>,
    window: Mutex<Option<Window>>,
}

/// The requests let in since a moment, for at most a second.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: Instant,
    let_in: u32,
}

impl Limiter {
    pub(crate) fn limits(&self) -> Limits {
        *self.limits.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, limits: Limits) {
        *self.limits.write().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// Whether a request that comes in now is let in. A second begins with the first request after the last one.
    pub(crate) fn lets_in(&self, now: Instant) -> bool {
        let Some(most) = self.limits().requests_per_second else {
            return true;
        };
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let mut current = match *window {
            Some(window) if now.duration_since(window.start).as_secs() == 0 => window,
            _ => Window { start: now, let_in: 0 },
        };
        let lets_in = current.let_in < most;
        current.let_in += u32::from(lets_in);
        *window = Some(current);
        lets_in
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn so_many_are_let_in_each_second() {
        let limiter = Limiter::default();
        let start = Instant::now();
        assert!(limiter.lets_in(start));
        limiter.set(Limits { requests_per_second: Some(2), ..Limits::default() });
        let at = |milliseconds| limiter.lets_in(start + Duration::from_millis(milliseconds));
        assert_eq!([at(0), at(1), at(999), at(1000), at(1001), at(1002)], [true, true, false, true, true, false]);
    }
}
