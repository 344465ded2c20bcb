//! What the settings of a `LicenseModel` say of the licences that have it.

use serde_json::Value;

/// How long a lease is, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LeaseTime {
    pub(super) length: u64,
    /// How long after its begin it is to be renewed; at three quarters of its length, if nothing is said.
    pub(super) refresh: Option<u64>,
}

/// Of what a licence has so much and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credit {
    /// Users at the same time.
    Seats,
    /// Times of use, which do not come back.
    Count,
    /// Milliseconds of use.
    Time,
    /// Nothing.
    Unlimited,
    /// Several of these at once, which allows nobody anything.
    Contradictory,
}

/// For what a lease is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    /// For use online.
    #[default]
    Cache,
    /// For use offline.
    Checkout,
}

/// The model of a licence.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the settings")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) cache: LeaseTime,
    pub(super) checkout: LeaseTime,
    /// How long a seat stays taken after a release, in milliseconds.
    pub(super) cooldown: u64,
    pub(super) allows_extension: bool,
    pub(super) allows_release: bool,
    pub(super) credit: Credit,
    /// Whether a user needs a reservation.
    pub(super) is_named: bool,
    /// Whether a user has one device at a time.
    pub(super) is_bound_to_device: bool,
}

impl Mode {
    pub(super) const WORDS: [(&str, Self); 2] = [("cache", Self::Cache), ("checkout", Self::Checkout)];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Checkout => "checkout",
        }
    }
}

impl Model {
    /// Reads the settings of a model. What they do not say is as little as there can be, but that a lease can be renewed
    /// and released.
    pub(super) fn of(settings: &Value) -> Self {
        let leases = &settings["LeaseTimeBehavior"];
        let time = |length: &str, refresh: &str| LeaseTime {
            length: leases[length].as_u64().unwrap_or_default(),
            refresh: leases[refresh].as_u64(),
        };
        let has = |name: &str| settings.get(name).is_some_and(|constraint| !constraint.is_null());
        let anchors = settings["ConcurrentSessions"]["sessionAnchors"].as_array();
        Self {
            cache: time("leaseTimeCache", "refreshTimeCache"),
            checkout: time("leaseTimeCheckOut", "refreshTimeCheckOut"),
            cooldown: leases["cooldownTime"].as_u64().unwrap_or_default(),
            allows_extension: leases["allowLeaseExtension"].as_bool().unwrap_or(true),
            allows_release: leases["allowLeaseRelease"].as_bool().unwrap_or(true),
            credit: match ["SeatCountConstraint", "UseCountConstraint", "AggregateUseConstraint"].map(has) {
                [false, false, false] => Credit::Unlimited,
                [true, false, false] => Credit::Seats,
                [false, true, false] => Credit::Count,
                [false, false, true] => Credit::Time,
                _ => Credit::Contradictory,
            },
            is_named: has("AssignedLicenseConstraint"),
            is_bound_to_device: anchors.is_some_and(|anchors| anchors.iter().any(|anchor| anchor == "hw")),
        }
    }

    /// The use time of a licence that is granted, in milliseconds, where it is what there is so much of.
    pub(super) fn use_time_at_first(settings: &Value) -> Option<u64> {
        settings["AggregateUseConstraint"]["maxAggregateUseTime"].as_u64()
    }

    pub(super) fn lease_time(&self, mode: Mode) -> LeaseTime {
        match mode {
            Mode::Cache => self.cache,
            Mode::Checkout => self.checkout,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read() {
        let model = Model::of(&json!({
            "LeaseTimeBehavior": {
                "leaseTimeCheckOut": 9_000, "refreshTimeCheckOut": 5_000, "leaseTimeCache": 7_000, "cooldownTime": 10,
                "allowLeaseExtension": false, "allowLeaseRelease": false
            },
            "SeatCountConstraint": {},
            "AssignedLicenseConstraint": {},
            "ConcurrentSessions": { "sessionAnchors": ["process", "hw"] }
        }));
        assert_eq!(model.lease_time(Mode::Cache), LeaseTime { length: 7_000, refresh: None });
        assert_eq!(model.lease_time(Mode::Checkout), LeaseTime { length: 9_000, refresh: Some(5_000) });
        assert_eq!((model.cooldown, model.allows_extension, model.allows_release), (10, false, false));
        assert_eq!((model.credit, model.is_named, model.is_bound_to_device), (Credit::Seats, true, true));
    }

    #[test]
    fn a_model_has_one_credit() {
        let credit = |settings: Value| Model::of(&settings).credit;
        assert_eq!(credit(json!({})), Credit::Unlimited);
        assert_eq!(credit(json!({ "UseCountConstraint": {}, "SeatCountConstraint": null })), Credit::Count);
        assert_eq!(credit(json!({ "AggregateUseConstraint": { "maxAggregateUseTime": 5 } })), Credit::Time);
        assert_eq!(credit(json!({ "UseCountConstraint": {}, "SeatCountConstraint": {} })), Credit::Contradictory);
        assert_eq!(
            Model::use_time_at_first(&json!({ "AggregateUseConstraint": { "maxAggregateUseTime": 5 } })),
            Some(5)
        );
    }
}
