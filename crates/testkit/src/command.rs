//! Commands that pages and helps show.

/// The words of a command as a shell parts them: quotes hold one together, and what is redirected is none of it.
pub fn words(command: &str) -> Vec<String> {
    let command = command.split(" > ").next().unwrap_or_default();
    let mut words = Vec::new();
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together_and_a_redirection_is_left_out() {
        assert_eq!(
            words("run a.yaml --fault 'match=GET /x,do=reset' > out"),
            ["run", "a.yaml", "--fault", "match=GET /x,do=reset"]
        );
    }
}
