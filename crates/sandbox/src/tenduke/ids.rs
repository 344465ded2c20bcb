//! Ids: how they look, and those of new objects, which derive from what the objects are.

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use crate::random::hexadecimal;
use crate::refusal::Refusal;

/// What is needed to give no id twice.
pub(super) const TABLE: &str = "
-- How often an id was made for an object of this content.
CREATE TABLE tenduke_made (
  content TEXT PRIMARY KEY,
  times INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The value of a parameter that is an id, in small letters.
///
/// # Errors
/// It is none.
pub(super) fn checked_id(name: &str, text: &str) -> Result<String, Refusal> {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    let is_id = lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if !is_id {
        let message = format!("Parameter {name} must be an id such as 10000000-0000-4000-8000-000000000001.");
        return Err(Refusal::bad_request(message));
    }
    Ok(text.to_ascii_lowercase())
}

/// An id for an object of this content, which none had before. It derives from the content and from how often there was
/// an object of it, so that what others do meanwhile does not change it.
pub(super) fn new_id(connection: &Connection, content: &str) -> rusqlite::Result<String> {
    let times: i64 = connection
        .prepare_cached(
            "INSERT INTO tenduke_made VALUES (?1, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
        )?
        .query_row(params![content], |row| row.get(0))?;
    let digits = hexadecimal(&Sha256::digest(format!("{content}\n{times}"))[..16]);
    let [first, second, third, fourth, last] = [0..8, 8..12, 13..16, 17..20, 20..32].map(|range| &digits[range]);
    Ok(format!("{first}-{second}-4{third}-8{fourth}-{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_objects_have_ids_of_their_own_and_each_derives_from_its_content() {
        let made = || {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(TABLE).unwrap();
            connection
        };
        let [one, other] = [made(), made()];
        let (first, second) = (new_id(&one, "a").unwrap(), new_id(&one, "a").unwrap());
        assert_ne!(first, second);
        new_id(&other, "b").unwrap();
        assert_eq!((new_id(&other, "a").unwrap(), new_id(&other, "a").unwrap()), (first.clone(), second));
        assert_eq!(checked_id("x", &first.to_uppercase()).unwrap(), first);
    }
}
