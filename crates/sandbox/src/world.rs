//! What the systems and the server share: the state, the clock, the tokens, the faults, the limits, the log.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Notify;

use crate::alteryx::{Alteryx, Files};
use crate::clock::{Clock, START_MICROSECONDS};
use crate::fault::Faults;
use crate::limits::Limiter;
use crate::requests::{ReceivedRequest, Requests};
use crate::seats::Seats;
use crate::state::Database;
use crate::system::{System, endpoints};
use crate::tenduke::Tenduke;
use crate::tokens::Tokens;
use crate::uipath::Uipath;
use crate::{ClockKind, Error, Settings};

/// One sandbox, without its server.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) limiter: Limiter,
    pub(crate) requests: Requests,
    /// Those that faults hold wait for it.
    pub(crate) release: Notify,
    pub(crate) systems: Vec<Box<dyn System>>,
}

/// The systems that are played.
fn systems() -> Vec<Box<dyn System>> {
    vec![Box::<Alteryx>::default(), Box::new(Files), Box::new(Seats), Box::<Tenduke>::default(), Box::new(Uipath)]
}

fn ids_of(systems: &[Box<dyn System>]) -> impl Iterator<Item = &'static str> {
    systems.iter().flat_map(|system| endpoints(&**system)).map(|endpoint| endpoint.id)
}

/// The ids of the endpoints of all systems, each once, by the alphabet: what a fault can match.
pub fn endpoint_ids() -> Vec<&'static str> {
    Faults::new(ids_of(&systems())).into_known()
}

/// The environment variables that lead the example pipelines to a sandbox with the default settings, without one being
/// started. The address is not among them: clients find the hosts by [`Sandbox::address`](crate::Sandbox::address).
///
/// # Errors
/// The state cannot be held in memory.
pub fn environment() -> Result<Vec<(&'static str, String)>, Error> {
    Ok(World::new(&Settings::default())?.environment())
}

impl World {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let prefix = &settings.token_prefix;
        if !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Error::TokenPrefix(prefix.clone()));
        }
        let start = Clock::new(settings.clock, START_MICROSECONDS).now();
        let filling = Filling::of(settings);
        let database = Database::open(settings.database.as_deref(), |transaction| {
            transaction.execute("INSERT INTO clock VALUES (?1)", [START_MICROSECONDS])?;
            filling.write(transaction)?;
            let tokens = Tokens::new(prefix, settings.seed);
            Alteryx::fill(transaction, &tokens, start, settings)?;
            Seats::fill(transaction, &tokens)?;
            Tenduke::fill(transaction, &tokens, start)?;
            Uipath::fill(transaction)
        })?;
        let filling = database.read(|connection| filling.found(connection))?;
        let fixed = database.read(|connection| {
            connection.query_row("SELECT microseconds FROM clock", [], |row| row.get::<_, i64>(0))
        })?;
        let systems = systems();
        let faults = Faults::new(ids_of(&systems));
        faults.add(settings.faults.clone())?;
        Ok(Self {
            database,
            clock: Clock::new(settings.clock, fixed),
            // With the seed of a database that was there before, its tokens are known.
            tokens: Tokens::new(prefix, filling.seed.cast_unsigned()),
            faults,
            limiter: Limiter::default(),
            requests: Requests::new(settings.keep_requests),
            release: Notify::new(),
            systems,
        })
    }

    /// The system that is played under a host, with or without a port.
    pub(crate) fn system(&self, host: &str) -> Option<&dyn System> {
        self.systems.iter().map(|system| &**system).find(|system| begins_with_name(host, system.name()))
    }

    /// The hosts that are played.
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.systems.iter().map(|system| format!("{}.sandbox.test", system.name())).collect()
    }

    /// The environment variables by which pipelines find the systems, and their values.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        self.systems.iter().flat_map(|system| system.environment(self)).collect()
    }

    pub(crate) fn received(&self) -> Vec<ReceivedRequest> {
        self.requests.list(|text| Tokens::is_token(&self.database, text).unwrap_or(true))
    }

    /// Sets the clock, also for the next start.
    ///
    /// # Errors
    /// The clock follows the real one, or the database fails; then the clock stays.
    pub(crate) fn set_clock(&self, now: jiff::Timestamp) -> Result<(), (StatusCode, String)> {
        if self.clock.kind() == ClockKind::Real {
            return Err((StatusCode::CONFLICT, "The clock follows the real one and cannot be set.".to_owned()));
        }
        self.database
            .change(|transaction| transaction.execute("UPDATE clock SET microseconds = ?1", [now.as_microsecond()]))
            .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, format!("The sandbox's database failed: {error}.")))?;
        self.clock.set(now);
        Ok(())
    }
}

/// Whether a host is a name, alone or with more labels or a port behind it.
fn begins_with_name(host: &str, name: &str) -> bool {
    let parts = host.split_at_checked(name.len());
    parts.is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(name) && matches!(rest.bytes().next(), None | Some(b'.' | b':'))
    })
}

/// What a database is filled with beside the starting state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Filling {
    accounts: i64,
    devices: i64,
    seed: i64,
}

impl Filling {
    fn of(settings: &Settings) -> Self {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            accounts: number(settings.accounts),
            devices: number(settings.devices),
            seed: settings.seed.cast_signed(),
        }
    }

    fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        connection
            .execute("INSERT INTO filling VALUES (?1, ?2, ?3)", params![self.accounts, self.devices, self.seed])
            .map(|_| ())
    }

    /// What the database was filled with. Settings that ask for accounts must be the same.
    fn found(self, connection: &Connection) -> Result<Self, Error> {
        let found = connection
            .query_row("SELECT accounts, devices, seed FROM filling", [], |row| {
                Ok(Self { accounts: row.get(0)?, devices: row.get(1)?, seed: row.get(2)? })
            })
            .optional()?
            .unwrap_or(self);
        if self.accounts == 0 || self == found {
            return Ok(found);
        }
        let Self { accounts, devices, seed } = found;
        Err(Error::Filled {
            found: format!("--accounts {accounts} --devices {devices} --seed {}", seed.cast_unsigned()),
        })
    }
}
