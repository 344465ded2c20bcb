//! Answers made wrong: changes to the text of a JSON document that keep everything else as it was, also the
//! order of its fields.

/// A part of a JSON text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A text, with its quotes and escapes.
    Text(&'a str),
    /// A number, `true`, `false` or `null`.
    Plain(&'a str),
    /// A bracket, a comma, a colon, white space.
    Sign(&'a str),
}

/// In every object, the first field whose value is a text, a number or a boolean gets another type: a text becomes the
/// number of its characters as written, the others become texts.
pub(crate) fn first_fields_of_another_type(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    // For every open bracket, whether a field of that object may still be changed.
    let mut open: Vec<bool> = Vec::new();
    let mut after_colon = false;
    for token in tokens(json) {
        match token {
            Token::Sign(sign) => {
                match sign {
                    "{" => open.push(true),
                    "[" => open.push(false),
                    "}" | "]" => drop(open.pop()),
                    _ => {}
                }
                after_colon = sign == ":" || (after_colon && sign.trim().is_empty());
                result.push_str(sign);
            }
            Token::Text(text) | Token::Plain(text) => {
                let changes = after_colon && text != "null";
                match open.last_mut() {
                    Some(may_change) if changes && *may_change => {
                        *may_change = false;
                        match token {
                            Token::Text(_) => result.push_str(&text.chars().count().saturating_sub(2).to_string()),
                            _ => result.extend(["\"", text, "\""]),
                        }
                    }
                    _ => result.push_str(text),
                }
                after_colon = false;
            }
        }
    }
    result
}

/// Every text for which `replace` has another one is replaced. It is asked with the text between the quotes.
pub(crate) fn texts_replaced(json: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::with_capacity(json.len());
    for token in tokens(json) {
        match token {
            Token::Text(text) => match text.get(1..text.len() - 1).and_then(&replace) {
                Some(other) => result.extend(["\"", &other, "\""]),
                None => result.push_str(text),
            },
            Token::Plain(text) | Token::Sign(text) => result.push_str(text),
        }
    }
    result
}

fn tokens(json: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = json;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = match first {
            '"' => text_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find(['"', '{', '}', '[', ']', ',', ':']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        Some(match first {
            '"' => Token::Text(token),
            '{' | '}' | '[' | ']' | ',' | ':' => Token::Sign(token),
            _ if token.trim().is_empty() => Token::Sign(token),
            _ => Token::Plain(token),
        })
    })
}

/// The length of the text that begins here, in bytes, with both quotes.
fn text_length(json: &str) -> usize {
    let mut escaped = false;
    for (place, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return place + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_every_object_changes_its_type() {
        let json = r#"{"data":[{"id":"a\"b","n":1,"in":[{"x":null,"ok":true,"y":2},7]}],"msg":null}"#;
        let expected = r#"{"data":[{"id":4,"n":1,"in":[{"x":null,"ok":"true","y":2},7]}],"msg":null}"#;
        assert_eq!(first_fields_of_another_type(json), expected);
    }

    #[test]
    fn only_the_texts_that_are_asked_for_are_replaced() {
        let json = r#"{"a":["b","ä",{"b":"b"}],"c":1}"#;
        let replaced = texts_replaced(json, |text| (text == "b").then(|| "z".to_owned()));
        assert_eq!(replaced, r#"{"a":["z","ä",{"z":"z"}],"c":1}"#);
    }
}
