//! Answers of a graph server, made readable: what hangs on an object becomes its fields.
//!
//! Such a server writes a reference as an entry of a map that is a list, and a related object below three wrappers that
//! say how it is related. Here they become fields named after the reference and after the related type. Nothing is lost:
//! what does not have the form that is known stays as it was sent, and so does every number.

mod related;

use bytes::Bytes;
use seatflow_catalog::{Endpoint, ResponseForm};

use self::related::open;
use crate::journal::Answer;
use crate::json::Node;

impl Answer {
    /// The body as it is to be read: that of a graph server with its references and relations as fields, any other as it
    /// came.
    pub fn readable(&self, endpoint: &Endpoint) -> Bytes {
        match endpoint.response.form {
            ResponseForm::Graph => readable(&self.body),
            ResponseForm::Json | ResponseForm::File | ResponseForm::Jwt { .. } => self.body.clone(),
        }
    }
}

/// The same body with the references and relations of its objects as fields. A body without any, one that is not JSON, is
/// deeper than what is parsed, or repeats a key in one object, is the same to the byte.
fn readable(body: &Bytes) -> Bytes {
    let Some(mut root) = Node::parse(body) else { return body.clone() };
    if open(&mut root) { Bytes::from(root.to_string()) } else { body.clone() }
}

#[cfg(test)]
mod tests;
