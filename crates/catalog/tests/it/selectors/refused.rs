//! What is no selector, and where the mistake is.

use seatflow_catalog::Selector;

/// The fault of a text, under the text.
fn fault(text: &str) -> String {
    match Selector::parse(text) {
        Ok(selector) => panic!("{text} was read: {selector}"),
        Err(fault) => {
            let help = fault.help.map(|help| format!("\n{help}")).unwrap_or_default();
            format!("{text}\n{:>width$} {}{help}", "^", fault.message, width = fault.position)
        }
    }
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let faults: Vec<String> = [
        "",
        "~OneToMany/License",
        "/License",
        "License/~OneToMany",
        "License/~ManyToOne/",
        "License/~OneToMany/@id",
        "License[",
        "License[@",
        "License[@id",
        "License[@id=",
        "License[@id='a",
        "License[@id='a'",
        "License[@id='a' or @id='b']",
        "License[id='a']",
        "License[@id='a',]",
        "License]",
        "License//Assignment",
        "License/~",
        "License:",
        "License/Assignment[@id='a'/Profile",
        "9License",
        "License%5B@id='a'%5D",
        "me()",
        "License/@",
        "License/@id,name",
        "License/@id/Profile",
        "License{",
        "License{}",
        "License{i}",
        "License{i=0",
        "License{i=-1}",
        "License{r=+5}",
        "License{r=18446744073709551616}",
        "License{i=0,i=1}",
        "License{count=1}",
        "License{i=0,count}",
        "License{s=}",
        "License{s=name;;type}",
        "License?",
        "License?operation=Login",
        "License?/",
        "License?/~OneToMany",
        "License?/Assignment&",
        "License?/Assignment/@id",
        "License?/Assignment?/Profile",
        "License ",
    ]
    .into_iter()
    .map(fault)
    .collect();
    insta::assert_snapshot!(faults.join("\n\n"));
}

#[test]
fn a_place_in_a_target_is_that_in_the_decoded_text() {
    for (target, told) in [
        ("License%5B@id='a'", "character 16: `]` is missing"),
        ("Ä", "character 1: the name of a type is missing before `Ä`"),
        ("Organization%5B@name%3D'%C3%84'%5D%7Bi", "character 26: the `=` of `i` is missing"),
        ("License?/Assignment&operation=Login", "character 21: the `/` of an include is missing before `o`"),
        ("License?/~%4FneToMany", "character 10: `~OneToMany` leads to no type"),
        ("License%FF", "character 1: what begins here is not UTF-8 when it is percent-decoded"),
        ("License?/Assignment&/Pro%FF", "character 21: what begins here is not UTF-8 when it is percent-decoded"),
        ("License%3F/Assignment", "character 8: the selector has ended before this `?`"),
    ] {
        assert_eq!(Selector::parse_target(target).unwrap_err().to_string(), told, "{target}");
    }
}
