//! Who asks, and what a token lets its holder do.

use std::fmt;

use super::refused::Refused;
use crate::refusal::Refusal;

/// The tenancy of the host.
pub(super) const HOST: &str = "Host";

/// Whom a token was given to. It is written down as text beside the token's digest, and stands so in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asker {
    /// A user of a tenancy, by name and password: `host-admin@Host`.
    User { name: String, tenancy: String },
    /// An external application with the scopes that it asked for: `sandbox-app: PM.License PM.Group.Read`.
    Application { id: String, scopes: Vec<String> },
}

impl Asker {
    pub(super) fn read(text: &str) -> Self {
        if let Some((id, scopes)) = text.split_once(": ") {
            return Self::Application { id: id.to_owned(), scopes: scopes.split(' ').map(str::to_owned).collect() };
        }
        let (name, tenancy) = text.split_once('@').unwrap_or((text, ""));
        Self::User { name: name.to_owned(), tenancy: tenancy.to_owned() }
    }

    /// Lets through a user of the host.
    pub(super) fn check_host(&self) -> Result<(), Refused> {
        match self {
            Self::User { tenancy, .. } if tenancy == HOST => Ok(()),
            Self::User { tenancy, .. } => {
                Err(Refusal::forbidden(format!("A user of the tenancy {tenancy} is not a host administrator.")).into())
            }
            Self::Application { id, .. } => {
                Err(Refusal::forbidden(format!("The application {id} is not a host administrator.")).into())
            }
        }
    }

    /// Lets through an external application that has one of these scopes.
    pub(super) fn check_scope(&self, expected: [&'static str; 2]) -> Result<(), Refused> {
        let scopes = match self {
            Self::User { .. } => &[],
            Self::Application { scopes, .. } => scopes.as_slice(),
        };
        if scopes.iter().any(|scope| expected.contains(&scope.as_str())) {
            return Ok(());
        }
        Err(Refused::Scopes { found: scopes.join(" "), expected })
    }
}

impl fmt::Display for Asker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User { name, tenancy } => write!(formatter, "{name}@{tenancy}"),
            Self::Application { id, scopes } => write!(formatter, "{id}: {}", scopes.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asker_is_read_as_it_was_written() {
        for text in ["host-admin@Host", "sandbox-app: PM.License PM.Group.Read"] {
            assert_eq!(Asker::read(text).to_string(), text);
        }
        assert!(
            matches!(Asker::read("sandbox-app: PM.Audit"), Asker::Application { scopes, .. } if scopes == ["PM.Audit"])
        );
    }

    #[test]
    fn only_a_user_of_the_host_is_of_the_host() {
        assert!(Asker::read("host-admin@Host").check_host().is_ok());
        for text in ["host-admin@Default", "tenant-user@host", "Host: Host"] {
            assert!(Asker::read(text).check_host().is_err(), "{text}");
        }
    }
}
