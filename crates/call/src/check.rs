//! What a connection cannot be opened with, told before it is.

use http::{HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::proxy;
use crate::url::{Base, parse};

/// Whether the paths of endpoints can be put behind this URL.
///
/// # Errors
/// What is wrong, to be read after the URL or its name. It does not hold the URL.
pub fn check_base_url(url: &str) -> Result<(), String> {
    Base::parse(url).map(|_| ())
}

/// Whether tokens can be asked for at this URL.
///
/// # Errors
/// As [`check_base_url`].
pub fn check_auth_url(url: &str) -> Result<(), String> {
    parse(url).map(|_| ())
}

/// Whether requests can go through a proxy at this URL.
///
/// # Errors
/// As [`check_base_url`].
pub fn check_proxy(url: &str) -> Result<(), String> {
    proxy::parse(url).map(|_| ())
}

/// Whether a header can be sent.
///
/// # Errors
/// What is wrong, to be read after the header's name and a colon. It does not hold the value.
pub fn check_header(name: &str, value: &str) -> Result<(), &'static str> {
    header(name, value).map(|_| ())
}

/// Whether these are certificates that can be trusted.
///
/// # Errors
/// What is wrong, to be read after the file's name.
pub fn check_certificates(pem: &[u8]) -> Result<(), String> {
    certificates(pem).map(|_| ())
}

/// A header that can be sent.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "it is no name of a header")?;
    let value = HeaderValue::from_str(value).map_err(|_| "its value has characters that no header can hold")?;
    Ok((name, value))
}

/// The certificates of a PEM file, of which there is at least one.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| format!("is no PEM: {error}"))?;
    if found.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_without_the_value() {
        let wrong = check_base_url("https://me:hunter2@h.test").unwrap_err();
        assert_eq!(wrong, "must not hold a user or a password");
        assert!(check_auth_url("https://h.test/token?tenant=a").is_ok());
        assert_eq!(check_auth_url("ftp://h.test").unwrap_err(), "is neither http nor https");
        assert_eq!(check_header("X Y", "1").unwrap_err(), "it is no name of a header");
        assert_eq!(check_header("X", "a\nb").unwrap_err(), "its value has characters that no header can hold");
        assert_eq!(check_certificates(b"hello").unwrap_err(), "holds no certificate");
        assert!(check_certificates(b"-----BEGIN CERTIFICATE-----\n").unwrap_err().starts_with("is no PEM: "));
    }
}
