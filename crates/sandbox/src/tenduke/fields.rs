//! The parameters of a request: fields of a form, or of the query.

use super::ids::checked_id;
use super::time::{Moment, moment};
use crate::exchange::Request;
use crate::parameters::{form, owned_pairs};
use crate::refusal::Refusal;

/// The parameter that may be given several times.
const REPEATED: &str = "profileGroupId";

/// The largest number that there is for milliseconds.
pub(super) const MOST_MILLISECONDS: u64 = 1 << 63;

/// The parameters of a request, in their order.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the parameters of a request from its query and, if its body is a form, from there.
    ///
    /// # Errors
    /// One is not UTF-8, or has two values.
    pub(super) fn of(request: &Request) -> Result<Self, Refusal> {
        // What begins with a slash includes objects.
        let query: Vec<_> = request.query().split('&').filter(|pair| !pair.starts_with('/')).collect();
        let text = format!("{}&{}", query.join("&"), form(request)?.unwrap_or_default());
        Self::read(owned_pairs(&text, '&')?)
    }

    /// These names and values.
    ///
    /// # Errors
    /// One has two values.
    pub(super) fn read(fields: Vec<(String, String)>) -> Result<Self, Refusal> {
        for (place, (name, value)) in fields.iter().enumerate() {
            if name != REPEATED && fields[..place].iter().any(|(other, first)| other == name && first != value) {
                return Err(Refusal::bad_request(format!("Parameter {name} has two values.")));
            }
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

    pub(super) fn optional_id(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.optional(name).map(|text| checked_id(name, text)).transpose()
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

    /// An integer from 1.
    pub(super) fn count(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let count = |text: &str| match text.parse() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(Refusal::bad_request(format!("Parameter {name} must be an integer from 1."))),
        };
        self.optional(name).map(count).transpose()
    }

    /// What one of the `words` stands for.
    pub(super) fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Refusal> {
        let one = |text: &str| {
            let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
            found.ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Refusal::bad_request(format!("Parameter {name} must be one of {}.", words.join(", ")))
            })
        };
        self.optional(name).map(one).transpose()
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
