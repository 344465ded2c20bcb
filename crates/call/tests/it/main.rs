//! The crate against a small raw server on this machine.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authorization;
mod bodies;
mod failures;
mod http2;
mod idempotency;
mod journal;
mod limits;
mod meanings;
mod order;
mod pages;
mod places;
mod proxies;
mod reach;
mod reconcile;
mod redirects;
mod requests;
mod retries;
mod secrets;
mod server;
mod signer;
mod support;
mod targets;
mod tls;
mod tokens;
mod trust;
