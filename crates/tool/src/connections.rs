//! The connections of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use seatflow_call::{Connection, Error, Settings, Surroundings};
use secrecy::SecretString;

use crate::ToolError;

/// The connections of a run. Each is opened when the first node needs it, and shared from then on.
pub struct Connections {
    settings: BTreeMap<String, Settings>,
    surroundings: Surroundings,
    open: Mutex<BTreeMap<String, Arc<Connection>>>,
}

impl Connections {
    /// Connections with these settings, none of them open.
    pub fn new(settings: impl IntoIterator<Item = Settings>, surroundings: Surroundings) -> Self {
        let settings = settings.into_iter().map(|settings| (settings.name.clone(), settings)).collect();
        Self { settings, surroundings, open: Mutex::default() }
    }

    /// Checks that each finds its way through the proxies that it or the environment names; nothing is sent.
    ///
    /// # Errors
    /// If a proxy cannot be used.
    pub fn check_proxies(&self) -> Result<(), ToolError> {
        let mut all = self.settings.iter();
        all.try_for_each(|(name, settings)| {
            settings.check_proxies(&self.surroundings.origins).map_err(|error| cannot_open(name, error))
        })
    }

    /// The connection of that name.
    ///
    /// # Errors
    /// If it cannot be opened; nothing is sent to find that out.
    pub fn open(&self, name: &str) -> Result<Arc<Connection>, ToolError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = open.get(name) {
            return Ok(Arc::clone(connection));
        }
        let opened = Connection::open(self.settings_of(name)?.clone(), self.surroundings.clone());
        let connection = opened.map_err(|error| cannot_open(name, error))?;
        open.insert(name.to_owned(), Arc::clone(&connection));
        Ok(connection)
    }

    /// The connection of that name with a token that is given, and perhaps to another base URL.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn with_access_token(
        &self,
        name: &str,
        base_url: Option<&str>,
        auth_url: Option<&str>,
        access_token: SecretString,
    ) -> Result<Arc<Connection>, ToolError> {
        let mut settings = self.settings_of(name)?.clone();
        if let Some(base_url) = base_url {
            base_url.clone_into(&mut settings.base_url);
        }
        let opened = Connection::with_access_token(settings, self.surroundings.clone(), auth_url, access_token);
        opened.map_err(|error| cannot_open(name, error))
    }

    /// Where the paths of the endpoints begin; nothing, if there is no such connection.
    pub fn base_url(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", |settings| settings.base_url.trim_end_matches('/'))
    }

    /// Where tokens are asked for, if anywhere.
    pub fn auth_url(&self, name: &str) -> Option<&str> {
        self.settings.get(name)?.authorization.auth_url()
    }

    fn settings_of(&self, name: &str) -> Result<&Settings, ToolError> {
        self.settings.get(name).ok_or_else(|| ToolError::bug(format!("there is no connection `{name}`")))
    }
}

fn cannot_open(name: &str, error: Error) -> ToolError {
    let told = ToolError::pipeline(format!("the connection `{name}` cannot be opened: {error}"));
    let told = match &error {
        Error::ProxyVariable { name, .. } => {
            told.help(format!("write `http://host:port` into `{name}` or unset it, or give the connection a `proxy`"))
        }
        _ => told,
    };
    told.from_source(error)
}
