//! What a payload asks of a seat.

use super::PRODUCTS;
use crate::parameters::Parameters;
use crate::payload::{Field, Fields};
use crate::refusal::Refusal;

/// How many characters a holder and the id of a seat may have.
const LONGEST: usize = 64;

const FIELDS: &[&str] = &["holder", "product", "quantity"];

/// What a payload says of a seat; what it leaves out stays as it is.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) holder: Option<String>,
    pub(super) product: Option<String>,
    pub(super) quantity: Option<i64>,
}

/// The value of a parameter, which must not be too long.
pub(super) fn short<'a>(name: &str, value: &'a str) -> Result<&'a str, Refusal> {
    if value.chars().count() > LONGEST {
        return Err(Refusal::bad_request(format!("Parameter {name} must have 1 to {LONGEST} characters.")));
    }
    Ok(value)
}

impl Wanted {
    /// Reads a JSON object; at least one field is there, or, if they are `required`, each.
    pub(super) fn from_json(payload: &serde_json::Value, required: bool) -> Result<Self, Refusal> {
        let fields = Fields::of(payload, FIELDS)?;
        let field = |name: &str| match fields.required(name) {
            Err(missing) if required => Err(missing),
            found => Ok(found.ok()),
        };
        let products: Vec<_> = PRODUCTS.iter().map(|(product, _)| *product).collect();
        let holder = field("holder")?.map(|field| field.short_text(LONGEST).map(str::to_owned)).transpose()?;
        let product =
            field("product")?.map(|field: Field<'_>| field.one_of(&products).map(str::to_owned)).transpose()?;
        let quantity = field("quantity")?.map(|field| field.count()).transpose()?;
        if holder.is_none() && product.is_none() && quantity.is_none() {
            return Err(Refusal::bad_request(format!("The body must have at least one of {}.", FIELDS.join(", "))));
        }
        Ok(Self { holder, product, quantity })
    }

    /// Reads a form; each field is there.
    pub(super) fn from_form(form: &Parameters<'_>) -> Result<Self, Refusal> {
        if let Some(unknown) = form.names().find(|name| !FIELDS.contains(name)) {
            return Err(Refusal::bad_request(format!("Parameter {unknown} is unknown.")));
        }
        let products: Vec<_> = PRODUCTS.iter().map(|(product, _)| *product).collect();
        let holder = short("holder", form.required("holder")?)?.to_owned();
        form.required("product")?;
        let product = form.one_of("product", &products)?.map(str::to_owned);
        let quantity = form.required("quantity")?.parse().ok().filter(|quantity: &i64| *quantity >= 1);
        if quantity.is_none() {
            return Err(Refusal::bad_request("Parameter quantity must be an integer from 1."));
        }
        Ok(Self { holder: Some(holder), product, quantity })
    }
}
