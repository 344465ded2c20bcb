//! Whom a connection trusts.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use seatflow_call::{Authorization, FailureKind, Settings};
use tokio_rustls::TlsAcceptor;

use crate::server::Server;
use crate::support::{World, failure, limits, pages, read, request};

/// A server with a certificate of its own for a host, and the certificate as PEM.
async fn server_for(host: &str) -> (Server, Vec<u8>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([host.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    (Server::secure(TlsAcceptor::from(Arc::new(config))).await, cert.pem().into_bytes())
}

fn settings(server: &Server, ca_pem: Option<Vec<u8>>) -> Settings {
    let url = format!("https://portal.localhost:{}", server.address().port());
    Settings { limits: limits(), ca_pem, ..Settings::new("portal", url, Authorization::None) }
}

#[tokio::test]
async fn a_certificate_of_the_ca_file_is_trusted() {
    let (server, pem) = server_for("portal.localhost").await;
    let world = World::new();
    let connection = world.open(settings(&server, Some(pem)));
    pages(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(server.targets(), ["/x"]);
}

#[tokio::test]
async fn a_certificate_of_nobody_is_refused_at_once() {
    let (server, _) = server_for("portal.localhost").await;
    let world = World::new();
    let connection = world.open(settings(&server, None));
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!((failure.kind, failure.attempts), (FailureKind::Tls, 1));
    assert_eq!(failure.message, "no secure connection to `portal.localhost`: invalid peer certificate: UnknownIssuer");
    assert_eq!(connection.failures_in_a_row(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let (server, pem) = server_for("other.localhost").await;
    let world = World::new();
    let connection = world.open(settings(&server, Some(pem)));
    let failure = failure(world.call(&connection, &request(read("/x"))).await);
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(failure.message.contains("not valid for name"), "{}", failure.message);
}
