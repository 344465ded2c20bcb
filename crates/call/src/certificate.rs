//! The certificate with which a connection shows who it is.

use std::sync::Arc;

use rustls::CertificateError;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use secrecy::{ExposeSecret, SecretString};

use crate::check::certificates;

/// A certificate and its private key. It is shown to the servers of the connection that ask for one, and to no server that
/// a redirect leads to.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// The certificate, and those that lead from it to one that servers trust, as PEM.
    pub certificate_pem: Vec<u8>,
    /// The private key: PKCS#8, SEC1 or PKCS#1, as PEM, not encrypted.
    pub key_pem: SecretString,
}

/// Why a certificate cannot be shown; to be read after the name of the file. It does not hold the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadClientCertificate {
    /// Because of the certificate.
    #[error("{0}")]
    Certificate(String),
    /// Because of the key.
    #[error("{0}")]
    Key(String),
}

impl ClientCertificate {
    /// Whether it can be shown.
    ///
    /// # Errors
    /// What is wrong, and with which of both.
    pub fn check(&self) -> Result<(), BadClientCertificate> {
        self.certified(&ring::default_provider()).map(|_| ())
    }

    /// What shows it to a server that asks.
    pub(crate) fn resolver(&self, provider: &CryptoProvider) -> Result<Arc<SingleCertAndKey>, BadClientCertificate> {
        Ok(Arc::new(SingleCertAndKey::from(self.certified(provider)?)))
    }

    fn certified(&self, provider: &CryptoProvider) -> Result<CertifiedKey, BadClientCertificate> {
        let chain = certificates(&self.certificate_pem).map_err(BadClientCertificate::Certificate)?;
        let key = self.key()?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                BadClientCertificate::Key("does not belong to the certificate".to_owned())
            }
            rustls::Error::InvalidCertificate(why) => BadClientCertificate::Certificate(unreadable(&why).to_owned()),
            _ => BadClientCertificate::Key("holds a private key of a kind that is not known".to_owned()),
        })
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, BadClientCertificate> {
        let pem = self.key_pem.expose_secret();
        PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| {
            BadClientCertificate::Key(match error {
                PemError::NoItemsFound if pem.contains("ENCRYPTED PRIVATE KEY") => {
                    "holds a private key that is encrypted".to_owned()
                }
                PemError::NoItemsFound => "holds no private key".to_owned(),
                // The error of a broken PEM may hold a line of it.
                _ => "is no PEM".to_owned(),
            })
        })
    }
}

fn unreadable(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::BadEncoding => "holds a certificate that cannot be read",
        _ => "holds a certificate of a kind that is not known",
    }
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::*;

    fn made() -> ClientCertificate {
        let made = generate_simple_self_signed(["ada".to_owned()]).unwrap();
        ClientCertificate {
            certificate_pem: made.cert.pem().into_bytes(),
            key_pem: made.signing_key.serialize_pem().into(),
        }
    }

    #[test]
    fn a_certificate_and_its_key_can_be_shown() {
        made().check().unwrap();
    }

    #[test]
    fn what_cannot_be_shown_is_told_apart_without_the_key() {
        let good = made();
        let key = |key_pem: &str| ClientCertificate { key_pem: key_pem.into(), ..good.clone() }.check().unwrap_err();
        let bad_key = |why: &str| BadClientCertificate::Key(why.to_owned());
        assert_eq!(key(""), bad_key("holds no private key"));
        assert_eq!(key(std::str::from_utf8(&good.certificate_pem).unwrap()), bad_key("holds no private key"));
        assert_eq!(key("-----BEGIN PRIVATE KEY-----\ns3cret"), bad_key("is no PEM"));
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        assert_eq!(key(encrypted), bad_key("holds a private key that is encrypted"));
        let unknown = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(key(unknown), bad_key("holds a private key of a kind that is not known"));
        assert_eq!(key(made().key_pem.expose_secret()), bad_key("does not belong to the certificate"));
        let certificate = |pem: &[u8]| {
            ClientCertificate { certificate_pem: pem.to_vec(), ..good.clone() }.check().unwrap_err().to_string()
        };
        assert_eq!(certificate(b""), "holds no certificate");
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(certificate(broken), "holds a certificate that cannot be read");
    }

    #[test]
    fn the_key_does_not_print() {
        let good = made();
        let line = good.key_pem.expose_secret().lines().nth(1).unwrap();
        assert!(!format!("{good:?}").contains(line));
    }
}
