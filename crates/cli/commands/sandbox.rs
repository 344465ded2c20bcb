//! `seatflow sandbox`

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use seatflow_sandbox::{ClockKind, Fault, Settings};

use crate::exit::Exit;
use crate::fault::parse_fault;
use crate::output;
use crate::render::say;
use crate::verbosity::Verbosity;

/// Play the vendors' systems on one port, until it is interrupted
#[derive(Args)]
#[command(
    after_help = "It prints the environment variables that lead the example pipelines to it. Each system answers under its \
        own host: http://alteryx.localhost:PORT. Signed tokens (10Duke's leases as JWT) hold only by the clock of who reads \
        them: --clock real. /_sandbox/requests, /_sandbox/clock, /_sandbox/faults and \
        /_sandbox/settings look into it and change it.\n\n\
        Examples:\n  seatflow sandbox --listen 127.0.0.1:8080 --accounts 100 --devices 50"
)]
pub(crate) struct Sandbox {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The database file that holds the state; in memory without it
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// How many accounts are added to the starting state
    #[arg(long, value_name = "N", default_value_t = 0)]
    accounts: usize,
    /// How many devices each added account has
    #[arg(long, value_name = "N", default_value_t = 0)]
    devices: usize,
    /// What the added accounts are derived from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The clock of the systems: `fixed` stands at 2025-03-01T09:00:00Z until it is moved, or `real`
    #[arg(long, value_enum, hide_possible_values = true, default_value_t = ClockChoice::Fixed)]
    clock: ClockChoice,
    /// Arm a fault (`seatflow explain faults`): `match=devices.list,do=status=503`
    #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
    fault: Vec<Fault>,
    /// Do not keep the requests, so that memory stays bounded under load
    #[arg(long)]
    forget_requests: bool,
}

/// A clock of the sandbox.
#[derive(Clone, Copy, ValueEnum)]
enum ClockChoice {
    /// Starts at 2025-03-01T09:00:00Z and moves only when it is told to.
    Fixed,
    /// Follows the machine's.
    Real,
}

impl Sandbox {
    pub(crate) fn run(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(self.serve(verbosity))
    }

    async fn serve(self, verbosity: Verbosity) -> anyhow::Result<Exit> {
        let settings = Settings {
            listen: self.listen,
            database: self.db,
            accounts: self.accounts,
            devices: self.devices,
            seed: self.seed,
            clock: match self.clock {
                ClockChoice::Fixed => ClockKind::Fixed,
                ClockChoice::Real => ClockKind::Real,
            },
            faults: self.fault,
            keep_requests: !self.forget_requests,
            ..Settings::default()
        };
        let sandbox = seatflow_sandbox::Sandbox::start(settings).await?;
        let port = sandbox.address().port();
        let lines = sandbox.environment().into_iter().map(|(name, value)| {
            // The hosts that a run inside a process resolves are found from outside under `localhost`.
            format!("export {name}={}", value.replace(".sandbox.test", &format!(".localhost:{port}")))
        });
        output::text(&lines.collect::<Vec<_>>().join("\n"))?;
        if !verbosity.is_quiet() {
            say(&format!("playing on {}; interrupt to end", sandbox.address()));
            if let ClockChoice::Fixed = self.clock {
                say("its clock stands at 2025-03-01T09:00:00Z: signed tokens hold only with --clock real");
            }
        }
        tokio::signal::ctrl_c().await?;
        sandbox.stop().await;
        Ok(Exit::DONE)
    }
}
