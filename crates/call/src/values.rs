//! The values that are given to the parameters of an endpoint.

use std::borrow::Cow;

use seatflow_catalog::{Endpoint, ListForm, Location, Parameter};

use crate::request::{Refusal, RefusalKind};

/// Values that fit the parameters of an endpoint, each as often as it was given.
pub(crate) struct Values<'a> {
    given: Vec<Given<'a>>,
}

/// What is given to one parameter.
struct Given<'a> {
    parameter: &'a Parameter,
    values: Vec<&'a str>,
    /// All of them as one text.
    text: Cow<'a, str>,
}

impl<'a> Values<'a> {
    /// Takes the values of an endpoint's parameters. A value that is none counts as not given; a part of the path that is
    /// not given is its default.
    ///
    /// # Errors
    ///
    /// The first parameter, in the catalog's order, that is missing or does not fit; then the first that is none.
    pub(crate) fn new<N, V>(endpoint: &'a Endpoint, values: &'a [(N, Option<V>)]) -> Result<Self, Refusal>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut given = Vec::with_capacity(endpoint.parameters.len());
        for parameter in &endpoint.parameters {
            let of_it = values.iter().filter(|(name, _)| name.as_ref() == parameter.name);
            let mut of_it: Vec<&str> = of_it.filter_map(|(_, value)| value.as_ref().map(AsRef::as_ref)).collect();
            if of_it.is_empty() && parameter.location == Location::Path {
                of_it.extend(parameter.default.as_deref());
            }
            check(endpoint, parameter, &of_it)?;
            if !of_it.is_empty() {
                given.push(Given { parameter, text: joined(parameter, &of_it), values: of_it });
            }
        }
        if let Some((name, _)) = values.iter().find(|(name, _)| endpoint.parameter(name.as_ref()).is_none()) {
            return Err(bad(name.as_ref(), &format!("is no parameter of `{}`", endpoint.id)));
        }
        Ok(Self { given })
    }

    /// The values of a parameter, in their order.
    pub(crate) fn all(&self, parameter: &Parameter) -> &[&'a str] {
        let given = self.given.iter().find(|given| given.parameter.name == parameter.name);
        given.map_or(&[], |given| &given.values)
    }

    /// What a parameter is given, as one text; nothing, if it is given nothing.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|given| given.parameter.name == name).map(|given| given.text.as_ref())
    }
}

/// Refuses what does not fit a parameter.
fn check(endpoint: &Endpoint, parameter: &Parameter, values: &[&str]) -> Result<(), Refusal> {
    let name = &parameter.name;
    if values.is_empty() && parameter.required && !endpoint.paging.sets(name) {
        return Err(missing(name));
    }
    if values.len() > 1 && parameter.list.is_none() {
        return Err(bad(name, "takes one value, and there are several"));
    }
    for value in values {
        if let Some(unfit) = endpoint.unfit(parameter, value, value) {
            return Err(bad(name, &unfit.to_string()));
        }
        if endpoint.paging.sets(name) && value.parse::<u64>().is_err() {
            return Err(bad(name, &format!("must count pages, not be `{value}`")));
        }
    }
    Ok(())
}

/// Several values as one text, as the parameter writes them; with commas, where it repeats them.
fn joined<'a>(parameter: &Parameter, values: &[&'a str]) -> Cow<'a, str> {
    if let [one] = values {
        return Cow::Borrowed(one);
    }
    let between = parameter.list.and_then(ListForm::separator).unwrap_or(',');
    Cow::Owned(values.join(between.encode_utf8(&mut [0; 4])))
}

/// That a parameter has no value.
pub(crate) fn missing(name: &str) -> Refusal {
    Refusal {
        kind: RefusalKind::MissingParameter,
        message: format!("the parameter `{name}` is required and has no value"),
    }
}

/// That a value does not fit its parameter: what is to be read after the name.
pub(crate) fn bad(name: &str, what: &str) -> Refusal {
    Refusal { kind: RefusalKind::BadParameter, message: format!("the parameter `{name}` {what}") }
}
