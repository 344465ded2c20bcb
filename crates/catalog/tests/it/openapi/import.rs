//! What an `OpenAPI` document becomes.

use seatflow_catalog::{Catalog, Import, import_openapi};
use seatflow_spec::{Problems, Source};

/// The documents that come with the program.
pub(super) const DOCUMENTS: [(&str, &str); 3] = [
    ("seats.yaml", include_str!("../../../../../fixtures/openapi/seats.yaml")),
    ("licences.json", include_str!("../../../../../fixtures/openapi/licences.json")),
    ("printers.yaml", include_str!("../../../../../fixtures/openapi/printers.yaml")),
];

/// What a document becomes.
pub(super) fn import(text: &str) -> Result<Import, Problems> {
    import_openapi(&Source::new("document.yaml", text), None)
}

/// The catalog that a document becomes, and what is not in it.
pub(super) fn made(text: &str) -> (Catalog, Vec<String>) {
    let import = import(text).unwrap_or_else(|problems| panic!("{problems}"));
    let catalog = Catalog::parse(&Source::new("made.yaml", import.yaml.as_str()));
    let catalog = catalog.unwrap_or_else(|problems| panic!("{problems}\n{}", import.yaml));
    (catalog, import.not_carried.iter().map(ToString::to_string).collect())
}

#[test]
fn every_document_becomes_a_catalog_without_problems_and_always_the_same() {
    for (name, text) in DOCUMENTS {
        let (catalog, _) = made(text);
        assert_eq!(catalog.endpoints.len(), import(text).unwrap().endpoints, "{name}");
        assert_eq!(import(text).unwrap(), import(text).unwrap(), "{name}");
    }
}
