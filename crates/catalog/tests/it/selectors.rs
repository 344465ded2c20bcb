//! Selectors: what is read from them, how they are written and sent, and where a mistake in one is.

mod read;
mod refused;
mod sent;
mod written;

use seatflow_catalog::Selector;

/// The selectors of the vendor's documentation.
const DOCUMENTED: &[&str] = &[
    "Organization[@name='Acme Inc']/~OneToMany/Entitlement/~OneToMany/License/~OneToMany/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption",
    "Organization/~OneToMany/Entitlement/~OneToMany/License/~Assignment:LicenseProfileAssignment/~ManyToOne/Profile",
    "Organization/~OneToMany/Entitlement/~OneToMany/License?/~ManyToOne/LicensedItem&/~Assignment:LicenseProfileAssignment/Profile",
    "Profile[@id='PROFILE_ID_HERE']/Assignment:LicenseProfileAssignment/~OneToMany/Consumption:LicenseProfileAssignmentConsumption/@leaseId",
    "ProductPackage[@title='DemoPackage']",
    "License[@id='LICENSE_ID']",
    "Profile[@id='20000000-0000-4000-8000-000000000001']?/~ManyToOne/Person&/~OneToMany/ContactInformation/~OneToMany/EmailAddress",
    "Organization[@name='Acme Inc']/~OneToMany/ProfileGroup[@type='employees']",
    "Entitlement[@id='30000000-0000-4000-8000-000000000001']/~LicenseConsumerRelation/ProfileGroup",
    "ProfileGroup[@templateFor!=null]",
    "Profile{i=0,r=5}",
    "Profile{count}",
    "Organization[@name~'acme']",
    "Organization[@name*'Ac']",
];

/// Reads a selector.
fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}
