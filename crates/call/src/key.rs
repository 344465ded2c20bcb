//! The name of a call in the journal.

use std::fmt;

use http::{HeaderName, HeaderValue};
use seatflow_catalog::Method;
use sha2::{Digest as _, Sha256};

/// What a request is made of, as a hash: connection, node, method, path, query, the headers that are parameters, and body.
///
/// The origin is not in it, so that the same run on another address has the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// Tells a call from its equals: the occurrence is its number among the equal calls of the run,
/// counted in the order of the input, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallKey {
    /// What the request is made of.
    pub digest: Digest,
    /// How many equal calls came before.
    pub occurrence: u64,
}

/// The name of one page of a call in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Digest {
    pub(crate) fn new(
        connection: &str,
        node: &str,
        method: Method,
        target: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: Option<&[u8]>,
    ) -> Self {
        let mut hash = Sha256::new();
        for part in [connection, node, method.as_str(), target] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hash.update((headers.len() as u64).to_le_bytes());
        match body {
            None => hash.update([0]),
            Some(body) => {
                hash.update([1]);
                hash.update(body);
            }
        }
        Self(hash.finalize().into())
    }

    /// The bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl CallKey {
    /// The key of a page, counted from 1.
    pub fn page(&self, page: u64) -> Key {
        let mut hash = Sha256::new();
        hash.update(self.digest.0);
        hash.update(self.occurrence.to_le_bytes());
        hash.update(page.to_le_bytes());
        Key(hash.finalize().into())
    }
}

impl Key {
    /// The bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Lowercase hexadecimal digits.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(connection: &str, node: &str, target: &str, body: Option<&[u8]>) -> Digest {
        Digest::new(connection, node, Method::Get, target, &[], body)
    }

    fn header(value: &'static str) -> (HeaderName, HeaderValue) {
        (HeaderName::from_static("x-trace"), HeaderValue::from_static(value))
    }

    #[test]
    fn every_part_of_a_request_enters_its_digest_apart_from_its_neighbours() {
        let all = [
            digest("a", "b", "/c", None),
            digest("ab", "", "/c", None),
            digest("a", "b", "/d", None),
            digest("a", "b", "/c", Some(b"")),
            digest("a", "b", "/c", Some(b"x")),
            Digest::new("a", "b", Method::Head, "/c", &[], None),
            Digest::new("a", "b", Method::Get, "/c", &[header("x")], None),
            Digest::new("a", "b", Method::Get, "/c", &[header("y")], None),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all[index + 1..].iter().all(|other| one != other));
        }
    }

    #[test]
    fn occurrence_and_page_tell_keys_apart() {
        let digest = digest("a", "b", "/c", None);
        let key = |occurrence, page| CallKey { digest, occurrence }.page(page);
        assert_eq!(key(0, 1), key(0, 1));
        assert_ne!(key(0, 1), key(1, 1));
        assert_ne!(key(0, 1), key(0, 2));
        assert_eq!(key(0, 1).to_string().len(), 64);
    }
}
