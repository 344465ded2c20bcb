//! The ways in which a secret can be written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};

use crate::url::escape;

/// What the readers of URLs escape in a query, and in a path, where the writer has not done so (URL Standard, 1.3).
const IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'');
const IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'^').add(b'`').add(b'{').add(b'}');

/// The entities that writers of HTML put in the places of characters: those that all do, those of Go, and those of the
/// strictest.
const ENTITIES: [&[(&str, &str)]; 3] = [
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")],
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;"), ("+", "&#43;")],
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#x27;"), ("/", "&#x2F;")],
];

/// The forms in which a secret stands in texts, URLs, forms, JSON and HTML, also in UTF-16 that nobody has decoded.
pub(super) fn written(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    forms.extend(in_urls(secret));
    forms.extend(ENTITIES.map(|entities| {
        entities.iter().fold(secret.to_owned(), |text, (character, entity)| text.replace(character, entity))
    }));
    // As a text, what UTF-16 makes of ASCII has a zero between each two characters, whichever byte comes first.
    if secret.is_ascii() && secret.len() > 1 {
        forms.push(secret.chars().flat_map(|character| ['\0', character]).skip(1).collect());
    }
    if let Ok(json) = serde_json::to_string(secret) {
        let json = json[1..json.len() - 1].to_owned();
        forms.push(json.replace('/', "\\/"));
        forms.push(json);
    }
    forms
}

/// The forms in which a secret stands inside of base64, wherever in the encoded bytes it begins.
pub(super) fn in_base64(secret: &str) -> Vec<String> {
    let whole = [STANDARD.encode(secret), STANDARD_NO_PAD.encode(secret)];
    let whole_for_urls = [URL_SAFE.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
    let mut forms: Vec<String> = whole.into_iter().chain(whole_for_urls).collect();
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        // Digits that also hold bits of what stands before or after it are not its own.
        let own = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        forms.push(STANDARD_NO_PAD.encode(&bytes)[own.clone()].to_owned());
        forms.push(URL_SAFE_NO_PAD.encode(&bytes)[own].to_owned());
    }
    let escaped: Vec<String> = forms.iter().map(|form| escape(form)).collect();
    forms.extend(escaped.iter().map(|form| lowercase_escapes(form)));
    forms.extend(escaped);
    forms
}

/// A text as URLs have it: with the escapes that are needed, with those that strict writers make, and with nothing else.
fn in_urls(text: &str) -> Vec<String> {
    let needed = escape(text);
    let strict = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let all: String = text.bytes().map(percent_encode_byte).collect();
    let form = needed.replace("%20", "+");
    let [in_query, in_path] = [IN_QUERY, IN_PATH].map(|escaped| utf8_percent_encode(text, escaped).to_string());
    let upper = [needed, strict, all, form, in_query, in_path];
    let lower = upper.each_ref().map(|escaped| lowercase_escapes(escaped));
    upper.into_iter().chain(lower).collect()
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
