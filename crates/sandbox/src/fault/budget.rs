//! The faults that are armed, and what is left of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use serde::Serialize;

use super::{Deed, Fault, Target};

/// A fault for an endpoint that no system has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no system has an endpoint `{id}`; there are {known}")]
pub struct UnknownEndpoint {
    /// The id that the fault names.
    pub id: String,
    /// The ids that there are.
    pub known: String,
}

/// A fault and what is left of its budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultState {
    /// The fault as it was armed.
    pub fault: String,
    /// How many matching requests it still lets pass.
    pub after: u32,
    /// How many requests it still strikes.
    pub left: u32,
    /// How many requests it struck.
    pub struck: u32,
}

/// The faults of a sandbox, in the order in which they were added.
#[derive(Debug)]
pub(crate) struct Faults {
    /// The ids of all endpoints, once each.
    known: Vec<&'static str>,
    armed: Mutex<Vec<Armed>>,
    /// Whether any fault has something left: without one, a request takes no lock.
    any_left: AtomicBool,
}

#[derive(Debug)]
struct Armed {
    fault: Arc<Fault>,
    deed: Arc<str>,
    after: u32,
    left: u32,
}

/// A fault that strikes a request.
#[derive(Debug, Clone)]
pub(crate) struct Strike {
    pub(crate) fault: Arc<Fault>,
    /// What it does, for the log.
    pub(crate) deed: Arc<str>,
}

impl Faults {
    pub(crate) fn new(endpoints: impl Iterator<Item = &'static str>) -> Self {
        let mut known: Vec<_> = endpoints.collect();
        known.sort_unstable();
        known.dedup();
        Self { known, armed: Mutex::default(), any_left: AtomicBool::new(false) }
    }

    /// The ids of all endpoints, once each.
    pub(crate) fn into_known(self) -> Vec<&'static str> {
        self.known
    }

    /// Arms all the faults, or none.
    ///
    /// # Errors
    /// A fault names an endpoint that no system has.
    pub(crate) fn add(&self, faults: Vec<Fault>) -> Result<(), UnknownEndpoint> {
        for fault in &faults {
            if let Target::Endpoint(id) = &fault.target
                && !self.known.contains(&id.as_str())
            {
                return Err(UnknownEndpoint { id: id.clone(), known: self.known.join(", ") });
            }
        }
        let mut armed = self.lock();
        armed.extend(faults.into_iter().map(|fault| Armed {
            deed: Deed(&fault).to_string().into(),
            after: fault.after,
            left: fault.times,
            fault: Arc::new(fault),
        }));
        self.any_left.store(armed.iter().any(|armed| armed.left > 0), Ordering::Release);
        Ok(())
    }

    /// The fault that strikes this request, if any does; its budget is then less by one.
    pub(crate) fn strike(&self, method: &Method, path: &str, endpoint: Option<&str>) -> Option<Strike> {
        if !self.any_left.load(Ordering::Acquire) {
            return None;
        }
        let mut armed = self.lock();
        let mut strike = None;
        for candidate in armed.iter_mut() {
            if candidate.left == 0 || !candidate.fault.target.matches(method, path, endpoint) {
                continue;
            }
            if candidate.after > 0 {
                candidate.after -= 1;
                continue;
            }
            candidate.left -= 1;
            strike = Some(Strike { fault: Arc::clone(&candidate.fault), deed: Arc::clone(&candidate.deed) });
            break;
        }
        self.any_left.store(armed.iter().any(|armed| armed.left > 0), Ordering::Release);
        strike
    }

    pub(crate) fn list(&self) -> Vec<FaultState> {
        let state = |armed: &Armed| FaultState {
            fault: armed.fault.to_string(),
            after: armed.after,
            left: armed.left,
            struck: armed.fault.times - armed.left,
        };
        self.lock().iter().map(state).collect()
    }

    pub(crate) fn clear(&self) {
        let mut armed = self.lock();
        armed.clear();
        self.any_left.store(false, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: &[&str]) -> Faults {
        let faults = Faults::new(["devices.list", "users.list"].into_iter());
        faults.add(texts.iter().map(|text| text.parse().unwrap()).collect()).unwrap();
        faults
    }

    fn deed(faults: &Faults, endpoint: &str) -> Option<String> {
        faults.strike(&Method::GET, "/", Some(endpoint)).map(|strike| strike.deed.to_string())
    }

    #[test]
    fn a_budget_is_used_up() {
        let faults = faults(&["match=devices.list,times=2,do=reset"]);
        assert_eq!(deed(&faults, "users.list"), None);
        assert_eq!(deed(&faults, "devices.list").as_deref(), Some("reset"));
        assert_eq!(deed(&faults, "devices.list").as_deref(), Some("reset"));
        assert_eq!(deed(&faults, "devices.list"), None);
        let state = &faults.list()[0];
        assert_eq!((state.left, state.struck), (0, 2));
    }

    #[test]
    fn some_pass_before_a_fault_strikes_and_meet_the_next_one() {
        let faults = faults(&["after=1,do=reset", "times=2,do=bad-json"]);
        assert_eq!(deed(&faults, "users.list").as_deref(), Some("bad-json"));
        assert_eq!(deed(&faults, "users.list").as_deref(), Some("reset"));
        assert_eq!(deed(&faults, "users.list").as_deref(), Some("bad-json"));
        assert_eq!(deed(&faults, "users.list"), None);
    }

    #[test]
    fn an_unknown_endpoint_arms_nothing() {
        let faults = faults(&[]);
        let list = ["do=reset", "match=device.list,do=reset"].map(|text| text.parse().unwrap()).to_vec();
        assert_eq!(
            faults.add(list).unwrap_err().to_string(),
            "no system has an endpoint `device.list`; there are devices.list, users.list"
        );
        assert_eq!(faults.list(), []);
    }
}
