//! The rows on faults: each with every call that its columns are about.

use seatflow_sandbox::{ClockKind, Settings};

use super::calls::{CALLS, Call, LIMITS, SIGNED, nodes, pipeline};
use super::outcome::Outcome;
use super::tables::code;
use crate::played::Played;

/// What gives the keys of signed tokens.
const KEYS: &str = "jwks.read";

/// How the world is when a call is made.
pub(super) enum World {
    /// These faults strike one after the other; the token is given, or can be renewed.
    Struck { faults: Vec<String>, is_token_given: bool },
    /// Nobody listens where the system should be.
    NoServer,
    /// Its host is not known.
    NoHost,
    /// It does not speak TLS, and should.
    NoTls,
}

/// Reads the second column: the worlds that a row is about.
pub(super) fn worlds(cell: &str) -> Vec<World> {
    match cell {
        "no server" => return vec![World::NoServer],
        "no host" => return vec![World::NoHost],
        "no TLS" => return vec![World::NoTls],
        _ => {}
    }
    let (cell, is_token_given) = match cell.strip_suffix(" with a given token") {
        Some(cell) => (cell, true),
        None => (cell, false),
    };
    let all = code(cell);
    assert!(!all.is_empty(), "`{cell}` arranges nothing");
    if cell.contains("` then `") {
        return vec![World::Struck { faults: all, is_token_given }];
    }
    all.into_iter().map(|fault| World::Struck { faults: vec![fault], is_token_given }).collect()
}

impl World {
    /// Its name in the table of all faults and methods.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Struck { faults, is_token_given } => {
                let given = if *is_token_given { ", with a given token" } else { "" };
                format!("{}{given}", faults.join(" then "))
            }
            Self::NoServer => "no server".to_owned(),
            Self::NoHost => "no host".to_owned(),
            Self::NoTls => "no TLS".to_owned(),
        }
    }

    /// The calls that can meet it: what is said of tokens that are renewed needs a system that renews them.
    pub(super) fn calls(&self) -> impl Iterator<Item = &'static Call> {
        let renews = match self {
            Self::Struck { faults, is_token_given: false } => faults
                .iter()
                .any(|fault| ["token.refresh", "expire-token", "status=401"].iter().any(|of| fault.contains(of))),
            _ => false,
        };
        let is_signed = self.is_signed();
        CALLS.iter().filter(move |call| call.is_signed() == is_signed && (!renews || call.can_renew()))
    }

    /// Whether it is about answers that are signed.
    fn is_signed(&self) -> bool {
        let Self::Struck { faults, .. } = self else { return false };
        faults.iter().any(|fault| fault.contains("=jwt-") || fault.contains(KEYS))
    }

    fn is_token_given(&self) -> bool {
        matches!(self, Self::Struck { is_token_given: true, .. })
    }

    /// The limits that this world is to reach; others are out of the way.
    fn limits(&self) -> String {
        let Self::Struck { faults, .. } = self else { return LIMITS.to_owned() };
        let does = |deed: &str| faults.iter().any(|fault| fault.contains(deed));
        if does("hold") || does("slow-body") {
            format!("{LIMITS}, read_seconds: 1")
        } else if does("trickle-body") {
            format!("{LIMITS}, call_seconds: 0.5")
        } else {
            LIMITS.to_owned()
        }
    }

    fn arrange(&self, call: &Call) -> Played {
        // What is signed holds for a time, and the program's clock is the real one.
        let clock = if call.is_signed() { ClockKind::Real } else { ClockKind::Fixed };
        let played = Played::new(Settings { clock, ..Settings::default() });
        let played = if call.is_signed() { signed(played) } else { played };
        match self {
            Self::Struck { faults, .. } => {
                let own = format!("elsewhere.localhost:{}", played.address().port());
                for fault in faults {
                    let fault = fault.replace("elsewhere.localhost", &own);
                    let is_told = fault.contains("match=");
                    played.arm(&if is_told { fault } else { format!("match={},{fault}", call.target()) });
                }
                played
            }
            Self::NoServer => led_to(played, "http://alteryx.localhost:1"),
            Self::NoHost => led_to(played, "http://portal.invalid"),
            Self::NoTls => {
                let origin = played.origin().replace("http:", "https:");
                led_to(played, &origin)
            }
        }
    }

    /// Makes a call in this world, and looks at what came of it.
    pub(super) fn meet(&self, call: &Call) -> Outcome {
        let played = self.arrange(call);
        let nodes = nodes(call.endpoint, call.settings, &["{ line: 0 }"]);
        let ran = played.run(&pipeline(call.endpoint, &self.limits(), self.is_token_given(), &nodes));
        played.settle();
        let outcome = Outcome::of(&played, &ran, 1);
        self.assert_struck(&played, &outcome);
        outcome
    }

    /// Asserts that the faults struck as often as there was something to strike.
    fn assert_struck(&self, played: &Played, outcome: &Outcome) {
        let Self::Struck { faults, .. } = self else { return };
        let (mut budget, mut struck) = (0, 0);
        for state in played.faults() {
            assert!(state.struck > 0 || outcome.sent() < faults.len(), "{} never struck", state.fault);
            budget += state.struck + state.left;
            struck += state.struck;
        }
        let beside = ["token.refresh", KEYS].into_iter().find(|of| faults.iter().any(|fault| fault.contains(of)));
        let targets = beside.map_or_else(|| outcome.sent(), |endpoint| played.requests(endpoint).len());
        assert_eq!(struck as usize, targets.min(budget as usize), "the faults struck what there was");
    }
}

/// The program has a catalog of what is signed, and the token of a user whose licence does not end.
fn signed(played: Played) -> Played {
    let played = played.variable("TENDUKE_USER_TOKEN", "token-p4");
    played.folder.write("signed.yaml", SIGNED);
    played
}

/// The program is led elsewhere for everything but tokens.
fn led_to(played: Played, base_url: &str) -> Played {
    played.variable("ALTERYX_BASE_URL", base_url).variable("SEATS_BASE_URL", base_url)
}
