//! `seatflow catalog`

use std::fs;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use seatflow_catalog::{Catalog as Offer, builtin, builtin_names, endpoint_json, endpoint_text, endpoints_text};
use seatflow_spec::{Problems, Source, nearest};
use serde_json::json;

use crate::exit::Exit;
use crate::{output, render};

/// Tells what remote systems offer: their endpoints, parameters and payloads.
#[derive(Args)]
#[command(after_help = "Example: seatflow catalog show alteryx devices.list")]
pub(crate) struct Catalog {
    #[command(subcommand)]
    verb: Verb,
}

/// What is to be told.
#[derive(Subcommand)]
enum Verb {
    /// Lists the built-in catalogs, or the endpoints of one.
    List {
        /// The catalog: a built-in one, or a path.
        name: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows an endpoint: its parameters, its payload, and a node ready to paste.
    Show {
        /// The catalog: a built-in one, or a path.
        name: String,
        /// The endpoint: its id, or its method and path.
        endpoint: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Catalog {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let (name, json) = match &self.verb {
            Verb::List { name: None, json } => return list_all(*json),
            Verb::List { name: Some(name), json } | Verb::Show { name, json, .. } => (name, *json),
        };
        let catalog = match find(name)? {
            Ok(catalog) => catalog,
            Err(problems) => {
                render::problems(&problems.sorted());
                return Ok(Exit::PROBLEMS);
            }
        };
        match &self.verb {
            Verb::List { .. } => list(&catalog, json)?,
            Verb::Show { endpoint, .. } => show(&catalog, endpoint, json)?,
        }
        Ok(Exit::DONE)
    }
}

/// The catalog of that name or path, or what is wrong with it.
fn find(name: &str) -> anyhow::Result<Result<Offer, Problems>> {
    if let Some(catalog) = builtin(name) {
        return Ok(Ok(catalog.clone()));
    }
    if name.contains(['/', '\\', '.']) {
        let bytes = fs::read(name).with_context(|| format!("the catalog `{name}` cannot be read"))?;
        return Ok(Source::from_bytes(name, bytes).and_then(|source| Offer::parse(&source)));
    }
    match nearest(name, builtin_names()) {
        Some(near) => bail!("there is no catalog `{name}`; did you mean `{near}`?"),
        None => bail!("there is no catalog `{name}`; `seatflow catalog list` lists them all"),
    }
}

fn list_all(as_json: bool) -> anyhow::Result<Exit> {
    let catalogs: Vec<&Offer> = builtin_names().filter_map(builtin).collect();
    if as_json {
        let one = |catalog: &&Offer| json!({ "name": catalog.name, "summary": catalog.summary });
        output::json(&catalogs.iter().map(one).collect())?;
    } else {
        let lines: Vec<String> =
            catalogs.iter().map(|catalog| format!("{:<14} {}", catalog.name, catalog.summary)).collect();
        output::text(&lines.join("\n"))?;
    }
    Ok(Exit::DONE)
}

fn list(catalog: &Offer, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return output::json(&catalog.endpoints.iter().map(|endpoint| endpoint_json(catalog, endpoint)).collect());
    }
    output::text(&endpoints_text(catalog))
}

fn show(catalog: &Offer, name: &str, as_json: bool) -> anyhow::Result<()> {
    let Some(endpoint) = catalog.endpoint(name) else {
        let help = catalog.help_for_unknown_endpoint(name);
        bail!("the catalog `{}` has no endpoint `{name}`; {help}", catalog.name);
    };
    if as_json {
        return output::json(&endpoint_json(catalog, endpoint));
    }
    output::text(&endpoint_text(catalog, endpoint))
}
