//! The words in and at what is drawn.

use seatflow_spec::{Part, ReferenceTo, Tree, Values};

use super::Node;

/// A scalar as a picture shows it: settings by their values, everything else as it is written.
pub(super) fn shown(tree: &Tree, values: &Values) -> Option<String> {
    let seatflow_spec::Kind::Text(text) = &tree.kind else { return tree.as_scalar().map(str::to_owned) };
    let part = |part: &Part| match part {
        Part::Literal(literal) => literal.clone(),
        Part::Reference(reference) => match &reference.to {
            ReferenceTo::Setting(name) => {
                let setting = values.settings.get(name).and_then(|setting| setting.value.as_scalar());
                setting.map_or_else(|| format!("${{{name}}}"), str::to_owned)
            }
            ReferenceTo::Variable(name) => format!("${{env:{name}}}"),
            ReferenceTo::File(path) => format!("${{file:{path}}}"),
        },
    };
    Some(text.parts().iter().map(part).collect())
}

impl Node {
    /// The lines of its box: its name, its tool, what it reaches.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.tool].into_iter().chain(self.reaches.as_deref())
    }
}

/// The text with each character replaced that `escape` has something for, and on one line.
pub(super) fn escaped(text: &str, escape: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match escape(character) {
            Some(instead) => escaped.push_str(instead),
            None if character.is_control() => escaped.push(' '),
            None => escaped.push(character),
        }
    }
    escaped
}
