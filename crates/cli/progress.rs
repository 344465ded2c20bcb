//! How far the nodes have come, while they work.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use seatflow_call::Governors;
use seatflow_engine::Progress;
use seatflow_tool::{Count, Effects};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::render::say;
use crate::summary::counted;
use crate::verbosity::Verbosity;
use crate::waits::Waits;

/// How often a terminal is redrawn, and how often a plain line is written.
const REDRAWN: Duration = Duration::from_millis(100);
const WRITTEN: Duration = Duration::from_secs(10);

/// How often it is seen whether a server asked for a wait.
const SEEN: Duration = Duration::from_secs(1);

const STOPPING: &str = "stopping: calls on their way are waited for; interrupt again to end at once";

/// Shows progress beside the run, until it is stopped.
pub(crate) struct Watch {
    task: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

/// One node on its way, with what it had done when it was last looked at.
struct Row {
    node: Progress,
    bar: Option<ProgressBar>,
    calls: u64,
    looked: Instant,
}

impl Watch {
    /// Begins to show the nodes: as bars on a terminal that nobody else writes to, else as plain lines now and then;
    /// to who wants it quiet, not at all. Says so when `stop` is cancelled.
    pub(crate) fn start(
        mut nodes: Vec<Progress>,
        governors: Governors,
        stop: CancellationToken,
        verbosity: Verbosity,
    ) -> Self {
        let (end, ended) = oneshot::channel();
        let bars = (stderr().is_terminal() && !verbosity.has_lines()).then(MultiProgress::new);
        if verbosity.is_quiet() {
            nodes.clear();
        }
        let row = |node: Progress| Row {
            bar: bars.as_ref().map(|bars| bar(bars, &node.name)),
            calls: 0,
            looked: Instant::now(),
            node,
        };
        let rows: Vec<Row> = nodes.into_iter().map(row).collect();
        let waits =
            (!verbosity.is_quiet()).then(|| Waits::new(governors, bars.as_ref().map(|bars| bar(bars, "waiting"))));
        #[expect(clippy::disallowed_methods, reason = "it watches the run from outside, and ends with it")]
        let task = tokio::spawn(show(rows, waits, bars, stop, ended));
        Self { task, end }
    }

    /// Ends, and clears the bars.
    pub(crate) async fn stop(self) {
        drop(self.end);
        // A picture that failed is not worth a word.
        let _ = self.task.await;
    }
}

async fn show(
    mut rows: Vec<Row>,
    mut waits: Option<Waits>,
    bars: Option<MultiProgress>,
    stop: CancellationToken,
    mut ended: oneshot::Receiver<()>,
) {
    let mut looks = interval(if bars.is_some() { REDRAWN } else { WRITTEN });
    // The first look is at once, when there is nothing to see.
    looks.tick().await;
    let mut sight = interval(SEEN);
    let mut stopping = false;
    loop {
        tokio::select! {
            _ = &mut ended => break,
            _ = looks.tick() => rows.iter_mut().for_each(Row::show),
            _ = sight.tick() => waits.iter_mut().for_each(Waits::show),
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                match &bars {
                    Some(bars) => bars.suspend(|| say(STOPPING)),
                    None => say(STOPPING),
                }
            }
        }
    }
    rows.iter().filter_map(|row| row.bar.as_ref()).for_each(ProgressBar::finish_and_clear);
}

fn bar(bars: &MultiProgress, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix:<20} {msg}");
    let bar = bars.add(ProgressBar::no_length().with_prefix(name.to_owned()));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

impl Row {
    fn show(&mut self) {
        let message = self.message();
        match &self.bar {
            Some(bar) => {
                bar.set_message(message);
                bar.tick();
            }
            None => say(&format!("{}: {message}", self.node.name)),
        }
    }

    /// `1200 of 4000 records, 310 calls a second, 900 calls from the journal, 3 on F`
    fn message(&mut self) -> String {
        let get = |count| self.node.tally.get(count);
        let failed = get(Count::Failed);
        let mut parts = vec![format!("{} of {} records", get(Count::Succeeded) + failed, get(Count::In))];
        if self.node.card.effects == Effects::Calls {
            let (calls, now) = (get(Count::Calls), Instant::now());
            let seconds = now.duration_since(self.looked).as_secs_f64().max(0.001);
            #[expect(clippy::cast_precision_loss, reason = "a rate is shown without fractions")]
            let rate = (calls - self.calls) as f64 / seconds;
            parts.push(format!("{rate:.0} calls a second"));
            (self.calls, self.looked) = (calls, now);
            let recalled = get(Count::Recalled);
            if recalled > 0 {
                parts.push(format!("{} from the journal", counted(recalled, "call")));
            }
        }
        if failed > 0 {
            parts.push(format!("{failed} on F"));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use seatflow_tool::Tally;
    use seatflow_tools::TOOLS;

    use super::*;

    /// What is told of a node that has done this.
    fn told(tool: &str, counts: &[(Count, usize)]) -> String {
        let card = TOOLS.iter().map(|entry| entry.card).find(|card| card.name == tool).unwrap();
        let tally = Tally::default();
        for (count, number) in counts {
            tally.add(*count, *number);
        }
        let node = Progress { name: "node".to_owned(), card, writes: false, tally: Arc::new(tally) };
        Row { node, bar: None, calls: 0, looked: Instant::now() }.message()
    }

    #[test]
    fn a_node_that_does_not_call_is_told_of_by_its_records() {
        assert_eq!(told("unique", &[(Count::In, 4), (Count::Succeeded, 2)]), "2 of 4 records");
        let counts = [(Count::In, 4), (Count::Succeeded, 2), (Count::Failed, 1)];
        assert_eq!(told("unique", &counts), "3 of 4 records, 1 on F");
    }

    #[test]
    fn a_node_of_a_resumed_run_tells_how_many_of_its_calls_came_from_the_journal() {
        let counts = [(Count::In, 9), (Count::Succeeded, 7), (Count::Calls, 7)];
        assert!(told("license_api", &counts).ends_with(" calls a second"));
        let recalled = [counts.as_slice(), &[(Count::Recalled, 5)]].concat();
        assert!(told("license_api", &recalled).ends_with(" calls a second, 5 calls from the journal"));
    }
}
