//! What a request is answered from: the parts of its path, its payload, the state and the time.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::refused::Refused;
use crate::exchange::Request;
use crate::payload::Payload;
use crate::refusal::Refusal;

/// The organization that the external application belongs to.
const HOME: &str = "song-one";

/// What is answered, and what was changed.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) body: Bytes,
    /// None when everything was so before.
    pub(super) effect: Option<String>,
}

impl Done {
    pub(super) fn new(answer: &impl Serialize, effect: Option<String>) -> Result<Self, Refused> {
        let body = serde_json::to_vec(answer).map_err(|error| {
            let message = format!("The sandbox cannot write the answer: {error}.");
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
        })?;
        Ok(Self { body: body.into(), effect })
    }
}

/// What a caller asks for.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) connection: &'a Connection,
    /// The path of the endpoint, with the parts that vary in braces.
    template: &'a str,
    request: &'a Request,
    pub(super) now: Timestamp,
}

impl<'a> Visit<'a> {
    pub(super) fn new(connection: &'a Connection, template: &'a str, request: &'a Request, now: Timestamp) -> Self {
        Self { connection, template, request, now }
    }

    pub(super) fn payload(&self) -> Payload<'a> {
        Payload::of(self.request)
    }

    /// A part of the path, by the name that its template gives it; none, where this form of the path has it not.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub(super) fn part(&self, name: &str) -> Result<Option<String>, Refused> {
        let is_named = |wanted: &str| {
            wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(|found| found == name)
        };
        let mut parts = self.template.split('/').zip(self.request.path().split('/'));
        let Some((_, part)) = parts.find(|(wanted, _)| is_named(wanted)) else { return Ok(None) };
        let decoded = percent_decode_str(part).decode_utf8();
        let decoded = decoded.map_err(|_| Refusal::bad_request("The path is not UTF-8."))?;
        Ok(Some(decoded.into_owned()))
    }

    /// A part that every form of the path has.
    pub(super) fn required(&self, name: &str) -> Result<String, Refused> {
        Ok(self.part(name)?.unwrap_or_default())
    }

    /// The organization of a path under `/lrm`.
    ///
    /// # Errors
    /// There is no such organization.
    pub(super) fn organization(&self, name: &str) -> Result<String, Refused> {
        let id = self.required(name)?;
        match self.name_of(&id)? {
            Some(_) => Ok(id),
            None => Err(unknown(&id)),
        }
    }

    /// The organization whose users and groups a path is about, under its name in front if it is given.
    ///
    /// # Errors
    /// There is no such organization, or not under this name; the organization has no licence; or the application that
    /// asks belongs to another one.
    pub(super) fn lessee(&self) -> Result<String, Refused> {
        let id = self.organization("accountId")?;
        self.check_name(&id)?;
        self.check_licensed(&id)?;
        check_home(&id)?;
        Ok(id)
    }

    /// The organization that a partition is, or that a partition is a tenant of.
    ///
    /// # Errors
    /// There is none, or not under the name in the path; or the application that asks belongs to another one.
    pub(super) fn partition(&self) -> Result<String, Refused> {
        let partition = self.required("partitionGlobalId")?;
        let organization = self
            .connection
            .prepare_cached(
                "SELECT id FROM uipath_organization WHERE id = ?1 \
                 UNION SELECT organization FROM uipath_tenant WHERE id = ?1",
            )?
            .query_row([&partition], |row| row.get::<_, String>(0))
            .optional()?;
        let Some(organization) = organization else {
            return Err(Refusal::not_found(format!("Partition {partition} was not found.")).into());
        };
        self.check_name(&organization)?;
        check_home(&organization)?;
        Ok(organization)
    }

    fn name_of(&self, organization: &str) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT name FROM uipath_organization WHERE id = ?1")?
            .query_row([organization], |row| row.get(0))
            .optional()
    }

    fn check_name(&self, organization: &str) -> Result<(), Refused> {
        let Some(given) = self.part("organizationName")? else { return Ok(()) };
        if self.name_of(organization)?.is_some_and(|name| name == given) {
            return Ok(());
        }
        Err(Refusal::not_found(format!("Organization {organization} is not called {given}.")).into())
    }

    /// An organization without any allocation has no licence.
    pub(super) fn check_licensed(&self, organization: &str) -> Result<(), Refused> {
        let has_license = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM uipath_organization_product WHERE organization = ?1)")?
            .query_row([organization], |row| row.get(0))?;
        if has_license {
            return Ok(());
        }
        Err(Refusal::not_found(format!("No account license is allocated for organization {organization}.")).into())
    }
}

fn unknown(organization: &str) -> Refused {
    Refusal::not_found(format!("Organization {organization} was not found.")).into()
}

/// To an application, there is no other organization than its own.
fn check_home(organization: &str) -> Result<(), Refused> {
    if organization == HOME { Ok(()) } else { Err(unknown(organization)) }
}
