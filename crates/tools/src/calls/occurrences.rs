//! How often an equal call has come before.

use std::collections::{HashMap, HashSet};

use seatflow_call::{CallKey, Digest};

use crate::keys::ByDigest;

/// Numbers equal calls in the order in which they come.
///
/// Every call of a node has to be remembered here, so it holds sixteen bytes of each and no more:
/// of a thousand million calls two that differ are taken for equal with a probability below 10⁻²⁰.
#[derive(Default)]
pub(super) struct Occurrences {
    once: HashSet<u128, ByDigest>,
    /// How many came of those that came more than once.
    more: HashMap<u128, u64, ByDigest>,
}

impl Occurrences {
    /// The name of the next call with this digest.
    pub(super) fn key(&mut self, digest: Digest) -> CallKey {
        let short = digest.as_bytes().first_chunk().copied().map_or(0, u128::from_le_bytes);
        let occurrence = if self.once.insert(short) {
            0
        } else {
            let came = self.more.entry(short).or_insert(1);
            *came += 1;
            *came - 1
        };
        CallKey { digest, occurrence }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use seatflow_call::Request;
    use seatflow_catalog::builtin;

    use super::*;

    fn digest(account: &str) -> Digest {
        let endpoint = builtin("alteryx").unwrap().endpoint("devices.list").unwrap().clone();
        let request = Request::bind(Arc::new(endpoint), &[("accountId", Some(account))], None);
        request.unwrap().digest("portal", "devices")
    }

    #[test]
    fn equal_calls_are_numbered_in_their_order() {
        let mut occurrences = Occurrences::default();
        let came = ["a", "b", "a", "a", "b", "c"].map(|account| occurrences.key(digest(account)));
        assert_eq!(came.map(|key| key.occurrence), [0, 0, 1, 2, 1, 0]);
        assert_eq!(came[2].digest, digest("a"));
    }
}
