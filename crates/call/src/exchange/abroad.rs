//! Where redirects lead, and who asks there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use http::header::LOCATION;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{Ended, Exchange, Page, Step, UNKNOWN};
use crate::authorization::{Denied, Token};
use crate::classify::is_success;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::FailureKind;
use crate::redact::{MASK, Redactor};
use crate::redirect::Redirect;
use crate::send::{Reply, why};
use crate::trouble::Trouble;
use crate::url::{origin, without_keys};

/// So many clients are kept; a server that leads everywhere does not fill the memory.
const MOST: usize = 16;

/// The clients for other origins, each made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    clients: Mutex<BTreeMap<String, Client>>,
}

impl Strangers {
    /// The client for the origin of a URL, made if there is none.
    pub(crate) fn client(&self, url: &Url, make: impl FnOnce() -> Result<Client, Error>) -> Result<Client, Error> {
        let origin = origin(url);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&origin) {
            return Ok(client.clone());
        }
        let client = make()?;
        if clients.len() == MOST {
            clients.clear();
        }
        clients.insert(origin, client.clone());
        Ok(client)
    }
}

impl Exchange<'_> {
    /// A live token for a page; none, where no token may go.
    pub(super) async fn token(
        &mut self,
        page: &Page<'_>,
        stop: &CancellationToken,
    ) -> Result<Option<Arc<Token>>, Denied> {
        if self.is_for_keys || page.redirects.is_abroad() {
            return Ok(None);
        }
        self.connection.token(&mut self.log, stop).await.map(Some)
    }

    /// Who sends the request for a page.
    pub(super) fn client(&self, page: &Page<'_>) -> Result<Client, Error> {
        let connection = self.connection;
        if !page.redirects.is_abroad() {
            return Ok(connection.client.clone());
        }
        let make = || Client::nameless(&page.url, &connection.settings, &connection.surroundings);
        connection.strangers.client(&page.url, make)
    }

    /// Where an answer leads, unless it is a success as it is.
    pub(super) fn redirect(&self, page: &mut Page<'_>, sent: &Result<Reply, Trouble>) -> Redirect {
        let endpoint = self.request.endpoint();
        match sent {
            Ok(reply) if !is_success(endpoint, reply.status) => {
                let is_write = self.request.is_write();
                page.redirects.of(reply.status, &reply.headers, &page.url, endpoint.method, is_write)
            }
            _ => page.redirects.none(),
        }
    }

    /// What follows where an answer leads somewhere, and why another request follows if one does.
    pub(super) fn follow(
        &self,
        page: &mut Page<'_>,
        redirect: Redirect,
        sent: &Result<Reply, Trouble>,
    ) -> Option<(Step, Option<String>)> {
        let (kind, message) = match redirect {
            Redirect::None => return None,
            Redirect::To(url) => {
                page.url = url;
                let to = format!("redirected to `{}`", self.shown(page));
                return Some((Step::Again(Duration::ZERO), Some(to)));
            }
            Redirect::Unfollowed(message) => {
                let message = format!("{}: {message}", why(sent));
                if self.may_be_done(sent) {
                    page.latest = Some(self.failure(page, FailureKind::Status, &message, sent.as_ref().ok()));
                    (FailureKind::InDoubt, format!("{message}; {UNKNOWN}"))
                } else {
                    (FailureKind::Status, message)
                }
            }
            Redirect::Refused(message) => (FailureKind::Refused, message),
        };
        let failure = self.failure(page, kind, &message, sent.as_ref().ok());
        Some((Step::End(Ended::Failed(Box::new(failure))), None))
    }

    /// Whether what was asked for may be done after an answer that leads somewhere and is not followed. To a write, only
    /// 307 and 308 say that it has not been looked at.
    fn may_be_done(&self, sent: &Result<Reply, Trouble>) -> bool {
        self.request.is_write() && sent.as_ref().is_ok_and(|reply| matches!(reply.status, 301..=303))
    }
}

/// The answer that leads to a URL at another origin, without what may be its signature.
pub(super) fn without_signature(mut reply: Reply, to: &Url) -> Reply {
    let signature = Redactor::default();
    let values = to.query().into_iter().flat_map(|query| query.split('&'));
    let values = values.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
    let values = values.chain(to.query_pairs().map(|(_, value)| value.into_owned()));
    signature.learn_told(&values.map(SecretString::from).collect::<Vec<_>>());
    for (name, value) in &mut reply.headers {
        let shown = if *name == LOCATION { without_keys(to) } else { signature.header(name, value) };
        // It fails for nothing that has come as a header.
        *value = HeaderValue::from_bytes(shown.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(MASK));
    }
    Reply { body: reply.body.map(|body| signature.told(body)), ..reply }
}
