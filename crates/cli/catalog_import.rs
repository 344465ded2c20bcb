//! `seatflow catalog import`

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use seatflow_catalog::{Import as Made, NAME_FORM, NotCarried, import_openapi, is_name};
use seatflow_spec::Problems;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::load::read_catalog;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
use crate::{output, render};

/// A catalog is made from a document.
#[derive(Args)]
#[command(about = "Make a catalog from an OpenAPI (3.0, 3.1) or Swagger (2.0) document, in YAML or JSON")]
#[command(after_help = "Examples:\n  seatflow catalog import fixtures/openapi/seats.yaml\n  \
        seatflow catalog import portal.json --name portal --out catalogs/portal.yaml")]
pub(crate) struct Import {
    /// The document
    file: PathBuf,
    /// What the catalog is called; the document's title, unless it is said
    #[arg(long)]
    name: Option<String>,
    /// The file that is written, which must not be there yet; stdout, unless it is said
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print what is left out as JSON; the catalog goes to a file
    #[arg(long, requires = "out")]
    json: bool,
}

impl Import {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        if let Some(name) = self.name.as_deref().filter(|name| !is_name(name)) {
            return Err(Usage::new(format!("`{name}` is not a name for a catalog")).help(NAME_FORM).into());
        }
        match self.made() {
            Ok(made) => {
                match &self.out {
                    Some(out) => write(out, &made.yaml)?,
                    None => output::raw(made.yaml.as_bytes())?,
                }
                if self.json {
                    output::json(&as_json(&made))?;
                } else {
                    tell(&self.file, &made, verbosity);
                }
                Ok(Exit::DONE)
            }
            Err(problems) => {
                let problems = problems.sorted();
                if self.json {
                    output::json(&json!({ "problems": render::problems_as_json(&self.file, &problems) }))?;
                } else {
                    render::problems(&problems);
                }
                Ok(Exit::PROBLEMS)
            }
        }
    }

    fn made(&self) -> Result<Made, Problems> {
        import_openapi(&read_catalog(&self.file)?, self.name.as_deref())
    }
}

/// Writes a file that is not there yet, as a whole or not at all: what was edited by hand must not be lost.
fn write(out: &Path, yaml: &str) -> anyhow::Result<()> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(is_there(out).into());
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("`{}` cannot be written", out.display());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).with_context(cannot)?;
    file.as_file_mut().write_all(yaml.as_bytes()).with_context(cannot)?;
    file.as_file().sync_all().with_context(cannot)?;
    match file.persist_noclobber(out) {
        Ok(_) => Ok(()),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Err(is_there(out).into()),
        Err(refused) => Err(refused.error).with_context(cannot),
    }
}

fn is_there(out: &Path) -> Usage {
    let usage = Usage::new(format!("`{}` is there already", out.display()));
    usage.help("name another file, and carry over what was changed by hand")
}

/// What of the document is not in the catalog, and, unless only what is wrong is told, how much is.
fn tell(file: &Path, made: &Made, verbosity: Verbosity) {
    for not_carried in &made.not_carried {
        render::say(&not_carried.to_string());
    }
    if verbosity.is_quiet() {
        return;
    }
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let times = made.not_carried.iter().map(|not_carried| not_carried.times).sum();
    let left = match times {
        0 => "nothing of the document is left out".to_owned(),
        times => format!("{} of the document not as it is there", plural(times, "thing")),
    };
    render::say(&format!("{}: {}, {left}", file.display(), plural(made.endpoints, "endpoint")));
}

/// The same, with the place of each in the document as a JSON pointer.
fn as_json(made: &Made) -> Value {
    let left_out =
        |NotCarried { pointer, why, times }: &NotCarried| json!({ "pointer": pointer, "why": why, "times": times });
    json!({ "endpoints": made.endpoints, "left_out": made.not_carried.iter().map(left_out).collect::<Vec<_>>() })
}
