//! Scripts that complete verbs and flags.

use crate::program::Folder;

#[test]
fn every_shell_completes_every_verb_and_its_flags() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).stdout;
    let verbs = help.lines().skip_while(|line| *line != "Verbs:").skip(1).take_while(|line| !line.is_empty());
    let verbs: Vec<&str> = verbs.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.contains(&"completions") && verbs.len() > 8, "{verbs:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&["completions", shell]);
        assert_eq!((script.status, script.stderr.as_str()), (0, ""));
        for word in verbs.iter().chain(&["fault", "format", "quiet", "concurrency"]) {
            assert!(script.stdout.contains(word), "{shell} does not know `{word}`");
        }
    }
}

#[test]
fn the_help_tells_of_each_shell_how_to_install_its_script() {
    let help = Folder::new().run(&["completions", "--help"]).stdout;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(help.contains(&format!("seatflow completions {shell} >")), "{help}");
    }
}
