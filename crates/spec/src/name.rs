//! Names, each of its own type.

use std::fmt;

macro_rules! names {
    ($($(#[doc = $doc:literal])* $name:ident, $what:literal, $extra:literal;)*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(String);

            impl $name {
                /// What it is the name of, as a message says it.
                pub(crate) const WHAT: &str = $what;

                /// How names are written, as a regular expression.
                pub const PATTERN: &str = concat!("^[a-z][a-z0-9_", $extra, "]*$");

                /// The name that is written so, if names are written so.
                pub fn new(name: impl Into<String>) -> Option<Self> {
                    let name = name.into();
                    Self::is_valid(&name).then_some(Self(name))
                }

                /// Whether names are written so.
                pub fn is_valid(name: &str) -> bool {
                    is_valid(name, $extra)
                }

                /// The name.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.write_str(&self.0)
                }
            }

            impl AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    &self.0
                }
            }

            impl std::borrow::Borrow<str> for $name {
                fn borrow(&self) -> &str {
                    &self.0
                }
            }

            impl PartialEq<str> for $name {
                fn eq(&self, other: &str) -> bool {
                    self.0 == other
                }
            }

            impl PartialEq<&str> for $name {
                fn eq(&self, other: &&str) -> bool {
                    self.0 == *other
                }
            }
        )*
    };
}

names! {
    /// The name of a pipeline: `[a-z][a-z0-9_-]*`.
    PipelineName, "a pipeline", "-";
    /// The name of a node: `[a-z][a-z0-9_]*`.
    NodeName, "a node", "";
    /// The name of a connection: `[a-z][a-z0-9_]*`.
    ConnectionName, "a connection", "";
    /// The name of a setting: `[a-z][a-z0-9_]*`.
    SettingName, "a setting", "";
}

fn is_valid(name: &str, extra: &str) -> bool {
    let fits = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_' || extra.contains(character)
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(fits)
}

/// A name like `name` that is written as names are, to be offered: `Read devices` gives `read_devices`.
pub(crate) fn respelt(name: &str) -> Option<String> {
    let mut respelt = String::new();
    for character in name.to_ascii_lowercase().chars() {
        let fits = character.is_ascii_lowercase() || character.is_ascii_digit();
        match character {
            character if fits => respelt.push(character),
            character if character.is_alphanumeric() => return None,
            _ if respelt.ends_with('_') => {}
            _ => respelt.push('_'),
        }
    }
    let respelt = respelt.trim_matches('_');
    NodeName::is_valid(respelt).then(|| respelt.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_small_letters_digits_and_underscores() {
        assert!(NodeName::is_valid("read_2"));
        for name in ["", "2nd", "_x", "Read", "a-b", "a.b", "é"] {
            assert!(!NodeName::is_valid(name), "{name}");
        }
    }

    #[test]
    fn only_a_pipelines_name_may_have_hyphens() {
        assert!(PipelineName::is_valid("license-audit"));
        assert!(!ConnectionName::is_valid("license-audit"));
    }

    #[test]
    fn a_bad_name_is_offered_respelt() {
        assert_eq!(respelt("Read  devices!").as_deref(), Some("read_devices"));
        assert_eq!(respelt("license-audit").as_deref(), Some("license_audit"));
        assert_eq!(respelt("1st"), None);
        assert_eq!(respelt("größe"), None);
    }
}
