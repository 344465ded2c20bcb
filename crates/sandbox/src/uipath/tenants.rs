//! What the services of tenants have: `tenant.allocate`, `tenant.read`.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::json;

use super::body::{Quantity, Reading};
use super::codes::is_service;
use super::host::Host;
use super::license::{Product, Template, of_service, told};
use super::organizations::{license_code, raised};
use super::pool::check_account;
use super::refused::Refused;
use super::visit::{Done, Visit};
use crate::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    account_id: &'a str,
    service_scope_id: &'a str,
    service_type: &'a str,
    license: Allocation<'a>,
    user_licensing_enabled: bool,
    account_license_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Allocation<'a> {
    license_code: &'a str,
    bundle_code: &'a str,
    subscription_code: &'a str,
    license_status: &'static str,
    start_date: i64,
    end_date: i64,
    grace_period: i64,
    products: Vec<Product<'a>>,
    templates: Vec<Template>,
    payload: String,
    boon_license_code: &'static str,
}

/// A service that is enabled on a tenant.
struct Service {
    organization: String,
    tenant: String,
    tenant_name: String,
    /// Which sort of service it is.
    kind: String,
    license_code: String,
}

pub(super) fn allocate(visit: &Visit<'_>) -> Result<Done, Refused> {
    let mut reading = Reading::of(visit.payload(), &["tenantName", "productQuantities", "products"])?;
    let (tenant_name, asked) = (reading.text("tenantName"), reading.products());
    let (tenant_name, asked) = reading.end((tenant_name, asked))?;
    let asked: Vec<_> = asked.into_iter().filter(|product| product.quantity > 0).collect();
    let service = Service::find(visit)?;
    if tenant_name.is_some_and(|name| name != service.tenant_name) {
        return Err(Refused::field("tenantName", format!("Tenant {} has another name.", service.tenant)));
    }
    let host = Host::find(visit.connection)?;
    let before = service.products(visit.connection)?;
    service.set(visit.connection, &asked)?;
    check_account(visit.connection, &service.organization, &service.tenant, &service.kind)?;
    host.check_raise(visit.now, &raised(&before, &asked))?;
    let effect =
        (before != asked).then(|| format!("allocated {} to {} of {}", told(&asked), service.kind, service.tenant));
    service.answer(visit, &host, &asked, effect)
}

pub(super) fn read(visit: &Visit<'_>) -> Result<Done, Refused> {
    let service = Service::find(visit)?;
    let products = service.products(visit.connection)?;
    if products.is_empty() {
        let Service { tenant, kind, .. } = service;
        return Err(Refusal::not_found(format!("No license is allocated for {kind} of tenant {tenant}.")).into());
    }
    service.answer(visit, &Host::find(visit.connection)?, &products, None)
}

impl Service {
    /// The service that a path is about.
    ///
    /// # Errors
    /// There is no such sort of service, organization or tenant; the service is not enabled on the tenant; or the
    /// organization has no licence.
    fn find(visit: &Visit<'_>) -> Result<Self, Refused> {
        let kind = visit.required("serviceType")?;
        if !is_service(&kind) {
            return Err(Refusal::bad_request(format!("There is no service type '{kind}'.")).into());
        }
        let organization = visit.organization("accountId")?;
        let tenant = visit.required("serviceScopeId")?;
        let tenant_name = visit
            .connection
            .prepare_cached("SELECT name FROM uipath_tenant WHERE id = ?1 AND organization = ?2")?
            .query_row([&tenant, &organization], |row| row.get::<_, String>(0))
            .optional()?;
        let Some(tenant_name) = tenant_name else {
            let message = format!("Tenant {tenant} was not found in organization {organization}.");
            return Err(Refusal::not_found(message).into());
        };
        let license_code = visit
            .connection
            .prepare_cached("SELECT license_code FROM uipath_service WHERE tenant = ?1 AND type = ?2")?
            .query_row([&tenant, &kind], |row| row.get::<_, String>(0))
            .optional()?;
        let Some(license_code) = license_code else {
            return Err(Refusal::not_found(format!("Service {kind} is not enabled on tenant {tenant}.")).into());
        };
        visit.check_licensed(&organization)?;
        Ok(Self { organization, tenant, tenant_name, kind, license_code })
    }

    fn answer(
        &self,
        visit: &Visit<'_>,
        host: &Host,
        products: &[Quantity],
        effect: Option<String>,
    ) -> Result<Done, Refused> {
        let answer = Answer {
            account_id: &self.organization,
            service_scope_id: &self.tenant,
            service_type: &self.kind,
            license: Allocation {
                license_code: &self.license_code,
                bundle_code: &host.bundle_code,
                subscription_code: &host.subscription_code,
                license_status: host.status(visit.now),
                start_date: host.starts,
                end_date: host.ends,
                grace_period: host.grace_days,
                products: of_service(products),
                templates: Vec::new(),
                payload: json!({ "serviceScopeId": self.tenant, "licenseCode": self.license_code }).to_string(),
                boon_license_code: "",
            },
            user_licensing_enabled: true,
            account_license_code: license_code(visit.connection, &self.organization)?,
        };
        Done::new(&answer, effect)
    }

    fn products(&self, connection: &Connection) -> rusqlite::Result<Vec<Quantity>> {
        let mut statement = connection.prepare_cached(
            "SELECT code, quantity FROM uipath_service_product WHERE tenant = ?1 AND type = ?2 ORDER BY place",
        )?;
        let product = |row: &rusqlite::Row<'_>| Ok(Quantity { code: row.get(0)?, quantity: row.get(1)? });
        let products = statement.query_map([&self.tenant, &self.kind], product)?;
        products.collect()
    }

    fn set(&self, connection: &Connection, asked: &[Quantity]) -> rusqlite::Result<()> {
        connection
            .prepare_cached("DELETE FROM uipath_service_product WHERE tenant = ?1 AND type = ?2")?
            .execute([&self.tenant, &self.kind])?;
        let mut insert = connection.prepare_cached("INSERT INTO uipath_service_product VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (place, Quantity { code, quantity }) in (0i64..).zip(asked) {
            insert.execute(params![self.tenant, self.kind, code, quantity, place])?;
        }
        Ok(())
    }
}
