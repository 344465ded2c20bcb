//! Parameters: what an endpoint says of them, over what the catalog says.

use seatflow_spec::{FromTree, Key, Kind, MapReader, Place, Problem, Reading, Slug, Spanned, Tree, help_for_unknown};

use super::{kind, suggested, trust};
use crate::lookup::placeholders;
use crate::{ListForm, Location, Parameter, Suggestion, Trust};

/// What one place of the file says of a parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    location: Option<Spanned<Location>>,
    kind: Option<Spanned<&'static str>>,
    minimum: Option<Spanned<i64>>,
    maximum: Option<Spanned<i64>>,
    required: Option<Spanned<bool>>,
    allowed: Option<Vec<Spanned<String>>>,
    refused: Option<Vec<Spanned<String>>>,
    suggested: Option<Vec<Spanned<Suggestion>>>,
    list: Option<Spanned<ListForm>>,
    default: Option<Spanned<String>>,
    description: Option<String>,
    source: Option<Trust>,
}

/// Parameters that endpoints may name without saying more.
pub(super) type SharedParameters = Vec<(Key, Said)>;

/// Reads the catalog's own parameters.
pub(super) fn read_shared(tree: &Tree, reading: &mut Reading<'_>) -> Option<SharedParameters> {
    reading.read(tree)
}

/// Nothing, a description, or a map.
impl FromTree for Said {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        if let Kind::Text(_) = tree.kind {
            let description = reading.read(tree)?;
            return Some(Self { description: Some(description), ..Self::default() });
        }
        let mut map = reading.map(tree)?.named("a parameter");
        let said = Self {
            location: spanned_word(&mut map, "in", &LOCATIONS),
            kind: spanned_word(&mut map, "type", &kind::WORDS),
            minimum: map.optional("minimum"),
            maximum: map.optional("maximum"),
            required: map.optional("required"),
            allowed: map.optional("allowed"),
            refused: map.optional("refused"),
            suggested: map.optional_with("suggested", suggested::read),
            list: spanned_word(&mut map, "list", &LISTS),
            default: map.optional_with("default", scalar),
            description: map.optional("description"),
            source: trust(&mut map),
        };
        if let (Some((allowed, _)), Some((suggested, _))) = (map.entry("allowed"), map.entry("suggested")) {
            let problem = Problem::new(Slug::BAD_ENDPOINT, "values are allowed, and others are suggested");
            let problem = problem.at(&suggested.place, "others than the allowed ones are refused");
            map.reading().problem(problem.with(&allowed.place, "allowed here").help("remove one of them"));
        }
        map.finish();
        Some(said)
    }
}

const LOCATIONS: [(&str, Location); 4] = [
    ("path", Location::Path),
    ("query", Location::Query),
    ("query-key", Location::QueryKey),
    ("header", Location::Header),
];

const LISTS: [(&str, ListForm); 4] = [
    ("repeated", ListForm::Repeated),
    ("comma", ListForm::Comma),
    ("space", ListForm::Space),
    ("pipe", ListForm::Pipe),
];

fn spanned_word<T: Clone>(map: &mut MapReader<'_, '_>, key: &'static str, words: &[(&str, T)]) -> Option<Spanned<T>> {
    map.optional_with(key, |tree, reading| Some(Spanned::new(reading.one_of(tree, words)?, tree.place.clone())))
}

/// A default as it is written, also `true`.
fn scalar(tree: &Tree, reading: &mut Reading<'_>) -> Option<Spanned<String>> {
    let text = tree.as_scalar();
    if text.is_none() {
        reading.wrong_type(tree, "a single value");
    }
    Some(Spanned::new(text?.to_owned(), tree.place.clone()))
}

impl Said {
    /// This, and where it says nothing, what `shared` says.
    fn over(self, shared: Option<&Self>) -> Self {
        let Some(shared) = shared.cloned() else { return self };
        // Which values there are is said by one of them, as all there are or as some of them.
        let (allowed, suggested) = match (&self.allowed, &self.suggested) {
            (None, None) => (shared.allowed, shared.suggested),
            _ => (self.allowed, self.suggested),
        };
        Self {
            location: self.location.or(shared.location),
            kind: self.kind.or(shared.kind),
            minimum: self.minimum.or(shared.minimum),
            maximum: self.maximum.or(shared.maximum),
            required: self.required.or(shared.required),
            allowed,
            refused: self.refused.or(shared.refused),
            suggested,
            list: self.list.or(shared.list),
            default: self.default.or(shared.default),
            description: self.description.or(shared.description),
            source: self.source.or(shared.source),
        }
    }
}

/// Reads the parameters of an endpoint with this path, whose own source is `source`.
pub(super) fn read(
    tree: &Tree,
    path: &str,
    shared: &SharedParameters,
    source: Trust,
    reading: &mut Reading<'_>,
) -> Option<Vec<(Parameter, Place)>> {
    let entries: Vec<(Key, Tree)> = reading.read(tree)?;
    let mut parameters = Vec::new();
    for (key, tree) in &entries {
        // What could not be read is still a parameter, so that nothing else misses it.
        let own = reading.read::<Said>(tree).unwrap_or_default();
        let common = shared.iter().find(|(name, _)| name.text == key.text).map(|(_, said)| said);
        if tree.is_null() && common.is_none() {
            reading.problem(undescribed(key, shared));
            continue;
        }
        let said = own.over(common);
        parameters.push((combine(key, said, path, source, reading), key.place.clone()));
    }
    Some(parameters)
}

fn undescribed(key: &Key, shared: &SharedParameters) -> Problem {
    let problem = Problem::new(Slug::UNKNOWN_PARAMETER, format!("the parameter `{}` is described nowhere", key.text));
    let mut problem = problem.at(&key.place, "neither here nor under the catalog's `parameters`");
    problem.help = help_for_unknown(&key.text, shared.iter().map(|(name, _)| name.text.as_str()));
    problem
}

fn combine(key: &Key, said: Said, path: &str, source: Trust, reading: &mut Reading<'_>) -> Parameter {
    let in_path = placeholders(path).any(|name| name == key.text);
    let location = location(key, said.location, in_path, reading);
    if let Some(required) = said.required.as_ref().filter(|required| in_path && !required.value) {
        let problem = Problem::new(Slug::BAD_ENDPOINT, format!("`{}` is a part of the path", key.text));
        reading.problem(problem.at(&required.place, "so it is always required"));
    }
    let word = said.kind.as_ref();
    let in_path = in_path.then_some(path);
    let kind = kind::read(key, word, said.minimum.as_ref(), said.maximum.as_ref(), in_path, reading);
    kind::check_list(key, kind, location, said.list.as_ref(), reading);
    let allowed = said.allowed.unwrap_or_default();
    let refused = said.refused.unwrap_or_default();
    let suggested = said.suggested.unwrap_or_default();
    let known = suggested.iter().map(|known| (&known.value.value, &known.place));
    for (value, place) in allowed.iter().chain(&said.default).map(|said| (&said.value, &said.place)).chain(known) {
        if let Some(wanted) = kind.wants(value) {
            let wrong = format!("`{value}` is not {wanted}");
            reading.problem(Problem::new(Slug::BAD_VALUE, wrong).at(place, "it does not fit the type"));
        }
    }
    let allowed: Vec<String> = allowed.into_iter().map(|value| value.value).collect();
    if let Some(default) = said.default.as_ref().filter(|_| !allowed.is_empty())
        && !allowed.contains(&default.value)
    {
        let problem = Problem::new(Slug::BAD_VALUE, format!("the default `{}` is not allowed", default.value));
        let mut problem = problem.at(&default.place, "not one of the allowed values");
        problem.help = help_for_unknown(&default.value, allowed.iter().map(String::as_str));
        reading.problem(problem);
    }
    Parameter {
        name: key.text.clone(),
        location,
        kind,
        required: match &said.default {
            // It is sent, as nothing else can stand in its place.
            Some(_) if in_path.is_some() => false,
            _ => in_path.is_some() || said.required.is_some_and(|required| required.value),
        },
        allowed,
        refused: refused.into_iter().map(|value| value.value).collect(),
        suggested: suggested.into_iter().map(|known| known.value).collect(),
        list: said.list.map(|list| list.value),
        default: said.default.map(|default| default.value),
        description: said.description.unwrap_or_default(),
        source: said.source.unwrap_or(source),
    }
}

fn location(key: &Key, said: Option<Spanned<Location>>, in_path: bool, reading: &mut Reading<'_>) -> Location {
    let implied = if in_path { Location::Path } else { Location::Query };
    let Some(said) = said else { return implied };
    if (said.value == Location::Path) == in_path {
        return said.value;
    }
    let wrong = if in_path { "but the path names it" } else { "but the path does not name it" };
    let place = if said.value == Location::Path { "the path" } else { "no part of the path" };
    let problem = Problem::new(Slug::BAD_ENDPOINT, format!("`{}` is said to be in {place}, {wrong}", key.text));
    reading.problem(problem.at(&said.place, "said here").with(&key.place, "of this parameter"));
    implied
}

/// Reports a name, written beside `by`, that is no parameter of the endpoint, or one that takes several values: why there
/// can be only one.
pub(super) fn check_named(
    key: &Key,
    (by, name, named_at): (&str, &str, &Place),
    why_one: &str,
    parameters: &[(Parameter, Place)],
    reading: &mut Reading<'_>,
) {
    let Some((parameter, place)) = parameters.iter().find(|(found, _)| found.name == name) else {
        let message = format!("`{by}` names `{name}`, which is no parameter of `{}`", key.text);
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(named_at, "named here");
        let mut problem = problem.with(&key.place, "of this endpoint");
        let names = parameters.iter().map(|(parameter, _)| parameter.name.as_str());
        problem.help = help_for_unknown(name, names);
        reading.problem(problem);
        return;
    };
    if parameter.list.is_some() {
        let message = format!("`{by}` names `{name}`, which takes several values");
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(named_at, why_one);
        reading.problem(problem.with(place, "described here"));
    }
}
