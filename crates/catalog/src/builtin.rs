//! The catalogs that come with the program.

use std::sync::LazyLock;

use seatflow_spec::Source;

use crate::Catalog;

/// The names of the catalogs and their texts, in alphabetical order.
const TEXTS: &[(&str, &str)] = &[
    ("alteryx", include_str!("../catalogs/alteryx.yaml")),
    ("google-licensing", include_str!("../catalogs/google-licensing.yaml")),
    ("microsoft-graph-licenses", include_str!("../catalogs/microsoft-graph-licenses.yaml")),
    ("tenduke", include_str!("../catalogs/tenduke.yaml")),
    ("uipath", include_str!("../catalogs/uipath.yaml")),
];

/// Parsed when the first is asked for. That every text is a catalog of its name is held by a test.
static CATALOGS: LazyLock<Vec<Catalog>> = LazyLock::new(|| {
    let sources = TEXTS.iter().map(|(name, text)| Source::new(format!("{name}.yaml"), *text));
    sources.filter_map(|source| Catalog::parse(&source).ok()).collect()
});

/// The catalog of that name, if it comes with the program.
pub fn builtin(name: &str) -> Option<&'static Catalog> {
    CATALOGS.iter().find(|catalog| catalog.name == name)
}

/// The names of the catalogs that come with the program, in alphabetical order.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_catalog_of_its_name() {
        for (name, text) in TEXTS {
            let source = Source::new(format!("{name}.yaml"), *text);
            let catalog = Catalog::parse(&source).unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(catalog.name, *name);
            assert_eq!(builtin(name), Some(&catalog));
        }
        assert!(builtin_names().is_sorted());
        assert_eq!(builtin("nope"), None);
    }
}
