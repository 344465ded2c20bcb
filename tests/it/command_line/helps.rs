//! What `--help` says: short, true, with examples that work.

use insta::assert_snapshot;

use crate::program::Folder;

/// The help of a verb, which goes to stdout with status 0.
fn help(verb: &[&str]) -> String {
    let ran = Folder::new().run(&[verb, &["--help"]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{verb:?}");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    ran.stdout
}

#[test]
fn without_arguments_the_verbs_are_listed_as_in_help() {
    let ran = Folder::new().run::<&str>(&[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert_eq!(ran.stderr, help(&[]));
    assert_snapshot!(ran.stderr, @r"
    Run licence-management APIs from data, with consequences

    Usage: seatflow <VERB>

    Verbs:
      run      Run a pipeline
      check    Check pipeline files without running them: every problem, with its place and what to do
      explain  Explain sorts of problems: what they mean, an example, and how to mend it
      tools    List the tools, or show the page of one
      catalog  Show what remote systems offer: their endpoints, parameters and payloads
      sandbox  Play the vendors' systems on one port, until it is interrupted
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Examples:
      seatflow run pipelines/license-audit.yaml --sandbox
      seatflow check pipelines/license-audit.yaml --sandbox
    ");
}

#[test]
fn run() {
    assert_snapshot!(help(&["run"]), @r"
    Run a pipeline

    Usage: seatflow run [OPTIONS] <FILE>

    Arguments:
      <FILE>  The pipeline file

    Options:
          --set <NAME=VALUE>  Give a setting of the pipeline another value
          --sandbox           Play the remote systems inside this process; no other is reached
          --fault <FAULT>     Arm a fault of the sandbox: `match=devices.list,times=3,do=status=503`
          --state <DIR>       Where runs keep what must outlive them [default: .seatflow]
          --json              Print the summary, or the problems, as JSON
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
      -h, --help              Print help

    Exit status: 0 done; 3 done, but failed records are wired nowhere or answers could not be parsed; 1
    the pipeline has problems; 2 the arguments make no sense; 4 the run failed; 130 it was interrupted;
    70 a bug in seatflow.

    Examples:
      seatflow run pipelines/license-audit.yaml --sandbox
      seatflow run pipelines/license-audit.yaml --set accounts=mine.csv
    ");
}

#[test]
fn check() {
    assert_snapshot!(help(&["check"]), @r"
    Check pipeline files without running them: every problem, with its place and what to do

    Usage: seatflow check [OPTIONS] <FILE>...

    Arguments:
      <FILE>...  The pipeline files

    Options:
          --set <NAME=VALUE>  Give a setting of the pipelines another value
          --sandbox           Set the environment variables of the example pipelines as `run --sandbox`
                              does
          --json              Print the problems as JSON
      -h, --help              Print help

    It reads the pipelines, and the catalogs, certificates and CSV headers that they name. It calls
    nobody.

    Exit status: 0 there are no problems, warnings aside; 1 there are some; 2 the arguments make no
    sense.

    Example:
      seatflow check pipelines/license-audit.yaml --sandbox
    ");
}

#[test]
fn explain() {
    assert_snapshot!(help(&["explain"]), @r"
    Explain sorts of problems: what they mean, an example, and how to mend it

    Usage: seatflow explain [OPTIONS] [SLUG]...

    Arguments:
      [SLUG]...  The slugs of the problems, or topics; without any, all are listed

    Options:
          --json  Print JSON: slug, meaning and page of each
      -h, --help  Print help

    Examples:
      seatflow explain
      seatflow explain unknown-anchor
      seatflow explain faults
    ");
}

#[test]
fn tools() {
    assert_snapshot!(help(&["tools"]), @r"
    List the tools, or show the page of one

    Usage: seatflow tools [OPTIONS] [NAME]

    Arguments:
      [NAME]  The tool whose page is shown

    Options:
          --json  Print JSON: the cards of the tools, or the card, the page and the JSON Schema of one
      -h, --help  Print help

    Examples:
      seatflow tools
      seatflow tools read_csv
    ");
}

#[test]
fn catalog() {
    assert_snapshot!(help(&["catalog"]), @r"
    Show what remote systems offer: their endpoints, parameters and payloads

    Usage: seatflow catalog <VERB>

    Verbs:
      list  List the built-in catalogs, or the endpoints of one
      show  Show an endpoint: its parameters, its payload, and a node ready to paste
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help

    Examples:
      seatflow catalog list alteryx
      seatflow catalog show alteryx devices.list
    ");
    assert_snapshot!(help(&["catalog", "list"]), @r"
    List the built-in catalogs, or the endpoints of one

    Usage: seatflow catalog list [OPTIONS] [NAME]

    Arguments:
      [NAME]  The catalog: a built-in one, or a path

    Options:
          --json  Print JSON
      -h, --help  Print help

    Examples:
      seatflow catalog list
      seatflow catalog list alteryx
    ");
    assert_snapshot!(help(&["catalog", "show"]), @r"
    Show an endpoint: its parameters, its payload, and a node ready to paste

    Usage: seatflow catalog show [OPTIONS] <NAME> <ENDPOINT>

    Arguments:
      <NAME>      The catalog: a built-in one, or a path
      <ENDPOINT>  The endpoint: its id, or its method and path

    Options:
          --json  Print JSON
      -h, --help  Print help

    Examples:
      seatflow catalog show alteryx devices.list
      seatflow catalog show alteryx 'GET /v1/devices'
    ");
}

#[test]
fn sandbox() {
    assert_snapshot!(help(&["sandbox"]), @r"
    Play the vendors' systems on one port, until it is interrupted

    Usage: seatflow sandbox [OPTIONS]

    Options:
          --listen <ADDRESS>  The address to listen on; port 0 takes a free one [default: 127.0.0.1:0]
          --db <FILE>         The database file that holds the state; in memory without it
          --accounts <N>      How many accounts are added to the starting state [default: 0]
          --devices <N>       How many devices each added account has [default: 0]
          --seed <N>          What the added accounts are derived from [default: 0]
          --clock <CLOCK>     The clock of the systems: `fixed` stands at 2025-03-01T09:00:00Z until it
                              is moved, or `real` [default: fixed]
          --fault <FAULT>     Arm a fault (`seatflow explain faults`):
                              `match=devices.list,do=status=503`
          --forget-requests   Do not keep the requests, so that memory stays bounded under load
      -h, --help              Print help

    It prints the environment variables that lead the example pipelines to it. Each system answers under
    its own host: http://alteryx.localhost:PORT. /_sandbox/requests, /_sandbox/clock, /_sandbox/faults
    and /_sandbox/settings look into it and change it.

    Example:
      seatflow sandbox --listen 127.0.0.1:8080 --accounts 100 --devices 50
    ");
}

/// The words of a command, where quotes hold one together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn every_example_of_every_help_works() {
    let folder = Folder::new();
    folder.write("mine.csv", "account_id,account_name\nACC-100234,Mine\n");
    let verbs = [[].as_slice(), &["run"], &["check"], &["explain"], &["tools"], &["catalog"]];
    for verb in verbs.into_iter().chain([["catalog", "list"].as_slice(), &["catalog", "show"]]) {
        let help = help(verb);
        let examples = help.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
        let examples: Vec<&str> = examples.map(|line| line.trim_start().strip_prefix("seatflow ").unwrap()).collect();
        assert!(!examples.is_empty(), "{help}");
        for example in examples {
            let mut arguments = words(example);
            // Without it, the vendor itself would be called.
            if ["run", "check"].contains(&arguments[0].as_str()) && !example.contains("--sandbox") {
                arguments.push("--sandbox".to_owned());
            }
            let ran = folder.run(&arguments);
            assert_eq!(ran.status, 0, "{example}: {}", ran.stderr);
        }
    }
}
