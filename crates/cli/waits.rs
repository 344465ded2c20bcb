//! Waits that a server asked for: they are long, and nothing else moves.

use indicatif::ProgressBar;
use jiff::Timestamp;
use seatflow_call::{Clock, Governors, Silence, SystemClock};
use tokio::time::Instant;

use crate::render::say;

/// Tells of each wait once: on a terminal as long as it lasts, else in a line.
pub(crate) struct Waits {
    governors: Governors,
    bar: Option<ProgressBar>,
    told: Option<Silence>,
}

impl Waits {
    /// Nothing has been told yet.
    pub(crate) fn new(governors: Governors, bar: Option<ProgressBar>) -> Self {
        Self { governors, bar, told: None }
    }

    /// Tells of a wait that has begun since, or that it is over.
    pub(crate) fn show(&mut self) {
        let silence = self.governors.silence();
        if silence == self.told {
            return;
        }
        let line = silence.as_ref().map(|silence| line(&silence.origin, end(silence)));
        match (&self.bar, line) {
            (Some(bar), line) => bar.set_message(line.unwrap_or_default()),
            (None, Some(line)) => say(&line),
            (None, None) => {}
        }
        self.told = silence;
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

/// When it ends, by the clock on the wall.
fn end(silence: &Silence) -> Timestamp {
    let left = silence.until.saturating_duration_since(Instant::now());
    // Far beyond every limit, nobody waits.
    SystemClock.now().checked_add(left).unwrap_or(Timestamp::MAX)
}

fn line(origin: &str, until: Timestamp) -> String {
    format!("{origin} asked to be left alone until {} UTC", until.strftime("%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_with_its_end() {
        let until = "2025-03-01T09:00:07.9Z".parse().unwrap();
        assert_eq!(line("http://one.test", until), "http://one.test asked to be left alone until 09:00:07 UTC");
    }
}
