//! Which run is meant.

use seatflow_journal::RunRecord;
use seatflow_spec::listed;

use crate::usage::Usage;

/// So many runs are named that may be meant.
const NAMED: usize = 5;

/// The run of that id, or the only one whose id begins or ends so; without a name, the latest. `runs` are the newest
/// first.
///
/// # Errors
/// There is none, or more than one.
pub(crate) fn find(mut runs: Vec<RunRecord>, name: Option<&str>) -> Result<RunRecord, Usage> {
    let meant: Vec<usize> = match name {
        None => (0..runs.len().min(1)).collect(),
        Some(name) => meant(&runs, name),
    };
    match (meant.as_slice(), name) {
        ([only], _) => Ok(runs.swap_remove(*only)),
        (_, None) => Err(Usage::new("there are no runs").help("`seatflow run FILE` makes one")),
        ([], Some(name)) => Err(Usage::unknown("run", name, runs.iter().map(|run| run.id.as_str()), "seatflow runs")),
        (several, Some(name)) => {
            let named = listed(several.iter().take(NAMED).map(|number| runs[*number].id.as_str()));
            let more = match several.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let usage = Usage::new(format!("the ids of {} runs begin or end with `{name}`", several.len()));
            Err(usage.help(format!("they are {named}{more}; say more of one")))
        }
    }
}

/// The numbers of the runs that a name may mean.
fn meant(runs: &[RunRecord], name: &str) -> Vec<usize> {
    if let Some(exact) = runs.iter().position(|run| run.id == name) {
        return vec![exact];
    }
    let is_meant = |run: &RunRecord| !name.is_empty() && (run.id.starts_with(name) || run.id.ends_with(name));
    (0..runs.len()).filter(|number| is_meant(&runs[*number])).collect()
}
