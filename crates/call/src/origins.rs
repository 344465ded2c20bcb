//! Where requests may go, and how hosts become addresses.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::error::Error;
use crate::url::origin;

/// The origins that a run may reach.
#[derive(Clone, Debug, Default)]
pub enum Origins {
    /// Any. `localhost` and what ends in `.localhost` is this machine, and what ends in `.invalid` is nowhere.
    #[default]
    Any,
    /// These hosts over http, at these addresses, and nothing else: a sandbox.
    Only(Arc<BTreeMap<String, SocketAddr>>),
}

impl Origins {
    /// Whether requests may go to the origin of a URL.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Error> {
        let Self::Only(hosts) = self else {
            return Ok(());
        };
        let address = url.host_str().and_then(|host| hosts.get(host));
        // A port in the URL would win over the one of the address, and lead elsewhere.
        let reached = |address: &SocketAddr| url.port().is_none_or(|port| port == address.port());
        if url.scheme() == "http" && address.is_some_and(reached) {
            return Ok(());
        }
        let allowed: Vec<_> = hosts.keys().map(|host| format!("`http://{host}`")).collect();
        Err(Error::Origin { origin: origin(url), allowed: allowed.join(", ") })
    }

    /// Whether only some hosts may be reached.
    pub(crate) fn is_confined(&self) -> bool {
        matches!(self, Self::Only(_))
    }

    /// Whether no proxy may stand between: the host is this machine, or only played.
    pub(crate) fn is_direct(&self, url: &Url) -> bool {
        self.is_confined()
            || match url.host() {
                Some(Host::Domain(name)) => is_local(name),
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            }
    }
}

fn is_local(host: &str) -> bool {
    is_below(host, "localhost")
}

/// Whether a host is a name or ends in it, as RFC 6761 sets some names apart, which nobody is asked for.
fn is_below(host: &str, name: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Finds the addresses of hosts inside the client.
impl Resolve for Origins {
    fn resolve(&self, name: Name) -> Resolving {
        let origins = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            match &origins {
                Self::Only(hosts) => match hosts.get(host) {
                    Some(address) => Ok(addresses(vec![*address])),
                    None => Err(io::Error::other("this run may not reach it").into()),
                },
                Self::Any if is_local(host) => {
                    let local = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
                    let local = local.map(|address| SocketAddr::new(address, 0));
                    Ok(addresses(local.into()))
                }
                Self::Any if is_below(host, "invalid") => Err(io::Error::other("there is no such host").into()),
                Self::Any => Ok(addresses(tokio::net::lookup_host((host, 0)).await?.collect())),
            }
        })
    }
}

fn addresses(found: Vec<SocketAddr>) -> Addrs {
    Box::new(found.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sandbox() -> Origins {
        let address = SocketAddr::from(([127, 0, 0, 1], 4321));
        Origins::Only(Arc::new(BTreeMap::from([("portal.sandbox.test".to_owned(), address)])))
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_sandbox_reaches_its_hosts_and_no_other_origin() {
        let origins = sandbox();
        for good in ["http://portal.sandbox.test/x", "http://portal.sandbox.test:4321/x"] {
            origins.check(&url(good)).unwrap();
        }
        for bad in [
            "https://portal.sandbox.test/",
            "http://portal.sandbox.test:80/../",
            "http://portal.sandbox.test:9999/",
            "http://other.test/",
            "http://127.0.0.1:4321/",
        ] {
            // Port 80 is the usual one of http and so is no port at all.
            let refused = origins.check(&url(bad)).is_err();
            assert_eq!(refused, bad != "http://portal.sandbox.test:80/../", "{bad}");
        }
        let error = origins.check(&url("https://portal.live.test/v1")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the origin `https://portal.live.test` is refused: \
             this run may only reach `http://portal.sandbox.test`"
        );
    }

    #[test]
    fn this_machine_and_a_sandbox_need_no_proxy() {
        for local in ["http://localhost/", "http://a.localhost:1/", "http://127.0.0.2/", "http://[::1]/"] {
            assert!(Origins::Any.is_direct(&url(local)), "{local}");
        }
        for far in ["http://localhost.test/", "http://notlocalhost/", "http://10.0.0.1/"] {
            assert!(!Origins::Any.is_direct(&url(far)), "{far}");
        }
        assert!(sandbox().is_direct(&url("http://portal.sandbox.test/")));
    }

    #[tokio::test]
    async fn names_below_localhost_are_this_machine() {
        let name = "portal.localhost".parse().unwrap();
        let found: Vec<_> = Origins::Any.resolve(name).await.unwrap().collect();
        assert!(!found.is_empty());
        assert!(found.iter().all(|address| address.ip().is_loopback()));
    }

    #[tokio::test]
    async fn names_below_invalid_are_nowhere() {
        for name in ["invalid", "portal.invalid", "portal.invalid."] {
            let error = Origins::Any.resolve(name.parse().unwrap()).await.err().unwrap();
            assert_eq!(error.to_string(), "there is no such host", "{name}");
        }
    }

    #[tokio::test]
    async fn a_sandbox_resolves_its_own_hosts_only() {
        let own = "portal.sandbox.test".parse().unwrap();
        let found: Vec<_> = sandbox().resolve(own).await.unwrap().collect();
        assert_eq!(found, [SocketAddr::from(([127, 0, 0, 1], 4321))]);
        assert!(sandbox().resolve("localhost".parse().unwrap()).await.is_err());
    }
}
