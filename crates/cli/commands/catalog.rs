//! `seatflow catalog`

use std::path::Path;

use clap::{Args, Subcommand};
use seatflow_catalog::{
    Catalog as Offer, builtin, builtin_names, catalog_json, catalogs_text, endpoint_json, endpoint_text, endpoints_text,
};
use seatflow_spec::Problems;

use crate::exit::Exit;
use crate::load::read;
use crate::usage::Usage;
use crate::{output, render};

/// Show what remote systems offer: their endpoints, parameters and payloads
#[derive(Args)]
#[command(
    subcommand_help_heading = "Verbs",
    subcommand_value_name = "VERB",
    after_help = "Examples:\n  seatflow catalog list alteryx\n  seatflow catalog show alteryx devices.list"
)]
pub(crate) struct Catalog {
    #[command(subcommand)]
    verb: Verb,
}

/// What is to be told.
#[derive(Subcommand)]
enum Verb {
    /// List the built-in catalogs, or the endpoints of one
    #[command(after_help = "Examples:\n  seatflow catalog list\n  seatflow catalog list alteryx")]
    List {
        /// The catalog: a built-in one, or a path
        name: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an endpoint: its parameters, its payload, and a node ready to paste
    #[command(after_help = "Examples:\n  seatflow catalog show alteryx devices.list\n  \
            seatflow catalog show alteryx 'GET /v1/devices'")]
    Show {
        /// The catalog: a built-in one, or a path
        name: String,
        /// The endpoint: its id, or its method and path
        endpoint: String,
        /// Print JSON
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
fn find(name: &str) -> Result<Result<Offer, Problems>, Usage> {
    if let Some(catalog) = builtin(name) {
        return Ok(Ok(catalog.clone()));
    }
    if name.contains(['/', '\\', '.']) {
        return Ok(read(Path::new(name)).and_then(|source| Offer::parse(&source)));
    }
    Err(Usage::unknown("catalog", name, builtin_names(), "seatflow catalog list"))
}

fn list_all(as_json: bool) -> anyhow::Result<Exit> {
    let catalogs = builtin_names().filter_map(builtin);
    if as_json {
        output::json(&catalogs.map(catalog_json).collect())?;
    } else {
        output::text(&catalogs_text(catalogs))?;
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
        let usage = Usage::new(format!("the catalog `{}` has no endpoint `{name}`", catalog.name));
        return Err(usage.help(catalog.help_for_unknown_endpoint(name)).into());
    };
    if as_json {
        return output::json(&endpoint_json(catalog, endpoint));
    }
    output::text(&endpoint_text(catalog, endpoint))
}
