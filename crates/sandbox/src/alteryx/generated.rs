//! Accounts beside those of the starting state, as many as are asked for: the same for the same seed.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::time::Time;
use crate::random::Random;

const START: &str = "2024-01-01T00:00:00.000+00:00";
const END: &str = "2026-12-31T23:59:59.000+00:00";
/// 2024-01-01, in seconds since 1970: from then on devices are created.
const FIRST_SECOND: i64 = 1_704_067_200;
/// The minutes from then to the last day before the sandbox's clock starts.
const MINUTES: u32 = 424 * 24 * 60;
const CALLER: &str = "USR-000001";
const DESIGNER: &str = "Alteryx Designer";
const INTELLIGENCE_SUITE: &str = "Alteryx Intelligence Suite";

/// Adds `accounts` accounts, each with `devices` devices. Every device has a user of its own and holds a Designer
/// key, except every tenth or so, which gave its seat back; one in four also holds an Intelligence Suite key.
pub(super) fn fill(connection: &Connection, accounts: usize, devices: usize, seed: u64) -> rusqlite::Result<()> {
    let mut random = Random::new(seed);
    for account in 1..=accounts {
        let account = Account::add(connection, account, devices, seed)?;
        for place in 0..devices {
            account.add_device(connection, place, &mut random)?;
        }
    }
    Ok(())
}

struct Account {
    id: String,
    /// The number of its first device, and of that one's user.
    first: usize,
    designer: String,
    intelligence_suite: String,
}

impl Account {
    fn add(connection: &Connection, number: usize, devices: usize, seed: u64) -> rusqlite::Result<Self> {
        let account = Self {
            id: format!("ACC-2{number:05}"),
            first: (number - 1) * devices + 1,
            designer: license_key("AYXD", number, seed),
            intelligence_suite: license_key("AYXI", number, seed),
        };
        let name = format!("Generated Account {number:05}");
        execute(
            connection,
            "INSERT INTO alteryx_account VALUES (?1, ?2, 'ACTIVE', ?3)",
            params![account.id, name, START],
        )?;
        execute(
            connection,
            "INSERT INTO alteryx_member VALUES (?1, ?2, 'LICENSE_ADMINISTRATOR')",
            params![account.id, CALLER],
        )?;
        let contract = format!("C-2{number:05}");
        execute(
            connection,
            "INSERT INTO alteryx_contract VALUES (?1, ?2, ?3, ?4)",
            params![contract, account.id, START, END],
        )?;
        let entitlement = format!("ENT-2{number:05}");
        execute(
            connection,
            "INSERT INTO alteryx_entitlement VALUES (?1, ?2, ?3, ?4)",
            params![entitlement, contract, START, END],
        )?;
        // As many seats as devices, and some to spare: enough for any draw.
        let lines = [
            (DESIGNER, &account.designer, devices + 10),
            (INTELLIGENCE_SUITE, &account.intelligence_suite, devices + 1),
        ];
        for (place, (product_line, key, quantity)) in (1..).zip(lines) {
            execute(
                connection,
                "INSERT INTO alteryx_license VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, format!("{entitlement}-{place}"), entitlement, product_line, quantity.cast_signed()],
            )?;
        }
        Ok(account)
    }

    fn add_device(&self, connection: &Connection, place: usize, random: &mut Random) -> rusqlite::Result<()> {
        let number = self.first + place;
        let (device, user) = (format!("DEV-2{number:06}"), format!("USR-2{number:06}"));
        let created = i64::from(random.below(MINUTES)) * 60 + FIRST_SECOND;
        let seen = created + i64::from(random.below(MINUTES)) * 60;
        // Who was last seen after the sandbox's clock starts was never seen.
        let seen = (seen < FIRST_SECOND + i64::from(MINUTES) * 60).then(|| time(seen));
        execute(
            connection,
            "INSERT INTO alteryx_user VALUES (?1, ?2, ?2 || '@example.test', 'ACTIVE', ?3)",
            params![user, format!("user-2{number:06}"), seen],
        )?;
        execute(connection, "INSERT INTO alteryx_member VALUES (?1, ?2, 'MEMBER')", params![self.id, user])?;
        execute(
            connection,
            "INSERT INTO alteryx_device VALUES (?1, ?2, ?3, ?4, 'ETHERNET', ?5, ?6, ?7)",
            params![
                device,
                self.id,
                format!("WS-2{number:06}"),
                format!("8CDD{number:08X}"),
                user,
                time(created),
                seen
            ],
        )?;
        let holder = Holder { device: &device, user: &user, created };
        if random.below(10) == 0 {
            holder.ledger(connection, &self.designer, created, 1)?;
            return holder.ledger(connection, &self.designer, created + 60, -1);
        }
        holder.activate(connection, &self.designer, seen.is_some())?;
        if random.below(4) == 0 {
            holder.activate(connection, &self.intelligence_suite, seen.is_some())?;
        }
        Ok(())
    }
}

/// A device that takes seats, its user, and when it was created, in seconds since 1970.
struct Holder<'a> {
    device: &'a str,
    user: &'a str,
    created: i64,
}

impl Holder<'_> {
    fn activate(&self, connection: &Connection, key: &str, opened: bool) -> rusqlite::Result<()> {
        let status = if opened { "ACTIVE" } else { "LICENSE_NOT_GENERATED" };
        execute(
            connection,
            "INSERT INTO alteryx_activation VALUES (?1, ?2, ?3, 1, ?4, 0, ?5)",
            params![key, self.device, self.user, status, time(self.created)],
        )?;
        self.ledger(connection, key, self.created, 1)
    }

    fn ledger(&self, connection: &Connection, key: &str, second: i64, delta: i64) -> rusqlite::Result<()> {
        execute(
            connection,
            "INSERT INTO alteryx_ledger (time, license_key, device, user, delta) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![time(second), key, self.device, self.user, delta],
        )
    }
}

fn execute(connection: &Connection, statement: &str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute(values).map(|_| ())
}

fn time(second: i64) -> Time {
    let start = Timestamp::UNIX_EPOCH;
    start.checked_add(SignedDuration::from_secs(second)).unwrap_or(start).into()
}

/// A key of eight groups: the product's, and seven of hexadecimal digits.
fn license_key(product: &str, account: usize, seed: u64) -> String {
    let digest = Sha256::digest(format!("license {product} {account} {seed}"));
    digest.chunks(2).take(7).fold(product.to_owned(), |key, pair| match pair {
        [high, low] => format!("{key}-{high:02X}{low:02X}"),
        _ => key,
    })
}
