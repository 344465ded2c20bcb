//! What `--help` says of the verbs that stand on the journal.

use insta::assert_snapshot;

use super::help;

#[test]
fn plan() {
    assert_snapshot!(help(&["plan"]), @r"
    Show every write that a pipeline would make, and make none

    Usage: seatflow plan [OPTIONS] <FILE>

    Arguments:
      <FILE>  The pipeline file

    Options:
          --set <NAME=VALUE>  Give a setting of the pipeline another value
          --sandbox           Play the remote systems inside this process; no other is reached
          --fault <FAULT>     Arm a fault of the sandbox: `match=devices.list,times=3,do=status=503`
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print the result, or the problems, as JSON
          --max-writes <N>    The most writes of the run, in place of what the pipeline's `guards` say;
                              it stops before one more
          --max-deletes <N>   The most calls that delete, in the same way; one may delete several things
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
          --save <FILE>       Write the whole list as CSV or Parquet
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    Reads are made, writes are withheld and listed: method, URL, payload, and the record that each comes
    from. A call that needs what only the answer to a withheld write would tell is listed as unknown. No
    output file is written. `seatflow apply` makes the writes, if they are still the same then.

    Exit status: as of `seatflow run`.

    Examples:
      seatflow plan pipelines/delete-users.yaml --sandbox
      seatflow plan pipelines/reclaim-unused.yaml --sandbox --save planned.csv
    ");
}

#[test]
fn apply() {
    assert_snapshot!(help(&["apply"]), @r"
    Make the writes of a plan, if they are still the same

    Usage: seatflow apply [OPTIONS] [RUN]

    Arguments:
      [RUN]  The run, by its id or the beginning or end of it; the latest, if none is named

    Options:
          --accept-changes    Go on though the pipeline, its inputs, its settings or its systems have
                              changed, or the run was set aside
          --set <NAME=VALUE>  Give a setting once more that is a secret, or, with `--accept-changes`,
                              another value
          --fault <FAULT>     Arm a fault of the sandbox, if the run is in one
          --sandbox           The run is in the sandbox: go on only then
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print the result as JSON
          --max-writes <N>    The most writes of the run, in place of what the pipeline's `guards` say;
                              it stops before one more
          --max-deletes <N>   The most calls that delete, in the same way; one may delete several things
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
          --allow-unknown     Make calls too that the plan could not tell
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It repeats the reads and compares all writes that they lead to with the planned ones; a difference
    is shown, and nothing is written. Else exactly the planned writes are made. A plan is applied once:
    a second `apply` goes on with what the first has left.

    Exit status: as of `seatflow run`; 5 if anything differs, a guard would be passed, or calls are
    unknown.

    Examples:
      seatflow apply
      seatflow apply 20250301-090000-1a2b --max-deletes 10
    ");
}

#[test]
fn resume() {
    assert_snapshot!(help(&["resume"]), @r"
    Go on with a run that did not come to its end

    Usage: seatflow resume [OPTIONS] [RUN]

    Arguments:
      [RUN]  The run, by its id or the beginning or end of it; the latest, if none is named

    Options:
          --accept-changes    Go on though the pipeline, its inputs, its settings or its systems have
                              changed, or the run was set aside
          --set <NAME=VALUE>  Give a setting once more that is a secret, or, with `--accept-changes`,
                              another value
          --fault <FAULT>     Arm a fault of the sandbox, if the run is in one
          --sandbox           The run is in the sandbox: go on only then
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print the result as JSON
          --max-writes <N>    The most writes of the run, in place of what the pipeline's `guards` say;
                              it stops before one more
          --max-deletes <N>   The most calls that delete, in the same way; one may delete several things
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    What has an outcome is taken from the journal, and stays what it is. A write of which only the
    intent is known is in doubt, unless it can be sent twice with the effect of once; everything else is
    called. The outputs are those of a run that was never interrupted.

    Exit status: as of `seatflow run`; 5 if the pipeline or its inputs have changed since.

    Examples:
      seatflow resume
      seatflow resume 20250301-090000-1a2b --accept-changes
    ");
}

#[test]
fn replay() {
    assert_snapshot!(help(&["replay"]), @r"
    Make the outputs of a run once more, from what its calls brought: nothing is sent

    Usage: seatflow replay [OPTIONS] [RUN]

    Arguments:
      [RUN]  The run, by its id or the beginning or end of it; the latest, if none is named

    Options:
          --pipeline <FILE>   Another pipeline that makes the same calls, in place of the run's own
          --out <DIR>         Put the output files below this folder, in place of where their paths lead
          --accept-changes    Replay though the inputs have changed since: what is made then is of other
                              records
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print the result as JSON
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    Its calls come from the journal, so its S, F, L and files are the same to the byte. With another
    pipeline everything below the calls may be other: columns, filters, outputs. A call that the journal
    does not hold ends it, with the node and the record.

    Exit status: 0 done; 1 the pipeline has problems; 2 the arguments make no sense; 3 as of `seatflow
    run`; 5 an input has changed; 4 a call is not in the journal, or a file cannot be written.

    Examples:
      seatflow replay --out again
      seatflow replay 20250301-090000-1a2b --pipeline edited.yaml --out edited
    ");
}
