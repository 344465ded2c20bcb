#![doc = include_str!("license_api.md")]
#![expect(clippy::doc_markdown, clippy::doc_link_with_quotes, reason = "a page's tables show data as it is")]

use std::sync::Arc;

use seatflow_call::MASK;
use seatflow_catalog::{Catalog, Effect, Endpoint, ListForm, Method, Parameter};
use seatflow_spec::{Key, Place, Problem, Slug, Spanned, help_for_unknown, listed, nearest};
use seatflow_tool::{
    Binding, Bound, Card, Columns, Context, Effects, Failing, Inputs, Outputs, Presence, Tool, UNPARSED,
};

use super::authority::choose;
use super::config::Config;
use super::declared;
use super::failures;
use super::logged;
use super::operand::Operand;
use super::origin::CALL;
use super::payload::{self, Against, Written};
use super::successes;
use super::unknown::{self, UnknownValues};
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
        let connection = config.connection.clone();
        check_fields(&config, binding);
        let choice = choose(connection, config.authorization.clone(), binding)?;
        let connection = Arc::clone(&choice.connection);
        let endpoint = find(&config.endpoint, &connection.catalog, binding)?;
        check_effect(&config, &endpoint, binding);
        let Config { endpoint: named, parameters, payload, group_by, keep, repeat, resend_in_doubt, .. } = config;
        check_parameters(&parameters, &endpoint, &named.place, binding);
        let group_by: Vec<String> = group_by.into_iter().map(|column| column.value).collect();
        let against =
            Against { catalog: &connection.catalog, endpoint: &endpoint, place: &named.place, group_by: &group_by };
        let payload = payload::check(payload, &against, binding);
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
        let (writes, id) = (endpoint.effect == Effect::Write, endpoint.id.clone());
        let work = Work {
            node: binding.node.name.value.to_string(),
            choice,
            endpoint,
            parameters: parameters.into_iter().map(|(key, operand)| (key.text, operand)).collect(),
            payload,
            group_by,
            keep,
            repeat: says(repeat.as_ref()),
            resend_in_doubt: says(resend_in_doubt.as_ref()),
            flattening,
            unknown: UnknownValues::new(binding.node.name.value.as_str()),
        };
        let mut bound = Bound::new(|context: Context| work.run(context)).columns(s, f);
        bound.l = logged::columns();
        bound.authority = Some(connection);
        bound.endpoint = Some(id);
        bound.writes = writes;
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

/// Whether a switch is there, and on.
fn says(switch: Option<&Spanned<bool>>) -> bool {
    switch.is_some_and(|switch| switch.value)
}

fn check_effect(config: &Config, endpoint: &Endpoint, binding: &mut Binding<'_, '_>) {
    let Config { endpoint: named, confirm_delete, repeat, resend_in_doubt, .. } = config;
    let deletes = endpoint.method == Method::Delete;
    let writes = endpoint.effect == Effect::Write;
    if deletes && !says(confirm_delete.as_ref()) {
        let message = format!("`{}` deletes, and the node does not say that it may", endpoint.id);
        let problem = Problem::new(Slug::DELETE_NOT_CONFIRMED, message).at(&named.place, "this deletes");
        binding.report(problem.help("add `confirm_delete: true` beside `endpoint`"));
    }
    let id = &endpoint.id;
    let no_effect = [
        (confirm_delete, "confirm_delete", !deletes, format!("`{id}` deletes nothing")),
        (repeat, "repeat", !writes, format!("`{id}` only reads, and equal reads are always made")),
        (repeat, "repeat", writes && endpoint.idempotent, format!("equal calls of `{id}` are always made")),
        (resend_in_doubt, "resend_in_doubt", !writes, format!("`{id}` only reads, and no read is in doubt")),
        (resend_in_doubt, "resend_in_doubt", binding.d.is_none(), "without `D` no record comes in doubt".to_owned()),
    ];
    let mut told = Vec::new();
    for (switch, key, is_void, why) in no_effect {
        let Some(switch) = switch.as_ref().filter(|switch| switch.value && is_void && !told.contains(&key)) else {
            continue;
        };
        told.push(key);
        let problem = Problem::warning(Slug::NO_EFFECT, format!("`{key}` changes nothing here"));
        binding.report(problem.at(&switch.place, why).help(format!("remove `{key}`")));
    }
}

fn check_fields(config: &Config, binding: &mut Binding<'_, '_>) {
    let Config { parameters, payload, group_by, keep, .. } = config;
    let fields = parameters.iter().flat_map(|(_, operand)| operand.fields());
    let of_payload = payload.iter().flat_map(Written::fields);
    let kept = keep.iter().map(|keep| &keep.from);
    let used: Vec<&Spanned<String>> = fields.chain(of_payload).chain(group_by).chain(kept).collect();
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
        let Some(parameter) = endpoint.parameter(&key.text) else {
            binding.report(unknown_parameter(key, endpoint));
            continue;
        };
        if let (Operand::List(_, place), None) = (operand, parameter.list) {
            let message = format!("the parameter `{}` takes one value", key.text);
            let problem = Problem::new(Slug::BAD_PARAMETER, message).at(place, "a list is here");
            binding.report(problem.help("write one value, or `{ field: NAME }` for the value of a column"));
            continue;
        }
        for literal in operand.literals() {
            let value = literal.expose();
            let shown = if literal.is_secret() { MASK } else { value };
            let Some(unfit) = endpoint.unfit(parameter, value, shown) else {
                let what = format!("the parameter `{}`", key.text);
                if let Some(warning) = unknown::warning(&what, literal, &parameter.suggested) {
                    binding.report(warning);
                }
                continue;
            };
            let problem = Problem::new(Slug::BAD_PARAMETER, format!("the parameter `{}` {}", key.text, unfit.why));
            let near = nearest(shown, parameter.allowed.iter().map(String::as_str));
            let described = || format!("the catalog says of `{}`: {}", key.text, parameter.description);
            let is_list = parameter.list.and_then(ListForm::separator).is_some_and(|between| value.contains(between));
            let help = match (near, unfit.help) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(help)) => help,
                (None, None) if is_list => "write several values as a list: `[a, b]`".to_owned(),
                (None, None) => described(),
            };
            binding.report(problem.at(&literal.place, "this value does not fit").help(help));
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
            key.text == name && !operand.is_null() || misspelt()
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
