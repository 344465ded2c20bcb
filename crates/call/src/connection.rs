//! A named way to reach a remote system.

use std::sync::Arc;
use std::time::Duration;

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::authorization::{Access, Authorization, Credentials, DeadEnd, Denied, Grant, Means, Renewing, State, Token};
use crate::certificate::ClientCertificate;
use crate::check::header;
use crate::client::Client;
use crate::clock::Clock;
use crate::error::Error;
use crate::exchange::Strangers;
use crate::governor::{Governor, Governors};
use crate::health::{Health, Unreached};
use crate::jwt::Keys;
use crate::limits::Limits;
use crate::log::{Attempt, Log};
use crate::origins::Origins;
use crate::outcome::{Failure, FailureKind};
use crate::proxy::Proxy;
use crate::redact::Redactor;
use crate::turns::Turns;
use crate::url::{Base, origin, parse, shown};

/// How long a token lives when neither the server nor the catalog says.
const USUAL_LIFE: Duration = Duration::from_mins(5);

/// What a connection is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name in the pipeline.
    pub name: String,
    /// Where the paths of the endpoints begin.
    pub base_url: String,
    /// How it is authorized.
    pub authorization: Authorization,
    /// How long a token lives when the server does not say, if the catalog knows.
    pub token_life: Option<Duration>,
    /// Headers of every call, those of the catalog before those of the pipeline; of two of the
    /// same name the later one is sent. `Accept` is `application/json` unless one is here.
    pub headers: Vec<Header>,
    /// What else is secret of it, beside its authorization and the headers that are: parts of them, which a server may
    /// send back alone.
    pub secrets: Vec<SecretString>,
    /// What it keeps to.
    pub limits: Limits,
    /// Certificates to trust beside those of the system, as PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// The certificate with which it shows who it is, to its own servers alone.
    pub client_certificate: Option<ClientCertificate>,
    /// Through whom its requests go.
    pub proxy: Proxy,
}

/// A header of every call.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// Whether the value is a secret: it is masked wherever it shows, and so is whatever the header holds in an answer.
    pub is_secret: bool,
}

/// What all connections of a run have in common. Clones share it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The run's clock.
    pub clock: Arc<dyn Clock>,
    /// Where rotated refresh tokens are kept.
    pub credentials: Credentials,
    /// The origins that may be reached.
    pub origins: Origins,
    /// What is known to be secret.
    pub redactor: Redactor,
    /// The governors of the remote systems.
    pub governors: Governors,
    /// The order of writes.
    pub turns: Turns,
    /// The run's id, by which the keys of idempotent writes differ from those of other runs.
    pub run: Arc<str>,
}

/// A connection that is ready: it sends requests, each when the governor and its token allow it.
#[derive(Debug)]
pub struct Connection {
    pub(crate) settings: Settings,
    pub(crate) surroundings: Surroundings,
    pub(crate) base: Base,
    auth_url: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) client: Client,
    /// Who asks where a redirect leads to another origin.
    pub(crate) strangers: Strangers,
    pub(crate) governor: Arc<Governor>,
    authority: Authority,
    pub(crate) health: Health,
    /// With what signed tokens are verified.
    pub(crate) keys: Keys,
}

/// Where a connection's token comes from.
#[derive(Debug)]
enum Authority {
    Fixed(Arc<Token>),
    Renewing(Box<Renewing>),
}

impl Settings {
    /// Settings with the usual limits, and nothing that can be left out.
    pub fn new(name: impl Into<String>, base_url: impl Into<String>, authorization: Authorization) -> Self {
        Self {
            name: name.into(),
            base_url: base_url.into(),
            authorization,
            token_life: None,
            headers: Vec::new(),
            secrets: Vec::new(),
            limits: Limits::default(),
            ca_pem: None,
            client_certificate: None,
            proxy: Proxy::default(),
        }
    }
}

impl Header {
    /// A header that is no secret.
    pub fn plain(name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        Self { name: name.into(), value: value.into(), is_secret: false }
    }
}

impl Surroundings {
    /// Surroundings in which every origin may be reached, nothing is known to be secret, and the run has no id.
    pub fn new(clock: Arc<dyn Clock>, credentials: Credentials) -> Self {
        Self {
            clock,
            credentials,
            origins: Origins::Any,
            redactor: Redactor::default(),
            governors: Governors::default(),
            turns: Turns::default(),
            run: Arc::default(),
        }
    }
}

impl Connection {
    /// Makes a connection ready. Nothing is sent.
    ///
    /// # Errors
    ///
    /// A URL, header or certificate that cannot be used, or an origin that must not be reached.
    pub fn open(settings: Settings, surroundings: Surroundings) -> Result<Arc<Self>, Error> {
        let auth_url = settings.authorization.auth_url().map(str::to_owned);
        Self::open_with(settings, surroundings, auth_url).map(Arc::new)
    }

    /// A connection with a token that is given and does not renew itself, in place of the
    /// authorization that the settings name.
    ///
    /// # Errors
    ///
    /// A URL or token that cannot be used, or an origin that must not be reached.
    pub fn with_access_token(
        settings: Settings,
        surroundings: Surroundings,
        auth_url: Option<&str>,
        access_token: SecretString,
    ) -> Result<Arc<Self>, Error> {
        let authorization = Authorization::Bearer { token: access_token };
        let auth_url = auth_url.map(str::to_owned);
        Self::open_with(Settings { authorization, ..settings }, surroundings, auth_url).map(Arc::new)
    }

    fn open_with(settings: Settings, surroundings: Surroundings, auth_url: Option<String>) -> Result<Self, Error> {
        let authorization = &settings.authorization;
        authorization.teach(&surroundings.redactor);
        surroundings.redactor.learn_all(&settings.secrets);
        let base = Base::parse(&settings.base_url).map_err(|reason| bad_url("base URL", &settings.base_url, reason))?;
        let headers = headers(&settings.headers, &surroundings.redactor)?;
        let limits = &settings.limits;
        let authority = match authorization.means()? {
            Means::Token(token) => {
                if let Some((name, _)) = token.as_header() {
                    surroundings.redactor.learn_header(name);
                }
                Authority::Fixed(Arc::new(token))
            }
            Means::Server(auth_url, grant) => {
                let renewing = renewing(&auth_url, grant, &settings, &surroundings)?;
                Authority::Renewing(Box::new(renewing))
            }
        };
        let client = Client::new(base.url(), headers.clone(), &settings, &surroundings)?;
        let governor = surroundings.governors.of(origin(base.url()), authorization.fingerprint(), limits);
        tracing::info!("the connection `{}` is to {}", settings.name, origin(base.url()));
        Ok(Self {
            base,
            auth_url,
            headers,
            client,
            strangers: Strangers::default(),
            governor,
            authority,
            health: Health::default(),
            keys: Keys::default(),
            settings,
            surroundings,
        })
    }

    /// Its name in the pipeline.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Its base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }

    /// How many calls it makes at the same time, at least 1.
    pub fn concurrency(&self) -> usize {
        self.settings.limits.concurrency.max(1)
    }

    /// What is known to be secret.
    pub fn redactor(&self) -> &Redactor {
        &self.surroundings.redactor
    }

    /// How many calls in a row did not reach the system, or were not authorized; a run stops at
    /// [`FAILURES_IN_A_ROW`](crate::FAILURES_IN_A_ROW).
    pub fn failures_in_a_row(&self) -> u32 {
        self.health.in_a_row()
    }

    /// The latest of so many failures in a row, if there are [`FAILURES_IN_A_ROW`](crate::FAILURES_IN_A_ROW).
    pub fn hopeless(&self) -> Option<Unreached> {
        self.health.hopeless()
    }

    /// Why there will never be a token, so that no call can succeed; none as long as there may be one.
    pub fn dead_end(&self) -> Option<&DeadEnd> {
        match &self.authority {
            Authority::Fixed(_) => None,
            Authority::Renewing(renewing) => renewing.dead_end(),
        }
    }

    /// A live authorization, asked for if there is none, and the requests this took.
    ///
    /// # Cancellation
    ///
    /// A refresh token that is on its way is lost.
    pub async fn authorize(
        &self,
        stop: &CancellationToken,
        keep_attempts: bool,
    ) -> (Result<Access, Box<Failure>>, Vec<Attempt>) {
        let mut log = Log::new(keep_attempts);
        let token = self.token(&mut log, stop).await;
        let access = token.map(|token| self.access(&token)).map_err(|denied| {
            let (method, url) = match &self.auth_url {
                Some(url) => (seatflow_catalog::Method::Post, url.as_str()),
                None => (seatflow_catalog::Method::Get, self.base.as_str()),
            };
            Box::new(denied.into_failure(method, self.redactor().text(url).into_owned(), 0))
        });
        self.health.ended(access.as_ref().err().map(Box::as_ref));
        (access, log.into_attempts())
    }

    fn access(&self, token: &Token) -> Access {
        let secret = token.secret();
        Access {
            connection: self.settings.name.clone(),
            base_url: self.base.as_str().to_owned(),
            auth_url: self.auth_url.clone(),
            access_token: secret.cloned(),
            token_type: secret.map(|_| "Bearer".to_owned()),
            expires_at: token.ends_at(),
        }
    }

    /// A live token.
    pub(crate) async fn token(&self, log: &mut Log, stop: &CancellationToken) -> Result<Arc<Token>, Denied> {
        match &self.authority {
            Authority::Fixed(token) => Ok(Arc::clone(token)),
            Authority::Renewing(renewing) => renewing.token(log, stop).await,
        }
    }

    /// Whether there can be a token other than the one that was not accepted.
    pub(crate) fn is_renewable(&self) -> bool {
        matches!(self.authority, Authority::Renewing(_))
    }

    /// The system did not accept a token.
    pub(crate) fn reject(&self, token: &Arc<Token>) {
        match &self.authority {
            Authority::Fixed(_) => {}
            Authority::Renewing(renewing) => renewing.reject(token),
        }
    }
}

impl Denied {
    /// What it is for a call to this URL, of which so many requests were sent.
    pub(crate) fn into_failure(self, method: seatflow_catalog::Method, url: String, attempts: u32) -> Failure {
        let (kind, message, status) = match self {
            Self::Stopped => {
                let message = "the run stopped before it was sent".to_owned();
                (FailureKind::NotAttempted, message, None)
            }
            Self::Hopeless { dead_end, status } => (FailureKind::Authorization, dead_end.message, status),
            Self::Failed { message, status } => (FailureKind::Authorization, message, status),
        };
        Failure { kind, message, status, method, url, attempts, body: None }
    }
}

/// What renews the tokens of a way that has a server to ask.
fn renewing(auth_url: &str, grant: Grant, settings: &Settings, surroundings: &Surroundings) -> Result<Renewing, Error> {
    let auth_url = parse(auth_url).map_err(|reason| bad_url("authentication URL", auth_url, reason))?;
    Ok(Renewing {
        client: Client::new(&auth_url, HeaderMap::new(), settings, surroundings)?,
        grant,
        auth_url,
        limits: settings.limits,
        usual_life: settings.token_life.unwrap_or(USUAL_LIFE),
        clock: Arc::clone(&surroundings.clock),
        redactor: surroundings.redactor.clone(),
        credentials: surroundings.credentials.clone(),
        state: State::default(),
    })
}

/// The headers of every call, the later of two of one name. Those that are secrets are made known.
fn headers(given: &[Header], redactor: &Redactor) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    for Header { name, value, is_secret } in given {
        let made = header(name, value.expose_secret());
        let (header, mut shown) = made.map_err(|reason| Error::Header { name: name.clone(), reason })?;
        if *is_secret {
            redactor.learn(value);
            redactor.learn_header(&header);
            shown.set_sensitive(true);
        }
        headers.insert(header, shown);
    }
    Ok(headers)
}

fn bad_url(setting: &'static str, url: &str, reason: String) -> Error {
    Error::Url { setting, url: shown(url), reason }
}
