//! `seatflow schema`

use clap::Args;

use crate::exit::Exit;
use crate::{output, schema};

/// Print the JSON Schema of pipeline files, for editors
#[derive(Args)]
#[command(
    after_help = "It prints the schema to stdout. An editor with a YAML server completes, explains and checks a pipeline \
        by it, if the file begins with\n\n  \
        # yaml-language-server: $schema=.seatflow-schema.json\n\n\
        where the path leads from the pipeline's folder to the schema. What needs a catalog, an input or the other end of \
        a wire, `seatflow check` knows.\n\n\
        Examples:\n  seatflow schema\n  seatflow schema > .seatflow-schema.json"
)]
pub(crate) struct Schema;

impl Schema {
    #[expect(clippy::unused_self, reason = "every verb is run")]
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        output::json(&schema::pipeline())?;
        Ok(Exit::DONE)
    }
}
