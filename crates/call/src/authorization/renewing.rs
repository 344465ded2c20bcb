//! A token that renews itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use http::HeaderValue;
use http::header::{ACCEPT, CONTENT_TYPE};
use jiff::Timestamp;
use seatflow_catalog::Method;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::credentials::{CredentialName, CredentialsError, Reserve};
use super::grant::{Granted, NoToken, Refused};
use super::{Credentials, Grant, Token};
use crate::classify::status_text;
use crate::client::Client;
use crate::clock::Clock;
use crate::limits::Limits;
use crate::log::{Log, Sent};
use crate::redact::Redactor;
use crate::retry::{Cause, Repeating, Retries, Verdict, retry_after, too_long};
use crate::send::{Reply, cause_of, send, why};
use crate::trouble::Trouble;

/// The token of a connection whose server has to be asked for one.
///
/// One caller asks while all others wait for what it gets, be it a token or a refusal. A refresh
/// token that comes back is on disk before the access token beside it is used.
#[derive(Debug)]
pub(crate) struct Renewing {
    pub(crate) grant: Grant,
    pub(crate) auth_url: Url,
    pub(crate) client: Client,
    pub(crate) limits: Limits,
    /// How long a token lives when the server does not say.
    pub(crate) usual_life: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) redactor: Redactor,
    pub(crate) credentials: Credentials,
    pub(crate) state: State,
}

/// What changes.
#[derive(Debug, Default)]
pub(crate) struct State {
    current: RwLock<Option<Arc<Token>>>,
    /// How often a flight has landed, with a token or without.
    landings: AtomicU64,
    flight: Mutex<Flight>,
    /// Why there will never be a token.
    dead_end: OnceLock<DeadEnd>,
    /// Whether a request since the last token had no answer, and may have used up what was sent.
    is_doubtful: AtomicBool,
}

/// What only the caller who asks sees.
#[derive(Debug, Default)]
struct Flight {
    /// How the last flight failed, if it did.
    denied: Option<Denied>,
    /// A refresh token that could not be saved, and the token that waits for it.
    unsaved: Option<(SecretString, Token)>,
}

/// Why there will never be a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadEnd {
    /// What has to change.
    pub cause: DeadEndCause,
    /// One sentence, without secrets.
    pub message: String,
}

/// What stands between a connection and a token for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadEndCause {
    /// The server refused what it was asked with.
    Refused(Refused),
    /// What is at the authentication URL gives no tokens.
    NoTokenEndpoint,
    /// The file of kept refresh tokens is no such file.
    Damaged,
    /// A refresh token that comes back could not be kept.
    NotKept,
}

/// Why there is no token.
#[derive(Clone, Debug)]
pub(crate) enum Denied {
    /// The run is stopping.
    Stopped,
    /// Asking again is of no use.
    Hopeless { dead_end: DeadEnd, status: Option<u16> },
    /// The server could not be asked; another time it may answer.
    Failed { message: String, status: Option<u16> },
}

impl Renewing {
    /// A live token: the one that is there, or a new one.
    ///
    /// # Cancellation
    ///
    /// A caller that is dropped while it asks may lose a refresh token that is on its way.
    pub(crate) async fn token(&self, log: &mut Log, stop: &CancellationToken) -> Result<Arc<Token>, Denied> {
        let current = self.current();
        if let Some(token) = current.filter(|token| !token.is_due(self.clock.now())) {
            return Ok(token);
        }
        let landings = &self.state.landings;
        let landed = landings.load(Ordering::Acquire);
        let mut flight = tokio::select! {
            flight = self.state.flight.lock() => flight,
            () = stop.cancelled() => return Err(Denied::Stopped),
        };
        let has_landed = landings.load(Ordering::Acquire) != landed;
        match &flight.denied {
            Some(denied @ Denied::Hopeless { .. }) => return Err(denied.clone()),
            Some(denied) if has_landed => return Err(denied.clone()),
            _ => {}
        }
        // A token that came while waiting is taken as it is, however short its life.
        let is_live = |token: &Arc<Token>| has_landed || !token.is_due(self.clock.now());
        if let Some(token) = self.current().filter(is_live) {
            return Ok(token);
        }
        let renewed = self.renew(&mut flight, log, stop).await;
        match renewed {
            Ok(token) => {
                let token = Arc::new(token);
                self.set_current(Some(Arc::clone(&token)));
                flight.denied = None;
                self.state.is_doubtful.store(false, Ordering::Relaxed);
                landings.fetch_add(1, Ordering::Release);
                Ok(token)
            }
            Err(Denied::Stopped) => Err(Denied::Stopped),
            Err(denied) => {
                if let Denied::Hopeless { dead_end, .. } = &denied {
                    // A second one says nothing new.
                    let _ = self.state.dead_end.set(dead_end.clone());
                }
                flight.denied = Some(denied.clone());
                landings.fetch_add(1, Ordering::Release);
                Err(denied)
            }
        }
    }

    /// Why there will never be a token, if that is known.
    pub(crate) fn dead_end(&self) -> Option<&DeadEnd> {
        self.state.dead_end.get()
    }

    /// A server did not accept this token. If it is still the current one, the next caller asks
    /// for another; if not, there is another already.
    pub(crate) fn reject(&self, token: &Arc<Token>) {
        let mut current = self.state.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            *current = None;
        }
    }

    fn current(&self) -> Option<Arc<Token>> {
        let current = self.state.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    fn set_current(&self, token: Option<Arc<Token>>) {
        *self.state.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    async fn renew(&self, flight: &mut Flight, log: &mut Log, stop: &CancellationToken) -> Result<Token, Denied> {
        let Grant::Refresh { given, client_id, .. } = &self.grant else {
            return self.ask(None, log, stop).await.map(|(token, _)| token);
        };
        let name = CredentialName::new(given, self.auth_url.as_str(), client_id.as_deref());
        if let Some((refresh_token, token)) = flight.unsaved.take() {
            return self.save(&name, refresh_token, token, None, flight).await;
        }
        let kept = |error| self.no_keeping(&error);
        let _lock = tokio::select! {
            lock = self.credentials.lock(&name) => lock.map_err(kept)?,
            () = stop.cancelled() => return Err(Denied::Stopped),
        };
        // Another process may have been given another token since.
        let latest = self.credentials.load(&name).await.map_err(kept)?;
        // Once the server has been asked, the token that was sent may be worth nothing, so there must be room for the next.
        let reserve = self.credentials.reserve().await.map_err(kept)?;
        let (token, next) = match &latest {
            Some(latest) => {
                self.redactor.learn(latest);
                match self.ask(Some(latest), log, stop).await {
                    // What is kept can be older than what was given.
                    Err(Denied::Hopeless { dead_end, .. }) if matches!(dead_end.cause, DeadEndCause::Refused(_)) => {
                        self.ask(None, log, stop).await?
                    }
                    asked => asked?,
                }
            }
            None => self.ask(None, log, stop).await?,
        };
        let used = latest.as_ref().unwrap_or(given).expose_secret();
        match next {
            Some(next) if next.expose_secret() != used => self.save(&name, next, token, Some(reserve), flight).await,
            _ => Ok(token),
        }
    }

    /// Saves a refresh token; the access token is only given out when it is saved.
    async fn save(
        &self,
        name: &CredentialName,
        refresh_token: SecretString,
        token: Token,
        reserve: Option<Reserve>,
        flight: &mut Flight,
    ) -> Result<Token, Denied> {
        match self.credentials.save(name, &refresh_token, reserve).await {
            Ok(()) => Ok(token),
            Err(error) => {
                flight.unsaved = Some((refresh_token, token));
                Err(Denied::Failed { message: self.not_kept(&error), status: None })
            }
        }
    }

    fn not_kept(&self, error: &CredentialsError) -> String {
        format!("the refresh token cannot be kept in `{}`: {error}", self.credentials.path().display())
    }

    /// That the server cannot be asked, because what it answers could not be kept.
    fn no_keeping(&self, error: &CredentialsError) -> Denied {
        let cause = match error {
            CredentialsError::Damaged(_) => DeadEndCause::Damaged,
            CredentialsError::Io(_) => DeadEndCause::NotKept,
        };
        Denied::Hopeless { dead_end: DeadEnd { cause, message: self.not_kept(error) }, status: None }
    }

    /// Asks the server, and asks again after what may be repeated.
    ///
    /// A server that rotates refresh tokens may have used one up though its answer did not arrive.
    /// Asking again is right all the same: if it has not, this gets a token; if it has, the chain
    /// is lost whatever is done, and the refusal says so. Only after a timeout it is not asked
    /// again, for the first request may still be under way, and two at once would break a chain
    /// that is whole.
    async fn ask(
        &self,
        refresh_token: Option<&SecretString>,
        log: &mut Log,
        stop: &CancellationToken,
    ) -> Result<(Token, Option<SecretString>), Denied> {
        let mut retries = Retries::new(Repeating::Read, false, self.limits);
        let mut elapsed = Duration::ZERO;
        let mut number = 0;
        loop {
            number += 1;
            let (started_at, began) = (self.clock.now(), Instant::now());
            let request = self.request(refresh_token);
            let shown = log.shown(&request);
            let within = self.limits.call.saturating_sub(elapsed);
            let sent = send(&self.client, request, &self.limits, within).await.map(Reply::in_utf_8);
            let duration = began.elapsed();
            elapsed += duration;
            // Before anything is told of the answer: a token may stand in its headers too.
            self.teach(&sent);

            let asked = sent.as_ref().ok();
            let asked = asked.and_then(|reply| retry_after(&reply.headers, self.clock.now()));
            let cause = cause_of(&sent);
            let verdict = match cause {
                None => Verdict::Fail,
                Some(Cause::TimedOut) if self.grant.is_used_up() => Verdict::Fail,
                Some(cause) => retries.judge(cause, elapsed, false, asked),
            };
            let wait = match verdict {
                Verdict::Again(wait) => Some(asked.unwrap_or(wait)),
                Verdict::Fail | Verdict::WaitTooLong | Verdict::InDoubt => None,
            };
            let too_long = asked.filter(|_| verdict == Verdict::WaitTooLong).map(too_long);
            if let Some(shown) = shown {
                let retry = wait.map(|_| why(&sent));
                let method = Method::Post;
                let sent = Sent { page: None, number, started_at, duration, method, shown, outcome: &sent, retry };
                log.write(sent.without_bodies(&self.redactor));
            }
            let Some(wait) = wait else {
                if retries.is_doubtful() || cause.is_some_and(Cause::leaves_doubt) {
                    self.state.is_doubtful.store(true, Ordering::Relaxed);
                }
                return self.read(sent, started_at, too_long.as_deref());
            };
            tokio::select! {
                () = sleep(wait) => {}
                () = stop.cancelled() => return Err(Denied::Stopped),
            }
        }
    }

    /// Makes every token in an answer known as a secret.
    fn teach(&self, sent: &Result<Reply, Trouble>) {
        let body = sent.as_ref().ok().and_then(|reply| reply.body.as_ref().ok());
        self.redactor.learn_all(&body.map(|body| self.grant.secrets_in(body)).unwrap_or_default());
    }

    fn request(&self, refresh_token: Option<&SecretString>) -> reqwest::Request {
        let (content_type, body) = self.grant.body(refresh_token);
        let mut request = reqwest::Request::new(http::Method::POST, self.auth_url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        *request.body_mut() = Some(body.into());
        request
    }

    /// Reads what came.
    fn read(
        &self,
        sent: Result<Reply, Trouble>,
        asked_at: Timestamp,
        too_long: Option<&str>,
    ) -> Result<(Token, Option<SecretString>), Denied> {
        let url = &self.auth_url;
        let failed = |status, why: &str| {
            let wait = too_long.map(|wait| format!("; {wait}")).unwrap_or_default();
            Denied::Failed { message: self.explain(&format!("no token from `{url}`: {why}{wait}")), status }
        };
        let hopeless = |cause, message: String, status| {
            let message = self.explain(&message);
            Denied::Hopeless { dead_end: DeadEnd { cause, message }, status: Some(status) }
        };
        let no_endpoint = |why: &str, status| {
            let message = format!("the authentication URL `{url}` does not answer as a token endpoint: {why}");
            hopeless(DeadEndCause::NoTokenEndpoint, message, status)
        };
        let reply = sent.map_err(|trouble| failed(None, &trouble.message))?;
        let status = reply.status;
        if status == 429 || status >= 500 {
            return Err(failed(Some(status), &status_text(status)));
        }
        let body = reply.body.map_err(|trouble| failed(Some(status), &trouble.message))?;
        let granted = self.grant.read(status, &body).map_err(|why| match why {
            NoToken::Refused(refused, why) => {
                let (means, are) = self.grant.means();
                hopeless(DeadEndCause::Refused(refused), format!("the {means} {are} refused by `{url}`: {why}"), status)
            }
            NoToken::Unusable(why) => no_endpoint(&why, status),
        })?;
        let Granted { access_token, refresh_token, life } = granted;
        let life = life.unwrap_or(self.usual_life);
        let token = Token::bearer(access_token, Some((asked_at, life)))
            .map_err(|error| no_endpoint(&error.to_string(), status))?;
        Ok((token, refresh_token))
    }

    /// One sentence on why there is no token, and a second one if the refresh token may be lost.
    fn explain(&self, message: &str) -> String {
        let mut message = message.to_owned();
        if self.state.is_doubtful.load(Ordering::Relaxed) && self.grant.is_used_up() {
            message.push_str("; a request without an answer may have used the refresh token up");
        }
        self.redactor.text(&message).into_owned()
    }
}
