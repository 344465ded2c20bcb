//! The tokens of all systems: issued, checked, exchanged, ended.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};
use sha2::{Digest, Sha256};

use crate::random::hexadecimal;
use crate::state::Database;

/// The tokens. The database holds the digests of all of them, and no text; memory those access tokens that were seen
/// to be good.
#[derive(Debug)]
pub(crate) struct Tokens {
    prefix: String,
    seed: u64,
    good: RwLock<HashMap<Box<str>, Good>>,
}

#[derive(Debug)]
struct Good {
    system: &'static str,
    caller: Arc<str>,
    ends: Timestamp,
}

/// Which kind of token.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TokenKind {
    Access,
    Refresh,
    /// An access token that no refresh token is exchanged for.
    Lasting,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown,
    Ended,
    Used,
}

/// A token that was issued.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) text: String,
    /// Its number among those of its kind: what may be said of it in a log.
    pub(crate) number: i64,
}

impl TokenKind {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Lasting => "lasting",
        }
    }
}

impl Tokens {
    pub(crate) fn new(prefix: &str, seed: u64) -> Self {
        Self { prefix: prefix.to_owned(), seed, good: RwLock::default() }
    }

    /// The refresh token that a system's caller has from the start.
    pub(crate) fn first_refresh_token(&self) -> String {
        format!("{}rt-000001", self.prefix)
    }

    /// The access token that a system's caller has from the start.
    pub(crate) fn first_access_token(&self) -> String {
        self.access_token(1)
    }

    /// The first token that lasts.
    pub(crate) fn first_lasting_token(&self) -> String {
        self.lasting_token(1)
    }

    /// The text of a token that is known by a name.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn lasting_token(&self, number: i64) -> String {
        format!("{}lt-{number:06}-{}", self.prefix, self.digits("lasting token", number))
    }

    fn access_token(&self, number: i64) -> String {
        format!("{}at-{number:06}-{}", self.prefix, self.digits("token", number))
    }

    /// Issues a token. Its text derives from the seed and its number, so that equal runs see equal tokens.
    pub(crate) fn issue(
        &self,
        transaction: &Transaction<'_>,
        system: &'static str,
        kind: TokenKind,
        caller: &str,
        ends: Timestamp,
    ) -> rusqlite::Result<Issued> {
        let number: i64 = transaction
            .prepare_cached("SELECT max(coalesce(max(number), 0), 0) + 1 FROM token WHERE kind = ?1")?
            .query_row([kind.name()], |row| row.get(0))?;
        let text = match kind {
            TokenKind::Access => self.access_token(number),
            TokenKind::Refresh => format!("{}rt-{number:06}", self.prefix),
            TokenKind::Lasting => self.lasting_token(number),
        };
        insert(transaction, params![digest(&text), kind.name(), number, system, caller, ends.as_microsecond()])?;
        Ok(Issued { text, number })
    }

    /// Issues a token that is known by a name. The numbers of the others go on as if it were not there.
    pub(crate) fn issue_named(
        &self,
        transaction: &Transaction<'_>,
        system: &'static str,
        kind: TokenKind,
        name: &str,
        caller: &str,
        ends: Timestamp,
    ) -> rusqlite::Result<()> {
        let number: i64 = transaction
            .prepare_cached("SELECT min(coalesce(min(number), 0), 0) - 1 FROM token WHERE kind = ?1")?
            .query_row([kind.name()], |row| row.get(0))?;
        let digest = digest(&self.named(name));
        insert(transaction, params![digest, kind.name(), number, system, caller, ends.as_microsecond()])
    }

    /// Whose access token this is, of either kind of them.
    ///
    /// # Errors
    /// It is unknown or has ended, or the database fails.
    pub(crate) fn caller(
        &self,
        database: &Database,
        system: &'static str,
        text: &str,
        now: Timestamp,
    ) -> rusqlite::Result<Result<Arc<str>, Refused>> {
        if let Some(good) = self.good.read().unwrap_or_else(PoisonError::into_inner).get(text)
            && good.system == system
            && now < good.ends
        {
            return Ok(Ok(Arc::clone(&good.caller)));
        }
        // Locked before the database is read, so that a token that ends meanwhile is not remembered.
        let mut remembered = self.good.write().unwrap_or_else(PoisonError::into_inner);
        let found = match database
            .read(|connection| find(connection, system, text, &[TokenKind::Access, TokenKind::Lasting]))?
        {
            Ok(found) if now < found.ends => found,
            Ok(_) => return Ok(Err(Refused::Ended)),
            Err(refused) => return Ok(Err(refused)),
        };
        let caller: Arc<str> = found.caller.into();
        let good = Good { system, caller: Arc::clone(&caller), ends: found.ends };
        remembered.retain(|_, good| now < good.ends);
        remembered.insert(text.into(), good);
        Ok(Ok(caller))
    }

    /// Whose refresh token this is. With `once` it is good for no second exchange.
    pub(crate) fn exchange(
        transaction: &Transaction<'_>,
        system: &'static str,
        text: &str,
        now: Timestamp,
        once: bool,
    ) -> rusqlite::Result<Result<String, Refused>> {
        let found = match find(transaction, system, text, &[TokenKind::Refresh])? {
            Ok(found) if found.used => return Ok(Err(Refused::Used)),
            Ok(found) if now < found.ends => found,
            Ok(_) => return Ok(Err(Refused::Ended)),
            Err(refused) => return Ok(Err(refused)),
        };
        if once {
            transaction.prepare_cached("UPDATE token SET used = 1 WHERE digest = ?1")?.execute([digest(text)])?;
        }
        Ok(Ok(found.caller))
    }

    /// Ends a token now, of either kind.
    pub(crate) fn end(&self, database: &Database, text: &str, now: Timestamp) -> rusqlite::Result<()> {
        database.change(|transaction| {
            transaction
                .prepare_cached("UPDATE token SET ends = min(ends, ?2) WHERE digest = ?1")?
                .execute(params![digest(text), now.as_microsecond()])
        })?;
        self.good.write().unwrap_or_else(PoisonError::into_inner).remove(text);
        Ok(())
    }

    /// Whether a text is a token of any kind and age.
    pub(crate) fn is_token(database: &Database, text: &str) -> rusqlite::Result<bool> {
        database.read(|connection| {
            connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM token WHERE digest = ?1)")?
                .query_row([digest(text)], |row| row.get(0))
        })
    }

    fn digits(&self, what: &str, number: i64) -> String {
        hexadecimal(&Sha256::digest(format!("{what} {} {number}", self.seed))[..8])
    }
}

/// What the database knows a token by.
fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn insert(transaction: &Transaction<'_>, token: impl Params) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO token (digest, kind, number, system, caller, ends) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(token)
        .map(drop)
}

/// When a token ends that is issued now.
pub(crate) fn end_of_life(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}

struct Found {
    caller: String,
    ends: Timestamp,
    used: bool,
}

fn find(
    connection: &Connection,
    system: &str,
    text: &str,
    kinds: &[TokenKind],
) -> rusqlite::Result<Result<Found, Refused>> {
    let found = connection
        .prepare_cached("SELECT caller, ends, used, kind FROM token WHERE digest = ?1 AND system = ?2")?
        .query_row(params![digest(text), system], |row| {
            let ends = Timestamp::from_microsecond(row.get(1)?).unwrap_or(Timestamp::MAX);
            let found = Found { caller: row.get(0)?, ends, used: row.get(2)? };
            Ok((found, row.get::<_, String>(3)?))
        })
        .optional()?;
    let found = found.filter(|(_, kind)| kinds.iter().any(|wanted| wanted.name() == kind));
    Ok(found.map(|(found, _)| found).ok_or(Refused::Unknown))
}
