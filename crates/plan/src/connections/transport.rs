//! How a connection reaches its system: whom it trusts, who it is, and through whom it goes.

use std::path::PathBuf;

use seatflow_call::{BadClientCertificate, ClientCertificate, Proxy, check_proxy};
use seatflow_spec::{FromTree, MapReader, Problem, Reading, Secret, Slug, Spanned, Tree};
use seatflow_tool::Facts;
use secrecy::SecretString;

use super::files::{MOST_CERTIFICATE_BYTES, certificates, file, no_certificates};

/// What a connection says of its transport, before its files are read.
pub(super) struct Transport {
    ca_file: Option<Spanned<String>>,
    client_certificate: Option<CertificateFiles>,
    proxy: Option<WrittenProxy>,
    /// Whether all that is written could be read.
    pub(super) whole: bool,
}

/// The same, with what is in the files.
pub(super) struct BoundTransport {
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) client_certificate: Option<ClientCertificate>,
    pub(super) proxy: Proxy,
}

/// The files of a client's certificate.
struct CertificateFiles {
    certificate: Spanned<String>,
    key: Spanned<String>,
}

/// A proxy, and what is secret in its URL.
struct WrittenProxy {
    proxy: Proxy,
    secrets: Vec<SecretString>,
}

impl Transport {
    /// Reads it from the map of a connection.
    pub(super) fn read(map: &mut MapReader<'_, '_>) -> Self {
        let ca_file = map.optional("ca_file");
        let client_certificate = map.optional("client_certificate");
        let proxy = map.optional("proxy");
        let mut is_read = |key, is_there: bool| is_there || map.tree(key).is_none_or(Tree::is_null);
        let whole = is_read("ca_file", ca_file.is_some())
            && is_read("client_certificate", client_certificate.is_some())
            && is_read("proxy", proxy.is_some());
        Self { ca_file, client_certificate, proxy, whole }
    }

    /// The files that it names.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let own = self.client_certificate.iter().flat_map(|own| [&own.certificate, &own.key]);
        self.ca_file.iter().chain(own).map(|path| PathBuf::from(&path.value))
    }

    /// What is secret of it, beside what a file holds.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        self.proxy.iter().flat_map(|proxy| proxy.secrets.clone()).collect()
    }

    /// Takes in what is in its files; what cannot be used is reported.
    pub(super) fn bind(&self, facts: &Facts, reading: &mut Reading<'_>) -> Option<BoundTransport> {
        let ca_pem = self.ca_file.as_ref().map(|path| certificates(path, facts, reading));
        let client_certificate = self.client_certificate.as_ref().map(|files| files.bind(facts, reading));
        Some(BoundTransport {
            ca_pem: not_missed(ca_pem)?,
            client_certificate: not_missed(client_certificate)?,
            proxy: self.proxy.as_ref().map(|written| written.proxy.clone()).unwrap_or_default(),
        })
    }
}

/// What is there, unless it should be there and is not.
#[expect(clippy::option_option, reason = "what was not asked for is not what could not be had")]
fn not_missed<T>(asked: Option<Option<T>>) -> Option<Option<T>> {
    match asked {
        None => Some(None),
        Some(None) => None,
        found => found,
    }
}

impl CertificateFiles {
    fn bind(&self, facts: &Facts, reading: &mut Reading<'_>) -> Option<ClientCertificate> {
        let mut file = |path| file(path, MOST_CERTIFICATE_BYTES, facts, reading);
        let certificate_pem = file(&self.certificate).map(<[u8]>::to_vec);
        let key = file(&self.key).map(|key| String::from_utf8_lossy(key).into_owned());
        let made = ClientCertificate { certificate_pem: certificate_pem?, key_pem: key?.into() };
        match made.check() {
            Ok(()) => return Some(made),
            Err(BadClientCertificate::Certificate(wrong)) => {
                reading.problem(no_certificates(&self.certificate, &wrong));
            }
            Err(BadClientCertificate::Key(wrong)) => {
                let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` {wrong}", self.key.value));
                let problem = problem.at(&self.key.place, "the private key must be in it, as PEM");
                let problem = problem.with(&self.certificate.place, "the key of this certificate");
                reading.problem(problem.help("name the file of the certificate's own key, which is not encrypted"));
            }
        }
        None
    }
}

impl FromTree for CertificateFiles {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`client_certificate`");
        let certificate = map.required("cert_file");
        let key = map.required("key_file");
        map.finish();
        Some(Self { certificate: certificate?, key: key? })
    }
}

/// `none`, or a URL, which is a secret if it holds a user or a password.
impl FromTree for WrittenProxy {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::from_tree(tree, reading)?;
        if text == "none" {
            return Some(Self { proxy: Proxy::None, secrets: Vec::new() });
        }
        let is_secret = text.contains('@');
        if let Err(wrong) = check_proxy(&text) {
            if is_secret {
                tree.place.hide();
            }
            let problem = Problem::new(Slug::BAD_VALUE, format!("`proxy` {wrong}"));
            let problem = problem.at(&tree.place, "the URL of a proxy must be here, or `none`");
            reading.problem(problem.help("write `http://host:port`"));
            return None;
        }
        if is_secret {
            let url = Secret::from_tree(tree, reading)?.value;
            return Some(Self { proxy: Proxy::At(url), secrets: reading.secrets_in(tree) });
        }
        Some(Self { proxy: Proxy::At(text.into()), secrets: Vec::new() })
    }
}
