//! What `--help` says of the verbs that look at runs.

use insta::assert_snapshot;

use crate::program::Folder;

fn help(verb: &[&str]) -> String {
    let ran = Folder::new().run(&[verb, &["--help"]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{verb:?}");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    ran.stdout
}

#[test]
fn runs() {
    assert_snapshot!(help(&["runs"]), @r"
    List the runs, or remove old ones

    Usage: seatflow runs [OPTIONS] [VERB]

    Verbs:
      prune  Remove old runs: what the journal has of them, and their folders
      help   Print this message or the help of the given subcommand(s)

    Options:
          --state <DIR>  Where runs keep what must outlive them [default: .seatflow]
          --json         Print JSON
      -h, --help         Print help
      -q, --quiet        Tell only what is wrong: no progress, no summary
      -v, --verbose...   Tell what happens, line by line; `-vv` tells more

    It lists the runs of the state folder, the newest first, and says what takes up those that are not
    finished. A run is done, planned, running, failed, interrupted, broken off (its process was killed,
    or the power failed) or set aside (a newer run of its pipeline was begun in spite of it).

    Examples:
      seatflow runs
      seatflow runs prune --keep 20
    ");
    assert_snapshot!(help(&["runs", "prune"]), @r"
    Remove old runs: what the journal has of them, and their folders

    Usage: seatflow runs prune [OPTIONS]

    Options:
          --keep <N>          Remove all but the newest N runs of each pipeline
          --older-than <AGE>  Remove the runs that ended longer ago: `90m`, `12h`, `30d`, `2w`
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print JSON
          --unfinished        Remove also unfinished runs with writes, runs with writes in doubt, and
                              plans that were not applied
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It never removes a run that is running. A run that has writes and is unfinished, one that has writes
    in doubt, and a plan that was not applied are kept and named, unless `--unfinished` is said too:
    without them nobody can tell any more what was written, or resume or apply it.

    Examples:
      seatflow runs prune --keep 20
      seatflow runs prune --older-than 30d
    ");
}

#[test]
fn show() {
    assert_snapshot!(help(&["show"]), @r"
    Show a run: how it went and what is left of it, or the records of an anchor

    Usage: seatflow show [OPTIONS] [RUN]

    Arguments:
      [RUN]  The run: its id, or how that begins or ends; the latest without it

    Options:
          --node <NODE>           Tell of one node alone, and why its records failed
          --anchor <NODE.ANCHOR>  Print the records that left a node on an anchor: `devices.F`
          --format <FORMAT>       How the records are printed: `table`, `csv`, `json` (an object on each
                                  line) or `parquet`; else as the name of `--out` ends, or as a table
          --out <FILE>            Write the records to a file
          --limit <N>             The most records; of a table 50 if it is not said, else all
          --state <DIR>           Where runs keep what must outlive them [default: .seatflow]
          --json                  Print what is told of the run as JSON
      -h, --help                  Print help
      -q, --quiet                 Tell only what is wrong: no progress, no summary
      -v, --verbose...            Tell what happens, line by line; `-vv` tells more

    Without RUN it shows the latest one. It tells its passes, the books of its nodes, what failed, the
    writes in doubt, the slowest calls, and what it read. With `--anchor` it prints the records that
    left a node on S, on F or on L instead: as a table that fits the terminal, or all of them as CSV,
    JSON or Parquet. It calls nobody.

    Exit status: 0 it is shown; 2 there is no such run, node or anchor; 4 it cannot be read.

    Examples:
      seatflow show
      seatflow show --node devices
      seatflow show --anchor devices.F
      seatflow show --anchor devices.F --out failed.csv
    ");
}
