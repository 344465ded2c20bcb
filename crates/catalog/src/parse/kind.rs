//! What values a parameter takes.

use seatflow_spec::{Key, Problem, Reading, Slug, Spanned};

use crate::{ListForm, Location, ValueKind};

/// The words by which files name the kinds.
pub(super) const WORDS: [(&str, &str); 7] = [
    ("text", "text"),
    ("integer", "integer"),
    ("number", "number"),
    ("boolean", "boolean"),
    ("time", "time"),
    ("selector", "selector"),
    ("selector-text", "selector-text"),
];

/// Reads the kind of a parameter, which is text unless it is said. `path` is that of the endpoint, if it names the
/// parameter.
pub(super) fn read(
    key: &Key,
    said: Option<&Spanned<&'static str>>,
    minimum: Option<&Spanned<i64>>,
    maximum: Option<&Spanned<i64>>,
    path: Option<&str>,
    reading: &mut Reading<'_>,
) -> ValueKind {
    let word = said.map_or("text", |said| said.value);
    if let Some(bound) = minimum.or(maximum).filter(|_| word != "integer") {
        let problem = Problem::new(Slug::BAD_ENDPOINT, format!("a parameter of the type `{word}` has a bound"));
        let problem = problem.at(&bound.place, "only an `integer` has one");
        reading.problem(problem.help("write `type: integer`"));
    }
    if let (Some(least), Some(most)) = (minimum, maximum)
        && least.value > most.value
    {
        let problem = Problem::new(Slug::BAD_VALUE, "the minimum is more than the maximum");
        reading.problem(problem.at(&least.place, "the minimum").with(&most.place, "the maximum"));
    }
    let kind = match word {
        "integer" => {
            ValueKind::Integer { minimum: minimum.map(|bound| bound.value), maximum: maximum.map(|bound| bound.value) }
        }
        "number" => ValueKind::Number,
        "boolean" => ValueKind::Boolean,
        "time" => ValueKind::Time,
        "selector" => ValueKind::Selector,
        "selector-text" => ValueKind::SelectorText,
        _ => ValueKind::Text,
    };
    let place = said.map_or(&key.place, |said| &said.place);
    if let Some((wrong, label, help)) = misplaced(kind, &key.text, path) {
        let problem = Problem::new(Slug::BAD_ENDPOINT, format!("`{}` {wrong}", key.text)).at(place, label);
        reading.problem(problem.help(help));
    }
    if kind == ValueKind::Text && path.is_some_and(|path| is_quoted(path, &key.text)) {
        let message = format!("`{}` stands between quotes in the path, and is any text", key.text);
        let problem = Problem::warning(Slug::BAD_ENDPOINT, message).at(place, "a `'` in it would end them");
        reading.problem(problem.help("write `type: selector-text`, which doubles each quote"));
    }
    kind
}

/// What is wrong with where a selector, or a text in one, goes: the message, the label and the help.
fn misplaced(kind: ValueKind, name: &str, path: Option<&str>) -> Option<(&'static str, &'static str, String)> {
    match (kind, path) {
        (ValueKind::Selector, None) => {
            let help = format!("write `GET /graph/{{{name}}}`");
            Some(("is a selector, and the path does not name it", "a selector goes into the path", help))
        }
        (ValueKind::Selector, Some(path)) if !path.ends_with(&format!("/{{{name}}}")) => {
            let help = format!("let the path end with `/{{{name}}}`");
            Some(("is a selector, and not the end of the path", "what follows would be a part of it", help))
        }
        (ValueKind::SelectorText, None) => {
            let help = format!("write `[@name='{{{name}}}']` in the path");
            Some(("is text of a selector, and the path does not name it", "it goes into the path", help))
        }
        (ValueKind::SelectorText, Some(path)) if !is_quoted(path, name) => {
            let help = format!("write `'{{{name}}}'` in the path, or `type: text` if it has no quotes there");
            Some(("is text of a selector, and has no quotes around it", "it is what stands between quotes", help))
        }
        _ => None,
    }
}

/// Whether a name in braces stands between quotes in a path.
fn is_quoted(path: &str, name: &str) -> bool {
    let before = path.split_once(&format!("{{{name}}}")).map(|(before, _)| before);
    before.is_some_and(|before| before.matches('\'').count() % 2 == 1)
}

/// Several values can be written where the parameter goes.
pub(super) fn check_list(
    key: &Key,
    kind: ValueKind,
    location: Location,
    list: Option<&Spanned<ListForm>>,
    reading: &mut Reading<'_>,
) {
    let Some(list) = list else { return };
    let is_selector = matches!(kind, ValueKind::Selector | ValueKind::SelectorText);
    let wrong = match (location, list.value) {
        _ if is_selector => "a selector is one value",
        (Location::Path, ListForm::Repeated) => "nothing in a path is repeated",
        (Location::QueryKey, ListForm::Comma | ListForm::Space | ListForm::Pipe) => {
            "a name in the query is one value, which can only be repeated"
        }
        _ => return,
    };
    let message = format!("`{}` cannot take several values in this way", key.text);
    reading.problem(Problem::new(Slug::BAD_ENDPOINT, message).at(&list.place, wrong));
}
