//! What is wrong with a payload before anything runs.

use std::sync::Arc;

use seatflow_catalog::{
    Body, BodyForm, BodyPath, Catalog, Endpoint, Kinds, Misfit, Schema, SchemaPlace, Unsaid, builtin, flow_yaml,
};
use seatflow_spec::{Key, Place, Problem, Slug, help_for_unknown, listed, nearest};
use seatflow_tool::Binding;
use serde_json::{Value, json};

use super::super::unknown;
use super::Payload;
use super::written::{Literal, Part, Written};

/// What a payload is checked against.
pub(in crate::calls) struct Against<'a> {
    pub(in crate::calls) catalog: &'a Catalog,
    pub(in crate::calls) endpoint: &'a Arc<Endpoint>,
    /// Where the node names the endpoint.
    pub(in crate::calls) place: &'a Place,
    pub(in crate::calls) group_by: &'a [String],
}

/// Reports all that is wrong with the payload of a node, also that it has none; gives the payload back as it is sent.
pub(in crate::calls) fn check(
    written: Option<Written>,
    against: &Against<'_>,
    binding: &mut Binding<'_, '_>,
) -> Option<Payload> {
    let endpoint = against.endpoint;
    match (written, &endpoint.body) {
        (None, None) => None,
        (None, Some(body)) => {
            if let Some(problem) = body.schema.as_ref().and_then(|schema| against.not_given(schema)) {
                binding.report(problem);
            }
            None
        }
        (Some(written), None) => {
            let message = format!("`{}` takes no payload", endpoint.id);
            let problem = Problem::new(Slug::UNKNOWN_PARAMETER, message).at(&written.place, "it is not sent");
            let names = endpoint.parameters.iter().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>();
            let help = if names.is_empty() {
                "remove `payload`".to_owned()
            } else {
                format!("remove `payload`; what it takes are the parameters {}", listed(names))
            };
            binding.report(problem.help(help));
            None
        }
        (Some(written), Some(body)) => {
            for problem in against.problems(&written, body) {
                binding.report(problem);
            }
            Some(Payload::bind(&written, body, against.group_by))
        }
    }
}

/// A payload as far as it is known: what comes from columns is open, what the environment or a file has a part in is
/// secret.
#[derive(Default)]
struct Known<'a> {
    parts: Vec<(BodyPath, &'a Written)>,
    unsaid: Unsaid,
}

impl<'a> Known<'a> {
    fn value(&mut self, written: &'a Written, place: &SchemaPlace<'_>, path: &BodyPath) -> Value {
        self.parts.push((path.clone(), written));
        match &written.part {
            Part::Field(_) => {
                self.unsaid.open.push(path.clone());
                Value::Null
            }
            Part::Literal(literal) => {
                if literal.secret().is_some() {
                    self.unsaid.secret.push(path.clone());
                }
                literal.value(place.kinds())
            }
            Part::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| self.value(item, &place.item(index), &path.item(index))).collect()
            }
            Part::Map(entries) => {
                let value = |(key, part): &'a (Key, Written)| {
                    let name = key.text.as_str();
                    (name.to_owned(), self.value(part, &place.field(name), &path.field(name)))
                };
                Value::Object(entries.iter().map(value).collect())
            }
        }
    }

    /// What is written at a path.
    fn at(&self, path: &BodyPath) -> Option<&'a Written> {
        self.parts.iter().find(|(found, _)| found == path).map(|(_, written)| *written)
    }
}

impl Against<'_> {
    fn problems(&self, written: &Written, body: &Body) -> Vec<Problem> {
        let mut problems = Vec::new();
        if written.column().is_some() {
            return problems;
        }
        if let Some(limits) = body.form.limits() {
            problems.extend(self.not_a_form(written, limits));
        }
        let mut told = self.fixed_fields(written, body, &mut problems);
        if let Some(schema) = &body.schema {
            self.unknown_fields(written, &schema.root(), &BodyPath::default(), &mut told, &mut problems);
            let (misfits, unfit): (Vec<_>, Vec<_>) = self.misfits(written, schema, &told).into_iter().unzip();
            problems.extend(misfits);
            unknown_values(written, &schema.root(), &BodyPath::default(), &unfit, &mut problems);
        }
        problems
    }

    /// Fields that the catalog fixes, and the whole where it can hold none of them; gives back those that are told.
    fn fixed_fields(&self, written: &Written, body: &Body, problems: &mut Vec<Problem>) -> Vec<BodyPath> {
        let Part::Map(entries) = &written.part else {
            // Of what is sent as a form, that is told already.
            if let (Some((name, _)), BodyForm::Json) = (body.fixed.first(), body.form) {
                let message = format!("the payload of `{}` must be a map", self.endpoint.id);
                let problem = Problem::new(Slug::BAD_PARAMETER, message).at(&written.place, "this is none");
                problems.push(problem.help(format!("`{name}` is sent in it, as the catalog has it")));
            }
            return Vec::new();
        };
        let is_fixed = |key: &Key| body.fixed.iter().find(|(name, _)| *name == key.text);
        let fixed = entries.iter().filter_map(|(key, _)| Some((key, is_fixed(key)?)));
        let mut told = Vec::new();
        for (key, (name, value)) in fixed {
            let message = format!("`{}` always sends `{name}: {value}`, and no node writes it", self.endpoint.id);
            let problem = Problem::new(Slug::BAD_PARAMETER, message).at(&key.place, "it is fixed in the catalog");
            problems.push(problem.help(format!("remove `{name}`")));
            told.push(BodyPath::default().field(name));
        }
        told
    }

    /// What cannot be sent as a form.
    fn not_a_form(&self, written: &Written, limits: &str) -> Vec<Problem> {
        let problem = |place: &Place, what: &str| {
            let message = format!("`{}` is sent a form, and {what}", self.endpoint.id);
            let problem = Problem::new(Slug::BAD_PARAMETER, message).at(place, "no form can hold this");
            problem.help(format!("a form has {limits}"))
        };
        let Part::Map(entries) = &written.part else {
            return vec![problem(&written.place, "the payload is no map")];
        };
        let is_nested = |part: &Written| matches!(part.part, Part::Map(_) | Part::List(_));
        let nested = entries.iter().filter_map(|(key, value)| match &value.part {
            Part::Map(_) => Some((key, value)),
            Part::List(items) => items.iter().find(|item| is_nested(item)).map(|item| (key, item)),
            Part::Field(_) | Part::Literal(_) => None,
        });
        nested.map(|(key, part)| problem(&part.place, &format!("`{}` is not a single value", key.text))).collect()
    }

    /// Fields that the schema does not tell of. Those whose names are told here are added to `told`.
    fn unknown_fields(
        &self,
        written: &Written,
        place: &SchemaPlace<'_>,
        path: &BodyPath,
        told: &mut Vec<BodyPath>,
        problems: &mut Vec<Problem>,
    ) {
        match &written.part {
            Part::Map(entries) => {
                for (key, value) in entries {
                    if told.contains(&path.field(&key.text)) {
                        continue;
                    }
                    if !place.tells_of(&key.text) || place.forbids(&key.text) {
                        problems.push(self.unknown_field(key, entries, place, path, told));
                    }
                    self.unknown_fields(value, &place.field(&key.text), &path.field(&key.text), told, problems);
                }
            }
            Part::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.unknown_fields(item, &place.item(index), &path.item(index), told, problems);
                }
            }
            Part::Field(_) | Part::Literal(_) => {}
        }
    }

    /// A misspelt field that is required is one mistake, not two.
    fn unknown_field(
        &self,
        key: &Key,
        entries: &[(Key, Written)],
        place: &SchemaPlace<'_>,
        path: &BodyPath,
        told: &mut Vec<BodyPath>,
    ) -> Problem {
        let field = path.field(&key.text);
        let is_given = |name: &str| entries.iter().any(|(key, _)| key.text == name);
        let missed = nearest(&key.text, place.required().into_iter().filter(|name| !is_given(name)));
        let message = format!("`{}` is not known to take `{field}` in its payload", self.endpoint.id);
        let mut problem = if missed.is_some() || place.forbids(&key.text) {
            Problem::new(Slug::UNKNOWN_PARAMETER, message)
        } else {
            Problem::warning(Slug::UNKNOWN_PARAMETER, message)
        };
        problem = problem.at(&key.place, "no such field in the catalog");
        problem.help = match missed {
            Some(missed) => Some(format!("did you mean `{missed}`? It is required")),
            None => help_for_unknown(&key.text, place.fields()),
        };
        told.extend(missed.map(|missed| path.field(missed)));
        told.push(field);
        problem
    }

    /// What does not fit, whatever the columns hold, each with its place.
    fn misfits(&self, written: &Written, schema: &Schema, told: &[BodyPath]) -> Vec<(Problem, BodyPath)> {
        let mut known = Known::default();
        let value = known.value(written, &schema.root(), &BodyPath::default());
        let is_told = |misfit: &Misfit| told.iter().any(|path| path.to_string() == misfit.path);
        let problem = |path: &BodyPath, misfit: Misfit| {
            let part = known.at(path).unwrap_or(written);
            let message = misfit.to_string();
            if !misfit.is_missing {
                let problem = Problem::new(Slug::BAD_PARAMETER, message).at(&part.place, "this does not fit");
                return match allowed_like(part, &schema.at(path)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => self.with_hint(problem, None),
                };
            }
            let problem = Problem::new(Slug::MISSING_PARAMETER, message).at(&part.place, "something is missing here");
            self.with_hint(
                problem,
                misfit.missing_field.map(|name| {
                    let value =
                        schema.at(path).field(&name).only_value().map_or("{ field: NAME }".to_owned(), flow_yaml);
                    format!("add `{name}: {value}`")
                }),
            )
        };
        let misfits = schema.misfits(&value, &known.unsaid).into_iter();
        misfits.filter(|(_, misfit)| !is_told(misfit)).map(|(path, misfit)| (problem(&path, misfit), path)).collect()
    }

    /// That there is no payload where one is needed.
    fn not_given(&self, schema: &Schema) -> Option<Problem> {
        schema.misfit(&json!({}))?;
        let root = schema.root();
        let required = root.required();
        let with = if required.is_empty() { String::new() } else { format!(" with {}", listed(required.clone())) };
        let message = format!("`{}` needs a payload{with}", self.endpoint.id);
        let problem = Problem::new(Slug::MISSING_PARAMETER, message).at(self.place, "it is called without");
        let field = |name: &&str| {
            let place = root.field(name);
            let is_plain = !place.kinds().has(Kinds::LIST) && !place.kinds().has(Kinds::MAP);
            let value = place.only_value().map(flow_yaml);
            let value = value.unwrap_or_else(|| if is_plain { "{ field: NAME }" } else { ".." }.to_owned());
            format!("{name}: {value}")
        };
        let fields: Vec<String> = required.iter().map(field).collect();
        let fields = if fields.is_empty() { "..".to_owned() } else { format!("{{ {} }}", fields.join(", ")) };
        Some(self.with_hint(problem, Some(format!("add `payload: {fields}` beside `endpoint`"))))
    }

    /// Says where the payload of an endpoint is told.
    fn with_hint(&self, problem: Problem, help: Option<String>) -> Problem {
        let (catalog, id) = (&self.catalog.name, &self.endpoint.id);
        let told = match builtin(catalog) {
            Some(_) => format!("`seatflow catalog show {catalog} {id}` tells its fields"),
            None => format!("the `body` of `{id}` in the catalog `{catalog}` tells its fields"),
        };
        problem.help(help.into_iter().chain([told]).collect::<Vec<_>>().join("; "))
    }
}

/// Texts that are none of the known ones of their places, among others that may be sent: those at places that do not fit
/// are not.
fn unknown_values(
    written: &Written,
    place: &SchemaPlace<'_>,
    path: &BodyPath,
    unfit: &[BodyPath],
    problems: &mut Vec<Problem>,
) {
    match &written.part {
        Part::Map(entries) => {
            for (key, part) in entries {
                unknown_values(part, &place.field(&key.text), &path.field(&key.text), unfit, problems);
            }
        }
        Part::List(items) => {
            for (index, item) in items.iter().enumerate() {
                unknown_values(item, &place.item(index), &path.item(index), unfit, problems);
            }
        }
        Part::Literal(Literal::Text(text) | Literal::Referred(text))
            if place.kinds().has(Kinds::TEXT) && !unfit.contains(path) =>
        {
            problems.extend(unknown::warning(&format!("the payload's `{path}`"), text, &place.suggested()));
        }
        Part::Literal(_) | Part::Field(_) => {}
    }
}

/// The allowed value that is most like the one that is written, if that is no secret.
fn allowed_like<'a>(written: &Written, place: &SchemaPlace<'a>) -> Option<&'a str> {
    let Part::Literal(Literal::Text(text)) = &written.part else { return None };
    let allowed = place.allowed().into_iter().filter_map(Value::as_str);
    nearest(text.expose(), allowed).filter(|_| !text.is_secret())
}

#[cfg(test)]
mod tests;
