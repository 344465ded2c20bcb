//! `seatflow completions`

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::Arguments;
use crate::exit::Exit;
use crate::output;

/// Print a script that completes verbs and flags in a shell
#[derive(Args)]
#[command(after_help = "It prints the script to stdout. To install it, once for each version of seatflow:\n\n\
        bash        seatflow completions bash > ~/.local/share/bash-completion/completions/seatflow\n\
        zsh         seatflow completions zsh > ~/.zfunc/_seatflow\n            \
                    and in ~/.zshrc, before compinit: fpath+=~/.zfunc\n\
        fish        seatflow completions fish > ~/.config/fish/completions/seatflow.fish\n\
        powershell  seatflow completions powershell >> $PROFILE\n\
        elvish      seatflow completions elvish >> ~/.config/elvish/rc.elv\n\n\
        Examples:\n  seatflow completions bash\n  seatflow completions fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), env!("CARGO_PKG_NAME"), &mut script);
        output::raw(&script)?;
        Ok(Exit::DONE)
    }
}
