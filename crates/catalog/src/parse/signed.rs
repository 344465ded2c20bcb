//! By what signed tokens are verified: the keys, and the claims that say what they are made out to.

use seatflow_spec::{Key, MapReader, Place, Problem, Reading, Slug, Spanned, Tree};

use super::parameter::check_named;
use crate::{BoundClaim, Parameter, ResponseForm};

/// The parameter that a claim must be, where a response names it.
pub(super) type ReadClaim = (Key, Spanned<String>);

/// The form of a response, with what signed tokens are verified by: they have keys, and nothing else has.
pub(super) fn read(
    form: Option<ResponseForm>,
    tree: &Tree,
    map: &mut MapReader<'_, '_>,
) -> (Option<ResponseForm>, Vec<ReadClaim>) {
    let keys: Option<Spanned<String>> = map.optional("keys");
    let claims: Vec<ReadClaim> = map.optional("claims").unwrap_or_default();
    let reading = map.reading();
    if !matches!(form, Some(ResponseForm::Jwt { .. })) {
        for (what, place) in
            [("keys", keys.as_ref().map(|keys| &keys.place)), ("claims", claims.first().map(|(claim, _)| &claim.place))]
        {
            if let Some(place) = place {
                let problem = Problem::new(Slug::BAD_ENDPOINT, format!("a response that is not signed has {what}"))
                    .at(place, "nothing is verified with them")
                    .help(format!("write `form: jwt` beside it if the body is signed tokens, or remove `{what}`"));
                reading.problem(problem);
            }
        }
        return (form, Vec::new());
    }
    let Some(keys) = keys else {
        let place = tree.get("form").map_or(&tree.place, |form| &form.place);
        let problem = Problem::new(Slug::MISSING_KEY, "signed tokens have no `keys`")
            .at(place, "without keys nobody can tell who signed them")
            .help("name the path at which the keys are: `keys: /.well-known/jwks.json`");
        reading.problem(problem);
        return (form, claims);
    };
    let fits = |letter: char| letter.is_ascii_graphic() && !"?#{}".contains(letter);
    if !keys.value.starts_with('/') || !keys.value.chars().all(fits) {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` is not a path to keys", keys.value));
        reading.problem(problem.at(&keys.place, "a path begins with `/`, and has neither a query nor names"));
    }
    let bound =
        |(claim, parameter): &ReadClaim| BoundClaim { claim: claim.text.clone(), parameter: parameter.value.clone() };
    (Some(ResponseForm::Jwt { keys: keys.value, claims: claims.iter().map(bound).collect() }), claims)
}

/// Reports every claim that is to be what is no single parameter of the endpoint.
pub(super) fn check(key: &Key, claims: &[ReadClaim], parameters: &[(Parameter, Place)], reading: &mut Reading<'_>) {
    for (_, parameter) in claims {
        let named = ("claims", parameter.value.as_str(), &parameter.place);
        check_named(key, named, "a claim is one value", parameters, reading);
    }
}
