//! Keeps to what a remote system can bear.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::limits::Limits;

/// The governors of a run: one for each remote system, which is an origin and a credential,
/// shared by all connections to it. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Governors {
    all: Arc<Mutex<HashMap<System, Arc<Governor>>>>,
}

/// An origin, and the fingerprint of a credential.
type System = (String, [u8; 32]);

impl Governors {
    /// The governor of a system, which from now on keeps to these limits too.
    pub(crate) fn of(&self, origin: String, credential: [u8; 32], limits: &Limits) -> Arc<Governor> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let governor = all.entry((origin, credential)).or_insert_with(|| Arc::new(Governor::new(limits)));
        governor.tighten(limits);
        Arc::clone(governor)
    }

    /// The silence that ends last, of those that systems have asked for and that are not over.
    pub fn silence(&self) -> Option<Silence> {
        let now = Instant::now();
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let silences = all.iter().filter_map(|((origin, _), governor)| {
            let until = governor.state().silent_until.filter(|until| *until > now)?;
            Some(Silence { origin: origin.clone(), until })
        });
        silences.max_by(|one, other| one.until.cmp(&other.until).then_with(|| one.origin.cmp(&other.origin)))
    }
}

/// A time in which a system is sent nothing, because it asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The system's origin.
    pub origin: String,
    /// When it ends.
    pub until: Instant,
}

/// Why a request is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    /// The run is stopping: what has not been sent will not be.
    Stopped,
    /// The system asked for a silence of which so much is left, more than the caller waits for.
    Silent(Duration),
}

/// No longer silence is remembered; it is far beyond every limit.
const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);

/// Admits requests to one remote system: so many at the same time, so many in each window, and
/// none while the system asked for silence.
#[derive(Debug)]
pub(crate) struct Governor {
    slots: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    concurrency: usize,
    windows: Vec<Window>,
    silent_until: Option<Instant>,
}

/// At most so many requests in any span of this length.
#[derive(Debug)]
struct Window {
    length: Duration,
    most: usize,
    /// When the latest requests were admitted, the oldest first; never more than `most`.
    admitted: VecDeque<Instant>,
}

impl Governor {
    fn new(limits: &Limits) -> Self {
        let concurrency = limits.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            slots: Semaphore::new(concurrency),
            state: Mutex::new(State { concurrency, windows: Vec::new(), silent_until: None }),
        }
    }

    /// Waits until a request may be sent, unless the system asked for a silence longer than `longest`. The request is
    /// under way as long as the permit lives.
    pub(crate) async fn admit(
        &self,
        longest: Duration,
        stop: &CancellationToken,
    ) -> Result<SemaphorePermit<'_>, NotAdmitted> {
        let admitted = async {
            // The semaphore is never closed, so this is an error only in theory.
            let permit = self.slots.acquire().await.map_err(|_| NotAdmitted::Stopped)?;
            while let Some(instant) = self.admit_now_or_at(longest)? {
                sleep_until(instant).await;
            }
            Ok(permit)
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(NotAdmitted::Stopped),
            admitted = admitted => admitted,
        }
    }

    /// Admits nothing for a while, because the system asked for it.
    pub(crate) fn hold(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST);
        let mut state = self.state();
        state.silent_until = state.silent_until.max(Some(until));
    }

    /// Admits a request now, or says when to ask again.
    fn admit_now_or_at(&self, longest: Duration) -> Result<Option<Instant>, NotAdmitted> {
        let mut state = self.state();
        if state.windows.is_empty() && state.silent_until.is_none() {
            return Ok(None);
        }
        let now = Instant::now();
        let silent = state.silent_until.filter(|until| *until > now);
        state.silent_until = silent;
        if let Some(left) = silent.map(|until| until - now).filter(|left| *left > longest) {
            return Err(NotAdmitted::Silent(left));
        }
        let full = state.windows.iter().filter_map(|window| window.opens_at(now));
        let at = full.chain(silent).max();
        if at.is_none() {
            for window in &mut state.windows {
                window.admit(now);
            }
        }
        Ok(at)
    }

    /// Keeps to these limits as well.
    fn tighten(&self, limits: &Limits) {
        let mut state = self.state();
        let concurrency = limits.concurrency.max(1);
        if concurrency < state.concurrency {
            // Slots that are taken right now stay; the rest of the difference goes.
            state.concurrency -= self.slots.forget_permits(state.concurrency - concurrency);
        }
        if let Some(window) = limits.requests_per_second.and_then(Window::of) {
            let known = |one: &Window| one.most == window.most && one.length == window.length;
            if !state.windows.iter().any(known) {
                state.windows.push(window);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Window {
    /// The window of a rate: 2.5 a second are 2 in any 0.8 seconds, 0.5 are 1 in any 2 seconds.
    fn of(per_second: f64) -> Option<Self> {
        if !(per_second.is_finite() && per_second > 0.0) {
            return None;
        }
        let whole = per_second.floor().clamp(1.0, 1_000_000.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is a whole number from 1 to 1,000,000"
        )]
        let most = whole as usize;
        Some(Self { length: Duration::try_from_secs_f64(whole / per_second).ok()?, most, admitted: VecDeque::new() })
    }

    /// When one more may be admitted, if not now.
    fn opens_at(&self, now: Instant) -> Option<Instant> {
        if self.admitted.len() < self.most {
            return None;
        }
        let opens = *self.admitted.front()? + self.length;
        (opens > now).then_some(opens)
    }

    fn admit(&mut self, now: Instant) {
        if self.admitted.len() == self.most {
            self.admitted.pop_front();
        }
        self.admitted.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn governor(concurrency: usize, requests_per_second: Option<f64>) -> Arc<Governor> {
        let limits = Limits { concurrency, requests_per_second, ..Limits::default() };
        Governors::default().of("http://h.test".to_owned(), [0; 32], &limits)
    }

    /// How long it takes until so many requests, one after the other, are admitted.
    async fn admitted(governor: &Governor, requests: usize) -> Duration {
        let begin = Instant::now();
        for _ in 0..requests {
            drop(governor.admit(MINUTE, &CancellationToken::new()).await.unwrap());
        }
        begin.elapsed()
    }

    fn milliseconds(elapsed: Duration) -> u128 {
        elapsed.as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn the_silence_that_ends_last_is_told_until_it_is_over() {
        let governors = Governors::default();
        let of = |origin: &str| governors.of(origin.to_owned(), [0; 32], &Limits::default());
        assert_eq!(governors.silence(), None);
        let begin = Instant::now();
        of("http://one.test").hold(MINUTE);
        of("http://two.test").hold(MINUTE / 2);
        let silence = governors.silence().unwrap();
        assert_eq!((silence.origin.as_str(), silence.until), ("http://one.test", begin + MINUTE));
        tokio::time::advance(MINUTE).await;
        assert_eq!(governors.silence(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_is_ever_overfull() {
        let governor = governor(1, Some(5.0));
        assert_eq!(milliseconds(admitted(&governor, 5).await), 0);
        assert_eq!(milliseconds(admitted(&governor, 5).await) / 1000, 1);
        tokio::time::advance(Duration::from_millis(500)).await;
        assert!((495..=505).contains(&milliseconds(admitted(&governor, 1).await)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_below_one_is_a_longer_window() {
        let governor = governor(1, Some(0.5));
        let elapsed = milliseconds(admitted(&governor, 3).await);
        assert!((4000..4010).contains(&elapsed), "{elapsed}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_governor_admits_nothing_until_the_time_has_come() {
        let governor = governor(8, None);
        governor.hold(Duration::from_secs(30));
        governor.hold(Duration::from_secs(7));
        let elapsed = milliseconds(admitted(&governor, 2).await);
        assert!((30_000..30_010).contains(&elapsed), "{elapsed}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_longer_than_anybody_waits_admits_nothing_and_holds_nobody() {
        let governor = governor(8, None);
        for pause in [MINUTE + Duration::from_secs(1), Duration::MAX] {
            governor.hold(pause);
            let begin = Instant::now();
            let refused = governor.admit(MINUTE, &CancellationToken::new()).await.unwrap_err();
            assert_eq!(refused, NotAdmitted::Silent(pause.min(LONGEST)));
            assert_eq!(begin.elapsed(), Duration::ZERO);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_concurrency_are_under_way() {
        let governor = governor(2, None);
        let stop = CancellationToken::new();
        let first = governor.admit(MINUTE, &stop).await.unwrap();
        let _second = governor.admit(MINUTE, &stop).await.unwrap();
        let third = governor.admit(MINUTE, &stop);
        tokio::pin!(third);
        let short = Duration::from_millis(1);
        assert!(tokio::time::timeout(short, &mut third).await.is_err());
        drop(first);
        assert!(third.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_wait() {
        let governor = governor(1, None);
        governor.hold(MINUTE);
        let stop = CancellationToken::new();
        let begin = Instant::now();
        let (admitted, ()) = tokio::join!(governor.admit(MINUTE, &stop), async { stop.cancel() });
        assert_eq!(admitted.unwrap_err(), NotAdmitted::Stopped);
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn connections_to_one_system_share_a_governor_that_keeps_to_the_stricter_limits() {
        let governors = Governors::default();
        let limits =
            |concurrency, requests_per_second| Limits { concurrency, requests_per_second, ..Limits::default() };
        let of = |credential, limits| governors.of("http://h.test".to_owned(), [credential; 32], &limits);
        let wide = of(0, limits(8, None));
        let narrow = of(0, limits(2, Some(1.0)));
        let other = of(1, limits(8, None));
        assert!(Arc::ptr_eq(&wide, &narrow));
        assert!(!Arc::ptr_eq(&wide, &other));
        assert_eq!(wide.slots.available_permits(), 2);
        assert!(milliseconds(admitted(&wide, 2).await) >= 1000);
        assert_eq!(milliseconds(admitted(&other, 2).await), 0);
    }
}
