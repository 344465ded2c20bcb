//! A catalog made from an OpenAPI document: versions 3.0 and 3.1, and Swagger 2.0.

mod answer;
mod authorization;
mod body;
mod definitions;
mod document;
mod emit;
mod endpoint;
mod example;
mod extensions;
mod head;
mod identify;
mod json;
mod media;
mod paging;
mod parameter;
mod paths;
mod read;
mod report;

mod outline;
mod server;
mod style;
mod words;
mod yaml;

use std::sync::Arc;

use seatflow_spec::{Problem, Problems, Slug, Source};
use serde_json::Value;

use self::definitions::Definitions;
use self::document::Document;
use self::example::Examples;
use self::report::Report;

pub use self::report::NotCarried;

/// A catalog made from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The catalog, as a file that can be edited. [`Catalog::parse`](crate::Catalog::parse) takes it.
    pub yaml: String,
    /// What of the document is not in the catalog, or not as it was, in the order in which it was found.
    pub not_carried: Vec<NotCarried>,
    /// How many endpoints the catalog has.
    pub endpoints: usize,
}

/// Makes a catalog from an OpenAPI document, in JSON or YAML. It is called `name`, else after the document's title.
///
/// The same document gives the same catalog, byte by byte, with endpoints in its order. What the document does not say,
/// the path of the records and how pages follow each other, is guessed where it is plain, and said in comments.
///
/// # Errors
/// The text is no such document, or offers nothing that a catalog could describe.
pub fn import_openapi(source: &Arc<Source>, name: Option<&str>) -> Result<Import, Problems> {
    let root = read::value(source)?;
    let document = Document::new(&root, source)?;
    let mut report = Report::default();
    let mut definitions = Definitions::new(document);
    let mut endpoints = paths::read(document, &mut definitions, &mut report);
    if endpoints.is_empty() {
        let problem = Problem::new(Slug::BAD_VALUE, "the document has no operation that a catalog can describe");
        let problem = problem.at(&source.beginning(), "nothing that can be called is in it");
        return Err(problem.help(report.first_reason()).into());
    }
    let head = head::read(document, name, &mut report);
    extensions::count(&root, &mut report);
    let schemas = definitions.finish(&mut report);
    let mut examples = Examples::new(schemas);
    for endpoint in &mut endpoints {
        for key in ["body", "response"] {
            if let Some(Value::Object(said)) = endpoint.said.get_mut(key) {
                examples.check(said, &endpoint.pointer, &mut report);
            }
        }
    }
    let yaml = emit::catalog(&head, &endpoints, examples.schemas());
    Ok(Import { yaml, not_carried: report.finish(), endpoints: endpoints.len() })
}
