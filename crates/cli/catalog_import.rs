//! `seatflow catalog import`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use seatflow_catalog::{Import as Made, import_openapi};
use seatflow_spec::Problems;

use crate::exit::Exit;
use crate::load::read_up_to;
use crate::usage::Usage;
use crate::{output, render};

/// The most bytes of a document.
const MOST_BYTES: usize = 256 << 20;

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
}

impl Import {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        if let Some(name) = self.name.as_deref().filter(|name| !is_name(name)) {
            let usage = Usage::new(format!("`{name}` is not a name for a catalog"));
            return Err(usage.help("a name is written with `a` to `z`, `0` to `9`, `_` and `-`").into());
        }
        match self.made() {
            Ok(made) => {
                match &self.out {
                    Some(out) => write(out, &made.yaml)?,
                    None => output::raw(made.yaml.as_bytes())?,
                }
                tell(&self.file, &made);
                Ok(Exit::DONE)
            }
            Err(problems) => {
                render::problems(&problems.sorted());
                Ok(Exit::PROBLEMS)
            }
        }
    }

    fn made(&self) -> Result<Made, Problems> {
        import_openapi(&read_up_to(&self.file, MOST_BYTES, "leave out what is not called")?, self.name.as_deref())
    }
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter);
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(fits)
}

/// Writes a file that is not there yet: what was edited by hand must not be lost.
fn write(out: &Path, yaml: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    match options.write(true).create_new(true).open(out) {
        Ok(mut file) => std::io::Write::write_all(&mut file, yaml.as_bytes())
            .with_context(|| format!("`{}` cannot be written", out.display())),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let usage = Usage::new(format!("`{}` is there already", out.display()));
            Err(usage.help("name another file, and carry over what was changed by hand").into())
        }
        Err(error) => Err(anyhow::Error::new(error).context(format!("`{}` cannot be written", out.display()))),
    }
}

/// What of the document is not in the catalog, and how much is.
fn tell(file: &Path, made: &Made) {
    for not_carried in &made.not_carried {
        render::say(&not_carried.to_string());
    }
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let times = made.not_carried.iter().map(|not_carried| not_carried.times).sum();
    let left = match times {
        0 => "nothing of the document is left out".to_owned(),
        times => format!("{} of the document not as it is there", plural(times, "thing")),
    };
    render::say(&format!("{}: {}, {left}", file.display(), plural(made.endpoints, "endpoint")));
}
