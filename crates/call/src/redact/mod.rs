//! Takes secrets out of everything that leaves.

mod escapes;
mod forms;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret was.
pub const MASK: &str = "***";

/// A secret shorter than this is not looked for: it would be found everywhere.
const SHORTEST: usize = 4;

/// A secret shorter than this is not looked for in data, where it would be found by chance: a password `2024` would spoil
/// every date.
const SHORTEST_IN_DATA: usize = 8;

/// Headers whose values are secrets, whatever they are.
const SECRET_HEADERS: [&str; 6] =
    ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"];

/// Knows every secret of a run, and takes them out of texts, bodies and headers: by value, in the
/// forms in which a secret is written in URLs, forms, JSON, base64 and basic authorization, and by
/// the names of headers.
///
/// How long a secret is decides where it is looked for:
///
/// | bytes | looked for in |
/// |---|---|
/// | fewer than 4 | nothing; only headers that are secret by name are masked |
/// | 4 to 7 | what is told: URLs, headers, the log, messages |
/// | 8 and more | the bodies that become data, too, and inside of base64 |
///
/// What is learned as [`told`](Self::learn_told) is never looked for in data: the value of a parameter may be an account's
/// id, which every record of the answer has.
///
/// Clones share what they know.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Arc<Known>>>,
}

#[derive(Clone, Default)]
struct Known {
    secrets: Vec<Secret>,
    forms: Vec<Form>,
    headers: Vec<HeaderName>,
    /// Finds all forms.
    in_texts: Option<AhoCorasick>,
    /// Finds those that are looked for in data.
    in_data: Option<AhoCorasick>,
}

/// A secret, and whether it is looked for in data.
#[derive(Clone)]
struct Secret {
    text: SecretString,
    is_in_data: bool,
}

/// A way in which a secret is written.
#[derive(Clone)]
struct Form {
    text: SecretString,
    is_in_data: bool,
}

impl Redactor {
    /// Learns a secret.
    pub fn learn(&self, secret: &SecretString) {
        self.learn_all([secret]);
    }

    /// Learns several secrets at once, which takes less time than one by one.
    pub fn learn_all<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) {
        self.learn_each(secrets, true);
    }

    /// Learns what must not be told, and may be data all the same.
    pub fn learn_told<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) {
        self.learn_each(secrets, false);
    }

    fn learn_each<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>, is_in_data: bool) {
        let mut guard = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut known = Known::clone(&guard);
        let mut is_changed = false;
        for secret in secrets {
            is_changed |= known.add(secret, is_in_data);
        }
        if is_changed {
            known.index();
            *guard = Arc::new(known);
        }
    }

    /// Learns a password, and the form in which basic authorization sends it.
    pub fn learn_basic(&self, user: &str, password: &SecretString) {
        let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
        self.learn_all([password, &pair.into()]);
    }

    /// Learns that the values of a header are secrets.
    pub fn learn_header(&self, name: &HeaderName) {
        let mut guard = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if !guard.headers.contains(name) {
            let mut known = Known::clone(&guard);
            known.headers.push(name.clone());
            *guard = Arc::new(known);
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text without secrets; the same text, if it holds none.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known();
        let Some(finder) = known.in_texts.as_ref().filter(|finder| finder.is_match(text)) else {
            return Cow::Borrowed(text);
        };
        let mut clean = String::with_capacity(text.len());
        finder.replace_all_with(text, &mut clean, |_, _, clean| {
            clean.push_str(MASK);
            true
        });
        Cow::Owned(clean)
    }

    /// A body that is told, in a log or a message, without secrets; the same bytes, if they hold none.
    pub fn told(&self, body: Bytes) -> Bytes {
        clean(self.known().in_texts.as_ref(), body)
    }

    /// A body that becomes data without the secrets that are long enough to be looked for there; the same bytes, if they
    /// hold none.
    pub fn data(&self, body: Bytes) -> Bytes {
        clean(self.known().in_data.as_ref(), body)
    }

    /// The value of a header as text without secrets.
    pub fn header(&self, name: &HeaderName, value: &HeaderValue) -> String {
        if value.is_sensitive() || SECRET_HEADERS.contains(&name.as_str()) || self.known().headers.contains(name) {
            return MASK.to_owned();
        }
        self.text(&String::from_utf8_lossy(value.as_bytes())).into_owned()
    }
}

impl Known {
    /// Takes a secret in, unless it is known as well; whether it was not.
    fn add(&mut self, secret: &SecretString, is_in_data: bool) -> bool {
        let text = secret.expose_secret();
        if text.len() < SHORTEST {
            return false;
        }
        let is_in_data = is_in_data && text.len() >= SHORTEST_IN_DATA;
        match self.secrets.iter_mut().find(|known| known.text.expose_secret() == text) {
            Some(known) if known.is_in_data || !is_in_data => return false,
            Some(known) => known.is_in_data = true,
            None => self.secrets.push(Secret { text: secret.clone(), is_in_data }),
        }
        let encoded = if is_in_data { forms::in_base64(text) } else { Vec::new() };
        for form in forms::written(text).into_iter().chain(encoded) {
            match self.forms.iter_mut().find(|known| known.text.expose_secret() == form) {
                Some(known) => known.is_in_data |= is_in_data,
                None => self.forms.push(Form { text: form.into(), is_in_data }),
            }
        }
        true
    }

    fn index(&mut self) {
        let finder = |forms: &mut dyn Iterator<Item = &Form>| {
            let mut texts = forms.map(|form| form.text.expose_secret()).peekable();
            texts.peek()?;
            // Fails only for more text than a process can hold.
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts).ok()
        };
        self.in_texts = finder(&mut self.forms.iter());
        self.in_data = finder(&mut self.forms.iter().filter(|form| form.is_in_data));
    }
}

/// A body without what is found, also where it is written with the escapes of JSON.
fn clean(finder: Option<&AhoCorasick>, body: Bytes) -> Bytes {
    let Some(finder) = finder else { return body };
    let body = match escapes::masked(finder, &body) {
        Some(clean) => clean.into(),
        None => body,
    };
    if !finder.is_match(&body[..]) {
        return body;
    }
    let mut clean = Vec::with_capacity(body.len());
    finder.replace_all_with_bytes(&body, &mut clean, |_, _, clean| {
        clean.extend_from_slice(MASK.as_bytes());
        true
    });
    clean.into()
}

/// Shows nothing of what it knows.
impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Redactor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
    fn what_is_learned_as_told_is_left_in_data_until_it_is_learned_as_a_secret() {
        let redactor = Redactor::default();
        let account: SecretString = "ACC-100234".into();
        redactor.learn_told([&account]);
        let body = Bytes::from_static(br#"{"id":"ACC-100234"}"#);
        assert_eq!(redactor.data(body.clone()), body);
        assert_eq!(redactor.told(body.clone()), r#"{"id":"***"}"#);
        redactor.learn(&account);
        redactor.learn_told([&account]);
        assert_eq!(redactor.data(body), r#"{"id":"***"}"#);
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
        let clean = redactor.data(body.clone());
        assert_eq!(clean.as_ptr(), body.as_ptr());
        assert_eq!(redactor.told(Bytes::from_static(b"\xffhidden\xff")), &b"\xff***\xff"[..]);
    }

    #[test]
    fn a_secret_too_short_to_look_for_leaves_the_data_alone() {
        assert_eq!(redactor(&["1", "", "abc"]).text("1 abc"), "1 abc");
    }

    #[test]
    fn a_short_secret_is_masked_in_what_is_told_and_leaves_the_data_alone() {
        let redactor = redactor(&["2024", "2024-token"]);
        let body = Bytes::from_static(br#"{"end":"2024-12-31","you sent":"2024-token"}"#);
        assert_eq!(redactor.data(body.clone()), &br#"{"end":"2024-12-31","you sent":"***"}"#[..]);
        assert_eq!(redactor.told(body), &br#"{"end":"***-12-31","you sent":"***"}"#[..]);
        assert_eq!(redactor.text("/x?key=2024"), "/x?key=***");
    }

    #[test]
    fn a_secret_inside_of_base64_is_masked_wherever_it_begins() {
        for (secret, others) in [("at-secret-1", 0..6), ("at/~\u{fe}\u{ff}>>>", 0..6), ("12345678", 0..4)] {
            let redactor = redactor(&[secret]);
            for before in others.clone() {
                for after in others.clone() {
                    let text = format!("{}{secret}{}", "b".repeat(before), "a".repeat(after));
                    for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                        let shown = redactor.text(&encoded).into_owned();
                        assert!(shown.contains(MASK), "{encoded}");
                        let decoded = STANDARD.decode(shown.replace(MASK, "")).unwrap_or_default();
                        assert!(!String::from_utf8_lossy(&decoded).contains(secret), "{shown}");
                    }
                }
            }
        }
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
