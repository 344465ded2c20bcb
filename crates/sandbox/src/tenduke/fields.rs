//! The parameters of an operation: fields of a form, or of the query.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::ids::checked_id;
use super::time::{Moment, moment};
use crate::exchange::Request;
use crate::refusal::Refusal;

/// The parameter that may be given several times.
const REPEATED: &str = "profileGroupId";

/// The largest number that there is for milliseconds.
const MOST_MILLISECONDS: u64 = 1 << 63;

/// The parameters of an operation, in their order.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the parameters of a request from its query and, if its body is a form, from there.
    ///
    /// # Errors
    /// One is not UTF-8, or has two values.
    pub(super) fn of(request: &Request) -> Result<Self, Refusal> {
        let not_utf8 = |_| Refusal::bad_request("The body is not UTF-8.");
        let is_form = request.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let form = if is_form { std::str::from_utf8(&request.body).map_err(not_utf8)? } else { "" };
        // What begins with a slash includes objects.
        let pairs = request.query().split('&').filter(|pair| !pair.starts_with('/')).chain(form.split('&'));
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in pairs.filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if name != REPEATED && fields.iter().any(|(other, first)| *other == name && *first != value) {
                return Err(Refusal::bad_request(format!("Parameter {name} has two values.")));
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The value of a parameter that is given and not empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.optional(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::bad_request(format!("Parameter {name} is required.")))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn id(&self, name: &str) -> Result<String, Refusal> {
        checked_id(name, self.required(name)?)
    }

    /// The ids of a parameter that is given at least once, each once.
    pub(super) fn ids(&self, name: &str) -> Result<Vec<String>, Refusal> {
        self.required(name)?;
        let mut ids = Vec::new();
        for id in self.all(name) {
            let id = checked_id(name, id)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.optional(name).is_some()
    }

    /// A switch, which is off if it is not given.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Refusal> {
        match self.optional(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::bad_request(format!("Parameter {name} must be true or false."))),
        }
    }

    /// An integer that is not less than `least`.
    pub(super) fn number(&self, name: &str, least: u64) -> Result<u64, Refusal> {
        let number =
            self.required(name)?.parse().ok().filter(|number| *number >= least && i64::try_from(*number).is_ok());
        number.ok_or_else(|| Refusal::bad_request(format!("Parameter {name} must be an integer from {least}.")))
    }

    /// A number of milliseconds.
    pub(super) fn milliseconds(&self, name: &str) -> Result<u64, Refusal> {
        let number = self.required(name)?.parse().ok().filter(|number| *number <= MOST_MILLISECONDS);
        number.ok_or_else(|| {
            Refusal::bad_request(format!("Parameter {name} must be an integer from 0 to {MOST_MILLISECONDS}."))
        })
    }

    pub(super) fn time(&self, name: &str) -> Result<Option<Moment>, Refusal> {
        let time = |text: &str| {
            moment(text).ok_or_else(|| {
                Refusal::bad_request(format!("Parameter {name} must be a time such as 2025-03-01T00:00:00Z."))
            })
        };
        self.optional(name).map(time).transpose()
    }
}

/// Decodes a part of a form; a `+` is a blank.
fn decoded(text: &str) -> Result<String, Refusal> {
    let blanks = text.replace('+', " ");
    let decoded = percent_decode_str(&blanks).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| Refusal::bad_request("A parameter is not UTF-8."))
}
