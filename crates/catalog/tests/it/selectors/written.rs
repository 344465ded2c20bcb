//! How selectors write themselves: what was written in one way is written so again, and means the same.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use seatflow_catalog::Selector;

use super::{DOCUMENTED, selector};

#[test]
fn every_documented_selector_is_read_and_written_again() {
    for text in DOCUMENTED {
        assert_eq!(selector(text).to_string(), *text);
    }
}

#[test]
fn what_says_nothing_is_left_out_and_a_missing_quote_is_written() {
    for (text, written) in [
        ("License/", "License"),
        ("License[]{r=1}/", "License{r=1}"),
        ("License[ @id = 'a' , @seatCount >5 ]", "License[@id='a',@seatCount>5]"),
        ("License[@id='a'  and   @seatCount]", "License[@id='a' and @seatCount]"),
        ("Profile[@id='PROFILE_ID_HERE]/Assignment", "Profile[@id='PROFILE_ID_HERE']/Assignment"),
        ("Profile[@name='O'Brien']/Assignment", "Profile[@name='O''Brien']/Assignment"),
    ] {
        assert_eq!(selector(text).to_string(), written);
    }
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z_][A-Za-z0-9_.]{0,8}"
}

fn condition() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec!["=", "!=", "~", "~=", "*", "*=", "<", "<=", ">", ">="]);
    let quoted = any::<String>().prop_map(|text| format!("'{}'", text.replace('\'', "''")));
    let bare = "[^]'&, ~*=<>][^]'&, ]{0,8}";
    let value = prop_oneof![quoted, bare, Just("null".to_owned()), "-?[0-9]{1,4}(\\.[0-9]{1,2})?"];
    (name(), option::of((operator, value))).prop_map(|(field, comparison)| match comparison {
        Some((operator, value)) => format!("@{field}{operator}{value}"),
        None => format!("@{field}"),
    })
}

fn conditions() -> impl Strategy<Value = String> {
    let joiner = prop::sample::select(vec![",", "&", "&&", " and ", " AND "]);
    (vec(condition(), 0..3), joiner).prop_map(|(conditions, joiner)| {
        if conditions.is_empty() { String::new() } else { format!("[{}]", conditions.join(joiner)) }
    })
}

fn step() -> impl Strategy<Value = String> {
    (name(), option::of(name()), conditions()).prop_map(|(name, collection, conditions)| {
        let collection = collection.map(|collection| format!(":{collection}")).unwrap_or_default();
        format!("{name}{collection}{conditions}")
    })
}

/// Steps behind a first one, each with the slash before it.
fn steps(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let way = prop_oneof![Just("/"), Just("/~"), Just("/~OneToMany/"), Just("/~OneToMany/~ManyToOne/~")];
    vec((way, step()), count)
        .prop_map(|steps| steps.into_iter().flat_map(|(way, step)| [way.to_owned(), step]).collect())
}

fn parameters() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("{count}".to_owned()),
        (0..u64::MAX, 0..u64::MAX).prop_map(|(first, most)| format!("{{i={first},r={most}}}")),
        (name(), name()).prop_map(|(one, other)| format!("{{s={one};-{other}}}")),
        "[^,}]{0,8}".prop_map(|value| format!("{{x={value}}}")),
    ]
}

fn written() -> impl Strategy<Value = String> {
    let projection = prop_oneof![
        Just(String::new()),
        name().prop_map(|field| format!("/@{field}")),
        (name(), name()).prop_map(|(one, other)| format!("/@{one},@{other}")),
    ];
    let include = (steps(1..3), parameters()).prop_map(|(steps, parameters)| format!("{steps}{parameters}"));
    let path = (step(), steps(0..4), projection, parameters());
    (path, vec(include, 0..3)).prop_map(|((first, steps, projection, parameters), includes)| {
        let query = if includes.is_empty() { String::new() } else { format!("?{}", includes.join("&")) };
        format!("{first}{steps}{projection}{parameters}{query}")
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_written_again(text in written()) {
        let read = Selector::parse(&text).map_err(|fault| TestCaseError::fail(format!("{text}: {fault}")))?;
        prop_assert_eq!(read.to_string(), text.as_str());
        let query = read.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", read.path());
        prop_assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && !br#"[]{}"'<>\^`|#;+"#.contains(&byte)), "{target}");
        prop_assert_eq!(Selector::parse_target(&target).unwrap(), read);
    }

    #[test]
    fn a_fault_is_in_the_text_and_what_is_read_is_read_again(text in "[A-Za-z/~@\\[\\]{}='?&,. :*]{0,24}") {
        match Selector::parse(&text) {
            Ok(read) => prop_assert_eq!(Selector::parse(&read.to_string()).unwrap(), read),
            Err(fault) => prop_assert!((1..=text.chars().count() + 1).contains(&fault.position)),
        }
    }
}
