//! The names of catalogs.

/// How a name is written, in words.
pub const NAME_FORM: &str = "a name is written with `a` to `z`, `0` to `9`, `_` and `-`";

/// Whether a catalog can be called so: `[a-z0-9][a-z0-9_-]*`.
pub fn is_name(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    text.starts_with(is_plain) && text.chars().all(|letter| is_plain(letter) || "_-".contains(letter))
}

/// A name made of a title: its letters and digits, with `-` between the words; none, if it has none of them.
pub(crate) fn name_of(title: &str) -> Option<String> {
    let title = title.to_lowercase();
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    is_name(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_the_name_of_a_catalog() {
        let name = name_of("Swagger Petstore - OpenAPI 3.0").unwrap();
        assert_eq!(name, "swagger-petstore-openapi-3-0");
        assert!(is_name(&name));
        assert_eq!(name_of("…"), None);
        assert!(["", "-a", "_a", "A", "a b", "ä"].iter().all(|text| !is_name(text)));
    }
}
