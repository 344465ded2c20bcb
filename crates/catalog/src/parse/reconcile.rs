//! The read that tells whether a write happened.

use std::sync::Arc;

use seatflow_spec::{
    FromTree, Key, Kind, MapReader, Place, Problem, Reading, Slug, Spanned, Tree, help_for_unknown, nearest,
};

use super::json;
use super::outcome::statuses;
use super::shape::Shape;
use crate::{Effect, Endpoint, Given, Paging, Presence, Reconcile, ResponseForm};

/// Names or paths, each with where its value comes from.
type Entries = Vec<(Key, Spanned<Given>)>;

/// What an endpoint says of its reconciling, before it is known what the catalog has.
pub(super) struct Said {
    place: Place,
    read: Spanned<String>,
    parameters: Entries,
    find: Entries,
    compare: Entries,
    done: Presence,
    not_found: Vec<u16>,
}

/// Reads what an endpoint says.
pub(super) fn read(key: &Key, tree: &Tree, reading: &mut Reading<'_>) -> Option<Said> {
    let mut map = reading.map(tree)?.named("`reconcile`").missed_at(&key.place);
    let read = map.required("read");
    let parameters = entries(&mut map, "parameters");
    let find = map.required_with("find", |tree, reading| {
        if tree.entries().is_empty() && matches!(tree.kind, Kind::Map(_) | Kind::Null) {
            let problem = Problem::new(Slug::BAD_VALUE, "nothing is said of the record that is looked for");
            reading.problem(problem.at(&tree.place, "any record would be the one"));
            return None;
        }
        reading.read(tree)
    });
    let compare = entries(&mut map, "compare");
    let done = map.required_with("done", |tree, reading| reading.one_of(tree, &Presence::WORDS));
    let not_found = map.optional_with("not_found", statuses).unwrap_or_default();
    if let (Some(Presence::Absent), Some((key, _))) = (done, map.entry("compare")) {
        let problem = Problem::new(Slug::BAD_ENDPOINT, "what must be absent is compared");
        let problem = problem.at(&key.place, "nothing is left to compare with");
        map.reading().problem(problem.help("remove `compare`, or say `done: present`"));
    }
    map.finish();
    let (parameters, compare) = (parameters?, compare?);
    Some(Said { place: key.place.clone(), read: read?, parameters, find: find?, compare, done: done?, not_found })
}

fn entries(map: &mut MapReader<'_, '_>, key: &'static str) -> Option<Entries> {
    match map.tree(key) {
        Some(tree) => map.reading().read(tree),
        None => Some(Entries::new()),
    }
}

/// `{ parameter: name }`, `{ payload: path }`, or a single value.
impl FromTree for Given {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        if matches!(tree.kind, Kind::List(_)) {
            reading.wrong_type(tree, "a single value, or where it comes from");
            return None;
        }
        if !matches!(tree.kind, Kind::Map(_)) {
            return json::read(tree, reading).map(Self::Literal);
        }
        let mut map = reading.map(tree)?.named("a value");
        let parameter = map.optional("parameter").map(Self::Parameter);
        let payload = map.optional("payload").map(Self::Payload);
        let said = [map.tree("parameter").is_some(), map.tree("payload").is_some()];
        let wrong = match said {
            [true, true] => Some((Slug::BAD_ENDPOINT, "a value comes from two places", "one of them must go")),
            [false, false] => {
                let label = "`parameter` or `payload` must be here";
                Some((Slug::MISSING_KEY, "nothing is said of where a value comes from", label))
            }
            _ => None,
        };
        if let Some((slug, message, label)) = wrong {
            map.reading().problem(Problem::new(slug, message).at(&tree.place, label));
        }
        map.finish();
        parameter.or(payload).filter(|_| wrong.is_none())
    }
}

impl Said {
    /// What it comes to for an endpoint, in a catalog of these. `is_there` also knows those that could not be read.
    pub(super) fn resolve(
        self,
        write: &Endpoint,
        endpoints: &[Endpoint],
        is_there: impl Fn(&str) -> bool,
        reading: &mut Reading<'_>,
    ) -> Option<Reconcile> {
        if write.effect == Effect::Read {
            let problem = Problem::new(Slug::BAD_ENDPOINT, format!("`{}` reads and is reconciled", write.id));
            let problem = problem.at(&self.place, "a read is never in doubt");
            reading.problem(problem.help("remove `reconcile`; or say `effect: write`, if it changes something"));
            return None;
        }
        let Some(read) = endpoints.iter().find(|endpoint| endpoint.id == self.read.value) else {
            if !is_there(&self.read.value) {
                let message = format!("`{}` is reconciled by `{}`, which there is not", write.id, self.read.value);
                let mut problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&self.read.place, "no such endpoint");
                let reads = endpoints.iter().filter(|endpoint| endpoint.effect == Effect::Read);
                problem.help = help_for_unknown(&self.read.value, reads.map(|endpoint| endpoint.id.as_str()));
                reading.problem(problem);
            }
            return None;
        };
        if let Some((which, label)) = unfit(read) {
            let message = format!("`{}` is reconciled by `{}`, which {which}", write.id, read.id);
            reading.problem(Problem::new(Slug::BAD_ENDPOINT, message).at(&self.read.place, label));
            return None;
        }
        self.check_parameters(read, reading);
        for (_, given) in self.parameters.iter().chain(&self.find).chain(&self.compare) {
            check_given(given, write, reading);
        }
        let records = Shape::of_records(&read.response);
        for (path, _) in self.find.iter().chain(&self.compare).filter(|(path, _)| !records.has(&path.text)) {
            let message = format!("the records of `{}` have no `{}`", read.id, path.text);
            reading.problem(unknown(message, &path.place, &path.text, &records.paths()));
        }
        Some(Reconcile {
            read: Arc::new(read.clone()),
            parameters: plain(self.parameters),
            find: plain(self.find),
            compare: plain(self.compare),
            done: self.done,
            not_found: self.not_found,
        })
    }

    /// The read takes what it is given, and has all that it needs.
    fn check_parameters(&self, read: &Endpoint, reading: &mut Reading<'_>) {
        for (name, given) in &self.parameters {
            let Some(parameter) = read.parameter(&name.text) else {
                let message = format!("`{}` has no parameter `{}`", read.id, name.text);
                let names: Vec<_> = read.parameters.iter().map(|parameter| parameter.name.clone()).collect();
                reading.problem(unknown(message, &name.place, &name.text, &names));
                continue;
            };
            if leads_to_a_page(&read.paging, &name.text) {
                let message = format!("`{}` of `{}` tells one of its pages", name.text, read.id);
                let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&name.place, "all pages are asked for");
                reading.problem(problem.help(format!("remove `{}`", name.text)));
            }
            let Given::Literal(literal) = &given.value else { continue };
            if literal.is_null() {
                let problem = Problem::new(Slug::WRONG_TYPE, "expected a single value, found nothing");
                reading.problem(problem.at(&given.place, "this must be a single value, or where it comes from"));
                continue;
            }
            let text = literal.as_str().map_or_else(|| literal.to_string(), str::to_owned);
            if let Some(misfit) = parameter.misfit(&text) {
                let problem = Problem::new(Slug::BAD_VALUE, format!("the parameter `{}` {misfit}", name.text));
                reading.problem(problem.at(&given.place, "it does not fit the parameter"));
            }
        }
        let names = || read.parameters.iter().map(|parameter| parameter.name.as_str());
        // A misspelt name is one mistake, not two.
        let means = |given: &str, name: &str| given == name || nearest(given, names()) == Some(name);
        let is_given = |name: &str| self.parameters.iter().any(|(given, _)| means(&given.text, name));
        for parameter in &read.parameters {
            let name = &parameter.name;
            if parameter.required && !is_given(name) && !read.paging.sets(name) {
                let message = format!("`{}` is not given its parameter `{name}`", read.id);
                let problem =
                    Problem::new(Slug::BAD_ENDPOINT, message).at(&self.read.place, "it cannot be asked without");
                reading.problem(problem.help(format!("add `{name}: {{ parameter: .. }}` to `parameters`")));
            }
        }
    }
}

/// What is wrong with an endpoint that is to tell of a write.
fn unfit(read: &Endpoint) -> Option<(&'static str, &'static str)> {
    if read.effect == Effect::Write {
        return Some(("writes", "a read must be here"));
    }
    match read.response.form {
        ResponseForm::File => return Some(("answers a file", "nobody looks into a file")),
        ResponseForm::Jwt { .. } => return Some(("answers signed tokens", "nobody looks for records in them")),
        ResponseForm::Json | ResponseForm::Graph => {}
    }
    read.body.is_some().then_some(("takes a payload", "none is sent with it"))
}

/// Whether a parameter says where the pages begin.
fn leads_to_a_page(paging: &Paging, name: &str) -> bool {
    match paging {
        Paging::Page { page, .. } => name == page,
        Paging::Offset { offset, .. } => name == offset,
        Paging::Cursor { parameter, .. } => name == parameter,
        Paging::None | Paging::Link | Paging::NextUrl { .. } | Paging::SelectorRange { .. } => false,
    }
}

/// The write has what is taken from it.
fn check_given(given: &Spanned<Given>, write: &Endpoint, reading: &mut Reading<'_>) {
    match &given.value {
        Given::Parameter(name) if write.parameter(name).is_none() => {
            let message = format!("`{}` has no parameter `{name}`", write.id);
            let names: Vec<_> = write.parameters.iter().map(|parameter| parameter.name.clone()).collect();
            reading.problem(unknown(message, &given.place, name, &names));
        }
        Given::Payload(path) => {
            let shape = write.body.as_ref().map(Shape::of_payload);
            if shape.as_ref().is_some_and(|shape| shape.has(path)) {
                return;
            }
            let message = match shape {
                Some(_) => format!("the payload of `{}` has no `{path}`", write.id),
                None => format!("`{}` has no payload", write.id),
            };
            reading.problem(unknown(
                message,
                &given.place,
                path,
                &shape.map(|shape| shape.paths()).unwrap_or_default(),
            ));
        }
        Given::Parameter(_) | Given::Literal(_) => {}
    }
}

fn unknown(message: String, place: &Place, name: &str, valid: &[String]) -> Problem {
    let mut problem = Problem::new(Slug::BAD_ENDPOINT, message).at(place, "the reconciling needs it");
    problem.help = help_for_unknown(name, valid.iter().map(String::as_str));
    problem
}

fn plain(entries: Entries) -> Vec<(String, Given)> {
    entries.into_iter().map(|(key, given)| (key.text, given.value)).collect()
}
