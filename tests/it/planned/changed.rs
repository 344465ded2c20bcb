//! What a plan was made of has changed before it is applied.

use super::{INPUT, SAVED, apply, effects, plan, writes};
use crate::played::{Played, TAKE, seats};

const CSV: &str = "holder,quantity,note\nann,1,first\nbob,2,second\n";

/// A plan to take two seats.
fn planned() -> (Played, String) {
    let played = Played::with_faults(&[]);
    played.folder.write("input.csv", CSV);
    let text = seats("concurrency: 1", &format!("{INPUT}{TAKE}{SAVED}"));
    plan(&played, &text, &[]);
    (played, text)
}

#[test]
fn a_changed_input_or_pipeline_is_told_and_nothing_is_called() {
    let (played, text) = planned();
    let before = played.all_requests().len();
    for (file, now, was, told) in [
        ("input.csv", CSV.replace("bob,2", "bob,3"), CSV.to_owned(), "`input.csv` has changed"),
        (
            "played.yaml",
            text.replace("product: viewer", "product: server"),
            text.clone(),
            "`played.yaml` has changed: line 16 was",
        ),
        (
            "fixtures/catalogs/seats.yaml",
            "catalog: other\n".to_owned(),
            String::new(),
            "seats.yaml` has changed: line 1 was",
        ),
    ] {
        let was = if was.is_empty() { played.folder.read(file) } else { was };
        played.folder.write(file, now);
        let ran = apply(&played, &[]);
        assert_eq!(ran.status, 5, "{file}: {}", ran.stderr);
        assert!(ran.stderr.contains(told) && ran.stderr.contains("--accept-changes"), "{file}: {}", ran.stderr);
        played.folder.write(file, was);
    }
    assert_eq!(played.all_requests().len(), before);
    let ran = apply(&played, &[]);
    assert_eq!((ran.status, effects(&played).len()), (0, 2), "as it was, it can be applied: {}", ran.stderr);
}

#[test]
fn changes_that_lead_to_the_same_writes_are_accepted_if_somebody_says_so() {
    let (played, text) = planned();
    played.folder.write("input.csv", CSV.replace("first", "another"));
    played.folder.write("played.yaml", text.replace("pipeline: played", "pipeline: played\ndescription: Seats."));
    let ran = apply(&played, &["--accept-changes"]);
    assert_eq!((ran.status, effects(&played).len()), (0, 2), "{}", ran.stderr);
}

#[test]
fn changes_that_lead_to_other_writes_are_not_accepted() {
    let (played, _) = planned();
    played.folder.write("input.csv", CSV.replace("bob,2", "bob,3"));
    for arguments in [["--accept-changes"].as_slice(), &[]] {
        let ran = apply(&played, arguments);
        assert_eq!(ran.status, 5, "{}", ran.stderr);
        assert!(ran.stderr.contains("does not hold any more: 2 differences"), "{}", ran.stderr);
        assert!(ran.stderr.contains("    - `calls`, record 1: POST "), "{}", ran.stderr);
        assert!(ran.stderr.contains("quantity=3"), "{}", ran.stderr);
    }
    assert!(writes(&played).is_empty());
}
