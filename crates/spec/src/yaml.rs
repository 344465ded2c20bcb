//! From YAML events to a tree.

mod builder;
mod offsets;

use std::sync::Arc;

use saphyr_parser::{Parser, ScanError};

use self::builder::Builder;
use self::offsets::Offsets;
use crate::{Place, Problem, Problems, Slug, Source, Tree};

/// How deep lists and maps may lie in each other.
const DEPTH: usize = 128;

/// Reads one document. What is wrong goes to `problems`; what is wrong for itself alone becomes [`Kind::Broken`].
pub(crate) fn read(source: &Arc<Source>, problems: &mut Problems) -> Option<Tree> {
    let forbidden = source.text().char_indices().find(|(_, character)| is_forbidden(*character));
    if let Some((at, character)) = forbidden {
        let message = format!("the file holds the control character `{}`", character.escape_unicode());
        problems.push(unreadable(message, &source.place(at, at + character.len_utf8()), "not text"));
        return None;
    }
    let offsets = Offsets::new(source.text());
    let mut builder = Builder::new(source, problems);
    for event in Parser::new_from_str(source.text()) {
        let step = match event {
            Ok((event, span)) => {
                let place = source.place(offsets.byte(span.start.index()), offsets.byte(span.end.index()));
                builder.apply(event, trimmed(&place))
            }
            Err(error) => {
                let problem = not_yaml(&error, offsets.byte(error.marker().index()), source);
                let opened = builder.opened_in_flow().filter(|_| error.info().contains("flow"));
                Err(Box::new(match opened {
                    Some(opened) => problem.with(&opened, "inside of what opens here"),
                    None => problem,
                }))
            }
        };
        if let Err(problem) = step {
            problems.push(*problem);
            return None;
        }
    }
    let root = builder.finish();
    if root.is_none() {
        problems.push(unreadable("the file is empty", &source.beginning(), "nothing is here"));
    }
    root
}

fn unreadable(message: impl Into<String>, place: &Place, label: &str) -> Problem {
    Problem::new(Slug::UNREADABLE_YAML, message).at(place, label)
}

/// What YAML does not allow in a file, and what its parser would take for the file's end.
fn is_forbidden(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
}

/// The place without the white space at its end.
fn trimmed(place: &Place) -> Place {
    let end = place.span.start + place.text().trim_end().len();
    place.source.place(place.span.start, end)
}

fn not_yaml(error: &ScanError, at: usize, source: &Arc<Source>) -> Problem {
    let text = source.text();
    let length = text[at..].chars().next().filter(|next| !next.is_whitespace()).map_or(0, char::len_utf8);
    let place = source.place(at, at + length);
    if error.info().contains("recursion limit") {
        return too_deep(&place);
    }
    let problem = unreadable(format!("this is not YAML: {}", error.info()), &place, "the reader stopped here");
    if text[..at].ends_with('$') && text[at..].starts_with('{') {
        problem.help("between braces or brackets a reference stands in quotes: `\"${name}\"`")
    } else if error.info().contains("tab") {
        problem.help("indent with spaces")
    } else if error.info().contains("mapping values are not allowed") {
        problem.help("a text with `: ` in it stands in quotes")
    } else if error.info().starts_with("unexpected character") {
        problem.help("a text that begins with this character stands in quotes")
    } else if error.info().contains("flow") {
        problem.help("close what is open, and put a text that holds a brace, a bracket or a comma in quotes")
    } else {
        problem
    }
}

fn too_deep(place: &Place) -> Problem {
    let message = format!("lists and maps lie more than {DEPTH} deep in each other");
    unreadable(message, place, "this one is too deep")
}
