//! What `--help` says: short, true, with examples that work.

mod examples;
mod journal;

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

    Usage: seatflow [OPTIONS] <VERB>

    Verbs:
      run          Run a pipeline
      check        Check pipeline files: every problem, with its place and what to do
      plan         Show every write that a pipeline would make, and make none
      apply        Make the writes of a plan, if they are still the same
      resume       Go on with a run that did not come to its end
      replay       Make the outputs of a run once more, from what its calls brought: nothing is sent
      runs         List the runs, or remove old ones
      show         Show a run: how it went and what is left of it, or the records of an anchor
      graph        Draw a pipeline: its nodes, what they reach, and its wires
      explain      Explain sorts of problems: what they mean, an example, and how to mend it
      tools        List the tools, or show the page of one
      catalog      Show what remote systems offer: their endpoints, parameters and payloads
      schema       Print the JSON Schema of pipeline files, for editors
      sandbox      Play the vendors' systems on one port, until it is interrupted
      completions  Print a script that completes verbs and flags in a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help        Print help
      -V, --version     Print version
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

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
          --json              Print the result, or the problems, as JSON
          --max-writes <N>    The most writes of the run, in place of what the pipeline's `guards` say;
                              it stops before one more
          --max-deletes <N>   The most calls that delete, in the same way; one may delete several things
          --concurrency <N>   Calls at the same time on each connection, in place of what the
                              connections say
          --batch-rows <N>    The most rows in a batch [default: 8192]
          --wire-batches <N>  The most batches that wait on a wire [default: 4]
          --new               Begin though earlier runs of the pipeline made writes and are not done;
                              they are set aside
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It checks the pipeline, and begins only if there are no problems. At the end it prints the books of
    every node; output files take their places when all is done, never before. A run that did not come
    to its end is taken up again by `seatflow resume`.

    Exit status: 0 done; 3 done, but failed records are wired nowhere, writes are in doubt, or answers
    could not be parsed; 1 the pipeline has problems; 2 the arguments make no sense; 4 the run failed; 5
    a guard stopped it, or an earlier run of the pipeline made writes and is not done; 130 it was
    interrupted; 70 a bug in seatflow.

    Examples:
      seatflow run pipelines/license-audit.yaml --sandbox
      seatflow run pipelines/license-audit.yaml --set accounts=mine.csv
      seatflow run pipelines/delete-users.yaml --sandbox --max-deletes 10
    ");
}

#[test]
fn check() {
    assert_snapshot!(help(&["check"]), @r"
    Check pipeline files: every problem, with its place and what to do

    Usage: seatflow check [OPTIONS] <FILE>...

    Arguments:
      <FILE>...  The pipeline files

    Options:
          --set <NAME=VALUE>  Give a setting of the pipelines another value
          --sandbox           Set the environment variables of the example pipelines as `run --sandbox`
                              does
          --state <DIR>       Where runs keep what must outlive them: no pipeline may write there
                              [default: .seatflow]
          --json              Print the problems as JSON
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It reads the pipelines, and the catalogs, certificates and CSV headers that they name. It calls
    nobody.

    Exit status: 0 there are no problems, warnings aside; 1 there are some; 2 the arguments make no
    sense.

    Examples:
      seatflow check pipelines/license-audit.yaml --sandbox
      seatflow check pipelines/license-audit.yaml --sandbox --set accounts=mine.csv
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
          --json        Print JSON: slug, meaning and page of each
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

    Every sort of problem that `check` reports has a page: what it means, an example, and how to mend
    it. So have a few topics, and what stands in `error.kind` of a failed record leads to one.

    Examples:
      seatflow explain
      seatflow explain unknown-anchor
      seatflow explain in-doubt
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
          --json        Print JSON: the cards of the tools, or card, page and JSON Schema of one
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

    The list tells what goes into each tool and what comes out of it; `A?` may be wired, `D` must be.
    The page of a tool tells its settings and its limits, with examples.

    Examples:
      seatflow tools
      seatflow tools read_csv
    ");
}

#[test]
fn catalog() {
    assert_snapshot!(help(&["catalog"]), @r"
    Show what remote systems offer: their endpoints, parameters and payloads

    Usage: seatflow catalog [OPTIONS] <VERB>

    Verbs:
      list    List the built-in catalogs, or the endpoints of one
      show    Show an endpoint: its parameters, its payload, and a node ready to paste
      check   Check catalog files: every problem, with its place and what to do
      import  Make a catalog from an OpenAPI (3.0, 3.1) or Swagger (2.0) document, in YAML or JSON
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

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
          --json        Print JSON
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

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
          --payload     Print just a payload to begin with, ready to paste into a node
          --json        Print JSON
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

    Examples:
      seatflow catalog show alteryx devices.list
      seatflow catalog show alteryx 'GET /v1/devices'
      seatflow catalog show alteryx devices.activateOffline --payload
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
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It prints the environment variables that lead the example pipelines to it. Each system answers under
    its own host: http://alteryx.localhost:PORT. Signed tokens (10Duke's leases as JWT) hold only by the
    clock of who reads them: --clock real. /_sandbox/requests, /_sandbox/clock, /_sandbox/faults and
    /_sandbox/settings look into it and change it.

    Examples:
      seatflow sandbox --listen 127.0.0.1:8080 --accounts 100 --devices 50
    ");
}

#[test]
fn graph() {
    assert_snapshot!(help(&["graph"]), @r"
    Draw a pipeline: its nodes, what they reach, and its wires

    Usage: seatflow graph [OPTIONS] <FILE>

    Arguments:
      <FILE>  The pipeline file

    Options:
          --format <FORMAT>   What is printed: `mermaid` for Markdown, `dot` for Graphviz, `svg` for a
                              browser [default: mermaid]
          --set <NAME=VALUE>  Give a setting of the pipeline another value
      -h, --help              Print help
      -q, --quiet             Tell only what is wrong: no progress, no summary
      -v, --verbose...        Tell what happens, line by line; `-vv` tells more

    It prints the graph to stdout. Nodes that change a remote system are marked, and so are the wires
    that carry failed records (F) and authorizations (A). It calls nobody, and needs no environment
    variable.

    Exit status: 0 it is drawn; 1 the pipeline has problems; 2 the arguments make no sense.

    Examples:
      seatflow graph pipelines/license-audit.yaml
      seatflow graph pipelines/license-audit.yaml --format svg > license-audit.svg
    ");
}

#[test]
fn schema() {
    assert_snapshot!(help(&["schema"]), @r"
    Print the JSON Schema of pipeline files, for editors

    Usage: seatflow schema [OPTIONS]

    Options:
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

    It prints the schema to stdout. An editor with a YAML server completes, explains and checks a
    pipeline by it, if the file begins with

      # yaml-language-server: $schema=.seatflow-schema.json

    where the path leads from the pipeline's folder to the schema. What needs a catalog, an input or the
    other end of a wire, `seatflow check` knows.

    Examples:
      seatflow schema
      seatflow schema > .seatflow-schema.json
    ");
}

#[test]
fn completions() {
    assert_snapshot!(help(&["completions"]), @r"
    Print a script that completes verbs and flags in a shell

    Usage: seatflow completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
      -h, --help        Print help
      -q, --quiet       Tell only what is wrong: no progress, no summary
      -v, --verbose...  Tell what happens, line by line; `-vv` tells more

    It prints the script to stdout. To install it, once for each version of seatflow:

    bash        seatflow completions bash > ~/.local/share/bash-completion/completions/seatflow
    zsh         seatflow completions zsh > ~/.zfunc/_seatflow
                and in ~/.zshrc, before compinit: fpath+=~/.zfunc
    fish        seatflow completions fish > ~/.config/fish/completions/seatflow.fish
    powershell  seatflow completions powershell >> $PROFILE
    elvish      seatflow completions elvish >> ~/.config/elvish/rc.elv

    Examples:
      seatflow completions bash
      seatflow completions fish
    ");
}

#[test]
fn help_of_a_verb_is_its_help() {
    for verb in ["run", "resume", "graph", "completions"] {
        let asked = Folder::new().run(&["help", verb]);
        assert_eq!((asked.status, asked.stdout), (0, help(&[verb])), "{}", asked.stderr);
    }
    let deeper = Folder::new().run(&["help", "catalog", "show"]);
    assert_eq!(deeper.stdout, help(&["catalog", "show"]));
}
