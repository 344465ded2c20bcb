//! Answers that were rendered before.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use jiff::Timestamp;

/// How many bytes of answers are kept before all are forgotten.
const CAPACITY: usize = 64 * 1024 * 1024;

/// What an answer depends on beside its request: the version of the state, and the second on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) version: u64,
    pub(crate) second: Timestamp,
}

/// The answers to reads at one moment, by caller and by path with query. Those of another moment are forgotten.
#[derive(Debug, Default)]
pub(crate) struct Answers(RwLock<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    moment: Option<Moment>,
    answers: HashMap<Arc<str>, HashMap<Box<str>, Bytes>>,
    bytes: usize,
}

impl Answers {
    pub(crate) fn get(&self, moment: Moment, caller: &str, target: &str) -> Option<Bytes> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if kept.moment != Some(moment) {
            return None;
        }
        kept.answers.get(caller)?.get(target).cloned()
    }

    pub(crate) fn put(&self, moment: Moment, caller: &Arc<str>, target: &str, answer: Bytes) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let bytes = target.len() + answer.len();
        if kept.moment != Some(moment) || kept.bytes + bytes > CAPACITY {
            *kept = Shelf { moment: Some(moment), ..Shelf::default() };
        }
        kept.bytes += bytes;
        kept.answers.entry(Arc::clone(caller)).or_default().insert(target.into(), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment { version: 1, second: Timestamp::UNIX_EPOCH };

    #[test]
    fn an_answer_is_for_one_caller_and_one_moment() {
        let (answers, ann): (_, Arc<str>) = (Answers::default(), "ann".into());
        answers.put(NOW, &ann, "/a", Bytes::from_static(b"1"));
        assert_eq!(answers.get(NOW, "ann", "/a").as_deref(), Some(&b"1"[..]));
        assert_eq!(answers.get(NOW, "bob", "/a"), None);
        assert_eq!(answers.get(NOW, "ann", "/b"), None);
        let later = Moment { version: 2, ..NOW };
        assert_eq!(answers.get(later, "ann", "/a"), None);
        answers.put(later, &ann, "/b", Bytes::from_static(b"2"));
        assert_eq!(answers.get(NOW, "ann", "/a"), None);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (answers, ann): (_, Arc<str>) = (Answers::default(), "ann".into());
        answers.put(NOW, &ann, "/a", Bytes::from(vec![b' '; CAPACITY / 2]));
        answers.put(NOW, &ann, "/b", Bytes::from(vec![b' '; CAPACITY / 2]));
        assert_eq!(answers.get(NOW, "ann", "/a"), None);
        assert!(answers.get(NOW, "ann", "/b").is_some());
    }
}
