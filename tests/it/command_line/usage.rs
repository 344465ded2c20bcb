//! What is said of arguments that make no sense.

use insta::assert_snapshot;

use super::seatflow;

#[test]
fn a_mistyped_verb_offers_the_nearest() {
    assert_snapshot!(seatflow(&["rnu"]), @r"
    exit status 2
    --- stderr
      × there is no verb `rnu`
      help: did you mean `run`? `seatflow --help` lists them all
    ");
    assert_snapshot!(seatflow(&["catalog", "lst"]), @r"
    exit status 2
    --- stderr
      × there is no verb `lst`
      help: did you mean `list`? `seatflow catalog --help` lists them all
    ");
    assert_snapshot!(seatflow(&["help", "rnu"]), @r"
    exit status 2
    --- stderr
      × there is no verb `rnu`
      help: did you mean `run`? `seatflow --help` lists them all
    ");
    assert_snapshot!(seatflow(&["help", "catalog", "lst"]), @r"
    exit status 2
    --- stderr
      × there is no verb `lst`
      help: did you mean `list`? `seatflow catalog --help` lists them all
    ");
    assert_snapshot!(seatflow(&["frobnicate"]), @r"
    exit status 2
    --- stderr
      × there is no verb `frobnicate`
      help: `seatflow --help` lists them all
    ");
}

#[test]
fn a_mistyped_flag_offers_the_nearest() {
    assert_snapshot!(seatflow(&["run", "--sandbx", "x.yaml"]), @r"
    exit status 2
    --- stderr
      × `seatflow run` has no argument `--sandbx`
      help: did you mean `--sandbox`? `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["catalog", "list", "--jsn"]), @r"
    exit status 2
    --- stderr
      × `seatflow catalog list` has no argument `--jsn`
      help: did you mean `--json`? `seatflow catalog list --help` tells more
    ");
}

#[test]
fn arguments_that_are_missing_or_make_no_sense_say_so() {
    assert_snapshot!(seatflow(&["run"]), @r"
    exit status 2
    --- stderr
      × `seatflow run` needs `<FILE>`
      help: `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "one.yaml", "two.yaml"]), @r"
    exit status 2
    --- stderr
      × `seatflow run` has no argument `two.yaml`
      help: `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "one.yaml", "--set", "accounts"]), @r"
    exit status 2
    --- stderr
      × `accounts` is no value for `--set <NAME=VALUE>`: `accounts` is not written as `name=value`
      help: `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "one.yaml", "--concurrency", "0"]), @r"
    exit status 2
    --- stderr
      × `0` is no value for `--concurrency <N>`: it must be a whole number of at least 1
      help: `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "one.yaml", "--concurrency", "99999999999999999999"]), @r"
    exit status 2
    --- stderr
      × `99999999999999999999` is no value for `--concurrency <N>`: it must be at most 4294967295
      help: `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "one.yaml", "--sandbox", "--fault", "times=1"]), @r"
    exit status 2
    --- stderr
      × `times=1` is no value for `--fault <FAULT>`: a fault needs a `do`
      help: `seatflow explain faults` tells more
    ");
    assert_snapshot!(seatflow(&["sandbox", "--clock", "reel"]), @r"
    exit status 2
    --- stderr
      × `reel` is no value for `--clock <CLOCK>`
      help: did you mean `real`? The valid ones are `fixed` and `real`; `seatflow sandbox --help` tells more
    ");
    assert_snapshot!(seatflow(&["check", "--json", "one.yaml", "--json"]), @r"
    exit status 2
    --- stderr
      × `--json` is there twice
      help: `seatflow check --help` tells more
    ");
}

#[test]
fn a_mistyped_value_offers_the_nearest() {
    assert_snapshot!(seatflow(&["graph", "one.yaml", "--format", "mermade"]), @r"
    exit status 2
    --- stderr
      × `mermade` is no value for `--format <FORMAT>`
      help: did you mean `mermaid`? The valid ones are `mermaid`, `dot` and `svg`; `seatflow graph --help` tells more
    ");
    let run = |fault: &str| seatflow(&["run", "one.yaml", "--sandbox", "--fault", fault]);
    assert_snapshot!(run("match=devices.lst,do=reset"), @r"
    exit status 2
    --- stderr
      × `match=devices.lst,do=reset` is no value for `--fault <FAULT>`: no system of the sandbox has an endpoint `devices.lst`
      help: did you mean `devices.list`? `seatflow catalog list CATALOG` lists those of a system
    ");
    assert_snapshot!(run("do=comit-then-503"), @r"
    exit status 2
    --- stderr
      × `do=comit-then-503` is no value for `--fault <FAULT>`: a fault cannot do `comit-then-503`
      help: did you mean `commit-then-N`? `seatflow explain faults` tells more
    ");
    assert_snapshot!(seatflow(&["sandbox", "--fault", "match=seats.lst,do=reset"]), @r"
    exit status 2
    --- stderr
      × `match=seats.lst,do=reset` is no value for `--fault <FAULT>`: no system of the sandbox has an endpoint `seats.lst`
      help: did you mean `seats.list`? `seatflow catalog list CATALOG` lists those of a system
    ");
    assert_snapshot!(seatflow(&["completions", "bsh"]), @r"
    exit status 2
    --- stderr
      × `bsh` is no value for `<SHELL>`
      help: did you mean `bash`? The valid ones are `bash`, `elvish`, `fish`, `powershell` and `zsh`; `seatflow completions --help` tells more
    ");
}

#[test]
fn flags_before_a_verb_do_not_hide_it() {
    assert_snapshot!(seatflow(&["-v", "run", "--sandbx", "x.yaml"]), @r"
    exit status 2
    --- stderr
      × `seatflow run` has no argument `--sandbx`
      help: did you mean `--sandbox`? `seatflow run --help` tells more
    ");
    assert_snapshot!(seatflow(&["run", "--qiet", "x.yaml"]), @r"
    exit status 2
    --- stderr
      × `seatflow run` has no argument `--qiet`
      help: did you mean `--quiet`? `seatflow run --help` tells more
    ");
}

#[test]
fn nobody_can_want_both_less_and_more() {
    assert_snapshot!(seatflow(&["-q", "-v", "check", "x.yaml"]), @r"
    exit status 2
    --- stderr
      × `--quiet` and `--verbose` contradict each other
      help: leave one of them out
    ");
    for arguments in [["-q", "check", "-v", "x.yaml"], ["check", "x.yaml", "-vv", "-q"]] {
        assert_eq!(seatflow(&arguments), seatflow(&["-q", "-v", "check", "x.yaml"]));
    }
}

#[test]
fn an_unknown_setting_is_an_error_of_usage() {
    let audit = "pipelines/license-audit.yaml";
    assert_snapshot!(seatflow(&["run", audit, "--sandbox", "--set", "acounts=mine.csv"]), @r"
    exit status 2
    --- stderr
      × `pipelines/license-audit.yaml` has no setting `acounts`
      help: did you mean `accounts`?
    ");
    let values = "pipelines/values-from-fields.yaml";
    assert_snapshot!(seatflow(&["check", values, "--sandbox", "--set", "accounts=mine.csv"]), @r"
    exit status 2
    --- stderr
      × `pipelines/values-from-fields.yaml` has no setting `accounts`
      help: it has no `settings`
    ");
}
