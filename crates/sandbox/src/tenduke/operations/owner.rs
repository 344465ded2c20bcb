//! Who owns licences: an organization or a user.

use super::check_known;
use crate::refusal::Refusal;
use crate::tenduke::fields::Fields;
use crate::tenduke::types::Type;
use crate::tenduke::visit::Visit;

/// The operation for the licences of organizations.
pub(in crate::tenduke) const FOR_ORGANIZATIONS: &str = "InitializeOrganizationLicenses";

/// The operation for the licences of users.
pub(in crate::tenduke) const FOR_USERS: &str = "InitializePersonalLicenses";

/// The owner of licences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) kind: Type,
    pub(super) id: String,
}

impl Owner {
    /// The owner that the fields name.
    ///
    /// # Errors
    /// None is named, or there is no such owner.
    pub(super) fn of(visit: &Visit<'_>, fields: &Fields) -> Result<Self, Refusal> {
        let (kind, name) = match fields.required("operation")? {
            FOR_ORGANIZATIONS => (Type::Organization, "ownerOrganizationId"),
            _ => (Type::Profile, "initializeForProfileId"),
        };
        let id = fields.id(name)?;
        check_known(visit, kind, &id)?;
        Ok(Self { kind, id })
    }
}
