//! The codes of licences, and the services of a tenant.

use serde::Serialize;

/// What sort of licence a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Kind {
    Robot,
    Service,
    UserBundle,
    /// What a user bundle brings along.
    UserService,
    Consumable,
}

const CODES: &[(Kind, &[&str])] = &[
    (
        Kind::UserBundle,
        &[
            "ACCU",
            "ACNU",
            "AKIT",
            "ATTUCU",
            "ATTUNU",
            "AXPNU",
            "CTZDEVCU",
            "CTZDEVNU",
            "IDU",
            "PMBU",
            "PMD",
            "RPADEVCU",
            "RPADEVNU",
            "RPADEVPROCU",
            "RPADEVPRONU",
            "TSTDEVPRONU",
            "TSTNU",
        ],
    ),
    (Kind::Robot, &["NONPR", "TAUNATT", "UNATT"]),
    (Kind::Service, &["AIG", "TIE"]),
    (Kind::UserService, &["APPS", "ATTR", "DU", "EE", "IXP"]),
    (Kind::Consumable, &["AGU", "AIU", "FCCU", "HEAL", "LU", "MRSU", "PLTU", "RU", "SPR", "TEU"]),
];

const SERVICES: &[&str] = &[
    "actioncenter",
    "aicenter",
    "apps",
    "automationhub",
    "automationops",
    "dataservice",
    "documentunderstanding",
    "insights",
    "orchestrator",
    "processmining",
    "taskmining",
    "testmanager",
];

/// What a code stands for; none for one that there is not.
pub(super) fn kind(code: &str) -> Option<Kind> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind)
}

/// Whether a code is that of a user bundle.
pub(super) fn is_bundle(code: &str) -> bool {
    kind(code) == Some(Kind::UserBundle)
}

/// Whether there is such a service.
pub(super) fn is_service(service: &str) -> bool {
    SERVICES.contains(&service)
}

/// The parts of `ATTUNU`, as an answer shows them.
pub(super) const PARTS: (&str, &[&str]) = ("ATTUNU", &["EE", "DU", "APPS", "IXP", "ATTR"]);
