//! The types of the graph's objects, and their fields.

/// A type of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Type {
    Organization,
    ProfileGroup,
    Profile,
    Person,
    ContactInformation,
    EmailAddress,
    Entitlement,
    License,
    LicensedItem,
    LicenseModel,
    ProductPackage,
    Assignment,
    Consumption,
}

/// A field of a type, beside `id`, which each has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) presence: Presence,
}

/// What a field holds when it is not null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A time, written as ISO 8601 in UTC with milliseconds.
    Time,
    /// An integer from 0.
    Integer,
    Boolean,
    /// A JSON object.
    Settings,
}

/// When a field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Always, if only as null.
    Always,
    /// Only when it is not null.
    WithValue,
    /// Only when it is not null; it is told from other objects, and nobody can write it.
    Told,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, presence: Presence::Always }
}

const fn told(name: &'static str) -> Field {
    Field { name, kind: Kind::Integer, presence: Presence::Told }
}

const ORGANIZATION: &[Field] =
    &[field("name", Kind::Text), field("type", Kind::Text), field("templateFor", Kind::Text)];
const PROFILE: &[Field] =
    &[field("displayName", Kind::Text), field("userName", Kind::Text), field("active", Kind::Boolean)];
const PERSON: &[Field] = &[field("firstName", Kind::Text), field("lastName", Kind::Text)];
const CONTACT_INFORMATION: &[Field] = &[field("type", Kind::Text)];
const EMAIL_ADDRESS: &[Field] = &[field("value", Kind::Text), field("verified", Kind::Boolean)];
const ENTITLEMENT: &[Field] = &[field("name", Kind::Text)];
const LICENSE: &[Field] = &[
    field("seatCount", Kind::Integer),
    told("seatsReserved"),
    told("seatsTaken"),
    field("useCount", Kind::Integer),
    told("useCountUsed"),
    field("useTime", Kind::Integer),
    told("useTimeUsed"),
    Field { name: "incrementModel", kind: Kind::Text, presence: Presence::WithValue },
    field("validFrom", Kind::Time),
    field("validUntil", Kind::Time),
];
const LICENSED_ITEM: &[Field] = &[field("name", Kind::Text), field("displayName", Kind::Text)];
const LICENSE_MODEL: &[Field] = &[field("name", Kind::Text), field("settings", Kind::Settings)];
const PRODUCT_PACKAGE: &[Field] = &[field("title", Kind::Text)];
const ASSIGNMENT: &[Field] = &[field("reservationType", Kind::Text)];
const CONSUMPTION: &[Field] = &[
    field("leaseId", Kind::Text),
    field("consumptionMode", Kind::Text),
    field("grantedFrom", Kind::Time),
    field("grantedUntil", Kind::Time),
    field("releasedAt", Kind::Time),
    field("hw", Kind::Text),
    field("process", Kind::Text),
    field("consumedVersion", Kind::Text),
    field("consumedUseCount", Kind::Integer),
    field("consumedUseTime", Kind::Integer),
];

impl Type {
    pub(super) const ALL: [Self; 13] = [
        Self::Organization,
        Self::ProfileGroup,
        Self::Profile,
        Self::Person,
        Self::ContactInformation,
        Self::EmailAddress,
        Self::Entitlement,
        Self::License,
        Self::LicensedItem,
        Self::LicenseModel,
        Self::ProductPackage,
        Self::Assignment,
        Self::Consumption,
    ];

    /// The type that is called so, in short or with its package.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name || kind.long_name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::ProfileGroup => "ProfileGroup",
            Self::Profile => "Profile",
            Self::Person => "Person",
            Self::ContactInformation => "ContactInformation",
            Self::EmailAddress => "EmailAddress",
            Self::Entitlement => "Entitlement",
            Self::License => "License",
            Self::LicensedItem => "LicensedItem",
            Self::LicenseModel => "LicenseModel",
            Self::ProductPackage => "ProductPackage",
            Self::Assignment => "Assignment",
            Self::Consumption => "Consumption",
        }
    }

    /// The name with its package, as relations tell it.
    pub(super) fn long_name(self) -> String {
        let package = match self {
            Self::Organization
            | Self::ProfileGroup
            | Self::Profile
            | Self::Person
            | Self::ContactInformation
            | Self::EmailAddress => "identity",
            _ => "entitlement",
        };
        format!("com.tenduke.sdk2.objectmodel.{package}.{}", self.name())
    }

    /// The name of its collection, which a selector may tell behind a `:`.
    pub(super) fn collection(self) -> Option<&'static str> {
        match self {
            Self::Assignment => Some("LicenseProfileAssignment"),
            Self::Consumption => Some("LicenseProfileAssignmentConsumption"),
            _ => None,
        }
    }

    /// What the ids of its objects begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Organization => "10000000",
            Self::Profile => "20000000",
            Self::Entitlement => "30000000",
            Self::License => "40000000",
            Self::Assignment => "50000000",
            Self::Consumption => "60000000",
            Self::LicensedItem => "70000000",
            Self::LicenseModel => "80000000",
            Self::ProductPackage => "90000000",
            Self::ProfileGroup => "a0000000",
            Self::Person => "b0000000",
            Self::ContactInformation => "c0000000",
            Self::EmailAddress => "d0000000",
        }
    }

    /// The fields beside `id`, in the order in which they are told.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Organization | Self::ProfileGroup => ORGANIZATION,
            Self::Profile => PROFILE,
            Self::Person => PERSON,
            Self::ContactInformation => CONTACT_INFORMATION,
            Self::EmailAddress => EMAIL_ADDRESS,
            Self::Entitlement => ENTITLEMENT,
            Self::License => LICENSE,
            Self::LicensedItem => LICENSED_ITEM,
            Self::LicenseModel => LICENSE_MODEL,
            Self::ProductPackage => PRODUCT_PACKAGE,
            Self::Assignment => ASSIGNMENT,
            Self::Consumption => CONSUMPTION,
        }
    }

    pub(super) fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }
}
