//! `seatflow run`

use clap::Args;

use crate::exit::Exit;
use crate::passes::{Begin, Beginning, Begun, inside};
use crate::summary;
use crate::verbosity::Verbosity;

/// Run a pipeline
#[derive(Args)]
#[command(
    after_help = "It checks the pipeline, and begins only if there are no problems. At the end it prints the books of every \
        node; output files take their places when all is done, never before. A run that did not come to its end is \
        taken up again by `seatflow resume`.\n\n\
        Exit status: 0 done; 3 done, but failed records are wired nowhere, writes are in doubt, or answers \
        could not be parsed; \
        1 the pipeline has problems; 2 the arguments make no sense; 4 the run failed; 5 a guard stopped it, or an \
        earlier run of the pipeline made writes and is not done; 130 it was interrupted; 70 a bug in seatflow.\n\n\
        Examples:\n  \
        seatflow run pipelines/license-audit.yaml --sandbox\n  \
        seatflow run pipelines/license-audit.yaml --set accounts=mine.csv\n  \
        seatflow run pipelines/delete-users.yaml --sandbox --max-deletes 10"
)]
pub(crate) struct Run {
    #[command(flatten)]
    begin: Begin,
    /// Begin though earlier runs of the pipeline made writes and are not done; they are set aside
    #[arg(long)]
    new: bool,
}

impl Run {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        inside(async move {
            let Begun { report, .. } =
                match self.begin.begin(if self.new { Beginning::Anew } else { Beginning::Run }, verbosity).await? {
                    Ok(begun) => begun,
                    Err(exit) => return Ok(exit),
                };
            Ok(summary::told(&report, &self.begin.state, self.begin.json, verbosity))
        })
    }
}
