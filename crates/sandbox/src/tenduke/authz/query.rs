//! The query of a request for licences: `DemoItem1&hw=hw-0001;name=Desk&doConsume=false`.
//!
//! What is no parameter is an item, or, where leases are released, the id of a lease.

use crate::parameters::{decoded, owned_pairs};
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::ids::checked_id;
use crate::tenduke::model::Mode;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tenduke) struct Query {
    /// The items, or the ids of the leases that are released, in their order.
    pub(super) items: Vec<Item>,
    pub(in crate::tenduke) is_release: bool,
    pub(in crate::tenduke) consumes: bool,
    pub(super) mode: Mode,
    /// In milliseconds.
    pub(super) duration: Option<u64>,
    pub(super) count: u64,
    pub(super) device: Option<String>,
    pub(super) process: Option<String>,
    pub(super) version: Option<String>,
    pub(super) on_behalf_of: Option<String>,
}

/// One item, with what is said of it alone or of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) lease: Option<String>,
    pub(super) organization: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) entitlement: Option<String>,
    pub(super) license: Option<String>,
}

/// A part of a query between two `&`, decoded.
struct Part {
    key: String,
    /// Empty, where there is none.
    value: String,
    /// What follows the value: `;name=value`.
    attributes: Vec<(String, String)>,
}

/// The parameters that are known.
const PARAMETERS: [&str; 15] = [
    "doConsume",
    "consumptionMode",
    "consumeDuration",
    "consumeCount",
    "hw",
    "process",
    "version",
    "leaseId",
    "ownerOrganizationId",
    "organizationId",
    "ownerUserId",
    "entitlementId",
    "licenseId",
    "onBehalfOfId",
    "release",
];

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// It is not UTF-8, names nothing, gives a parameter two values, or one of a wrong type.
    pub(in crate::tenduke) fn read(query: &str) -> Result<Self, Refusal> {
        let parts: Vec<_> =
            query.split('&').filter(|part| !part.is_empty()).map(Part::read).collect::<Result<_, _>>()?;
        let (parameters, items): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| PARAMETERS.contains(&part.key.as_str()));
        let given = Fields::read(parameters.into_iter().map(|part| (part.key, part.value)).collect())?;
        let text = |name| given.optional(name).map(str::to_owned);
        let is_release = given.has("release");
        if !matches!(given.optional("release"), None | Some("" | "true")) {
            return Err(Refusal::bad_request("Parameter release has no value."));
        }
        if items.is_empty() {
            let what = if is_release { "a lease" } else { "an item" };
            return Err(Refusal::bad_request(format!("The query must name {what}.")));
        }
        let common = Item {
            name: String::new(),
            lease: text("leaseId"),
            organization: match given.optional_id("ownerOrganizationId")? {
                None => given.optional_id("organizationId")?,
                found => found,
            },
            owner: given.optional_id("ownerUserId")?,
            entitlement: given.optional_id("entitlementId")?,
            license: given.optional_id("licenseId")?,
        };
        if common.lease.is_some() && items.len() > 1 {
            return Err(Refusal::bad_request("Parameter leaseId is for one item."));
        }
        Ok(Self {
            items: items.into_iter().map(|part| Item::read(part, &common)).collect::<Result<_, _>>()?,
            is_release,
            consumes: given.one_of("doConsume", &[("true", true), ("false", false)])?.unwrap_or(true),
            mode: given.one_of("consumptionMode", &Mode::WORDS)?.unwrap_or_default(),
            duration: given.count("consumeDuration")?,
            count: given.count("consumeCount")?.unwrap_or(1),
            device: text("hw").filter(|device| !device.is_empty()),
            process: text("process"),
            version: text("version"),
            on_behalf_of: given.optional_id("onBehalfOfId")?,
        })
    }
}

impl Item {
    /// An item with what is said of it; what is not said of it is `common` to all.
    fn read(part: Part, common: &Self) -> Result<Self, Refusal> {
        let mut item = Self { name: part.key, ..common.clone() };
        for (name, value) in part.attributes {
            let id = || checked_id(&name, &value).map(Some);
            match name.as_str() {
                "leaseId" => item.lease = Some(value),
                "ownerOrganizationId" | "organizationId" => item.organization = id()?,
                "ownerUserId" => item.owner = id()?,
                "entitlementId" => item.entitlement = id()?,
                "licenseId" => item.license = id()?,
                _ => return Err(Refusal::bad_request(format!("Parameter {name} is not for one item alone."))),
            }
        }
        Ok(item)
    }
}

impl Part {
    fn read(text: &str) -> Result<Self, Refusal> {
        let (key, rest) = text.split_once('=').unwrap_or((text, ""));
        let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
        let attributes = owned_pairs(attributes, ';')?;
        Ok(Self { key: decoded(key)?.into_owned(), value: decoded(value)?.into_owned(), attributes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "40000000-0000-4000-8000-00000000000a";

    fn names(query: &Query) -> Vec<&str> {
        query.items.iter().map(|item| item.name.as_str()).collect()
    }

    #[test]
    fn what_is_no_parameter_is_an_item_however_it_is_written() {
        let query = Query::read("Demo+Item&hw=hw%201;name=My%20desk&B%26C=&D=;leaseId=x").unwrap();
        assert_eq!(names(&query), ["Demo Item", "B&C", "D"]);
        assert_eq!((query.device.as_deref(), query.items[2].lease.as_deref()), (Some("hw 1"), Some("x")));
        assert_eq!((query.is_release, query.consumes, query.mode, query.count), (false, true, Mode::Cache, 1));
        let query = Query::read("consumeCount=3&A&doConsume=false&consumptionMode=checkout&consumeDuration=5").unwrap();
        assert_eq!((query.consumes, query.mode, query.count, query.duration), (false, Mode::Checkout, 3, Some(5)));
    }

    #[test]
    fn a_release_is_written_in_three_ways_and_in_any_order() {
        for text in ["release&a", "a&release=", "release=true&a"] {
            let query = Query::read(text).unwrap();
            assert_eq!((query.is_release, names(&query)), (true, vec!["a"]), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_one_item_wins_over_what_is_said_of_all() {
        let other = ID.replace('4', "5");
        let upper = ID.to_uppercase();
        let query = Query::read(&format!("A=;licenseId={other}&B&licenseId={upper}&organizationId={ID}")).unwrap();
        assert_eq!(query.items[0].license.as_deref(), Some(other.as_str()));
        assert_eq!(query.items[1].license.as_deref(), Some(ID), "letters of an id have no case");
        assert_eq!(query.items[1].organization.as_deref(), Some(ID));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (text, message) in [
            ("", "The query must name an item."),
            ("release", "The query must name a lease."),
            ("release=no&a", "Parameter release has no value."),
            ("A&hw=1&hw=2", "Parameter hw has two values."),
            ("A&doConsume=no", "Parameter doConsume must be one of true, false."),
            ("A&consumptionMode=offline", "Parameter consumptionMode must be one of cache, checkout."),
            ("A&consumeCount=0", "Parameter consumeCount must be an integer from 1."),
            ("A&licenseId=7", "Parameter licenseId must be an id such as 10000000-0000-4000-8000-000000000001."),
            ("A&B&leaseId=x", "Parameter leaseId is for one item."),
            ("A=;hw=1", "Parameter hw is not for one item alone."),
            ("%FF", "A parameter is not UTF-8."),
        ] {
            assert_eq!(Query::read(text).unwrap_err().message, message, "{text}");
        }
    }
}
