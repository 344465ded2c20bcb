//! How pages follow each other.

use seatflow_spec::{Kind, MapReader, Place, Problem, Reading, Slug, Spanned, Tree, help_for_unknown};

use crate::{Location, Paging, Parameter, ValueKind};

const KINDS: [(&str, &str); 7] = [
    ("none", "none"),
    ("page", "page"),
    ("offset", "offset"),
    ("cursor", "cursor"),
    ("link", "link"),
    ("next-url", "next-url"),
    ("selector-range", "selector-range"),
];

/// A way of paging, with the parameters that it names where it names them.
#[derive(Clone, Debug)]
pub(super) struct ReadPaging {
    pub(super) paging: Paging,
    counters: Vec<Spanned<String>>,
    cursor: Option<Spanned<String>>,
    asked: Option<(u64, Spanned<String>, Place)>,
}

impl Default for ReadPaging {
    fn default() -> Self {
        Self::bare(Paging::None)
    }
}

impl ReadPaging {
    fn bare(paging: Paging) -> Self {
        Self { paging, counters: Vec::new(), cursor: None, asked: None }
    }

    /// Reports every parameter that is named and not one of the endpoint's, or of the wrong sort.
    pub(super) fn check(&self, endpoint: &str, parameters: &[(Parameter, Place)], reading: &mut Reading<'_>) {
        for name in self.counters.iter().chain(&self.cursor) {
            let Some((parameter, place)) = parameters.iter().find(|(found, _)| found.name == name.value) else {
                reading.problem(not_described(endpoint, name, parameters));
                continue;
            };
            let wrong = if parameter.location != Location::Query {
                "is not in the query"
            } else if parameter.list.is_some() {
                "takes several values"
            } else if self.counters.contains(name) && !matches!(parameter.kind, ValueKind::Integer { .. }) {
                "is not an `integer`"
            } else {
                continue;
            };
            let message = format!("the paging of `{endpoint}` counts with `{}`, which {wrong}", name.value);
            let problem = Problem::new(Slug::BAD_ENDPOINT, message);
            reading.problem(problem.at(&name.place, "named here").with(place, "described here"));
        }
        self.check_size(parameters, reading);
    }

    /// What is asked for must be allowed.
    fn check_size(&self, parameters: &[(Parameter, Place)], reading: &mut Reading<'_>) {
        let Some((size, name, place)) = &self.asked else { return };
        let Some((parameter, described)) = parameters.iter().find(|(found, _)| found.name == name.value) else {
            return;
        };
        if let ValueKind::Integer { minimum, maximum } = parameter.kind {
            let size = i64::try_from(*size).unwrap_or(i64::MAX);
            if minimum.is_some_and(|least| size < least) || maximum.is_some_and(|most| size > most) {
                let message = format!("{size} is not a size that `{}` allows", name.value);
                let problem = Problem::new(Slug::BAD_VALUE, message).at(place, "asked for here");
                reading.problem(problem.with(described, "its bounds are those of this parameter"));
            }
        }
    }
}

fn not_described(endpoint: &str, name: &Spanned<String>, parameters: &[(Parameter, Place)]) -> Problem {
    let message = format!("`{endpoint}` has no parameter `{}`", name.value);
    let mut problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&name.place, "its paging needs it");
    problem.help = help_for_unknown(&name.value, parameters.iter().map(|(found, _)| found.name.as_str()));
    problem
}

/// Reads `none`, `link`, or a map.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<ReadPaging> {
    if !matches!(tree.kind, Kind::Map(_)) {
        return match reading.one_of(tree, &KINDS)? {
            "none" => Some(ReadPaging::bare(Paging::None)),
            "link" => Some(ReadPaging::bare(Paging::Link)),
            kind => {
                let problem = Problem::new(Slug::MISSING_KEY, format!("paging of the kind `{kind}` has to say more"));
                reading.problem(problem.at(&tree.place, "a map must be here"));
                None
            }
        };
    }
    let mut map = reading.map(tree)?.named("paging");
    let kind = map.required_with("kind", |tree, reading| reading.one_of(tree, &KINDS));
    let paging = match kind {
        Some("none") => Some(ReadPaging::bare(Paging::None)),
        Some("link") => Some(ReadPaging::bare(Paging::Link)),
        Some("page") => page(&mut map),
        Some("offset") => offset(&mut map),
        Some("cursor") => cursor(&mut map),
        Some("selector-range") => selector_range(&mut map),
        Some(_) => next_url(&mut map),
        // Which keys belong here is not known.
        None => return None,
    };
    map.finish();
    paging
}

fn page(map: &mut MapReader<'_, '_>) -> Option<ReadPaging> {
    let page: Option<Spanned<String>> = map.required("page");
    let first = map.required("first");
    let size: Option<Spanned<String>> = map.required("size");
    let default_size: Option<Spanned<u64>> = map.required("default_size");
    let (page, first, size, default_size) = (page?, first?, size?, default_size?);
    let paging =
        Paging::Page { page: page.value.clone(), first, size: size.value.clone(), default_size: default_size.value };
    Some(counted(paging, page, size, default_size))
}

fn offset(map: &mut MapReader<'_, '_>) -> Option<ReadPaging> {
    let offset: Option<Spanned<String>> = map.required("offset");
    let limit: Option<Spanned<String>> = map.required("limit");
    let default_limit: Option<Spanned<u64>> = map.required("default_limit");
    let (offset, limit, default_limit) = (offset?, limit?, default_limit?);
    let paging =
        Paging::Offset { offset: offset.value.clone(), limit: limit.value.clone(), default_limit: default_limit.value };
    Some(counted(paging, offset, limit, default_limit))
}

fn counted(paging: Paging, position: Spanned<String>, size: Spanned<String>, asked: Spanned<u64>) -> ReadPaging {
    let asked = Some((asked.value, size.clone(), asked.place));
    ReadPaging { counters: vec![position, size], asked, ..ReadPaging::bare(paging) }
}

fn cursor(map: &mut MapReader<'_, '_>) -> Option<ReadPaging> {
    let next = map.required("next");
    let parameter: Option<Spanned<String>> = map.required("parameter");
    let (next, parameter) = (next?, parameter?);
    let paging = Paging::Cursor { next, parameter: parameter.value.clone() };
    Some(ReadPaging { cursor: Some(parameter), ..ReadPaging::bare(paging) })
}

fn selector_range(map: &mut MapReader<'_, '_>) -> Option<ReadPaging> {
    let default_size: Spanned<u64> = map.required("default_size")?;
    if default_size.value == 0 {
        let problem = Problem::new(Slug::BAD_VALUE, "a page of nothing is the last one");
        map.reading().problem(problem.at(&default_size.place, "this must be more than 0"));
    }
    Some(ReadPaging::bare(Paging::SelectorRange { default_size: default_size.value }))
}

fn next_url(map: &mut MapReader<'_, '_>) -> Option<ReadPaging> {
    Some(ReadPaging::bare(Paging::NextUrl { next: map.required("next")? }))
}
