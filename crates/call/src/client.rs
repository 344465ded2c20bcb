//! The HTTP client of one origin.

use std::time::Duration;

use http::HeaderMap;
use reqwest::{Response, redirect, retry};
use url::Url;

use crate::certificate::ClientCertificate;
use crate::connection::{Settings, Surroundings};
use crate::error::Error;
use crate::tls::client_config;

/// How long a connection that is not used stays open.
const IDLE: Duration = Duration::from_secs(30);

/// A client that sends requests to one origin, and to nothing else: it follows no redirect and
/// repeats nothing that was sent, which is done by those who know what may be done.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    proxy: Option<String>,
}

impl Client {
    /// The client for the origin of a URL, with headers for every request. It shows the certificate of the settings to a
    /// server that asks for one.
    pub(crate) fn new(
        url: &Url,
        headers: HeaderMap,
        settings: &Settings,
        surroundings: &Surroundings,
    ) -> Result<Self, Error> {
        Self::make(url, headers, settings.client_certificate.as_ref(), settings, surroundings)
    }

    /// The client for an origin that only a server has named: nothing that it sends says who sends it.
    pub(crate) fn nameless(url: &Url, settings: &Settings, surroundings: &Surroundings) -> Result<Self, Error> {
        Self::make(url, HeaderMap::new(), None, settings, surroundings)
    }

    fn make(
        url: &Url,
        headers: HeaderMap,
        certificate: Option<&ClientCertificate>,
        settings: &Settings,
        surroundings: &Surroundings,
    ) -> Result<Self, Error> {
        let (limits, origins) = (&settings.limits, &surroundings.origins);
        origins.check(url)?;
        let through = settings.proxy.on_the_way_to(url, origins)?;
        let is_trust_needed = url.scheme() == "https" || through.is_some();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("seatflow/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .tls_backend_preconfigured(client_config(settings.ca_pem.as_deref(), certificate, is_trust_needed)?)
            .dns_resolver(origins.clone())
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(limits.connect)
            .read_timeout(limits.read)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(limits.concurrency)
            .no_proxy();
        let builder = match &through {
            Some(through) => {
                through.teach(&surroundings.redactor);
                builder.proxy(through.as_proxy()?)
            }
            None => builder,
        };
        let http = builder.build().map_err(|error| Error::Client(error.to_string()))?;
        Ok(Self { http, proxy: through.map(|through| through.shown()) })
    }

    /// Sends a request, and waits for the head of its answer.
    pub(crate) async fn execute(&self, request: reqwest::Request) -> reqwest::Result<Response> {
        self.http.execute(request).await
    }

    /// The proxy that requests go through, without its password.
    pub(crate) fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }
}
