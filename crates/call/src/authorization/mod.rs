//! Authorization that stays alive.

mod claims;
mod credentials;
mod grant;
mod renewing;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::redact::Redactor;

pub use credentials::Credentials;
pub(crate) use grant::Grant;
pub use grant::Refused;
pub use renewing::{DeadEnd, DeadEndCause};
pub(crate) use renewing::{Denied, Renewing, State};
pub(crate) use token::Token;

/// A way to authorize.
#[derive(Clone, Debug)]
pub enum Authorization {
    /// OAuth 2.0 with a refresh token, which the server may replace at each use.
    RefreshToken {
        /// Where tokens are asked for.
        auth_url: String,
        /// The refresh token that was given; a later one that is kept for it is used instead.
        refresh_token: SecretString,
        /// The client id; if none, the claim `client_id` of the refresh token, if it has one.
        client_id: Option<String>,
        /// The client's secret, if the server asks for one.
        client_secret: Option<SecretString>,
    },
    /// OAuth 2.0 with the credentials of the client itself.
    ClientCredentials {
        /// Where tokens are asked for.
        auth_url: String,
        /// The client id.
        client_id: String,
        /// The client's secret.
        client_secret: SecretString,
        /// What the token is for, separated by blanks.
        scope: Option<String>,
    },
    /// A name and a password for a token.
    Ropc {
        /// Where tokens are asked for.
        auth_url: String,
        /// The tenancy of the user.
        tenancy: String,
        /// The user's name or mail address.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A token as it is.
    Bearer {
        /// The token.
        token: SecretString,
    },
    /// A name and a password in every request.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A value in a header of its own.
    Header {
        /// The header's name.
        name: String,
        /// The value.
        value: SecretString,
    },
    /// None.
    None,
}

/// An authorization, to be given on to other nodes.
#[derive(Clone, Debug)]
pub struct Access {
    /// The name of the connection.
    pub connection: String,
    /// Its base URL.
    pub base_url: String,
    /// Where its tokens come from.
    pub auth_url: Option<String>,
    /// The token; none, if the authorization has no token.
    pub access_token: Option<SecretString>,
    /// The type of the token, `Bearer`.
    pub token_type: Option<String>,
    /// When the token ends, if that is known.
    pub expires_at: Option<Timestamp>,
}

impl Authorization {
    /// Where tokens are asked for.
    pub fn auth_url(&self) -> Option<&str> {
        match self {
            Self::RefreshToken { auth_url, .. }
            | Self::ClientCredentials { auth_url, .. }
            | Self::Ropc { auth_url, .. } => Some(auth_url),
            Self::Bearer { .. } | Self::Basic { .. } | Self::Header { .. } | Self::None => None,
        }
    }

    /// Tells those apart whose calls a system counts apart, and is the same however often their token changes.
    ///
    /// What somebody proves with that he is a client or user is no part of it: with another secret he is the same one.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let parts: [&str; 4] = match self {
            Self::RefreshToken { auth_url, refresh_token, client_id, .. } => {
                ["refresh-token", auth_url, refresh_token.expose_secret(), client_id.as_deref().unwrap_or_default()]
            }
            Self::ClientCredentials { auth_url, client_id, .. } => ["client-credentials", auth_url, client_id, ""],
            Self::Ropc { auth_url, tenancy, user, .. } => ["ropc", auth_url, tenancy, user],
            Self::Bearer { token } => ["bearer", token.expose_secret(), "", ""],
            Self::Basic { user, .. } => ["basic", user, "", ""],
            Self::Header { name, value } => ["header", name, value.expose_secret(), ""],
            Self::None => ["none", "", "", ""],
        };
        digest(&parts)
    }

    /// Makes everything secret in it known.
    pub(crate) fn teach(&self, redactor: &Redactor) {
        match self {
            Self::RefreshToken { refresh_token, client_secret, .. } => {
                redactor.learn_all([refresh_token].into_iter().chain(client_secret));
            }
            Self::ClientCredentials { client_secret, .. } => redactor.learn(client_secret),
            Self::Ropc { password, .. } => redactor.learn(password),
            Self::Bearer { token } => redactor.learn(token),
            Self::Basic { user, password } => redactor.learn_basic(user, password),
            Self::Header { value, .. } => redactor.learn(value),
            Self::None => {}
        }
    }

    /// What a token comes from.
    pub(crate) fn means(&self) -> Result<Means, Error> {
        Ok(match self.clone() {
            Self::RefreshToken { auth_url, refresh_token, client_id, client_secret } => Means::Server(
                auth_url,
                Grant::Refresh {
                    client_id: client_id.or_else(|| claims::client_id(refresh_token.expose_secret())),
                    given: refresh_token,
                    client_secret,
                },
            ),
            Self::ClientCredentials { auth_url, client_id: id, client_secret: secret, scope } => {
                Means::Server(auth_url, Grant::Client { id, secret, scope })
            }
            Self::Ropc { auth_url, tenancy, user, password } => {
                Means::Server(auth_url, Grant::Password { tenancy, user, password })
            }
            Self::Bearer { token } => Means::Token(Token::bearer(token, None)?),
            Self::Basic { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
                let value = secret_value(AUTHORIZATION.as_str(), &format!("Basic {pair}"))?;
                Means::Token(Token::header(AUTHORIZATION, value))
            }
            Self::Header { name, value } => {
                let header = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| Error::Header { name: name.clone(), reason: "it is no name of a header" })?;
                let value = secret_value(&name, value.expose_secret())?;
                Means::Token(Token::header(header, value))
            }
            Self::None => Means::Token(Token::none()),
        })
    }
}

/// What a token comes from.
#[derive(Debug)]
pub(crate) enum Means {
    /// It is there, and stays.
    Token(Token),
    /// A server at this URL is asked for it.
    Server(String, Grant),
}

/// The header value of a secret, which shows as nothing.
pub(crate) fn secret_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(value).map_err(|_| Error::Header {
        name: name.to_owned(),
        reason: "its value has characters that no header can hold",
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// A hash of parts that do not run into each other.
fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
