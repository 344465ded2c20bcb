//! Through whom requests go.

mod environment;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::authorization::Means;
use crate::connection::Settings;
use crate::error::Error;
use crate::origins::Origins;
use crate::redact::Redactor;

/// The proxy of a connection.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// What the system says, in `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` or its own settings; but none for
    /// this machine.
    #[default]
    Environment,
    /// None, whatever the system says.
    None,
    /// This one for every host, this machine too. The URL may hold a user and a password.
    At(SecretString),
}

/// The proxy that requests to one origin go through.
#[derive(Debug)]
pub(crate) struct Through {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy on the way to a URL. A sandbox is reached without one.
    pub(crate) fn on_the_way_to(&self, url: &Url, origins: &Origins) -> Result<Option<Through>, Error> {
        if origins.is_confined() {
            return Ok(None);
        }
        let matcher = match self {
            Self::None => return Ok(None),
            Self::Environment if origins.is_direct(url) => return Ok(None),
            Self::Environment => {
                environment::check(url, |name| std::env::var_os(name))?;
                Matcher::from_system()
            }
            Self::At(url) => {
                parse(url.expose_secret()).map_err(|reason| Error::Proxy(format!("`proxy` {reason}")))?;
                Matcher::builder().all(url.expose_secret().trim().to_owned()).build()
            }
        };
        let to: Option<Uri> = url.as_str().parse().ok();
        let Some(found) = to.and_then(|to| matcher.intercept(&to)) else {
            return Ok(None);
        };
        let through = Through { uri: found.uri().clone(), authorization: found.basic_auth().cloned() };
        match through.uri.scheme_str() {
            Some("http" | "https") => Ok(Some(through)),
            _ => Err(Error::Proxy(format!("`{}` is neither http nor https", through.shown()))),
        }
    }
}

impl Settings {
    /// Checks that requests find their way to the system and to the server that grants its tokens, as far as proxies
    /// are concerned; nothing is sent.
    ///
    /// # Errors
    /// If the proxy that the connection or the environment names cannot be used.
    pub fn check_proxies(&self, origins: &Origins) -> Result<(), Error> {
        let means = self.authorization.means();
        let auth_url = means.iter().filter_map(|means| match means {
            Means::Server(auth_url, _) => Some(auth_url.as_str()),
            Means::Token(_) => None,
        });
        // What is wrong with a URL itself is told when the connection is opened.
        let urls = std::iter::once(self.base_url.as_str()).chain(auth_url).filter_map(|url| Url::parse(url).ok());
        for url in urls {
            self.proxy.on_the_way_to(&url, origins)?;
        }
        Ok(())
    }
}

impl Through {
    /// Its URL, without user and password.
    pub(crate) fn shown(&self) -> String {
        self.uri.to_string().trim_end_matches('/').to_owned()
    }

    /// Makes its password known as a secret, also in the form in which it is sent.
    pub(crate) fn teach(&self, redactor: &Redactor) {
        let sent = self.authorization.as_ref().and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        let decoded = sent.and_then(|pair| String::from_utf8(STANDARD.decode(pair).ok()?).ok());
        if let Some((user, password)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
            redactor.learn_basic(user, &password.into());
        }
    }

    /// The same for the client, for every request.
    pub(crate) fn as_proxy(&self) -> Result<reqwest::Proxy, Error> {
        let proxy = reqwest::Proxy::all(self.uri.to_string()).map_err(|error| Error::Proxy(error.to_string()))?;
        Ok(match &self.authorization {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    }
}

/// Reads the URL of a proxy; the error says what is wrong with it, to be read after the key, and does not hold it.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is neither http nor https".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its host and port".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(proxy: &str, url: &str) -> Through {
        let proxy = Proxy::At(proxy.into());
        proxy.on_the_way_to(&Url::parse(url).unwrap(), &Origins::Any).unwrap().unwrap()
    }

    #[test]
    fn a_named_proxy_is_there_for_every_host_and_shown_without_its_password() {
        for url in ["https://h.test/x", "http://h.test/x", "http://127.0.0.1:80/", "http://[::1]/"] {
            let through = through("http://ada:love%20lace@p.test:3128", url);
            assert_eq!(through.shown(), "http://p.test:3128");
            assert_eq!(through.authorization.as_ref().unwrap(), "Basic YWRhOmxvdmUgbGFjZQ==");
            assert!(!format!("{through:?}").contains("YWRh"), "{through:?}");
        }
    }

    #[test]
    fn its_password_is_a_secret_in_all_its_forms() {
        let redactor = Redactor::default();
        through("http://ada:love%20lace@p.test", "http://h.test").teach(&redactor);
        assert_eq!(redactor.text("love lace, Basic YWRhOmxvdmUgbGFjZQ=="), "***, Basic ***");
    }

    #[test]
    fn a_sandbox_has_none() {
        let sandbox = Origins::Only(std::sync::Arc::default());
        for proxy in [Proxy::At("http://p.test".into()), Proxy::Environment, Proxy::None] {
            let url = Url::parse("http://h.test").unwrap();
            assert!(proxy.on_the_way_to(&url, &sandbox).unwrap().is_none());
        }
    }

    #[test]
    fn what_is_no_proxy_is_told_without_its_password() {
        for (text, reason) in [
            ("socks5://a:hunter2@p.test", "is neither http nor https"),
            ("http://a:hunter2@p.test/x", "must end with its host and port"),
            ("http://a:hunter2@p.test?x", "must end with its host and port"),
            ("p.test", "is no URL: relative URL without a base"),
        ] {
            assert_eq!(parse(text).unwrap_err(), reason, "{text}");
        }
    }
}
