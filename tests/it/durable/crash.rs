//! A crash right before and right after everything that a journal writes.
//!
//! With `--nocapture` the test prints what it has seen.

use std::fmt::{self, Write as _};

use super::ends::End;
use super::journal::Held;
use super::reference::Reference;
use super::run_on_trial;
use crate::played::{Played, seats};
use crate::program::Ran;
use crate::what_happens::each;

/// A pipeline, and what is broken off of it.
#[derive(Clone, Copy)]
struct Story {
    pipeline: &'static str,
    way: Way,
    /// One call after the other, or as many at once as usual.
    is_alone: bool,
}

/// What is broken off.
#[derive(Clone, Copy)]
enum Way {
    Run,
    /// The application of a plan.
    Apply,
    /// The resumption of a run that was broken off itself, right after its commit of this number.
    Resume(u64),
}

/// When the process aborts.
#[derive(Clone, Copy)]
enum Moment {
    Before(u64),
    After(u64),
}

/// What was seen of all crashes of a story.
#[derive(Default)]
struct Seen {
    crashes: usize,
    twice: usize,
    missing: usize,
    in_doubt: usize,
    not_sent: usize,
}

impl Story {
    fn file(&self) -> String {
        format!("pipelines/{}.yaml", self.pipeline)
    }

    fn arguments<'a>(&self, verb: &[&'a str]) -> Vec<&'a str> {
        let pace: &[&str] = if self.is_alone { &["--concurrency", "1"] } else { &[] };
        [verb, &["--json"], pace].concat()
    }

    /// Does what comes before what is broken off, and tells what its journal holds if that was broken off too.
    fn begin(&self, played: &Played) -> Held {
        let file = self.file();
        let (ran, expected) = match self.way {
            Way::Run => return Held::default(),
            Way::Apply => (played.folder.run(&self.arguments(&["plan", &file])), 0),
            Way::Resume(number) => {
                let trial = Moment::After(number).to_string();
                (run_on_trial(played, &self.arguments(&["run", &file]), &trial), -1)
            }
        };
        assert_eq!(ran.status, expected, "{}", ran.stderr);
        Held::read(&played.folder)
    }

    /// Does what is broken off.
    fn break_off(&self, played: &Played, trial: &str) -> Ran {
        let file = self.file();
        let verb: &[&str] = match self.way {
            Way::Run => &["run", &file],
            Way::Apply => &["apply"],
            Way::Resume(_) => &["resume"],
        };
        run_on_trial(played, &self.arguments(verb), trial)
    }

    /// Goes on with it.
    fn go_on(&self, played: &Played, held: &Held) -> Ran {
        let file = self.file();
        let verb = match (self.way, &held.run) {
            // It came to nothing, so there is nothing to go on with.
            (_, None) => ["run", &file],
            (Way::Run | Way::Resume(_), Some(run)) => ["resume", run],
            (Way::Apply, Some(run)) => ["apply", run],
        };
        played.folder.run(&self.arguments(&verb))
    }

    /// How many commits there are when nothing aborts.
    fn commits(&self) -> u64 {
        let played = played();
        self.begin(&played);
        let ran = self.break_off(&played, "commits=commits");
        assert!([0, 3].contains(&ran.status), "{self}: {}", ran.stderr);
        played.folder.read("commits").parse().unwrap()
    }

    /// Breaks it off at a moment and goes on with it; none, if it came to its end before.
    fn play(&self, moment: Moment, reference: &Reference) -> Option<End> {
        let played = played();
        let earlier = self.begin(&played);
        let broken = self.break_off(&played, &moment.to_string());
        if broken.status != -1 {
            assert!([0, 3].contains(&broken.status), "{}", broken.stderr);
            return None;
        }
        let held = Held::read(&played.folder).after(&earlier);
        let ran = self.go_on(&played, &held);
        Some(End::of(&played, &ran, &held, reference))
    }
}

impl fmt::Display for Story {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Run => "run",
            Way::Apply => "apply",
            Way::Resume(_) => "resume",
        };
        write!(formatter, "| `{}` | {way} | {} |", self.pipeline, if self.is_alone { "1" } else { "usual" })
    }
}

/// As the journal is told of it.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(number) => write!(formatter, "abort-before={number}"),
            Self::After(number) => write!(formatter, "abort-after={number}"),
        }
    }
}

/// What each pipeline does when nothing befalls it.
fn references(pipelines: &[&'static str]) -> Vec<Reference> {
    let undisturbed = each(pipelines, |pipeline| {
        let played = played();
        let ran = played.folder.run(&["run", &format!("pipelines/{pipeline}.yaml"), "--concurrency", "1"]);
        assert_eq!(ran.status, 0, "{pipeline}: {}", ran.stderr);
        Reference::of(&played)
    });
    undisturbed.into_iter().map(Result::unwrap).collect()
}

/// Takes seats, in a system where the same once more has its effect once more.
const TAKE_SEATS: &str =
    "  input: { rows: [{ holder: ann }, { holder: bob }, { holder: cem }, { holder: dan }, { holder: eve }] }
  taken:
    D: input
    license_api:
      connection: seats
      endpoint: seats.take
      payload: { holder: { field: holder }, product: viewer, quantity: 1 }
  succeeded: { write_csv: { path: out/succeeded.csv }, D: taken }
  failed: { write_csv: { path: out/failed.csv }, D: taken.F }
";

/// A sandbox, and a folder with all the pipelines.
fn played() -> Played {
    let played = Played::with_faults(&[]);
    played.folder.write("pipelines/take-seats.yaml", seats("", TAKE_SEATS));
    played
}

/// Breaks every story off at every moment that it has, and tells what was seen.
fn break_all_off(pipelines: &[&'static str], stories: &[Story]) -> String {
    let references = references(pipelines);
    let commits: Vec<u64> = each(stories, Story::commits).into_iter().map(Result::unwrap).collect();
    let mut jobs = Vec::new();
    for (story, commits) in stories.iter().zip(&commits) {
        let reference = &references[pipelines.iter().position(|name| *name == story.pipeline).unwrap()];
        for number in 1..=*commits {
            jobs.extend([Moment::Before(number), Moment::After(number)].map(|moment| (story, moment, reference)));
        }
    }
    let ends = each(&jobs, |(story, moment, reference)| story.play(*moment, reference));
    let mut table = String::from(
        "| pipeline | broken off | calls at once | commits | crashes | effects twice | effects missing | in doubt | \
         of these not sent |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut wrong = String::new();
    for (story, commits) in stories.iter().zip(commits) {
        let mut seen = Seen::default();
        for ((_, moment, _), end) in jobs.iter().zip(&ends).filter(|((other, ..), _)| std::ptr::eq(*other, story)) {
            match end {
                Ok(Some(end)) => {
                    seen.add(end);
                    if !end.twice.is_empty() || !end.missing.is_empty() {
                        writeln!(wrong, "{story} {moment}: {end:?}").unwrap();
                    }
                }
                Ok(None) => {}
                Err(panic) => writeln!(wrong, "{story} {moment}: {panic}").unwrap(),
            }
        }
        let Seen { crashes, twice, missing, in_doubt, not_sent } = seen;
        writeln!(table, "{story} {commits} | {crashes} | {twice} | {missing} | {in_doubt} | {not_sent} |").unwrap();
        // Calls at once share commits as it comes, so not each run has as many.
        assert!(crashes as u64 > commits || !wrong.is_empty(), "{story} crashed {crashes} times only");
    }
    assert!(wrong.is_empty(), "\n{table}{wrong}");
    table
}

impl Seen {
    fn add(&mut self, end: &End) {
        self.crashes += 1;
        self.twice += end.twice.len();
        self.missing += end.missing.len();
        self.in_doubt += end.in_doubt.len();
        self.not_sent += end.not_sent;
    }
}

/// The examples that write, and one more.
const WRITING: [&str; 13] = [
    "activate-offline",
    "deactivate-devices",
    "delete-devices",
    "delete-users",
    "deactivate-license",
    "reclaim-unused",
    "tenduke-grant",
    "tenduke-reserve-seats",
    "tenduke-deny",
    "tenduke-release-idle",
    "uipath-allocate",
    "uipath-group-licenses",
    "take-seats",
];

#[test]
fn a_run_that_crashes_at_any_write_of_its_journal_goes_on_as_if_it_had_not() {
    let story = |is_alone| WRITING.map(|pipeline| Story { pipeline, way: Way::Run, is_alone });
    println!("{}", break_all_off(&WRITING, &[story(true), story(false)].concat()));
}

#[test]
fn an_application_that_crashes_at_any_write_of_its_journal_goes_on_as_if_it_had_not() {
    let pipelines = ["activate-offline", "reclaim-unused"];
    let story = |is_alone| pipelines.map(|pipeline| Story { pipeline, way: Way::Apply, is_alone });
    println!("{}", break_all_off(&pipelines, &[story(true), story(false)].concat()));
}

#[test]
fn a_resumption_that_crashes_at_any_write_of_its_journal_goes_on_as_if_it_had_not() {
    // Each is broken off in the midst of its writes.
    let pipelines = ["activate-offline", "delete-users", "take-seats"];
    let story = |is_alone| pipelines.map(|pipeline| Story { pipeline, way: Way::Resume(7), is_alone });
    println!("{}", break_all_off(&pipelines, &story(true)));
}
