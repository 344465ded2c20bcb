//! Dotted paths, as catalogs write them.

use std::fmt;

use serde_json::Value;

/// The names of the fields that lead to a place: `data.items`.
///
/// A `.` or `\` that belongs to a name is written with a `\` before it, `@odata\.value`; a `\` before anything else may be
/// left out, as that of `\idx`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DottedPath(Vec<String>);

impl DottedPath {
    /// Takes a text apart. Any text is a path; the empty one leads to the field without a name.
    pub fn read(text: &str) -> Self {
        let mut names = Vec::new();
        let mut name = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '.' => names.push(std::mem::take(&mut name)),
                '\\' => name.push(characters.next().unwrap_or('\\')),
                plain => name.push(plain),
            }
        }
        names.push(name);
        Self(names)
    }

    /// The path that leads through fields of these names.
    pub fn of<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// The names, from the outermost inwards, as they are in the body.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The value to which it leads; nothing, if something on the way is not there or no object.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.names().try_fold(value, |value, name| value.as_object()?.get(name))
    }
}

/// As a catalog writes it.
impl fmt::Display for DottedPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, name) in self.names().enumerate() {
            if position > 0 {
                formatter.write_str(".")?;
            }
            formatter.write_str(&name.replace('\\', "\\\\").replace('.', "\\."))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dot_of_a_name_has_a_backslash_before_it() {
        for (text, names) in [
            ("data.items", vec!["data", "items"]),
            (r"@odata\.value.\\", vec!["@odata.value", r"\"]),
            (r"data.\idx", vec!["data", "idx"]),
            (r"a.\", vec!["a", r"\"]),
            ("a.", vec!["a", ""]),
        ] {
            assert_eq!(DottedPath::read(text).names().collect::<Vec<_>>(), names, "{text}");
            assert_eq!(DottedPath::read(&DottedPath::of(names).to_string()), DottedPath::read(text), "{text}");
        }
    }

    #[test]
    fn a_path_leads_through_objects_only() {
        let body = json!({ "@odata.value": [{ "a": 1 }], "a": { "b": null } });
        let found = |path: &str| DottedPath::read(path).find(&body).cloned();
        assert_eq!(found(r"@odata\.value"), Some(json!([{ "a": 1 }])));
        assert_eq!(found("a.b"), Some(json!(null)));
        assert_eq!([found("@odata.value"), found(r"@odata\.value.0"), found("a.b.c")], [None, None, None]);
    }
}
