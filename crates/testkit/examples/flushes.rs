//! How long a disk takes to keep what it is given: `cargo run --release -p seatflow-testkit --example flushes FOLDER`.
//!
//! Each measure is the time of 4 KiB at the end of a file, written and flushed; without it no write is sent.

use std::env;
use std::io::Write as _;
use std::time::Instant;

use anyhow::Context as _;

const MEASURES: usize = 1000;

#[expect(clippy::print_stdout, reason = "the times are what this program is for")]
fn main() -> anyhow::Result<()> {
    let folder = env::args_os().nth(1).context("which folder?")?;
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [b'x'; 4096];
    let mut times = Vec::with_capacity(MEASURES);
    for _ in 0..MEASURES {
        let start = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let (median, slow) = (times[MEASURES / 2], times[MEASURES * 95 / 100]);
    println!("{} µs in the median, {} µs at the 95th percentile", median.as_micros(), slow.as_micros());
    Ok(())
}
