//! What organizations have: `organization.allocate`, `organization.read`.

use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::json;

use super::body::{Quantity, Reading};
use super::host::Host;
use super::license::{Product, Template, of_organization, templates, told};
use super::pool::{check_held, check_host};
use super::refused::Refused;
use super::visit::{Done, Visit};
use crate::refusal::Refusal;

/// The ids of the host account: the one that every host has, and the one of the vendor's example.
const HOST_ACCOUNTS: [&str; 2] = ["feb0dd79-85b6-483b-b297-0e49a1aa5b7d", "j0ne5"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    account_id: &'a str,
    bundle_code: &'a str,
    end_date: i64,
    grace_period: i64,
    license_code: &'a str,
    license_status: &'static str,
    products: Vec<Product<'a>>,
    templates: Vec<Template>,
    start_date: i64,
    subscription_code: &'a str,
    subscription_plan: &'a str,
    payload: String,
    #[serde(rename = "type")]
    kind: &'static str,
    parent_license_code: &'a str,
}

pub(super) fn allocate(visit: &Visit<'_>) -> Result<Done, Refused> {
    let mut reading = Reading::of(visit.payload(), &["productQuantities", "products"])?;
    let asked = reading.products();
    let asked: Vec<_> = reading.end(asked)?.into_iter().filter(|product| product.quantity > 0).collect();
    let host = Host::find(visit.connection)?;
    host.check_allocates()?;
    let organization = organization(visit)?;
    let before = products(visit.connection, &organization)?;
    set(visit.connection, &organization, &asked)?;
    check_host(visit.connection, &organization)?;
    check_held(visit.connection, &organization)?;
    host.check_raise(visit.now, &raised(&before, &asked))?;
    let effect = (before != asked).then(|| format!("allocated {} to {organization}", told(&asked)));
    answer(visit, &host, &organization, &asked, effect)
}

pub(super) fn read(visit: &Visit<'_>) -> Result<Done, Refused> {
    let organization = organization(visit)?;
    visit.check_licensed(&organization)?;
    let host = Host::find(visit.connection)?;
    answer(visit, &host, &organization, &products(visit.connection, &organization)?, None)
}

/// The organization in the path, behind the host account.
fn organization(visit: &Visit<'_>) -> Result<String, Refused> {
    let account = visit.required("hostAccountId")?;
    if !HOST_ACCOUNTS.contains(&account.as_str()) {
        return Err(Refusal::not_found(format!("Host account {account} was not found.")).into());
    }
    visit.organization("organizationId")
}

fn answer(
    visit: &Visit<'_>,
    host: &Host,
    organization: &str,
    products: &[Quantity],
    effect: Option<String>,
) -> Result<Done, Refused> {
    let license_code = license_code(visit.connection, organization)?;
    let answer = Answer {
        account_id: organization,
        bundle_code: &host.bundle_code,
        end_date: host.ends,
        grace_period: host.grace_days,
        license_code: &license_code,
        license_status: host.status(visit.now),
        products: of_organization(products),
        templates: templates(),
        start_date: host.starts,
        subscription_code: &host.subscription_code,
        subscription_plan: &host.subscription_plan,
        payload: json!({ "accountId": organization, "licenseCode": license_code }).to_string(),
        kind: "Organization",
        parent_license_code: &host.license_code,
    };
    Done::new(&answer, effect)
}

/// The code of an organization's licence.
pub(super) fn license_code(connection: &Connection, organization: &str) -> rusqlite::Result<String> {
    connection
        .prepare_cached("SELECT license_code FROM uipath_organization WHERE id = ?1")?
        .query_row([organization], |row| row.get(0))
}

/// The codes of which more is asked for than there was.
pub(super) fn raised<'a>(before: &[Quantity], asked: &'a [Quantity]) -> Vec<&'a str> {
    let had = |code: &str| before.iter().find(|product| product.code == code).map_or(0, |product| product.quantity);
    asked.iter().filter(|product| product.quantity > had(&product.code)).map(|product| product.code.as_str()).collect()
}

fn products(connection: &Connection, organization: &str) -> rusqlite::Result<Vec<Quantity>> {
    let mut statement = connection.prepare_cached(
        "SELECT code, quantity FROM uipath_organization_product WHERE organization = ?1 ORDER BY place",
    )?;
    let products =
        statement.query_map([organization], |row| Ok(Quantity { code: row.get(0)?, quantity: row.get(1)? }))?;
    products.collect()
}

fn set(connection: &Connection, organization: &str, asked: &[Quantity]) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM uipath_organization_product WHERE organization = ?1")?
        .execute([organization])?;
    let mut insert = connection.prepare_cached("INSERT INTO uipath_organization_product VALUES (?1, ?2, ?3, ?4)")?;
    for (place, Quantity { code, quantity }) in (0i64..).zip(asked) {
        insert.execute(params![organization, code, quantity, place])?;
    }
    Ok(())
}
