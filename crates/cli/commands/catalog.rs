//! `seatflow catalog`

use std::path::Path;

use clap::{Args, Subcommand};
use seatflow_catalog::{
    Catalog as Offer, Endpoint, builtin, builtin_names, catalog_json, catalogs_text, endpoint_json, endpoint_text,
    endpoints_json, endpoints_text, payload_yaml,
};
use seatflow_spec::Problems;

use crate::catalog_check::Check;
use crate::catalog_import::Import;
use crate::exit::Exit;
use crate::load::read_catalog;
use crate::usage::Usage;
use crate::verbosity::Verbosity;
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
            seatflow catalog show alteryx 'GET /v1/devices'\n  \
            seatflow catalog show alteryx devices.activateOffline --payload")]
    Show {
        /// The catalog: a built-in one, or a path
        name: String,
        /// The endpoint: its id, or its method and path
        endpoint: String,
        /// Print just a payload to begin with, ready to paste into a node
        #[arg(long)]
        payload: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    Check(Check),
    Import(Import),
}

impl Catalog {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        match self.verb {
            Verb::List { name: None, json } => list_all(json),
            Verb::List { name: Some(name), json } => with(&name, |catalog| list(catalog, json)),
            Verb::Show { name, endpoint, payload: true, json } => {
                with(&name, |catalog| show_payload(catalog, &endpoint, json))
            }
            Verb::Show { name, endpoint, payload: false, json } => {
                with(&name, |catalog| show(catalog, &endpoint, json))
            }
            Verb::Check(check) => check.run(verbosity),
            Verb::Import(import) => import.run(verbosity),
        }
    }
}

/// Does something with a catalog, or says what is wrong with it.
fn with(name: &str, told: impl FnOnce(&Offer) -> anyhow::Result<()>) -> anyhow::Result<Exit> {
    match find(name)? {
        Ok(catalog) => told(&catalog).map(|()| Exit::DONE),
        Err(problems) => {
            render::problems(&problems.sorted());
            Ok(Exit::PROBLEMS)
        }
    }
}

/// The catalog of that name or path, or what is wrong with it.
fn find(name: &str) -> Result<Result<Offer, Problems>, Usage> {
    if let Some(catalog) = builtin(name) {
        return Ok(Ok(catalog.clone()));
    }
    if name.contains(['/', '\\', '.']) {
        return Ok(read_catalog(Path::new(name)).and_then(|source| Offer::parse(&source)));
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
        return output::json(&endpoints_json(catalog));
    }
    output::text(&endpoints_text(catalog))
}

fn show(catalog: &Offer, name: &str, as_json: bool) -> anyhow::Result<()> {
    let endpoint = endpoint(catalog, name)?;
    if as_json {
        return output::json(&endpoint_json(catalog, endpoint));
    }
    output::text(&endpoint_text(catalog, endpoint))
}

fn show_payload(catalog: &Offer, name: &str, as_json: bool) -> anyhow::Result<()> {
    let endpoint = endpoint(catalog, name)?;
    let (Some(sample), Some(yaml)) = (endpoint.sample_payload(), payload_yaml(endpoint)) else {
        let usage = match endpoint.body {
            None => Usage::new(format!("`{}` takes no payload", endpoint.id))
                .help("leave out `--payload` to see what it takes"),
            Some(_) => {
                Usage::new(format!("the catalog `{}` does not tell the payload of `{}`", catalog.name, endpoint.id))
                    .help("see the system's documentation; a catalog tells it with `body: { schema: .., example: .. }`")
            }
        };
        return Err(usage.into());
    };
    if as_json { output::json(&sample) } else { output::text(&yaml) }
}

fn endpoint<'a>(catalog: &'a Offer, name: &str) -> Result<&'a Endpoint, Usage> {
    catalog.endpoint(name).ok_or_else(|| {
        let usage = Usage::new(format!("the catalog `{}` has no endpoint `{name}`", catalog.name));
        usage.help(catalog.help_for_unknown_endpoint(name))
    })
}
