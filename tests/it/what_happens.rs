//! The page "What happens when": every row of its tables is run, and what comes of it is what the page says.
//!
//! A cell is what a run left on S and on F and what the sandbox had of it, in the page's own words, so the page is
//! compared as it stands. With `--nocapture` the tests print what they saw of every fault and method; the environment
//! variable `WHAT_HAPPENS_TABLE` names a file that gets it too.

mod calls;
mod faults;
mod left;
mod outcome;
#[cfg(unix)]
mod resumed;
mod situations;
mod tables;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::calls::Class;
use self::faults::{World, worlds};
use self::outcome::Statuses;
use self::situations::Situation;
use self::tables::{Table, code, tables};

/// The runs at the same time; most of them wait for something.
const AT_ONCE: usize = 6;

/// The rows on faults: what happens, in the sandbox, a read, a write that may be repeated, any other write, why.
fn fault_rows(tables: &[Table]) -> impl Iterator<Item = &Vec<String>> {
    tables.iter().filter(|table| table.width() == 6).flat_map(|table| table.rows_under("what happens"))
}

/// The rows on situations: what happens, what comes of it, why.
fn situation_rows(tables: &[Table]) -> impl Iterator<Item = &Vec<String>> {
    tables.iter().filter(|table| table.width() == 3).flat_map(|table| table.rows_under("what happens"))
}

/// The rows on runs that are gone on with: what happens, the run, what follows, why.
#[cfg(unix)]
fn resumed_rows(tables: &[Table]) -> impl Iterator<Item = &Vec<String>> {
    tables.iter().filter(|table| table.width() == 4).flat_map(|table| table.rows_under("what happens"))
}

/// Does every job, some at once, and gives back what came of each in order; a panic is text.
pub(crate) fn each<J: Sync, R: Send>(jobs: &[J], does: impl Fn(&J) -> R + Sync) -> Vec<Result<R, String>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number) else { return done };
            let result = catch_unwind(AssertUnwindSafe(|| does(job)));
            done.push((number, result.map_err(|panic| said(&*panic))));
        }
    };
    let mut all: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

#[test]
fn every_fault_does_to_every_method_what_the_page_says() {
    let tables = tables();
    let statuses = Statuses::of(&tables);
    let mut jobs = Vec::new();
    for row in fault_rows(&tables) {
        for world in worlds(&row[1]) {
            let world = std::sync::Arc::new(world);
            for call in world.calls() {
                jobs.push((std::sync::Arc::clone(&world), call, row[2 + call.class as usize].as_str()));
            }
        }
    }
    let came = each(&jobs, |(world, call, _)| world.meet(call));
    let mut seen = String::from("| fault | method | endpoint | outcome | rows on S | rows on F | exit status |\n");
    seen.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    let mut wrong = String::new();
    for ((world, call, said), came) in jobs.iter().zip(came) {
        let what = format!("| `{}` | {} | `{}` |", world.name(), call.method, call.endpoint);
        match came {
            Ok(outcome) => {
                let (cell, (on_s, on_f)) = (outcome.cell(call.class == Class::Read), outcome.rows);
                writeln!(seen, "{what} {cell} | {on_s} | {on_f} | {} |", outcome.status).unwrap();
                if cell != *said || outcome.status != statuses.of_run(outcome.places()) {
                    writeln!(wrong, "{what} said: {said}; came: {cell}, exit status {}", outcome.status).unwrap();
                }
            }
            Err(panic) => writeln!(wrong, "{what} said: {said}; {panic}").unwrap(),
        }
    }
    println!("{seen}");
    if let Some(file) = std::env::var_os("WHAT_HAPPENS_TABLE") {
        std::fs::write(file, &seen).unwrap();
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_situation_ends_as_the_page_says() {
    let tables = tables();
    let statuses = Statuses::of(&tables);
    let situations = situations::all();
    let known: Vec<&str> = situations.iter().map(Situation::what).collect();
    let told: BTreeSet<&str> = situation_rows(&tables).map(|row| row[0].as_str()).collect();
    assert_eq!(known.iter().copied().collect::<BTreeSet<_>>(), told, "each row is a test, and each test a row");
    let came = each(&situations, Situation::meet);
    let mut wrong = String::new();
    for row in situation_rows(&tables) {
        let number = known.iter().position(|what| *what == row[0]).unwrap();
        let said = &row[1];
        match &came[number] {
            Ok(outcome) => {
                let is_right = outcome.to_string() == *said && outcome.status == statuses.of_run(outcome.places());
                if !is_right {
                    writeln!(wrong, "{}: said: {said}; came: {outcome}, exit status {}", row[0], outcome.status)
                        .unwrap();
                }
            }
            Err(panic) => writeln!(wrong, "{}: said: {said}; {panic}", row[0]).unwrap(),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[cfg(unix)]
#[test]
fn every_run_that_is_gone_on_with_ends_as_the_page_says() {
    let tables = tables();
    let statuses = Statuses::of(&tables);
    let known: Vec<_> = resumed::all().collect();
    let told: Vec<&str> = resumed_rows(&tables).map(|row| row[0].as_str()).collect();
    let names: BTreeSet<&str> = known.iter().map(|resumed| resumed.what).collect();
    assert_eq!(names, told.iter().copied().collect(), "each row is a test, and each test a row");
    let came = each(&known, |resumed| (resumed.meet)());
    let mut wrong = String::new();
    for row in resumed_rows(&tables) {
        let number = known.iter().position(|resumed| resumed.what == row[0]).unwrap();
        match &came[number] {
            Ok(outcomes) => {
                for (outcome, said) in outcomes.iter().zip(&row[1..]) {
                    if outcome.to_string() != *said || outcome.status != statuses.of_run(outcome.places()) {
                        let status = outcome.status;
                        writeln!(wrong, "{}: said: {said}; came: {outcome}, exit status {status}", row[0]).unwrap();
                    }
                }
            }
            Err(panic) => writeln!(wrong, "{}: {panic}", row[0]).unwrap(),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The names of what faults do on a page: `status=N` is `status`, and `commit-then-N` stays so.
fn kinds(rows: impl Iterator<Item = String>) -> BTreeSet<String> {
    rows.map(|deed| deed.split('=').next().unwrap().to_owned()).collect()
}

#[test]
fn every_fault_of_the_sandbox_has_a_row() {
    let known = tables::read(seatflow_sandbox::FAULTS);
    let known = kinds(known.iter().flat_map(|table| table.rows_under("kind")).flat_map(|row| code(&row[0])));
    assert!(known.len() > 15, "{known:?}");
    let tables = tables();
    let mut told = BTreeSet::new();
    for row in fault_rows(&tables) {
        for world in worlds(&row[1]) {
            let World::Struck { faults, .. } = world else { continue };
            for fault in faults {
                let (_, deeds) = fault.rsplit_once("do=").unwrap();
                told.extend(kinds(deeds.split('+').map(str::to_owned)));
            }
        }
    }
    let is_told = |kind: &String| match kind.strip_suffix('N') {
        Some(stem) => told.iter().any(|told| told.starts_with(stem) && !known.contains(told)),
        None => told.contains(kind),
    };
    let untold: Vec<&String> = known.iter().filter(|kind| !is_told(kind)).collect();
    assert!(untold.is_empty(), "no row tells what happens on {untold:?}");
}
