//! Why a calling node ends its run.

use seatflow_call::{Connection, DeadEnd, DeadEndCause, FAILURES_IN_A_ROW, JournalError, Refused, Unreached};
use seatflow_tool::ToolError;

/// The journal lets nothing more be sent.
pub(super) fn stopped(error: JournalError) -> ToolError {
    let message = error.to_string();
    let told = match &error {
        JournalError::Write(_) => ToolError::pipeline(message).help(
            "nothing was sent after that; see that the state folder has room and can be written, then `seatflow resume` \
             goes on",
        ),
        JournalError::Busy(_) => ToolError::pipeline(message)
            .help("nothing was sent after that; see what else is using the journal, then `seatflow resume` goes on"),
        JournalError::Read(_) => ToolError::pipeline(message)
            .help("nothing was sent after that; see that the files of the state folder are whole and can be read"),
        JournalError::Missing { .. } => ToolError::pipeline(message)
            .help("a replay sends nothing: its pipeline and its inputs must lead to calls that the run has made"),
        // What goes on is told with the run's name, when it has ended.
        JournalError::Guard { .. } => ToolError::guard(format!("{message}: it was not sent")),
        JournalError::Drift { .. } => ToolError::guard(format!("{message}: it was not sent"))
            .help("make a new plan; what was sent stays as it is"),
    };
    told.from_source(error)
}

/// So many calls in a row did not reach the remote system, or it let nobody in.
pub(super) fn hopeless(unreached: Unreached) -> ToolError {
    let message = format!("{FAILURES_IN_A_ROW} calls in a row failed alike: {}", unreached.message);
    ToolError::remote(message)
        .with("url", unreached.url)
        .help("see that the system is up and that the connection's settings are right")
}

/// Ends the run if there will never be a token.
pub(super) fn check_dead_end(connection: &Connection) -> Result<(), ToolError> {
    let Some(DeadEnd { cause, message }) = connection.dead_end() else { return Ok(()) };
    let name = connection.name();
    Err(match cause {
        DeadEndCause::Refused(refused) => ToolError::remote(message).help(match refused {
            Refused::RefreshToken => {
                "get a new refresh token from the vendor, and set it where the connection takes it from".to_owned()
            }
            Refused::Client => format!(
                "see that `client_id` and `client_secret` of the connection `{name}` are those of the client for which \
                 the vendor gave the refresh token"
            ),
            Refused::ClientCredentials => format!(
                "see that `client_id`, `client_secret` and `scope` of the connection `{name}` are as the vendor gave them"
            ),
            Refused::User => {
                format!("see that `tenancy`, `user` and `password` of the connection `{name}` are right")
            }
        }),
        DeadEndCause::NoTokenEndpoint => ToolError::remote(message)
            .help(format!("see that `auth_url` of the connection `{name}` is where tokens are asked for")),
        DeadEndCause::Damaged => ToolError::pipeline(message).help(
            "mend the file, or remove it, which loses the refresh tokens in it: \
             get new ones from the vendors where the given ones are used up",
        ),
        DeadEndCause::NotKept => ToolError::pipeline(message).help(
            "nothing was sent with the new token; see that the folder can be written to and that the disk has room",
        ),
    })
}
