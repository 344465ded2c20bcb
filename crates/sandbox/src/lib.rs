//! The vendors' systems, played: a local server with state, tokens, a clock, faults and a log of what it received.
//!
//! One port plays every system; the beginning of the `Host` header says which:
//!
//! | host | what is played |
//! | --- | --- |
//! | `alteryx.sandbox.test` | the Alteryx licence portal |
//! | `files.alteryx.sandbox.test` | the host of its downloads: links that are signed, and no tokens |
//! | `seats.sandbox.test` | [seats](SEATS), an invented system to try things with |
//! | `tenduke.sandbox.test` | [10Duke Enterprise](TENDUKE) |
//! | `uipath.sandbox.test` | [UiPath Automation Suite](UIPATH) |
//!
//! Under any host, the routes that begin with `/_sandbox/` look at the sandbox and change it while it runs:
//!
//! | route | what it does |
//! | --- | --- |
//! | `GET /_sandbox/requests` | every request received, in order ([`ReceivedRequest`]) |
//! | `DELETE /_sandbox/requests` | forgets them |
//! | `GET /_sandbox/clock` | the time |
//! | `POST /_sandbox/clock` | `{"now": TIME}` or `{"advance_seconds": N}` moves a clock that stands still |
//! | `GET /_sandbox/faults` | the faults and what is left of them ([`FaultState`]) |
//! | `POST /_sandbox/faults` | arms the faults of a list of texts ([`Fault`]) |
//! | `DELETE /_sandbox/faults` | disarms all |
//! | `POST /_sandbox/release` | lets go the requests that faults hold at this moment |
//! | `GET /_sandbox/settings` | `requests_per_second`, `access_token_seconds`, `refresh_token_seconds`, `keep_requests` |
//! | `POST /_sandbox/settings` | changes those that the body names; `null` takes a limit away |
//! | `GET /_sandbox/openapi/NAME.json` | what a system offers, as an OpenAPI 3.1 document made from its catalog |
//!
//! What it does not do: it offers no TLS, and it is not a service for anyone else. Its tokens are guessable by design.

mod alteryx;
mod cache;
mod caller;
mod clock;
mod error;
mod exchange;
pub mod fault;
mod limits;
mod oauth;
mod openapi;
mod parameters;
mod payload;
mod random;
mod refusal;
mod requests;
mod sandbox;
mod seats;
mod server;
mod settings;
mod state;
mod system;
mod tenduke;
mod tokens;
mod uipath;
mod world;

pub use clock::Clock;
pub use error::Error;
pub use fault::{Fault, FaultState, FaultSyntax, UnknownEndpoint};
pub use requests::ReceivedRequest;
pub use sandbox::Sandbox;
pub use settings::{ClockKind, Settings};
pub use world::{endpoint_ids, environment};

/// The page of the faults, as Markdown: how one is written, and what there is.
pub const FAULTS: &str = include_str!("fault/faults.md");

/// The page of the invented system of seats, as Markdown: what it offers, and what it refuses.
pub const SEATS: &str = include_str!("seats/seats.md");

/// The page of 10Duke Enterprise, as Markdown: from which state it starts, with which tokens, and what is not played of it.
pub const TENDUKE: &str = include_str!("tenduke/tenduke.md");

/// The page of UiPath Automation Suite, as Markdown: what is played of it, to whom, and what it refuses.
pub const UIPATH: &str = include_str!("uipath/uipath.md");
