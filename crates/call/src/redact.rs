//! Takes secrets out of everything that leaves.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::url::escape;

/// What stands where a secret was.
pub const MASK: &str = "***";

/// A secret shorter than this is not looked for: it would be found everywhere.
const SHORTEST: usize = 4;

/// Headers whose values are secrets, whatever they are.
const SECRET_HEADERS: [&str; 6] =
    ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"];

/// Knows every secret of a run, and takes them out of texts, bodies and headers: by value, in the
/// forms in which a secret is written in URLs, forms, JSON and basic authorization, and by the
/// names of headers.
///
/// Clones share what they know. Secrets of fewer than four bytes are only masked in headers that
/// are secret by name.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Arc<Known>>>,
}

#[derive(Default)]
struct Known {
    forms: Vec<SecretString>,
    headers: Vec<HeaderName>,
    finder: Option<AhoCorasick>,
}

impl Redactor {
    /// Learns a secret.
    pub fn learn(&self, secret: &SecretString) {
        self.learn_forms(forms(secret.expose_secret()));
    }

    /// Learns a password, and the form in which basic authorization sends it.
    pub fn learn_basic(&self, user: &str, password: &SecretString) {
        let password = password.expose_secret();
        let mut all = forms(password);
        all.extend(forms(&STANDARD.encode(format!("{user}:{password}"))));
        self.learn_forms(all);
    }

    /// Learns that the values of a header are secrets.
    pub fn learn_header(&self, name: &HeaderName) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if !known.headers.contains(name) {
            let mut headers = known.headers.clone();
            headers.push(name.clone());
            *known = Arc::new(Known { forms: known.forms.clone(), headers, finder: known.finder.clone() });
        }
    }

    fn learn_forms(&self, forms: Vec<String>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut all = known.forms.clone();
        for form in forms {
            let is_new = || all.iter().all(|one| one.expose_secret() != form);
            if form.len() >= SHORTEST && is_new() {
                all.push(form.into());
            }
        }
        if all.len() == known.forms.len() {
            return;
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(all.iter().map(ExposeSecret::expose_secret));
        *known = Arc::new(Known {
            forms: all,
            headers: known.headers.clone(),
            // Fails only for more text than a process can hold.
            finder: finder.ok(),
        });
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text without secrets; the same text, if it holds none.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known();
        let Some(finder) = known.finder.as_ref() else {
            return Cow::Borrowed(text);
        };
        if !finder.is_match(text) {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        finder.replace_all_with(text, &mut clean, |_, _, clean| {
            clean.push_str(MASK);
            true
        });
        Cow::Owned(clean)
    }

    /// The bytes without secrets; the same bytes, if they hold none.
    pub fn bytes(&self, bytes: Bytes) -> Bytes {
        let known = self.known();
        let Some(finder) = known.finder.as_ref() else {
            return bytes;
        };
        if !finder.is_match(&bytes[..]) {
            return bytes;
        }
        let mut clean = Vec::with_capacity(bytes.len());
        finder.replace_all_with_bytes(&bytes, &mut clean, |_, _, clean| {
            clean.extend_from_slice(MASK.as_bytes());
            true
        });
        clean.into()
    }

    /// The value of a header as text without secrets.
    pub fn header(&self, name: &HeaderName, value: &HeaderValue) -> String {
        if value.is_sensitive() || SECRET_HEADERS.contains(&name.as_str()) || self.known().headers.contains(name) {
            return MASK.to_owned();
        }
        self.text(&String::from_utf8_lossy(value.as_bytes())).into_owned()
    }
}

/// Shows nothing of what it knows.
impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// The ways in which a secret can be written.
fn forms(secret: &str) -> Vec<String> {
    let escaped = escape(secret);
    let lower = lowercase_escapes(&escaped);
    let mut forms = vec![secret.to_owned(), escaped.replace("%20", "+"), lower.replace("%20", "+"), escaped, lower];
    if let Ok(json) = serde_json::to_string(secret) {
        let json = json[1..json.len() - 1].to_owned();
        forms.push(json.replace('/', "\\/"));
        forms.push(json);
    }
    forms
}

/// `%2F` as `%2f`.
fn lowercase_escapes(escaped: &str) -> String {
    let mut digits = 0;
    let lower = |character: char| {
        if character == '%' {
            digits = 2;
        } else if digits > 0 {
            digits -= 1;
            return character.to_ascii_lowercase();
        }
        character
    };
    escaped.chars().map(lower).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        let redactor = Redactor::default();
        for &secret in secrets {
            redactor.learn(&secret.into());
        }
        redactor
    }

    #[test]
    fn a_secret_is_masked_in_each_form_it_is_written_in() {
        let redactor = redactor(&["a/b +\"c"]);
        for form in ["a/b +\"c", "a%2Fb%20%2B%22c", "a%2fb%20%2b%22c", "a%2Fb+%2B%22c", "a/b +\\\"c", "a\\/b +\\\"c"] {
            assert_eq!(redactor.text(&format!("<{form}>")), "<***>", "{form}");
        }
    }

    #[test]
    fn basic_authorization_is_masked_in_its_own_form() {
        let redactor = Redactor::default();
        redactor.learn_basic("ada", &"lovelace".into());
        assert_eq!(redactor.text("Basic YWRhOmxvdmVsYWNl"), "Basic ***");
        assert_eq!(redactor.text("ada:lovelace"), "ada:***");
    }

    #[test]
    fn of_two_secrets_where_one_begins_the_other_the_longer_is_masked_whole() {
        let redactor = redactor(&["token", "token-of-the-second"]);
        assert_eq!(redactor.text("token-of-the-second token"), "*** ***");
    }

    #[test]
    fn what_holds_no_secret_is_given_back_as_it_is() {
        let redactor = redactor(&["hidden"]);
        assert!(matches!(redactor.text("nothing here"), Cow::Borrowed(_)));
        let body = Bytes::from_static(b"nothing here");
        let clean = redactor.bytes(body.clone());
        assert_eq!(clean.as_ptr(), body.as_ptr());
        assert_eq!(redactor.bytes(Bytes::from_static(b"\xffhidden\xff")), &b"\xff***\xff"[..]);
    }

    #[test]
    fn a_secret_too_short_to_look_for_leaves_the_data_alone() {
        assert_eq!(redactor(&["1", "", "abc"]).text("1 abc"), "1 abc");
    }

    #[test]
    fn headers_are_masked_by_name_and_by_value() {
        let redactor = redactor(&["hidden"]);
        let header = |name: &'static str, value: &'static str| {
            redactor.header(&HeaderName::from_static(name), &HeaderValue::from_static(value))
        };
        assert_eq!(header("authorization", "Bearer unknown"), MASK);
        assert_eq!(header("set-cookie", "session=1"), MASK);
        assert_eq!(header("x-other", "has hidden things"), "has *** things");
        assert_eq!(header("x-license-key", "1234"), "1234");
        redactor.learn_header(&HeaderName::from_static("x-license-key"));
        assert_eq!(header("x-license-key", "1234"), MASK);
    }

    #[test]
    fn clones_share_what_they_learn_and_show_none_of_it() {
        let one = redactor(&["hidden"]);
        let other = one.clone();
        one.learn(&"later".into());
        assert_eq!(other.text("later"), MASK);
        assert!(!format!("{one:?}").contains("hidden"));
    }
}
