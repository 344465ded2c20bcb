//! The HTTP client of one origin.

use std::time::Duration;

use http::HeaderMap;
use reqwest::{Client, redirect, retry};
use url::Url;

use crate::error::Error;
use crate::limits::Limits;
use crate::origins::Origins;
use crate::tls::client_config;

/// How long a connection that is not used stays open.
const IDLE: Duration = Duration::from_secs(30);

/// Makes the client that sends requests to the origin of a URL, and to nothing else: it follows
/// no redirect and repeats nothing, which is done by those who know what may be done.
pub(crate) fn client(
    url: &Url,
    headers: HeaderMap,
    limits: &Limits,
    origins: &Origins,
    ca_pem: Option<&[u8]>,
) -> Result<Client, Error> {
    origins.check(url)?;
    let builder = Client::builder()
        .user_agent(concat!("seatflow/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .tls_backend_preconfigured(client_config(ca_pem, url.scheme() == "https")?)
        .dns_resolver(origins.clone())
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .tcp_nodelay(true)
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(limits.concurrency);
    let builder = if origins.is_direct(url) { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Error::Client(error.to_string()))
}
