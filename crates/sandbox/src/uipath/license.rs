//! Allocations as answers show them.

use serde::Serialize;

use super::body::Quantity;
use super::codes::{Kind, PARTS, kind};

/// What is allocated of a code.
#[derive(Debug, Serialize)]
pub(super) struct Product<'a> {
    code: &'a str,
    quantity: i64,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    features: &'static [Feature],
}

#[derive(Debug, Serialize)]
struct Feature {
    code: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'static str,
}

const CLOUD_ROBOT: &[Feature] = &[Feature { code: "CLOUD_ROBOT", kind: "Boolean", value: "false" }];

/// The products of an organization; an unattended robot has a feature there.
pub(super) fn of_organization(products: &[Quantity]) -> Vec<Product<'_>> {
    let product = |product| match product {
        Product { code: "UNATT", .. } => Product { features: CLOUD_ROBOT, ..product },
        product => product,
    };
    of_service(products).into_iter().map(product).collect()
}

/// The products of a service.
pub(super) fn of_service(products: &[Quantity]) -> Vec<Product<'_>> {
    products
        .iter()
        .map(|Quantity { code, quantity }| Product { code, quantity: *quantity, kind: kind(code), features: &[] })
        .collect()
}

/// What a user bundle brings along.
#[derive(Debug, Serialize)]
pub(super) struct Template {
    #[serde(rename = "productCode")]
    product_code: &'static str,
    products: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Part {
    code: &'static str,
    #[serde(rename = "type")]
    kind: Kind,
}

/// The templates of the host's licence, which every organization's answer repeats.
pub(super) fn templates() -> Vec<Template> {
    let (product_code, parts) = PARTS;
    let products = parts.iter().map(|code| Part { code, kind: Kind::UserService }).collect();
    vec![Template { product_code, products }]
}

/// An allocation for the log: `UNATT ×2, AIG ×1`.
pub(super) fn told(products: &[Quantity]) -> String {
    if products.is_empty() {
        return "nothing".to_owned();
    }
    let product = |Quantity { code, quantity }: &Quantity| format!("{code} ×{quantity}");
    products.iter().map(product).collect::<Vec<_>>().join(", ")
}
