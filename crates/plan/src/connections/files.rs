//! The files that a connection names.

use seatflow_call::check_certificates;
use seatflow_spec::{Problem, Reading, Slug, Spanned};
use seatflow_tool::Facts;

/// The most bytes of a file of certificates, or of a key.
pub(super) const MOST_CERTIFICATE_BYTES: usize = 4 << 20;

/// What was read of a file that the connection names, if it has at most so many bytes; what could not be read is reported.
pub(super) fn file<'f>(
    path: &Spanned<String>,
    most: usize,
    facts: &'f Facts,
    reading: &mut Reading<'_>,
) -> Option<&'f [u8]> {
    let (why, help) = match facts.head(path.value.as_ref())? {
        Ok(bytes) if bytes.len() <= most => return Some(bytes),
        Ok(_) => (format!("it is larger than {} MiB", most >> 20), "name another file"),
        Err(why) => (why.to_owned(), "see that the path is right; it is relative to the working directory"),
    };
    let problem = Problem::new(Slug::UNREADABLE_FILE, format!("`{}` cannot be read: {why}", path.value));
    reading.problem(problem.at(&path.place, "its content is needed here").help(help));
    None
}

/// The certificates of a file; one that holds none is reported.
pub(super) fn certificates(path: &Spanned<String>, facts: &Facts, reading: &mut Reading<'_>) -> Option<Vec<u8>> {
    let pem = file(path, MOST_CERTIFICATE_BYTES, facts, reading)?;
    if let Err(wrong) = check_certificates(pem) {
        reading.problem(no_certificates(path, &wrong));
        return None;
    }
    Some(pem.to_vec())
}

/// That a file has no certificates in it.
pub(super) fn no_certificates(path: &Spanned<String>, wrong: &str) -> Problem {
    let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` {wrong}", path.value));
    let problem = problem.at(&path.place, "certificates must be in it, as PEM");
    problem.help("name the file that begins with `-----BEGIN CERTIFICATE-----`")
}
