//! Where a request goes: a path and a query below the base URL, each value escaped for its place.

use std::sync::Arc;

use seatflow_catalog::{Endpoint, ListForm, Location, Parameter, PathPart, Selector, ValueKind, path_parts};

use crate::request::Refusal;
use crate::url::{escape_fixed_into, escape_into};
use crate::values::{Values, bad, missing};

/// The targets of one request: its path and query as they are, and as its pages change them.
#[derive(Clone)]
pub(crate) struct Targets {
    endpoint: Arc<Endpoint>,
    /// The path, escaped.
    path: String,
    /// The selector in it, and where that stands: at its end.
    selector: Option<(usize, Selector)>,
    /// The values of the endpoint's parameters that go into the query, not escaped, beside the parameters.
    query: Vec<Vec<String>>,
}

impl Targets {
    /// Fills the places of an endpoint's path and query with values that fit.
    ///
    /// # Errors
    ///
    /// A name in the query that stands for something else there.
    pub(crate) fn new(endpoint: &Arc<Endpoint>, values: &Values<'_>) -> Result<Self, Refusal> {
        let mut query = Vec::with_capacity(endpoint.parameters.len());
        for parameter in &endpoint.parameters {
            let values = if is_in_query(parameter) { values.all(parameter) } else { &[] };
            if parameter.location == Location::QueryKey {
                values.iter().try_for_each(|value| check_key(endpoint, parameter, value))?;
            }
            query.push(values.iter().map(|value| (*value).to_owned()).collect());
        }
        let mut targets = Self { endpoint: Arc::clone(endpoint), path: String::new(), selector: None, query };
        targets.fill_path(values)?;
        Ok(targets)
    }

    /// Fills a path's `{name}` places.
    fn fill_path(&mut self, values: &Values<'_>) -> Result<(), Refusal> {
        let endpoint = Arc::clone(&self.endpoint);
        for part in path_parts(&endpoint.path) {
            match part {
                PathPart::Text(text) => escape_fixed_into(text, &mut self.path),
                PathPart::Name(name) => {
                    let parameter = endpoint.parameter(name).filter(|parameter| !values.all(parameter).is_empty());
                    self.fill(parameter.ok_or_else(|| missing(name))?, values)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the values of a parameter into the path.
    fn fill(&mut self, parameter: &Parameter, values: &Values<'_>) -> Result<(), Refusal> {
        for (position, value) in values.all(parameter).iter().enumerate() {
            if position > 0 {
                push_separator(parameter.list.and_then(ListForm::separator).unwrap_or(','), &mut self.path);
            }
            match parameter.kind {
                ValueKind::Selector => {
                    let selector = Selector::parse_for(self.endpoint.effect, value)
                        .map_err(|fault| bad(&parameter.name, &fault.to_string()))?;
                    let start = self.path.len();
                    self.path.push_str(&selector.path());
                    self.selector = Some((start, selector));
                }
                ValueKind::SelectorText => escape_into(&value.replace('\'', "''"), &mut self.path),
                _ => escape_into(value, &mut self.path),
            }
        }
        Ok(())
    }

    /// Whether a range of what it selects can be asked for: it does not say itself which of it is wanted.
    pub(crate) fn takes_range(&self) -> bool {
        self.selector.as_ref().is_none_or(|(_, selector)| !selector.has_range())
    }

    /// Path and query for so many of what the path selects, from a number on.
    pub(crate) fn in_range(&self, first: u64, count: u64) -> String {
        let path = match &self.selector {
            Some((start, selector)) => format!("{}{}", &self.path[..*start], selector.with_range(first, count).path()),
            None => format!("{}%7Bi={first},r={count}%7D", self.path),
        };
        self.written(&path, &[])
    }

    /// The path, escaped.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The value of a parameter of the query, if it has one.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut parameters = self.endpoint.parameters.iter().zip(&self.query);
        let (_, values) = parameters.find(|(parameter, _)| parameter.name == name)?;
        values.first().map(String::as_str)
    }

    /// Path and query as they are sent, with some parameters of the query replaced; those that the endpoint does not name
    /// come last.
    pub(crate) fn with(&self, replaced: &[(&str, &str)]) -> String {
        self.written(&self.path, replaced)
    }

    fn written(&self, path: &str, replaced: &[(&str, &str)]) -> String {
        let mut query = Query::new(path);
        if let Some(fixed) = &self.endpoint.query {
            query.part().push_str(fixed);
        }
        if let Some(includes) = self.selector.as_ref().and_then(|(_, selector)| selector.query()) {
            query.part().push_str(&includes);
        }
        let other = |name: &str| replaced.iter().find(|(replaced, _)| *replaced == name).map(|(_, value)| *value);
        for (parameter, given) in self.endpoint.parameters.iter().zip(&self.query) {
            match (parameter.location, other(&parameter.name)) {
                (Location::Query, Some(value)) => query.push(&parameter.name, [value], None),
                (Location::Query, None) => {
                    query.push(&parameter.name, given.iter().map(String::as_str), parameter.list);
                }
                (Location::QueryKey, _) => given.iter().for_each(|key| escape_into(key, query.part())),
                (Location::Path | Location::Header, _) => {}
            }
        }
        let is_named = |name: &str| self.endpoint.parameter(name).is_some_and(|one| one.location == Location::Query);
        for (name, value) in replaced.iter().filter(|(name, _)| !is_named(name)) {
            query.push(name, [*value], None);
        }
        query.target
    }
}

/// A target whose query is being written.
struct Query {
    target: String,
    separator: char,
}

impl Query {
    fn new(path: &str) -> Self {
        Self { target: path.to_owned(), separator: '?' }
    }

    /// Where the next part of the query is written.
    fn part(&mut self) -> &mut String {
        self.target.push(std::mem::replace(&mut self.separator, '&'));
        &mut self.target
    }

    /// Writes the values of a parameter: once for each, or as one.
    fn push<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>, list: Option<ListForm>) {
        let separator = list.and_then(ListForm::separator);
        for (position, value) in values.into_iter().enumerate() {
            if let Some(separator) = separator.filter(|_| position > 0) {
                push_separator(separator, &mut self.target);
            } else {
                let target = self.part();
                escape_into(name, target);
                target.push('=');
            }
            escape_into(value, &mut self.target);
        }
    }
}

/// A comma may stand in a URL as it is, and is not one of a value; the others may not.
fn push_separator(separator: char, target: &mut String) {
    match separator {
        ',' => target.push(','),
        other => escape_into(other.encode_utf8(&mut [0; 4]), target),
    }
}

fn is_in_query(parameter: &Parameter) -> bool {
    matches!(parameter.location, Location::Query | Location::QueryKey)
}

/// Refuses a name in the query that stands for something else there.
fn check_key(endpoint: &Endpoint, parameter: &Parameter, key: &str) -> Result<(), Refusal> {
    let fixed = endpoint.query.iter().flat_map(|query| query.split('&'));
    let fixed = fixed.map(|part| part.split_once('=').map_or(part, |(name, _)| name));
    let named = endpoint.parameters_in(Location::Query).map(|parameter| parameter.name.as_str());
    if fixed.chain(named).any(|taken| taken == key) {
        return Err(bad(&parameter.name, &format!("must not be `{key}`, which means something else in this query")));
    }
    Ok(())
}
