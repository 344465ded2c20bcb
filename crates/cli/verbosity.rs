//! How much is told on stderr while a verb works.

use clap::{ArgAction, Args};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::render;
use crate::usage::Usage;

/// How much is told beside data and failures, which are told always.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verbosity {
    /// Tell only what is wrong: no progress, no summary
    #[arg(short, long, global = true, display_order = 1000)]
    quiet: bool,
    /// Tell what happens, line by line; `-vv` tells more
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 1001)]
    verbose: u8,
}

impl Verbosity {
    /// Only what is wrong is told.
    pub(crate) const QUIET: Self = Self { quiet: true, verbose: 0 };

    /// Whether only what is wrong is told.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether there are lines of which progress bars must keep clear.
    pub(crate) fn has_lines(self) -> bool {
        self.verbose > 0 || asked_for().is_some()
    }

    /// Sees that not both less and more is asked for, wherever the flags stand.
    ///
    /// # Errors
    /// If it is.
    pub(crate) fn check(self) -> Result<(), Usage> {
        if self.quiet && self.verbose > 0 {
            let usage = Usage::new("`--quiet` and `--verbose` contradict each other");
            return Err(usage.help("leave one of them out"));
        }
        Ok(())
    }

    /// From now on prints what happens to stderr: what `RUST_LOG` asks for, with times and origins; else what the flags
    /// ask for, as plain lines.
    pub(crate) fn trace(self) {
        // What others trace of a connection may hold secrets that only our own traces are known to leave out.
        let own = filter_fn(|trace| trace.target().starts_with("seatflow"));
        let lines = tracing_subscriber::fmt::layer().with_ansi(render::in_colour()).with_writer(std::io::stderr);
        let (asked, lines) = if let Some(asked) = asked_for() {
            (asked, lines.with_filter(own).boxed())
        } else {
            let plain = lines.without_time().with_level(false).with_target(false);
            (EnvFilter::new(self.level()), plain.with_filter(own).boxed())
        };
        tracing_subscriber::registry().with(lines).with(asked).init();
    }

    fn level(self) -> &'static str {
        match self.verbose {
            0 => "seatflow=warn",
            1 => "seatflow=info",
            _ => "seatflow=debug",
        }
    }
}

/// What `RUST_LOG` asks for, if it is set; where it cannot be read, this is said, and it counts as not set.
fn asked_for() -> Option<EnvFilter> {
    let asked = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|asked| !asked.is_empty())?;
    let unreadable =
        |error: ParseError| render::say(&format!("  ! `RUST_LOG` cannot be read and is left out: {error}"));
    EnvFilter::try_new(asked).map_err(unreadable).ok()
}
