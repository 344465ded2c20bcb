//! Takes secrets out of everything that leaves.

mod alone;
mod cut;
mod escapes;
mod forms;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret was.
pub const MASK: &str = "***";

/// A secret shorter than this is looked for only where it stands alone: inside of words it would be found everywhere.
const SHORTEST: usize = 4;

/// A secret shorter than this is not looked for in data, where it would be found by chance: a password `2024` would spoil
/// every date.
const SHORTEST_IN_DATA: usize = 8;

/// Finders of more bytes than this are kept small rather than fast: a table of all their states would fill the memory.
const MOST_IN_A_TABLE: usize = 64 * 1024;

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
/// | fewer than 4 | URLs, headers and messages, where no letter or digit stands beside it |
/// | 4 to 7 | what is told: URLs, headers, messages, the log with its bodies |
/// | 8 and more | the bodies that become data, too, and inside of base64 |
///
/// Where a text or a body ends within a secret, because whoever wrote it has cut it off there, its first part is masked
/// from 12 bytes on.
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
    /// Finds the secrets that are too short to be looked for but where they stand alone.
    alone: Option<AhoCorasick>,
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
    /// Whether it is looked for only where it stands alone.
    is_short: bool,
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
        let mut clean = Cow::Borrowed(text);
        if let Some(finder) = known.in_texts.as_ref().filter(|finder| finder.is_match(text)) {
            let mut masked = String::with_capacity(text.len());
            finder.replace_all_with(text, &mut masked, |_, _, masked| {
                masked.push_str(MASK);
                true
            });
            clean = Cow::Owned(masked);
        }
        if let Some(masked) = known.alone.as_ref().and_then(|finder| alone::masked(finder, &clean)) {
            clean = Cow::Owned(masked);
        }
        if let Some(kept) = known.kept_of_cut(clean.as_bytes(), false) {
            clean = Cow::Owned(format!("{}{MASK}", &clean[..kept]));
        }
        clean
    }

    /// A body that is told, in a log or a message, without secrets; the same bytes, if they hold none.
    pub fn told(&self, body: Bytes) -> Bytes {
        let known = self.known();
        known.without_cut(clean(known.in_texts.as_ref(), body), false)
    }

    /// A body that becomes data without the secrets that are long enough to be looked for there; the same bytes, if they
    /// hold none.
    pub fn data(&self, body: Bytes) -> Bytes {
        let known = self.known();
        known.without_cut(clean(known.in_data.as_ref(), body), true)
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
        if text.is_empty() {
            return false;
        }
        let is_in_data = is_in_data && text.len() >= SHORTEST_IN_DATA;
        match self.secrets.iter_mut().find(|known| known.text.expose_secret() == text) {
            Some(known) if known.is_in_data || !is_in_data => return false,
            Some(known) => known.is_in_data = true,
            None => self.secrets.push(Secret { text: secret.clone(), is_in_data }),
        }
        let encoded = if is_in_data { forms::in_base64(text) } else { Vec::new() };
        let is_short = text.len() < SHORTEST;
        for form in forms::written(text).into_iter().chain(encoded) {
            match self.forms.iter_mut().find(|known| known.text.expose_secret() == form) {
                Some(known) => {
                    known.is_in_data |= is_in_data;
                    known.is_short &= is_short;
                }
                None => self.forms.push(Form { text: form.into(), is_in_data, is_short }),
            }
        }
        true
    }

    fn index(&mut self) {
        let finder = |forms: &mut dyn Iterator<Item = &Form>| {
            let texts: Vec<&str> = forms.map(|form| form.text.expose_secret()).collect();
            let bytes: usize = texts.iter().map(|text| text.len()).sum();
            let kind = (bytes > MOST_IN_A_TABLE).then_some(AhoCorasickKind::ContiguousNFA);
            let builder = || AhoCorasick::builder().kind(kind).match_kind(MatchKind::LeftmostLongest).build(&texts);
            // Fails only for more text than a process can hold.
            (!texts.is_empty()).then(builder)?.ok()
        };
        self.in_texts = finder(&mut self.forms.iter().filter(|form| !form.is_short));
        self.in_data = finder(&mut self.forms.iter().filter(|form| form.is_in_data));
        self.alone =
            alone::finder(self.forms.iter().filter(|form| form.is_short).map(|form| form.text.expose_secret()));
    }

    /// How much of a text stays if it ends within a secret; nothing, if it does not.
    fn kept_of_cut(&self, text: &[u8], is_data: bool) -> Option<usize> {
        let secrets = self.secrets.iter().filter(|secret| !is_data || secret.is_in_data);
        secrets.filter_map(|secret| cut::kept(text, secret.text.expose_secret().as_bytes())).min()
    }

    /// A body without the first part of a secret that it ends with.
    fn without_cut(&self, body: Bytes, is_data: bool) -> Bytes {
        match self.kept_of_cut(&body, is_data) {
            Some(kept) => [&body[..kept], MASK.as_bytes()].concat().into(),
            None => body,
        }
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
        for form in [
            "a/b +\"c",
            "a/b%20+%22c",
            "a%2Fb%20%2B%22c",
            "a%2fb%20%2b%22c",
            "a%2Fb+%2B%22c",
            "a/b +\\\"c",
            "a\\/b +\\\"c",
        ] {
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
    fn a_secret_of_few_bytes_is_masked_in_texts_where_it_stands_alone() {
        let redactor = redactor(&["1", "", "abc"]);
        assert_eq!(redactor.text("/abc?pin=1&page=10: `abc`, abcd"), "/***?pin=***&page=10: `***`, abcd");
        let body = Bytes::from_static(b"1 abc");
        assert_eq!((redactor.data(body.clone()), redactor.told(body.clone())), (body.clone(), body));
    }

    #[test]
    fn a_secret_that_a_text_is_cut_off_in_is_masked_as_far_as_it_goes() {
        let redactor = redactor(&["token-of-the-first-kind"]);
        redactor.learn_told([&"account-of-the-second".into()]);
        assert_eq!(redactor.text("you sent token-of-the-f"), "you sent ***");
        assert_eq!(redactor.text("you sent token-of"), "you sent token-of");
        let cut = |text: &'static str| Bytes::from_static(text.as_bytes());
        assert_eq!(redactor.data(cut(r#"{"a":"token-of-the-firs"#)), r#"{"a":"***"#);
        assert_eq!(redactor.told(cut("account-of-the-s")), "***");
        assert_eq!(redactor.data(cut("account-of-the-s")), "account-of-the-s");
    }

    #[test]
    fn a_secret_is_masked_in_utf_16_and_in_html() {
        let redactor = redactor(&["a/b+\"c\"-token"]);
        let utf_16 =
            |order: fn(u16) -> [u8; 2]| -> Vec<u8> { "<a/b+\"c\"-token>".encode_utf16().flat_map(order).collect() };
        assert_eq!(redactor.data(utf_16(u16::to_le_bytes).into()), &b"<\0***\0>\0"[..]);
        assert_eq!(redactor.data(utf_16(u16::to_be_bytes).into()), &b"\0<\0***\0>"[..]);
        for form in ["a/b+&quot;c&quot;-token", "a/b&#43;&#34;c&#34;-token", "a&#x2F;b+&quot;c&quot;-token"] {
            assert_eq!(redactor.text(&format!("<{form}>")), "<***>", "{form}");
        }
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
