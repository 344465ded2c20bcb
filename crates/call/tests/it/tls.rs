//! Whom a connection trusts, and to whom it shows who it is.

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use seatflow_call::{Authorization, ClientCertificate, Connection, FailureKind, Settings};
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, answer};
use crate::support::{World, failure, limits, pages, read, request};

/// A certificate of its own for a name.
fn certified(name: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([name.to_owned()]).unwrap()
}

/// The server's side of TLS with a certificate, for clients with one that is known, if any is.
pub(crate) fn server_config(own: &CertifiedKey<KeyPair>, client: Option<&CertifiedKey<KeyPair>>) -> ServerConfig {
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    builder.with_single_cert(vec![own.cert.der().clone()], key).unwrap()
}

/// A server with a certificate of its own for a host, and the certificate as PEM.
async fn server_for(host: &str, client: Option<&CertifiedKey<KeyPair>>) -> (Server, Vec<u8>) {
    let own = certified(host);
    let acceptor = TlsAcceptor::from(Arc::new(server_config(&own, client)));
    (Server::secure(acceptor).await, own.cert.pem().into_bytes())
}

fn settings(server: &Server, ca_pem: Option<Vec<u8>>) -> Settings {
    let url = format!("https://portal.localhost:{}", server.address().port());
    Settings { limits: limits(), ca_pem, ..Settings::new("portal", url, Authorization::None) }
}

fn shown(client: &CertifiedKey<KeyPair>) -> ClientCertificate {
    ClientCertificate {
        certificate_pem: client.cert.pem().into_bytes(),
        key_pem: client.signing_key.serialize_pem().into(),
    }
}

#[tokio::test]
async fn a_certificate_of_the_ca_file_is_trusted() {
    let (server, pem) = server_for("portal.localhost", None).await;
    let world = World::new();
    let connection = world.open(settings(&server, Some(pem)));
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(server.targets(), ["/x"]);
}

#[tokio::test]
async fn a_certificate_of_nobody_is_refused_at_once() {
    let (server, _) = server_for("portal.localhost", None).await;
    let world = World::new();
    let connection = world.open(settings(&server, None));
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::Tls, 1));
    assert_eq!(failure.message, "no secure connection to `portal.localhost`: invalid peer certificate: UnknownIssuer");
    assert_eq!(connection.failures_in_a_row(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let (server, pem) = server_for("other.localhost", None).await;
    let world = World::new();
    let connection = world.open(settings(&server, Some(pem)));
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(failure.message.contains("not valid for name"), "{}", failure.message);
}

#[tokio::test]
async fn a_server_that_asks_who_calls_is_shown_the_clients_certificate() {
    let client = certified("ada");
    let (server, pem) = server_for("portal.localhost", Some(&client)).await;
    let world = World::new();
    let settings = settings(&server, Some(pem));
    let connection = world.open(Settings { client_certificate: Some(shown(&client)), ..settings });
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(server.targets(), ["/x"]);
}

#[tokio::test]
async fn a_server_that_does_not_know_the_caller_refuses_and_that_is_told() {
    let (server, pem) = server_for("portal.localhost", Some(&certified("ada"))).await;
    let world = World::new();
    for (own, why) in [
        (None, "received fatal alert: CertificateRequired"),
        (Some(shown(&certified("bob"))), "received fatal alert: DecryptError"),
    ] {
        let connection = world.open(Settings { client_certificate: own, ..settings(&server, Some(pem.clone())) });
        let failure = failure(world.call(&connection, &request(read("/x"))).await);
        assert_eq!((failure.kind, failure.attempts), (FailureKind::Tls, 1), "{}", failure.message);
        assert_eq!(failure.message, format!("no secure connection to `portal.localhost`: {why}"));
    }
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn the_clients_certificate_is_shown_to_no_server_that_a_redirect_leads_to() {
    let client = certified("ada");
    let (other, pem) = server_for("portal.localhost", Some(&client)).await;
    let elsewhere = format!("https://portal.localhost:{}/x", other.address().port());
    let server = Server::with(move |_| answer(302, "").with("location", &elsewhere)).await;
    let world = World::new();
    let settings = Settings::new("portal", server.url(), Authorization::None);
    let connection = world.open(Settings {
        limits: limits(),
        ca_pem: Some(pem),
        client_certificate: Some(shown(&client)),
        ..settings
    });
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(failure.kind, FailureKind::Tls, "{}", failure.message);
    assert!(failure.message.ends_with("CertificateRequired"), "{}", failure.message);
    assert_eq!(other.seen().len(), 0);
}

#[test]
fn a_certificate_that_cannot_be_shown_opens_no_connection() {
    let (ada, bob) = (shown(&certified("ada")), shown(&certified("bob")));
    let mixed = ClientCertificate { key_pem: bob.key_pem, ..ada };
    let settings = Settings::new("portal", "https://h.test", Authorization::None);
    let settings = Settings { client_certificate: Some(mixed), ..settings };
    let error = Connection::open(settings, World::new().surroundings).unwrap_err();
    let expected = "certificates cannot be used: `client_certificate` does not belong to the certificate";
    assert_eq!(error.to_string(), expected);
}
