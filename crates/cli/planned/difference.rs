//! What tells a plan from what would be written now.

use std::collections::HashMap;

use seatflow_journal::{Difference, PlannedCall};

use super::list::payload_text;
use crate::render::say;
use crate::summary::counted;

/// So many differences are shown.
const SHOWN: usize = 20;

/// Tells what has come and gone since the plan was made. What came and what went of one record stand together.
pub(crate) fn tell_drift(id: &str, differences: &[Difference]) {
    say(&format!("  × the plan {id} does not hold any more: {}", counted(differences.len() as u64, "difference")));
    for difference in together(differences).into_iter().take(SHOWN) {
        let (sign, call) = match difference {
            Difference::Gone(call) => ('-', call),
            Difference::Added(call) => ('+', call),
        };
        let payload = payload_text(call);
        let payload = if payload.is_empty() { payload } else { format!(" {payload}") };
        say(&format!("    {sign} `{}`, record {}: {} {}{payload}", call.node, call.record, call.method, call.url));
    }
    if differences.len() > SHOWN {
        say(&format!("    and {}", counted((differences.len() - SHOWN) as u64, "other")));
    }
    say(
        "  help: nothing was written; `-` was planned and does not come any more, `+` was not planned: make a new plan",
    );
}

/// The differences in the order of the records, what went before what came.
fn together(differences: &[Difference]) -> Vec<&Difference> {
    let mut nodes: HashMap<&str, usize> = HashMap::new();
    for difference in differences {
        let next = nodes.len();
        nodes.entry(call(difference).node.as_str()).or_insert(next);
    }
    let mut sorted: Vec<&Difference> = differences.iter().collect();
    sorted.sort_by_key(|difference| {
        let call = call(difference);
        (nodes.get(call.node.as_str()).copied(), call.record, call.page, matches!(difference, Difference::Added(_)))
    });
    sorted
}

fn call(difference: &Difference) -> &PlannedCall {
    match difference {
        Difference::Gone(call) | Difference::Added(call) => call,
    }
}
