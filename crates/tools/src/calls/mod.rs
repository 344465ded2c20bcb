//! Tools that call a remote system.

mod answer;
mod authority;
mod authorize;
mod bound;
mod call;
mod calling;
mod config;
mod declared;
mod failures;
mod incoming;
mod input;
mod license_api;
mod logged;
mod occurrences;
mod operand;
mod origin;
mod outputs;
mod payload;
mod stopped;
mod successes;
mod unknown;
mod window;
mod work;

pub use authorize::Authorize;
pub use license_api::LicenseApi;

#[cfg(test)]
mod tests;
