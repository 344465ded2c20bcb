//! What is said of URLs and headers that no request can have.

use seatflow_spec::{Place, Problem, Reading, Slug, Spanned};

/// Whether it is a URL of this kind; if not, that is reported without the value, which may come from outside, and may
/// hold a password.
pub(super) fn check_url(
    key: &str,
    url: &Spanned<String>,
    check: fn(&str) -> Result<(), String>,
    reading: &mut Reading<'_>,
) -> bool {
    let Err(wrong) = check(&url.value) else { return true };
    if url.value.contains('@') {
        url.place.hide();
    }
    let problem = Problem::new(Slug::BAD_VALUE, format!("`{key}` {wrong}"));
    reading.problem(
        problem.at(&url.place, "a URL of http or https must be here").help("write it whole: `https://host/path`"),
    );
    false
}

/// Whether a header can be sent; if not, that is reported without its value.
pub(super) fn check_header(name: &str, value: &str, place: &Place, reading: &mut Reading<'_>) -> bool {
    let Err(wrong) = seatflow_call::check_header(name, value) else { return true };
    let problem = Problem::new(Slug::BAD_VALUE, format!("the header `{name}` cannot be sent: {wrong}"));
    reading.problem(
        problem
            .at(place, "this is the cause")
            .help("a name is made of letters, digits and `-`, and a value is one line of text"),
    );
    false
}
