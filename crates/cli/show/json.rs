//! The overview of a run for programs.

use seatflow_call::FailureKind;
use seatflow_journal::{CallRecord, Failures, PassRecord, PlannedCall, Source};
use serde_json::{Value, json};

use super::text::purpose;
use super::told::Told;
use crate::planned::totals;
use crate::runs::standing::{exit_status, next, took};

/// All that the overview on a terminal tells.
pub(crate) fn overview(told: &Told) -> Value {
    let run = &told.run;
    let passes = run.passes.iter().enumerate().map(|(number, one)| pass(one, purpose(&run.passes, number)));
    json!({
        "run": run.id,
        "pipeline": run.pipeline,
        "file": run.file,
        "settings": run.overrides,
        "sandbox": run.is_sandbox,
        "version": run.version,
        "user": run.user,
        "began_at": run.began_at.to_string(),
        "elapsed_seconds": took(&run.passes).map(|time| time.as_secs_f64()),
        "state": run.state,
        "held_by": told.held_by,
        "exit_status": exit_status(run),
        "writes": run.writes,
        "planned": run.planned,
        "unknown": run.unknown,
        "next": next(&told.state, run),
        "passes": passes.collect::<Vec<_>>(),
        "nodes": told.books,
        "plan": plan(&told.planned),
        "failed_calls": told.failures.iter().map(failures).collect::<Vec<_>>(),
        "failed_records": told.failed.as_ref().map(|failed| &failed.first),
        "in_doubt": told.in_doubt.iter().map(write).collect::<Vec<_>>(),
        "settled": told.settled.iter().map(write).collect::<Vec<_>>(),
        "slowest_calls": told.slowest.iter().map(call).collect::<Vec<_>>(),
        "inputs": run.sources.iter().map(input).collect::<Vec<_>>(),
    })
}

fn pass(pass: &PassRecord, purpose: &str) -> Value {
    json!({
        "pass": purpose,
        "began_at": pass.began_at.to_string(),
        "ended_at": pass.ended_at.map(|time| time.to_string()),
        "ending": pass.ending,
        "exit_status": pass.exit_status,
        "message": pass.message,
        "guards": pass.guards,
    })
}

fn plan(calls: &[PlannedCall]) -> Vec<Value> {
    let totals = totals(calls).into_iter().map(|((endpoint, method), total)| {
        json!({ "endpoint": endpoint, "method": method, "writes": total.planned, "unknown": total.unknown })
    });
    totals.collect()
}

fn failures(failures: &Failures) -> Value {
    json!({ "node": failures.node, "kind": failures.kind.as_str(), "calls": failures.count })
}

fn call(call: &CallRecord) -> Value {
    json!({
        "node": call.node,
        "endpoint": call.endpoint,
        "record": call.record,
        "page": call.page,
        "method": call.method.as_str(),
        "url": call.url,
        "started_at": call.started_at.map(|time| time.to_string()),
        "milliseconds": u64::try_from(call.duration.as_millis()).ok(),
        "requests": call.requests,
        "status": call.status,
        "kind": call.failure.map(FailureKind::as_str),
        "message": call.message,
    })
}

/// A call, and what it sent.
fn write(write: &CallRecord) -> Value {
    let mut told = call(write);
    told["payload"] = write.payload.as_ref().map(|payload| String::from_utf8_lossy(payload)).into();
    told
}

fn input(source: &Source) -> Value {
    json!({ "file": source.path, "sha256": source.sha256 })
}
