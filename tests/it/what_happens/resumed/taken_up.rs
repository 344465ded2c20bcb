//! Runs that end without a word, or because something else failed, and are taken up again.

use super::{Resumed, deletes, killed, removes, resumed, writes};
use crate::played::Played;
use crate::what_happens::outcome::Outcome;
use crate::what_happens::situations::knows_keys;

pub(super) const ALL: &[Resumed] = &[
    Resumed { what: "kill -9 while a DELETE is under way, then `resume`", meet: a_delete },
    Resumed { what: "kill -9 while a POST or PATCH is under way, then `resume`", meet: a_patch },
    Resumed { what: "the same, and the catalog names an `idempotency_key`", meet: a_post_with_a_key },
    Resumed { what: "the same, and the catalog names a read (`reconcile`)", meet: a_patch_with_a_read },
    Resumed { what: "kill -9 after a first write has failed, then `resume`", meet: a_failure_before },
    Resumed {
        what: "kill -9 after a first write met a login that was down, then `resume`",
        meet: a_login_that_was_down,
    },
    Resumed { what: "the login breaks down after a first write, then `resume`", meet: a_login },
];

const TAKE: &str = "payload: { holder: { field: holder }, product: viewer, quantity: 1 }";
const CHANGE: &str = "parameters: { seatId: { field: seat } }, payload: { quantity: 3 }";

fn a_delete() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=devices.delete,do=hold"]);
    let before = killed(&played, &deletes());
    let after = resumed(&played, &[]);
    assert_eq!(played.statuses("devices.delete")[1..], [404, 200], "the second request finds its effect there");
    [before, after]
}

fn a_patch() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=devices.removeLicenses,do=hold"]);
    [killed(&played, &removes()), resumed(&played, &[])]
}

fn a_post_with_a_key() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=seats.take,do=hold"]);
    knows_keys(&played);
    let records = ["{ line: 0, holder: cem }", "{ line: 1, holder: dee }"];
    [killed(&played, &writes("seats.take", TAKE, &records)), resumed(&played, &[])]
}

/// In its own catalog it may be repeated, and so would not be asked for.
fn a_patch_with_a_read() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=seats.change,do=hold"]);
    let catalog = played.folder.read("fixtures/catalogs/seats.yaml");
    let unrepeatable = catalog.replacen("    idempotent: true\n", "    idempotent: false\n", 1);
    assert_ne!(catalog, unrepeatable);
    played.folder.write("fixtures/catalogs/seats.yaml", unrepeatable);
    let records = ["{ line: 0, seat: seat-0001 }", "{ line: 1, seat: seat-0002 }"];
    [killed(&played, &writes("seats.change", CHANGE, &records)), resumed(&played, &[])]
}

fn a_failure_before() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=devices.delete,do=status=400", "match=devices.delete,do=hold"]);
    [killed(&played, &deletes()), resumed(&played, &[])]
}

fn a_login_that_was_down() -> [Outcome; 2] {
    let played = Played::with_faults(&["match=token.refresh,times=3,do=status=503", "match=devices.delete,do=hold"]);
    [killed(&played, &deletes()), resumed(&played, &[])]
}

fn a_login() -> [Outcome; 2] {
    let ends = "match=devices.delete,after=1,do=expire-token";
    let played = Played::with_faults(&[ends, "match=token.refresh,after=1,do=html-login"]);
    let before = Outcome::of(&played, &played.run(&deletes()), 2);
    played.assert_used_up();
    [before, resumed(&played, &[])]
}
