//! What the bad inputs of calls have in common.

use crate::program::Folder;
use crate::secrets::speaker::{Speaker, answer};

const CATALOG: &str = "\
catalog: things
summary: Things that can be found, made and deleted
authorization: [bearer, refresh-token]
defaults: { response: { records: data }, fails_when: [{ path: error, is: present, message: error }] }
endpoints:
  things.list: { request: GET /things, summary: The things }
  things.find:
    request: GET /things/{id}
    summary: Some things
    parameters:
      id: Which
      q: Like what
      X-Pin: { in: header, description: Who asks }
      count: { type: integer, minimum: 1, maximum: 500, description: How many }
  things.make:
    request: POST /things
    summary: Makes a thing
    body: &made
      schema:
        type: object
        required: [name]
        additionalProperties: false
        properties:
          name: { type: string, minLength: 1, maxLength: 10, pattern: \"^[a-z]+$\" }
          quantity: { type: integer, minimum: 1, maximum: 1000 }
          kind: { enum: [editor, viewer] }
          tags: { type: array, items: { type: string }, maxItems: 2 }
          owner: { type: object, required: [id], properties: { id: { type: string } } }
  things.post:
    request: POST /forms
    summary: Makes a thing from a form
    body: { form: form, example: { name: x } }
  things.put: { request: PUT /free, summary: Takes any JSON, body: { example: { name: x } } }
  things.delete: { request: \"DELETE /things/{id}\", summary: Deletes a thing, parameters: { id: Which } }
";

/// A folder with the catalog, and with a `bad.yaml` of these nodes on a connection with these keys.
pub(super) fn folder(connection: &str, nodes: &str) -> Folder {
    let folder = Folder::new().variable("TOKEN", "a-token-of-no-interest");
    folder.write("things.yaml", CATALOG);
    let limits = "{ backoff_seconds: 0, backoff_most_seconds: 0, attempts: 2 }";
    let connection = format!("catalog: ./things.yaml, limits: {limits}, {connection}");
    folder.write(
        "bad.yaml",
        format!("version: 1\npipeline: bad\nconnections:\n  portal: {{ {connection} }}\nnodes:\n{nodes}"),
    );
    folder
}

/// The keys of a connection to a server.
pub(super) fn connection(base_url: &str) -> String {
    format!("base_url: \"{base_url}\", authorization: {{ token: \"${{env:TOKEN}}\" }}")
}

/// A node that calls, and what saves its outcomes.
pub(super) fn calls(keys: &str, d: &str) -> String {
    format!(
        "  taken:\n    license_api: {{ connection: portal, {keys} }}\n{d}  \
         saved: {{ write_csv: {{ path: out/taken.csv }}, D: taken }}\n  \
         failed: {{ write_csv: {{ path: out/failed.csv }}, D: taken.F }}\n"
    )
}

/// A server that is content with everything.
pub(super) fn content() -> Speaker {
    Speaker::new(|_| answer("200 OK", "", br#"{"data":[{"ok":true}]}"#))
}
