//! The rows on what is around a call: equal writes, doubt, order, payloads, interrupts.

mod special;

use self::special::Special;
pub(super) use self::special::knows_keys;
use super::calls::{LIMITS, nodes, pipeline};
use super::outcome::Outcome;
use super::tables::code;
use crate::played::Played;

/// A row of the page, and how it comes about.
pub(super) enum Situation {
    /// A run over records.
    Run(&'static Run),
    /// Something of its own.
    Special(&'static Special),
}

/// A run over some records, whose calls may be struck.
pub(super) struct Run {
    what: &'static str,
    faults: &'static [&'static str],
    endpoint: &'static str,
    settings: &'static str,
    records: &'static [&'static str],
}

/// Every situation that is known.
pub(super) fn all() -> Vec<Situation> {
    let special = special::ALL.iter().map(Situation::Special);
    RUNS.iter().map(Situation::Run).chain(special).collect()
}

impl Situation {
    /// The first cell of its row.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Self::Run(run) => run.what,
            Self::Special(special) => special.what,
        }
    }

    /// What comes of it.
    pub(super) fn meet(&self) -> Outcome {
        match self {
            Self::Run(run) => run.meet(),
            Self::Special(special) => (special.meet)(),
        }
    }
}

const TAKE: &str = "payload: { holder: { field: holder }, product: viewer, quantity: 1 }";
const PUT: &str = "parameters: { seatId: seat-0900 }, \
    payload: { holder: cem, product: viewer, quantity: { field: quantity } }";
const DELETE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, confirm_delete: true";
const DELETE_USER: &str = "parameters: { accountId: ACC-100234, userId: USR-000731 }, confirm_delete: true";
const REMOVE: &str = "parameters: { accountId: ACC-100234, deviceId: { field: device } }, \
    payload: { licenseKeysToRemove: [{ field: key }] }";
const ACTIVATE_GROUPS: &str = "parameters: { accountId: ACC-100234 }, group_by: [host], \
    payload: { name: { field: host }, hostId: { field: host }, licenses: [{ licenseKey: { field: key } }] }";

const TWO_KEYS_OF_A_DEVICE: &[&str] = &[
    "{ line: 0, device: DEV-000412, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }",
    "{ line: 1, device: DEV-000412, key: AYXI-0002-0002-0002-0002-0002-0002-0002 }",
];
const TWO_DEVICES: &[&str] = &[
    "{ line: 0, device: DEV-000412, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }",
    "{ line: 1, device: DEV-000413, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }",
];
const IN_DOUBT: &str =
    "{ line: 0, error.kind: in-doubt, device: DEV-000412, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }";

const RUNS: &[Run] = &[
    Run {
        what: "a line twice",
        faults: &[],
        endpoint: "seats.take",
        settings: TAKE,
        records: &["{ line: 0, holder: cem }", "{ line: 1, holder: cem }"],
    },
    Run {
        what: "a line twice, with `repeat: true`",
        faults: &[],
        endpoint: "seats.take",
        settings: "repeat: true, payload: { holder: cem, product: viewer, quantity: 1 }",
        records: &["{ line: 0 }", "{ line: 1 }"],
    },
    Run {
        what: "a line twice, and the write is idempotent",
        faults: &[],
        endpoint: "seats.put",
        settings: PUT,
        records: &["{ line: 0, quantity: 1 }", "{ line: 1, quantity: 1 }"],
    },
    Run {
        what: "a device deleted twice",
        faults: &[],
        endpoint: "devices.delete",
        settings: DELETE,
        records: &["{ line: 0, device: DEV-000412 }", "{ line: 1, device: DEV-000412 }"],
    },
    Run {
        what: "a write after one in doubt, to the same device",
        faults: &["match=devices.removeLicenses,do=commit-then-503"],
        endpoint: "devices.removeLicenses",
        settings: REMOVE,
        records: TWO_KEYS_OF_A_DEVICE,
    },
    Run {
        what: "a write after one in doubt, to another device",
        faults: &["match=devices.removeLicenses,do=commit-then-503"],
        endpoint: "devices.removeLicenses",
        settings: REMOVE,
        records: TWO_DEVICES,
    },
    Run {
        what: "a record that comes in doubt from an earlier run",
        faults: &[],
        endpoint: "devices.removeLicenses",
        settings: REMOVE,
        records: &[IN_DOUBT],
    },
    Run {
        what: "a record that comes in doubt, with `resend_in_doubt: true`",
        faults: &[],
        endpoint: "devices.removeLicenses",
        settings: "resend_in_doubt: true, parameters: { accountId: ACC-100234, deviceId: { field: device } }, \
                payload: { licenseKeysToRemove: [{ field: key }] }",
        records: &[IN_DOUBT],
    },
    Run {
        what: "a record that comes in doubt, and then a write to the same device",
        faults: &[],
        endpoint: "devices.removeLicenses",
        settings: REMOVE,
        records: &[IN_DOUBT, "{ line: 1, device: DEV-000412, key: AYXI-0002-0002-0002-0002-0002-0002-0002 }"],
    },
    Run {
        what: "a record that comes from an earlier run with another kind",
        faults: &[],
        endpoint: "devices.removeLicenses",
        settings: REMOVE,
        records: &["{ line: 0, error.kind: status, error.status: 500, device: DEV-000412, \
                key: AYXD-0001-0001-0001-0001-0001-0001-0001 }"],
    },
    Run {
        what: "a record that comes from an earlier run as `duplicate-write`",
        faults: &[],
        endpoint: "seats.take",
        settings: TAKE,
        records: &["{ line: 0, error.kind: duplicate-write, holder: cem }"],
    },
    Run {
        what: "a user deleted, all answers lost, and a read tells that it happened",
        faults: &["match=users.delete,times=3,do=commit-then-503"],
        endpoint: "users.delete",
        settings: DELETE_USER,
        records: &["{ line: 0 }"],
    },
    Run {
        what: "a user deleted, all attempts in vain, and a read tells that it did not happen",
        faults: &["match=users.delete,times=3,do=status=503"],
        endpoint: "users.delete",
        settings: DELETE_USER,
        records: &["{ line: 0 }"],
    },
    Run {
        what: "a group in doubt",
        faults: &["match=devices.activateOffline,do=commit-then-reset"],
        endpoint: "devices.activateOffline",
        settings: ACTIVATE_GROUPS,
        records: &[
            "{ line: 0, host: 8CDCD4000900, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }",
            "{ line: 1, host: 8CDCD4000900, key: AYXS-0003-0003-0003-0003-0003-0003-0003 }",
        ],
    },
    Run {
        what: "a group of which one record comes in doubt",
        faults: &[],
        endpoint: "devices.activateOffline",
        settings: ACTIVATE_GROUPS,
        records: &[
            "{ line: 0, error.kind: in-doubt, host: 8CDCD4000900, key: AYXD-0001-0001-0001-0001-0001-0001-0001 }",
            "{ line: 1, host: 8CDCD4000900, key: AYXS-0003-0003-0003-0003-0003-0003-0003 }",
        ],
    },
    Run {
        what: "a required value of the payload is null",
        faults: &[],
        endpoint: "seats.put",
        settings: PUT,
        records: &["{ line: 0, quantity: ~ }"],
    },
    Run {
        what: "a value of the payload does not fit its type",
        faults: &[],
        endpoint: "seats.put",
        settings: PUT,
        records: &["{ line: 0, quantity: two }"],
    },
    Run {
        what: "a write without the `payload` that it needs",
        faults: &[],
        endpoint: "seats.put",
        settings: "parameters: { seatId: seat-0900 }",
        records: &["{ line: 0 }"],
    },
    Run {
        what: "a DELETE without `confirm_delete: true`",
        faults: &[],
        endpoint: "devices.delete",
        settings: "parameters: { accountId: ACC-100234, deviceId: DEV-000412 }",
        records: &["{ line: 0 }"],
    },
];

impl Run {
    fn text(&self) -> String {
        pipeline(self.endpoint, LIMITS, false, &nodes(self.endpoint, self.settings, self.records))
    }

    fn meet(&self) -> Outcome {
        for said in code(self.what) {
            let is_there = [self.settings, self.records[0]].iter().any(|text| text.contains(&*said));
            assert_eq!(is_there, !self.what.contains("without"), "the page says `{said}`");
        }
        let played = Played::with_faults(self.faults);
        let ran = played.run(&self.text());
        played.assert_used_up();
        Outcome::of(&played, &ran, self.records.len())
    }
}
