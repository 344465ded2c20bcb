//! A connection that shows who it is.

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::server::{Server, answer};
use super::{assert_unsaid, failed, folder, left, run};
use crate::program::Folder;

/// A server that lets one client in, and the folder of a pipeline that knows the server.
fn portal(client: &CertifiedKey<KeyPair>, connection: &str) -> (Server, Folder) {
    let own = generate_simple_self_signed(["portal.localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(client.cert.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::secure(answer("200 OK", "", br#"{"data":[{"id":"t-1"}]}"#), acceptor);
    let base = format!("base_url: https://portal.localhost:{}\n    ca_file: ca.pem\n    {connection}", server.port);
    let folder = folder(&base);
    folder.write("ca.pem", own.cert.pem());
    (server, folder)
}

fn client() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["ada".to_owned()]).unwrap()
}

#[test]
fn a_server_that_asks_who_calls_lets_the_certificate_in_and_the_key_goes_nowhere() {
    let client = client();
    let (server, folder) = portal(&client, "client_certificate: { cert_file: ada.pem, key_file: ada.key }");
    folder.write("ada.pem", client.cert.pem());
    let key = client.signing_key.serialize_pem();
    folder.write("ada.key", &key);
    let ran = run(&folder);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(left(&folder, "things.csv")[0]["id"], "t-1");
    assert_eq!(server.heads().len(), 1);
    assert_unsaid(key.lines().nth(1).unwrap(), &ran, &folder);
}

#[test]
fn a_server_that_asks_who_calls_lets_nobody_else_in() {
    let (server, folder) = portal(&client(), "");
    assert_eq!(run(&folder).status, 0);
    let expected = "no secure connection to `portal.localhost`: received fatal alert: CertificateRequired";
    assert_eq!(failed(&folder), ("tls".to_owned(), expected.to_owned()));
    assert_eq!(server.heads().len(), 0);
}
