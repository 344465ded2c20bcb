//! What the bodies of requests ask for; everything that is wrong with one is told at once.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use super::codes::{is_bundle, kind};
use super::refused::Refused;
use crate::payload::Payload;
use crate::refusal::Refusal;

/// How many units of a code can be asked for at most: what fits into 32 bits.
const MOST: i64 = i32::MAX as i64;

/// The names under which the list of products may come.
const LISTS: [&str; 2] = ["productQuantities", "products"];

/// A code with a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) code: String,
    pub(super) quantity: i64,
}

/// User bundles, and whether they come from elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bundles {
    pub(super) codes: Vec<String>,
    pub(super) external: bool,
}

/// They, as the log tells them.
impl fmt::Display for Bundles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes = if self.codes.is_empty() { "no bundle" } else { &self.codes.join(", ") };
        write!(formatter, "{codes}{}", if self.external { " from elsewhere" } else { "" })
    }
}

/// The fields of a body that are being read, and what was found wrong.
#[derive(Debug)]
pub(super) struct Reading {
    fields: Map<String, Value>,
    wrong: BTreeMap<String, Vec<String>>,
}

impl Reading {
    /// Reads a body that is an object of fields that are `known`.
    ///
    /// # Errors
    /// It is not said to be JSON, or it is no object.
    pub(super) fn of(payload: Payload<'_>, known: &[&str]) -> Result<Self, Refused> {
        let value = payload.json().map_err(|refusal| match refusal {
            Refusal { status, message } if status == http::StatusCode::BAD_REQUEST => Refused::field("$", message),
            refusal => refusal.into(),
        })?;
        let Value::Object(fields) = value else {
            return Err(Refused::field("$", "The body must be a JSON object."));
        };
        let mut reading = Self { fields, wrong: BTreeMap::new() };
        let unknown: Vec<_> = reading.fields.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            reading.add(name, "There is no such field.");
        }
        Ok(reading)
    }

    fn add(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.wrong.entry(path.into()).or_default().push(what.into());
    }

    /// What was read, if nothing was wrong.
    pub(super) fn end<T>(self, read: T) -> Result<T, Refused> {
        if self.wrong.is_empty() { Ok(read) } else { Err(Refused::Fields(self.wrong)) }
    }

    /// The list of products, under either name, but not both.
    pub(super) fn products(&mut self) -> Vec<Quantity> {
        let given: Vec<_> = LISTS.into_iter().filter(|name| self.fields.contains_key(*name)).collect();
        match given[..] {
            [name] => self.quantities(name),
            [] => {
                self.add("productQuantities", "The field is required.");
                Vec::new()
            }
            _ => {
                self.add("products", "The field must not stand beside productQuantities.");
                Vec::new()
            }
        }
    }

    fn quantities(&mut self, name: &str) -> Vec<Quantity> {
        let mut quantities: Vec<Quantity> = Vec::new();
        for (place, element) in self.elements(name).into_iter().enumerate() {
            let path = format!("{name}[{place}]");
            let Value::Object(fields) = element else {
                self.add(path, "The value must be an object with a code and a quantity.");
                continue;
            };
            if let Some(unknown) = fields.keys().find(|field| !["code", "quantity"].contains(&field.as_str())) {
                self.add(format!("{path}.{unknown}"), "There is no such field.");
            }
            let code = fields.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
            if kind(&code).is_none() {
                self.add(format!("{path}.code"), "The value must be the code of a license.");
            } else if quantities.iter().any(|other| other.code == code) {
                self.add(format!("{path}.code"), format!("The code {code} is given more than once."));
            }
            let quantity = match fields.get("quantity").map(Value::as_i64) {
                Some(Some(quantity)) if (0..=MOST).contains(&quantity) => quantity,
                Some(Some(quantity)) if quantity < 0 => {
                    self.add(format!("{path}.quantity"), "The value must be 0 or more.");
                    0
                }
                _ => {
                    self.add(format!("{path}.quantity"), format!("The value must be an integer from 0 to {MOST}."));
                    0
                }
            };
            quantities.push(Quantity { code, quantity });
        }
        quantities
    }

    /// The list of user bundles, and whether they come from elsewhere.
    pub(super) fn bundles(&mut self) -> Bundles {
        let codes = self.texts("userBundleCodes");
        for (place, code) in codes.iter().enumerate().filter(|(_, code)| !is_bundle(code)) {
            let what = format!("The value {code} is not the code of a user bundle.");
            self.add(format!("userBundleCodes[{place}]"), what);
        }
        let external = match self.fields.get("useExternalLicense") {
            None => false,
            Some(Value::Bool(external)) => *external,
            Some(_) => {
                self.add("useExternalLicense", "The value must be true or false.");
                false
            }
        };
        Bundles { codes, external }
    }

    /// The users, of whom there is at least one.
    pub(super) fn users(&mut self) -> Vec<String> {
        let users = self.texts("userIds");
        if users.is_empty() && !self.wrong.contains_key("userIds") {
            self.add("userIds", "The list must have at least one element.");
        }
        users
    }

    /// A text that need not be there.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            _ => {
                self.add(name, "The value must be a string.");
                None
            }
        }
    }

    /// A list of texts, each of which is there once.
    fn texts(&mut self, name: &str) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut texts = Vec::new();
        for (place, element) in self.elements(name).into_iter().enumerate() {
            match element {
                Value::String(text) if !text.is_empty() => {
                    if !seen.insert(text.clone()) {
                        self.add(format!("{name}[{place}]"), format!("The value {text} is given more than once."));
                    }
                    texts.push(text);
                }
                _ => self.add(format!("{name}[{place}]"), "The value must be a string that is not empty."),
            }
        }
        texts
    }

    fn elements(&mut self, name: &str) -> Vec<Value> {
        match self.fields.get_mut(name).map(Value::take) {
            Some(Value::Array(elements)) => elements,
            Some(_) => {
                self.add(name, "The value must be a list.");
                Vec::new()
            }
            None => {
                self.add(name, "The field is required.");
                Vec::new()
            }
        }
    }
}
