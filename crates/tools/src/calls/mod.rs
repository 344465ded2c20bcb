//! Tools that call a remote system.

mod answer;
mod authority;
mod authorize;
mod config;
mod declared;
mod failures;
mod license_api;
mod logged;
mod occurrences;
mod operand;
mod origin;
mod outputs;
mod successes;
mod window;
mod work;

pub use authorize::Authorize;
pub use license_api::LicenseApi;

#[cfg(test)]
mod tests;
