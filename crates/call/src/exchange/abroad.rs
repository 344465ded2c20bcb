//! Requests that a redirect leads to another origin.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::HeaderValue;
use http::header::LOCATION;
use secrecy::SecretString;
use url::Url;

use crate::client::Client;
use crate::error::Error;
use crate::redact::Redactor;
use crate::send::Reply;
use crate::url::{origin, without_query_values};

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

/// The answer that leads to a URL at another origin, without what may be its signature.
pub(super) fn without_signature(mut reply: Reply, to: &Url) -> Reply {
    let signature = Redactor::default();
    let values = to.query().into_iter().flat_map(|query| query.split('&'));
    let values = values.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
    let values = values.chain(to.query_pairs().map(|(_, value)| value.into_owned()));
    signature.learn_told(&values.map(SecretString::from).collect::<Vec<_>>());
    for (name, value) in &mut reply.headers {
        let shown = if *name == LOCATION { without_query_values(to) } else { signature.header(name, value) };
        // A header that is masked by its name stays as it is: it will be masked again.
        if let Ok(shown) = HeaderValue::from_str(&shown)
            && !value.is_sensitive()
        {
            *value = shown;
        }
    }
    Reply { body: reply.body.map(|body| signature.told(body)), ..reply }
}
