//! The keys of a connection: asked for when the first token comes, and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use seatflow_catalog::Endpoint;

use super::set::{KeySet, KeySetPage};
use crate::call::{Context, Pages};
use crate::exchange::Exchange;
use crate::journal::{JournalError, Unjournaled};
use crate::key::CallKey;
use crate::log::Log;
use crate::request::Request;

/// How long keys are not asked for again that were asked for in vain, by the clock of the run.
const MISSED_FOR: SignedDuration = SignedDuration::from_secs(60);

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
    /// That they were asked for in vain the last time.
    miss: Option<Miss>,
    /// How often they were asked for.
    asked: u64,
}

/// That keys were asked for, and what was wanted did not come.
#[derive(Clone, Debug)]
struct Miss {
    at: Timestamp,
    /// Why nothing came; none, if keys came, and not the one that was wanted.
    why: Option<String>,
}

impl Known {
    /// What is to be had without asking: the keys, if they lack nothing, or if they were asked for in vain a moment ago.
    fn at_hand(&self, now: Timestamp, lacks: impl Fn(&KeySet) -> bool) -> Option<Result<Arc<KeySet>, String>> {
        if let Some(set) = self.set.as_ref().filter(|set| !lacks(set)) {
            return Some(Ok(Arc::clone(set)));
        }
        let miss = self.miss.as_ref()?;
        if now.duration_since(miss.at).abs() < MISSED_FOR { self.came() } else { None }
    }

    /// What came when they were last asked for; nothing, if they never were.
    fn came(&self) -> Option<Result<Arc<KeySet>, String>> {
        match &self.miss {
            Some(Miss { why: Some(why), .. }) => Some(Err(why.clone())),
            _ => self.set.clone().map(Ok),
        }
    }
}

impl Keys {
    fn known(&self, path: &str) -> Known {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path).cloned().unwrap_or_default()
    }

    fn keep(&self, path: &str, came: &Result<Arc<KeySet>, String>, miss: Option<Miss>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(path.to_owned()).or_default();
        known.asked += 1;
        known.miss = miss;
        // What was there is better than nothing.
        known.set = came.as_ref().ok().map(Arc::clone).or(known.set.take());
    }
}

impl Exchange<'_> {
    /// The keys at a path below the base URL, or why there are none. Those that are known lack nothing, or it is not long
    /// since they were asked for in vain; else they are asked for, and calls at the same time share what comes.
    pub(super) async fn keys(
        &mut self,
        path: &str,
        lacks: impl Fn(&KeySet) -> bool + Sync,
    ) -> Result<Result<Arc<KeySet>, String>, JournalError> {
        let (keys, clock) = (&self.connection.keys, &self.connection.surroundings.clock);
        let before = keys.known(path);
        if let Some(at_hand) = before.at_hand(clock.now(), &lacks) {
            return Ok(at_hand);
        }
        let _flight = keys.flight.lock().await;
        let known = keys.known(path);
        if known.asked != before.asked
            && let Some(came) = known.at_hand(clock.now(), &lacks).or_else(|| known.came())
        {
            return Ok(came);
        }
        let came = self.ask_for_keys(path).await?;
        let is_missed = came.as_ref().map_or(true, |set| lacks(set));
        let miss = is_missed.then(|| Miss { at: clock.now(), why: came.as_ref().err().cloned() });
        keys.keep(path, &came, miss);
        Ok(came)
    }

    /// Asks for the keys, once also if the run is to stop: what has come is worth having. The requests belong to the call,
    /// and carry no token: the keys are public.
    fn ask_for_keys<'b>(
        &'b mut self,
        path: &'b str,
    ) -> BoxFuture<'b, Result<Result<Arc<KeySet>, String>, JournalError>> {
        Box::pin(async move {
            let connection = self.connection;
            let wanted = format!("the keys that verify the token, at `{}{path}`,", connection.base_url());
            let read = match Request::bind::<&str, &str>(Arc::new(Endpoint::read("keys", path)), &[], None) {
                Ok(read) => read,
                Err(refusal) => return Ok(Err(format!("{wanted} cannot be asked for: {refusal}"))),
            };
            let digest = read.digest(connection.name(), self.context.node);
            let key = CallKey { digest, occurrence: 0 };
            let context = Context { key, journal: &Unjournaled, ..*self.context };
            let log = std::mem::replace(&mut self.log, Log::new(false));
            let (request, context) = (&read, &context);
            let mut exchange = Exchange { request, context, log, is_barred: false, is_for_keys: true, ..*self };
            let pages = connection.pages::<KeySetPage>(&mut exchange, &mut 0).await;
            let Exchange { log, requests, retries, .. } = exchange;
            (self.log, self.requests, self.retries) = (log, requests, retries);
            Ok(match pages? {
                Pages::Complete { pages, .. } => {
                    let set = pages.into_iter().next().map_or(Err("did not come"), |KeySetPage(set)| set);
                    set.map(Arc::new).map_err(|why| format!("{wanted} {why}"))
                }
                Pages::Failed(failure) => Err(format!("{wanted} did not come: {}", failure.message)),
                Pages::Withheld(_) => Err(format!("{wanted} were not asked for")),
            })
        })
    }
}
