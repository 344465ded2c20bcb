//! Whom to trust, and who to be.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::certificate::ClientCertificate;
use crate::check::certificates;
use crate::error::Error;

/// The client's side of TLS: the system's trust store, and the given certificates beside it; and the certificate that is
/// shown to whoever asks for one.
///
/// The system's store takes a while to read, so it is only read when it `is_needed`: without it
/// no certificate at all is trusted.
pub(crate) fn client_config(
    ca_pem: Option<&[u8]>,
    own: Option<&ClientCertificate>,
    is_needed: bool,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Certificates(error.to_string()))?;
    let builder = if is_needed {
        builder.dangerous().with_custom_certificate_verifier(verifier(ca_pem, Arc::clone(&provider))?)
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    let mut config = match own {
        Some(own) => {
            let resolver = own.resolver(&provider);
            let resolver = resolver.map_err(|reason| Error::Certificates(format!("`client_certificate` {reason}")))?;
            builder.with_client_cert_resolver(resolver)
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(ca_pem: Option<&[u8]>, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let roots = ca_pem.map_or_else(|| Ok(Vec::new()), certificates);
    let roots = roots.map_err(|reason| Error::Certificates(format!("`ca_file` {reason}")))?;
    let verifier =
        Verifier::new_with_extra_roots(roots, provider).map_err(|error| Error::Certificates(error.to_string()))?;
    Ok(Arc::new(verifier))
}
