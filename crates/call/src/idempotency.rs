//! The key by which a remote system knows a write that it was sent before.

use sha2::{Digest as _, Sha256};

use crate::key::CallKey;

/// The key of a call of a run: a UUID of version 8, which is made of a hash. It is the same at each attempt and after a
/// resume, and another for every other call and every other run.
pub(crate) fn idempotency_key(run: &str, call: &CallKey) -> String {
    let mut hash = Sha256::new();
    hash.update(call.digest.as_bytes());
    hash.update(call.occurrence.to_le_bytes());
    hash.update(run);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    let hash = u128::from_be_bytes(bytes);
    // What tells the version and the variant.
    let uuid = hash & !(0xf << 76 | 0x3 << 62) | (0x8 << 76 | 0x2 << 62);
    let digits = format!("{uuid:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use seatflow_catalog::Method;

    use super::*;
    use crate::key::Digest;

    fn call(target: &str, occurrence: u64) -> CallKey {
        CallKey { digest: Digest::new("portal", "node", Method::Post, target, &[], None), occurrence }
    }

    #[test]
    fn a_key_is_that_of_one_call_of_one_run() {
        let key = idempotency_key("run", &call("/a", 0));
        assert_eq!(idempotency_key("run", &call("/a", 0)), key);
        let others = [("run", call("/b", 0)), ("run", call("/a", 1)), ("other", call("/a", 0))];
        assert!(others.iter().all(|(run, call)| idempotency_key(run, call) != key));
    }

    #[test]
    fn it_is_written_as_a_uuid_of_version_8() {
        for occurrence in 0..100 {
            let key = idempotency_key("run", &call("/a", occurrence));
            let groups: Vec<&str> = key.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{key}");
            assert!(key.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()), "{key}");
            assert!(groups[2].starts_with('8') && groups[3].starts_with(['8', '9', 'a', 'b']), "{key}");
        }
    }
}
