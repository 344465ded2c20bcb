//! Words of a document, as a catalog says them.

/// A text on one line, with single blanks; none, if nothing is left.
pub(super) fn on_one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What a line of YAML cannot hold, or a terminal would obey, is taken for a blank.
fn is_blank(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    turns || character.is_whitespace() || character.is_control()
}

/// The first sentence of a text, on one line.
pub(super) fn first_sentence(text: &str) -> Option<String> {
    let paragraph = text.trim().split("\n\n").next()?;
    let line = on_one_line(paragraph)?;
    let end = line.match_indices(". ").map(|(at, _)| at + 1).find(|&end| !ends_in_abbreviation(&line[..end]));
    Some(end.map_or(line.as_str(), |end| &line[..end]).to_owned())
}

fn ends_in_abbreviation(text: &str) -> bool {
    ["e.g.", "i.e.", "etc.", "vs.", "ca."].iter().any(|short| text.ends_with(short))
}

/// The words of a name: `getUserById`, `get_user-by.id` and `GetUserByID` are all four.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let letters: Vec<char> = name.chars().collect();
    let mut is_inside = false;
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            is_inside = false;
            continue;
        }
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && (before.is_some_and(|before| !before.is_ascii_uppercase())
                || after.is_some_and(char::is_ascii_lowercase));
        match words.last_mut() {
            Some(word) if is_inside && !begins => word.push(letter.to_ascii_lowercase()),
            _ => words.push(letter.to_ascii_lowercase().to_string()),
        }
        is_inside = true;
    }
    words
}

/// Words as one: `userById`.
pub(super) fn camel<S: AsRef<str>>(words: &[S]) -> String {
    let mut joined = String::new();
    for word in words {
        let word = word.as_ref();
        match word.chars().next().filter(|_| !joined.is_empty()) {
            Some(first) => {
                joined.push(first.to_ascii_uppercase());
                joined.push_str(&word[first.len_utf8()..]);
            }
            None => joined.push_str(word),
        }
    }
    if joined.starts_with(|first: char| first.is_ascii_digit()) { format!("x{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_words_however_it_is_written() {
        for name in ["getUserById", "get_user-by.id", "GetUserByID", "get user by id"] {
            assert_eq!(words(name), ["get", "user", "by", "id"], "{name}");
        }
        assert_eq!(words("HTTPServer2Go"), ["http", "server2", "go"]);
        assert_eq!(camel(&words("get_user")), "getUser");
        assert_eq!(camel(&["2fa", "users"]), "x2faUsers");
        assert_eq!(words("日本"), [""; 0]);
    }

    #[test]
    fn a_summary_is_the_first_sentence_and_no_line_break() {
        assert_eq!(first_sentence("Lists  the\nusers. Then more.").unwrap(), "Lists the users.");
        assert_eq!(first_sentence("Takes some, e.g. two. More.").unwrap(), "Takes some, e.g. two.");
        assert_eq!(first_sentence("One\n\nTwo").unwrap(), "One");
        assert_eq!(first_sentence(" \n "), None);
    }
}
