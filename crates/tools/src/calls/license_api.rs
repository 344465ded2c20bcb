#![doc = include_str!("license_api.md")]
#![expect(clippy::doc_markdown, reason = "a page's tables show data as it is")]

use std::sync::Arc;

use seatflow_call::MASK;
use seatflow_catalog::{Catalog, Effect, Endpoint, Method, Parameter};
use seatflow_spec::{Key, Place, Problem, Slug, Spanned, help_for_unknown, listed, nearest};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Effects, Failing, Inputs, Outputs, Presence, Tool, UNPARSED,
};

use super::authority::choose;
use super::config::{Config, Keep};
use super::declared;
use super::failures;
use super::logged;
use super::operand::Operand;
use super::origin::CALL;
use super::successes;
use super::work::Work;

/// One call for each record.
#[derive(Debug)]
pub struct LicenseApi;

impl Tool for LicenseApi {
    type Config = Config;

    const CARD: Card = Card {
        name: "license_api",
        summary: "Calls an endpoint of a remote system, once for each record",
        page: include_str!("license_api.md"),
        inputs: Inputs { a: Presence::Optional, d: Presence::Optional },
        outputs: Outputs { a: true, s: true, f: Some(Failing::Failed), l: true },
        effects: Effects::Calls,
    };

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let Config { endpoint: named, connection, authorization, parameters, keep, confirm_delete } = config;
        check_fields(&parameters, &keep, binding);
        let choice = choose(connection, authorization, binding)?;
        let connection = Arc::clone(&choice.connection);
        let endpoint = find(&named, &connection.catalog, binding)?;
        check_effect(&endpoint, &named.place, confirm_delete, binding);
        check_parameters(&parameters, &endpoint, &named.place, binding);
        let records = endpoint.response.records.as_deref();
        let scalar = endpoint.response.scalar.as_deref();
        let flattening = match successes::options(records, scalar, &keep, connection.max_columns) {
            Ok(options) => options,
            Err(why) => {
                let message = format!("the catalog's `records` of `{}` is no path: {why}", endpoint.id);
                binding.report(Problem::new(Slug::BAD_VALUE, message).at(&named.place, "its answers cannot be read"));
                return None;
            }
        };
        let beside: Vec<String> =
            [CALL.to_owned()].into_iter().chain(keep.iter().map(|keep| keep.to.clone())).collect();
        let s = declared::columns(&endpoint, flattening.clone()).after(beside);
        let f = failed_columns(binding.d.clone());
        let work = Work {
            node: binding.node.name.value.to_string(),
            choice,
            endpoint,
            parameters: parameters.into_iter().map(|(key, operand)| (key.text, operand)).collect(),
            keep,
            flattening,
        };
        let mut bound = Bound::new(|context: Context| work.run(context)).columns(s, f);
        bound.l = logged::columns();
        bound.authority = Some(connection);
        Some(bound)
    }
}

/// The columns of F: why, and the input's.
fn failed_columns(input: Option<Columns>) -> Columns {
    let own = failures::COLUMNS.map(str::to_owned);
    match input {
        None => Columns::Known(own.into()),
        Some(input) => input.without(failures::is_replaced).after(own),
    }
}

fn find(named: &Spanned<String>, catalog: &Catalog, binding: &mut Binding<'_, '_>) -> Option<Arc<Endpoint>> {
    let found = catalog.endpoint(&named.value).map(|endpoint| Arc::new(endpoint.clone()));
    if found.is_none() {
        let message = format!("the catalog `{}` has no endpoint `{}`", catalog.name, named.value);
        let problem = Problem::new(Slug::UNKNOWN_ENDPOINT, message).at(&named.place, "no such endpoint");
        binding.report(problem.help(catalog.help_for_unknown_endpoint(&named.value)));
    }
    found
}

fn check_effect(endpoint: &Endpoint, place: &Place, confirm_delete: bool, binding: &mut Binding<'_, '_>) {
    if endpoint.method == Method::Delete && !confirm_delete {
        let message = format!("`{}` deletes, and the node does not say that it may", endpoint.id);
        let problem = Problem::new(Slug::DELETE_NOT_CONFIRMED, message).at(place, "this deletes");
        binding.report(problem.help("add `confirm_delete: true` beside `endpoint`"));
    }
    if endpoint.effect == Effect::Write {
        let message = format!("`{}` changes the remote system, and this version only reads", endpoint.id);
        let problem = Problem::new(Slug::BAD_VALUE, message).at(place, "this is a write");
        binding.report(problem.help("`seatflow catalog list NAME` tells the endpoints that read"));
    }
}

fn check_fields(parameters: &[(Key, Operand)], keep: &[Keep], binding: &mut Binding<'_, '_>) {
    let fields = parameters.iter().filter_map(|(_, operand)| match operand {
        Operand::Field(field) => Some(&field.field),
        Operand::Null | Operand::Literal(_) => None,
    });
    let used: Vec<&Spanned<String>> = fields.chain(keep.iter().map(|keep| &keep.from)).collect();
    if binding.d.is_none() {
        if let Some(first) = used.first() {
            let name = &binding.node.name.value;
            let message = format!("`{name}` uses a column, and nothing is wired to its `D`");
            let problem = Problem::new(Slug::MISSING_INPUT, message).at(&first.place, "a column of which records?");
            binding.report(problem.help("add `D: NODE` to the node"));
        }
        return;
    }
    for column in used {
        binding.check_column(&column.value, &column.place);
    }
    let mut names: Vec<&str> = vec![CALL];
    for keep in keep {
        if names.contains(&keep.to.as_str()) || UNPARSED.contains(&keep.to.as_str()) {
            let problem = Problem::new(Slug::BAD_VALUE, format!("there would be two columns `{}` on `S`", keep.to));
            let problem = problem.at(&keep.from.place, "this name is taken");
            binding.report(problem.help(format!("give it another name: `{{ {}: new_name }}`", keep.from.value)));
        }
        names.push(&keep.to);
    }
}

fn check_parameters(
    given: &[(Key, Operand)],
    endpoint: &Endpoint,
    endpoint_place: &Place,
    binding: &mut Binding<'_, '_>,
) {
    for (key, operand) in given {
        let known = endpoint.parameters.iter().find(|parameter| parameter.name == key.text);
        match (known, operand) {
            (None, _) => binding.report(unknown_parameter(key, endpoint)),
            (Some(parameter), Operand::Literal(literal)) => {
                let value = literal.expose();
                let shown = if literal.is_secret() { MASK } else { value };
                if let Some(why) = parameter.misfit_shown_as(value, shown) {
                    let problem = Problem::new(Slug::BAD_PARAMETER, format!("the parameter `{}` {why}", key.text));
                    let near = nearest(shown, parameter.allowed.iter().map(String::as_str));
                    let described = || format!("the catalog says of `{}`: {}", key.text, parameter.description);
                    let help = near.map_or_else(described, |near| format!("did you mean `{near}`?"));
                    binding.report(problem.at(&literal.place, "this value does not fit").help(help));
                }
            }
            _ => {}
        }
    }
    if let Some(problem) = missing_parameters(given, endpoint, endpoint_place) {
        binding.report(problem);
    }
}

/// What an endpoint needs and is not given. A misspelt parameter is one mistake, not two.
fn missing_parameters(given: &[(Key, Operand)], endpoint: &Endpoint, endpoint_place: &Place) -> Option<Problem> {
    let names = || endpoint.parameters.iter().map(|parameter| parameter.name.as_str());
    let is_given = |name: &str| {
        given.iter().any(|(key, operand)| {
            let misspelt = || names().all(|known| known != key.text) && nearest(&key.text, names()) == Some(name);
            key.text == name && !matches!(operand, Operand::Null) || misspelt()
        })
    };
    let needed = |parameter: &&Parameter| parameter.required && !endpoint.paging.sets(&parameter.name);
    let needed = endpoint.parameters.iter().filter(needed).map(|parameter| parameter.name.as_str());
    let missing: Vec<&str> = needed.filter(|name| !is_given(name)).collect();
    let noun = match missing.as_slice() {
        [] => return None,
        [_] => "parameter",
        _ => "parameters",
    };
    let message = format!("`{}` needs the {noun} {}", endpoint.id, listed(missing.iter().copied()));
    let examples: Vec<String> = missing.iter().map(|name| format!("{name}: {{ field: NAME }}")).collect();
    let problem = Problem::new(Slug::MISSING_PARAMETER, message).at(endpoint_place, "it is called without");
    Some(problem.help(format!("add to `parameters`: `{}`", examples.join(", "))))
}

fn unknown_parameter(key: &Key, endpoint: &Endpoint) -> Problem {
    let message = format!("`{}` has no parameter `{}`", endpoint.id, key.text);
    let mut problem = Problem::new(Slug::UNKNOWN_PARAMETER, message).at(&key.place, "no such parameter");
    problem.help = help_for_unknown(&key.text, endpoint.parameters.iter().map(|parameter| parameter.name.as_str()));
    problem
}
