//! The parameters of a query or of a form, read one by one; what is wrong is told with the name of its parameter.

use std::borrow::Cow;

use http::StatusCode;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use crate::exchange::Request;
use crate::refusal::Refusal;

/// The parameters of a query, or of a body that is written like one.
#[derive(Debug)]
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// How many elements it has at most.
    pub(crate) size: u32,
    /// How many elements come before it.
    pub(crate) offset: u64,
}

impl<'a> Parameters<'a> {
    /// Reads a query.
    ///
    /// # Errors
    /// It is not UTF-8, or names a parameter twice.
    pub(crate) fn read(query: &'a str) -> Result<Self, Refusal> {
        let mut read: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in pairs(query, '&') {
            let (name, value) = pair?;
            if read.iter().any(|(other, _)| *other == name) {
                return Err(Refusal::bad_request(format!("Parameter {name} is given more than once.")));
            }
            read.push((name, value));
        }
        Ok(Self(read))
    }

    /// Reads the form that a request has for its body.
    ///
    /// # Errors
    /// The body is not said to be a form, is not UTF-8, or names a parameter twice.
    pub(crate) fn of_form(request: &'a Request) -> Result<Self, Refusal> {
        let form = form(request)?.ok_or_else(|| {
            let message = "The content type must be application/x-www-form-urlencoded.";
            Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        })?;
        Self::read(form)
    }

    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// The names, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        match self.optional(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Refusal::bad_request(format!("Parameter {name} is required."))),
        }
    }

    pub(crate) fn one_of(&self, name: &str, allowed: &[&str]) -> Result<Option<&str>, Refusal> {
        let value = self.optional(name);
        if value.is_some_and(|value| !allowed.contains(&value)) {
            return Err(Refusal::bad_request(format!("Parameter {name} must be one of {}.", allowed.join(", "))));
        }
        Ok(value)
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let time = self.optional(name).map(str::parse::<Timestamp>).transpose();
        time.map_err(|_| {
            Refusal::bad_request(format!("Parameter {name} must be a time such as 2023-03-08T08:00:00.000+00:00."))
        })
    }

    pub(crate) fn page(&self) -> Result<Page, Refusal> {
        let page = self.number("page", 0, u32::MAX, 0)?;
        let size = self.number("size", 1, 500, 100)?;
        Ok(Page { size, offset: u64::from(page) * u64::from(size) })
    }

    fn number(&self, name: &str, least: u32, most: u32, default: u32) -> Result<u32, Refusal> {
        let Some(text) = self.optional(name) else {
            return Ok(default);
        };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ if most == u32::MAX => {
                Err(Refusal::bad_request(format!("Parameter {name} must be an integer from {least}.")))
            }
            _ => Err(Refusal::bad_request(format!("Parameter {name} must be an integer from {least} to {most}."))),
        }
    }
}

/// The form that a request has for its body; none, if the body is not said to be one.
///
/// # Errors
/// It is not UTF-8.
pub(crate) fn form(request: &Request) -> Result<Option<&str>, Refusal> {
    if !request.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(None);
    }
    let form = std::str::from_utf8(&request.body);
    form.map(Some).map_err(|_| Refusal::bad_request("The body is not UTF-8."))
}

/// The names and values of a query or of a form, decoded, with a sign `between` them; what has no `=` is a name with an empty value.
fn pairs(query: &str, between: char) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), Refusal>> {
    query.split(between).filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decoded(name)?, decoded(value)?))
    })
}

/// The same, as texts of their own.
///
/// # Errors
/// One is not UTF-8.
pub(crate) fn owned_pairs(query: &str, between: char) -> Result<Vec<(String, String)>, Refusal> {
    pairs(query, between).map(|pair| pair.map(|(name, value)| (name.into_owned(), value.into_owned()))).collect()
}

/// Decodes a part of a query or of a form; a `+` is a blank.
///
/// # Errors
/// It is not UTF-8.
pub(crate) fn decoded(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let not_utf8 = |_| Refusal::bad_request("A parameter is not UTF-8.");
    if text.contains('+') {
        let blanks = text.replace('+', " ");
        let decoded = percent_decode_str(&blanks).decode_utf8().map_err(not_utf8)?;
        return Ok(Cow::Owned(decoded.into_owned()));
    }
    percent_decode_str(text).decode_utf8().map_err(not_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
        result.unwrap_err().message
    }

    #[test]
    fn a_query_is_decoded() {
        let parameters = Parameters::read("a=Alteryx%20Designer&b=x+y&c&d=%2B").unwrap();
        let value = |name| parameters.optional(name);
        assert_eq!(
            [value("a"), value("b"), value("c"), value("d"), value("e")],
            [Some("Alteryx Designer"), Some("x y"), Some(""), Some("+"), None]
        );
    }

    #[test]
    fn bad_queries_are_refused() {
        assert_eq!(message(Parameters::read("a=%ff")), "A parameter is not UTF-8.");
        assert_eq!(message(Parameters::read("a=1&a=2")), "Parameter a is given more than once.");
        let parameters = Parameters::read("a=&b=x&page=-1&t=yesterday").unwrap();
        assert_eq!(message(parameters.required("a")), "Parameter a is required.");
        assert_eq!(message(parameters.one_of("b", &["Y", "Z"])), "Parameter b must be one of Y, Z.");
        assert_eq!(message(parameters.page()), "Parameter page must be an integer from 0.");
        assert_eq!(message(parameters.time("t")), "Parameter t must be a time such as 2023-03-08T08:00:00.000+00:00.");
    }

    #[test]
    fn a_page_has_its_limits() {
        let page = |query| Parameters::read(query).unwrap().page();
        assert_eq!(page("").unwrap(), Page { size: 100, offset: 0 });
        assert_eq!(page("page=3&size=500").unwrap(), Page { size: 500, offset: 1500 });
        for query in ["size=0", "size=501", "size=", "size=ten"] {
            assert_eq!(message(page(query)), "Parameter size must be an integer from 1 to 500.");
        }
    }
}
