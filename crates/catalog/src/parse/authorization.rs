//! The ways to authorize.

use seatflow_spec::{Kind, Problem, Reading, Slug, Tree};

use super::trust;
use crate::{AuthorizationKind, Scheme, Trust};

/// Reads a list of ways; one of which there is nothing to say is a word.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Vec<AuthorizationKind>> {
    let trees: Vec<Tree> = reading.read(tree)?;
    Some(trees.iter().filter_map(|tree| way(tree, reading)).collect())
}

fn way(tree: &Tree, reading: &mut Reading<'_>) -> Option<AuthorizationKind> {
    if !matches!(tree.kind, Kind::Map(_)) {
        let kind = reading.one_of(tree, &Scheme::WORDS)?;
        return finish(bare(kind), tree, reading);
    }
    let mut map = reading.map(tree)?.named("a way to authorize");
    let kind = map.required_with("kind", |tree, reading| reading.one_of(tree, &Scheme::WORDS));
    let auth_url = map.optional("auth_url");
    let header = map.optional("header");
    let expires_in_seconds = map.optional("expires_in_seconds");
    let description = map.optional("description");
    let source = trust(&mut map).unwrap_or(Trust::Assumed);
    map.finish();
    let way = AuthorizationKind { auth_url, header, expires_in_seconds, description, source, ..bare(kind?) };
    finish(way, tree, reading)
}

fn bare(kind: Scheme) -> AuthorizationKind {
    AuthorizationKind {
        kind,
        auth_url: None,
        header: None,
        expires_in_seconds: None,
        description: None,
        source: Trust::Assumed,
    }
}

/// A header of its own needs a name, and no other way has one.
fn finish(way: AuthorizationKind, tree: &Tree, reading: &mut Reading<'_>) -> Option<AuthorizationKind> {
    let problem = match (way.kind, &way.header) {
        (Scheme::Header, None) => Problem::new(Slug::MISSING_KEY, "the way `header` has no `header`")
            .at(&tree.place, "its name must be here")
            .help("write `{ kind: header, header: X-Api-Key }`, with the name that the system asks for"),
        (Scheme::Header, Some(_)) | (_, None) => return Some(way),
        (_, Some(header)) => {
            Problem::new(Slug::BAD_VALUE, format!("only the way `header` has a header like `{header}`"))
                .at(&tree.place, "this way has none")
        }
    };
    reading.problem(problem);
    None
}
