//! Names as they are told: the one that somebody may have meant, and all that there are.

use strsim::{damerau_levenshtein, normalized_damerau_levenshtein};

/// Names that are at least so alike are offered.
const ALIKE: f64 = 0.6;

/// Valid names are listed if they are at most so many; else as many of them as come first.
const LISTED: usize = 16;
const LISTED_FIRST: usize = 12;

/// The candidate that is most like `name`, if one is alike enough to be meant. Of equals, the first.
///
/// Case is not minded, and one wrong letter is always alike enough in names of three letters or more.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let likeness = normalized_damerau_levenshtein(&name, &lower);
        let one_letter = name.chars().count() >= 3 && damerau_levenshtein(&name, &lower) <= 1;
        let enough = likeness >= ALIKE || one_letter;
        if enough && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The help for an unknown name: "did you mean `x`? The valid ones are `x`, `y` and `z`". Of many valid names the first
/// are listed, and the others counted.
///
/// `None` if there is nothing valid to name.
pub fn help_for_unknown<'a>(name: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let valid: Vec<&str> = valid.into_iter().collect();
    let list = match valid.as_slice() {
        [] => return None,
        [only] => format!("the only valid one is `{only}`"),
        several if several.len() <= LISTED => format!("the valid ones are {}", listed(several.iter().copied())),
        many => {
            let first: Vec<String> = many[..LISTED_FIRST].iter().map(|name| format!("`{name}`")).collect();
            format!("the valid ones are {} and {} more", first.join(", "), many.len() - LISTED_FIRST)
        }
    };
    Some(match nearest(name, valid.iter().copied()) {
        Some(near) if valid.len() == 1 => format!("did you mean `{near}`?"),
        Some(near) => format!("did you mean `{near}`? T{}", &list[1..]),
        None => list,
    })
}

/// Names in backticks, as a sentence lists them: "`x`, `y` and `z`".
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.pop() {
        None => String::new(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} and {last}", quoted.join(", ")),
    }
}

/// Names without those that were there before, in their order.
pub fn once_each<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_again_stays_where_it_was_first() {
        assert_eq!(once_each(["b", "a", "b", "c", "a"]), ["b", "a", "c"]);
    }

    #[test]
    fn a_misspelt_name_finds_the_one_that_was_meant() {
        assert_eq!(nearest("devises", ["users", "devices"]), Some("devices"));
        assert_eq!(nearest("devcie", ["users", "device"]), Some("device"));
        assert_eq!(nearest("PATH", ["path"]), Some("path"));
        assert_eq!(nearest("ids", ["id", "name"]), Some("id"));
    }

    #[test]
    fn a_name_like_no_other_finds_nothing() {
        assert_eq!(nearest("users", ["devices", "path"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }

    #[test]
    fn of_two_equally_near_names_the_first_is_offered() {
        assert_eq!(nearest("left_on", ["left_in", "left_an"]), Some("left_in"));
    }

    #[test]
    fn the_help_lists_what_is_valid() {
        let help = help_for_unknown("pth", ["path", "delimiter", "header"]);
        let expected = "did you mean `path`? The valid ones are `path`, `delimiter` and `header`";
        assert_eq!(help.as_deref(), Some(expected));
        assert_eq!(help_for_unknown("x", ["path"]).as_deref(), Some("the only valid one is `path`"));
        assert_eq!(help_for_unknown("pth", ["path"]).as_deref(), Some("did you mean `path`?"));
        assert_eq!(help_for_unknown("pth", []), None);
    }

    #[test]
    fn of_many_names_the_first_are_listed() {
        let names: Vec<String> = (1..=17).map(|number| format!("column_{number}")).collect();
        let help = help_for_unknown("x", names.iter().map(String::as_str)).unwrap();
        assert!(help.ends_with("`column_11`, `column_12` and 5 more"), "{help}");
        let help = help_for_unknown("x", names[..16].iter().map(String::as_str)).unwrap();
        assert!(help.ends_with("`column_15` and `column_16`"), "{help}");
    }
}
