//! The keys of a connection: asked for when the first token comes, and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use seatflow_catalog::{Effect, Endpoint, Method, Paging, Response, Trust};
use tokio_util::sync::CancellationToken;

use super::set::{KeySet, KeySetPage};
use crate::call::{Context, Pages};
use crate::exchange::Exchange;
use crate::journal::{JournalError, Unjournaled};
use crate::key::CallKey;
use crate::log::Log;
use crate::request::Request;

/// The keys that are known, by the path at which they are.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    known: Mutex<BTreeMap<String, Known>>,
    /// Held by whoever asks; the others wait, and take what came.
    flight: tokio::sync::Mutex<()>,
}

/// What is known of the keys at a path.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The latest set that came.
    set: Option<Arc<KeySet>>,
    /// Why none came when they were last asked for.
    failed: Option<String>,
    /// How often they were asked for.
    asked: u64,
}

impl Keys {
    fn known(&self, path: &str) -> Known {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path).cloned().unwrap_or_default()
    }

    fn keep(&self, path: &str, came: &Result<Arc<KeySet>, String>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(path.to_owned()).or_default();
        known.asked += 1;
        known.failed = came.as_ref().err().cloned();
        // What was there is better than nothing.
        known.set = came.as_ref().ok().map(Arc::clone).or(known.set.take());
    }
}

impl Exchange<'_> {
    /// The keys at a path below the base URL: those that are known, unless they are `others`; then they are asked for, and
    /// calls at the same time share what comes. Or why there are none.
    pub(super) async fn keys(
        &mut self,
        path: &str,
        others: Option<&Arc<KeySet>>,
    ) -> Result<Result<Arc<KeySet>, String>, JournalError> {
        let keys = &self.connection.keys;
        let before = keys.known(path);
        let is_other = |set: &Arc<KeySet>| others.is_none_or(|others| !Arc::ptr_eq(set, others));
        if let Some(set) = before.set.filter(is_other) {
            return Ok(Ok(set));
        }
        let _flight = keys.flight.lock().await;
        let known = keys.known(path);
        if known.asked != before.asked {
            match known {
                Known { failed: Some(failed), .. } => return Ok(Err(failed)),
                Known { set: Some(set), .. } => return Ok(Ok(set)),
                Known { .. } => {}
            }
        }
        let came = self.ask_for_keys(path).await?;
        keys.keep(path, &came);
        Ok(came)
    }

    /// Asks for the keys, also if the run is to stop: what has come is worth having. The requests belong to the call, and
    /// carry no token: the keys are public.
    fn ask_for_keys<'b>(
        &'b mut self,
        path: &'b str,
    ) -> BoxFuture<'b, Result<Result<Arc<KeySet>, String>, JournalError>> {
        Box::pin(async move {
            let connection = self.connection;
            let wanted = format!("the keys that verify the token, at `{}{path}`,", connection.base_url());
            let read = match Request::bind::<&str, &str>(Arc::new(endpoint(path)), &[], None) {
                Ok(read) => read,
                Err(refusal) => return Ok(Err(format!("{wanted} cannot be asked for: {refusal}"))),
            };
            let never = CancellationToken::new();
            let digest = read.digest(connection.name(), self.context.node);
            let key = CallKey { digest, occurrence: 0 };
            let context = Context { key, journal: &Unjournaled, stop: &never, ..*self.context };
            let log = std::mem::replace(&mut self.log, Log::new(false));
            let mut exchange =
                Exchange { request: &read, context: &context, log, is_barred: false, is_open: true, ..*self };
            let pages = connection.pages::<KeySetPage>(&mut exchange, &mut 0).await;
            let Exchange { log, requests, retries, .. } = exchange;
            (self.log, self.requests, self.retries) = (log, requests, retries);
            Ok(match pages? {
                Pages::Complete { pages, .. } => {
                    let set = pages.into_iter().find_map(|KeySetPage(set)| set);
                    set.map(Arc::new).ok_or_else(|| format!("{wanted} are no key set"))
                }
                Pages::Failed(failure) => Err(format!("{wanted} did not come: {}", failure.message)),
                Pages::Withheld(_) => Err(format!("{wanted} were not asked for")),
            })
        })
    }
}

/// What is asked for keys.
fn endpoint(path: &str) -> Endpoint {
    Endpoint {
        id: "keys".to_owned(),
        method: Method::Get,
        path: path.to_owned(),
        query: None,
        summary: String::new(),
        source: Trust::Documented,
        parameters: Vec::new(),
        body: None,
        response: Response::default(),
        success: Vec::new(),
        fails_when: Vec::new(),
        messages: Vec::new(),
        meanings: Vec::new(),
        paging: Paging::None,
        effect: Effect::Read,
        idempotent: true,
        already_done: Vec::new(),
        order_by: Vec::new(),
        idempotency_key: None,
        reconcile: None,
    }
}
