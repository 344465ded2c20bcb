//! A server with a certificate that nobody vouches for.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::reach::{folder, run_in, with_bearer};
use crate::played::{Played, rows};

/// A secure way to the sandbox, and its certificate as PEM.
struct Secured {
    played: Played,
    _runtime: Runtime,
    port: u16,
    pem: String,
}

impl Secured {
    fn new() -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["alteryx.localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let played = Played::with_faults(&[]);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), played.address()));
        Self { played, _runtime: runtime, port, pem: cert.pem() }
    }

    fn origin(&self) -> String {
        format!("https://alteryx.localhost:{}", self.port)
    }
}

/// Takes connections, and leads those that are secure to the sandbox.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor, sandbox: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(lead(stream, acceptor.clone(), sandbox));
    }
}

async fn lead(stream: TcpStream, acceptor: TlsAcceptor, sandbox: SocketAddr) {
    // A client that does not trust the certificate hangs up.
    let Ok(mut secure) = acceptor.accept(stream).await else { return };
    let mut plain = TcpStream::connect(sandbox).await.unwrap();
    let _ = copy_bidirectional(&mut secure, &mut plain).await;
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_at_once_and_told() {
    let secured = Secured::new();
    let folder = folder(&secured.origin());
    let ran = run_in(&folder, &with_bearer(2));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for row in rows(&folder.files("out")["failed.csv"]) {
        assert_eq!([&row["error.kind"], &row["error.attempts"]], ["tls", "1"]);
        let expected = "no secure connection to `alteryx.localhost`: invalid peer certificate: UnknownIssuer";
        assert_eq!(row["error.message"], expected);
    }
    let ran = run_in(&folder, &with_bearer(30));
    assert_eq!(ran.status, 4);
    let expected = "  × `devices`: 20 calls in a row failed alike: no secure connection to `alteryx.localhost`: \
                    invalid peer certificate: UnknownIssuer\n";
    assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
    assert_eq!(secured.played.requests("devices.list"), [], "no token was sent");
}

#[test]
fn a_certificate_in_the_ca_file_is_trusted() {
    let secured = Secured::new();
    let folder = folder(&secured.origin());
    folder.write("ca.pem", &secured.pem);
    let trusting = with_bearer(2).replace("    limits:", "    ca_file: ca.pem\n    limits:");
    let ran = run_in(&folder, &trusting);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    // The given token is none of the sandbox's, but it has got there.
    let statuses = secured.played.statuses("devices.list");
    assert_eq!(statuses, [401, 401]);
}
