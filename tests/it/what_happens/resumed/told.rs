//! What is told of a run that was ended at once, and when it is gone on with.

use insta::assert_snapshot;

use super::{deletes, ended, interrupt, interrupt_at_once, removes, start_with};
use crate::played::Played;
use crate::program::Ran;

/// What a run has told on stderr, without what differs from run to run.
fn told(played: &Played, ran: &Ran) -> String {
    let (_, run) = ran.stderr.trim_end().rsplit_once(", run ").unwrap();
    let run = run.split(';').next().unwrap();
    let (head, rest) = ran.stderr.split_once(": done in ").unwrap_or((&ran.stderr, ""));
    let rest = rest.split_once(',').map_or(String::new(), |(_, rest)| format!(": done in TIME,{rest}"));
    format!("{head}{rest}").replace(run, "RUN").replace(&played.origin(), "ORIGIN")
}

#[test]
fn a_write_on_its_way_at_the_end_is_named_and_so_it_is_when_the_run_is_resumed() {
    let played = Played::with_faults(&["match=devices.removeLicenses,do=hold"]);
    let mut child = start_with(&played, &removes(), &[]);
    interrupt(&mut child);
    interrupt_at_once(&child);
    let ran = ended(child);
    played.settle();
    assert_eq!(ran.status, 130);
    assert_snapshot!(told(&played, &ran), @r"
      ! 1 write of `calls` was on the way at the stop: nobody knows whether it happened
          record 0: PATCH ORIGIN/v1/devices/DEV-000412?accountId=ACC-100234
        help: `seatflow explain what-happens-when` says what to do with them
      ! the counts are those at the stop
      ! 2 records of `calls` had not left it at the stop
      help: `seatflow resume RUN` goes on, and writes nothing twice; `seatflow show RUN` tells what there is
    what-happens: interrupted, run RUN; no output file was written
    ");
    let ran = played.folder.run(&["resume"]);
    assert_eq!(ran.status, 3);
    assert_snapshot!(ran.stdout, @r"
    node       tool         in  succeeded  on F  calls  retries  rows on S
    records    rows          2          2     0                          2
    calls      license_api   2          1     1      1        0          1
    succeeded  write_csv     1          1     0                          1
    failed     write_csv     1          1     0                          1
    ");
    assert_snapshot!(told(&played, &ran), @r"
      ! 1 record of `calls` is in doubt: nobody knows whether its write happened
          record 0: PATCH ORIGIN/v1/devices/DEV-000412?accountId=ACC-100234
        help: `seatflow explain what-happens-when` says what to do with them
    the books close: at every node, in = succeeded + on F
    what-happens: done in TIME, run RUN
    ");
}

#[test]
fn a_resumed_run_tells_how_many_of_its_calls_came_from_the_journal() {
    let played = Played::with_faults(&["match=devices.delete,do=hold"]);
    let mut child = start_with(&played, &deletes(), &[]);
    interrupt(&mut child);
    played.settle();
    assert_eq!(ended(child).status, 130);
    let ran = played.folder.run(&["resume"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_snapshot!(ran.stdout, @r"
    node       tool         in  succeeded  on F  calls  retries  recalled  rows on S
    records    rows          2          2     0                                    2
    calls      license_api   2          2     0      2        0         1          3
    succeeded  write_csv     3          3     0                                    1
    failed     write_csv     0          0     0                                    1
    ");
}
