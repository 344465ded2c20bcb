//! The faults that a sandbox is told to have.

use seatflow_sandbox::fault::Target;
use seatflow_sandbox::{Fault, FaultSyntax, endpoint_ids};
use seatflow_spec::nearest;

use crate::usage::Usage;

/// Reads a fault, whose endpoint must be one of the sandbox.
///
/// # Errors
/// What is wrong, with the nearest kind or endpoint where there is one.
pub(crate) fn parse_fault(argument: &str) -> Result<Fault, Usage> {
    let fault: Fault = argument.parse().map_err(|wrong: FaultSyntax| {
        let help = wrong.what_to_do().map(|help| format!("{help} ")).unwrap_or_default();
        Usage::new(wrong.message()).help(format!("{help}`seatflow explain faults` tells more"))
    })?;
    let known = endpoint_ids();
    match &fault.target {
        Target::Endpoint(id) if !known.contains(&id.as_str()) => {
            let near = nearest(id, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let usage = Usage::new(format!("no system of the sandbox has an endpoint `{id}`"));
            Err(usage.help(format!("{near}`seatflow catalog list CATALOG` lists those of a system")))
        }
        _ => Ok(fault),
    }
}
