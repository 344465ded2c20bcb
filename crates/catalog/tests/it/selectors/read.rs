//! What is read from selectors.

use seatflow_catalog::Selector;
use seatflow_catalog::selector::{Meaning, Step, Value};

use super::{DOCUMENTED, selector};

/// What was read, a line for each piece.
fn told(selector: &Selector) -> String {
    let mut lines = steps("", selector.steps());
    for field in selector.projection() {
        lines.push(format!("field    {field}"));
    }
    let parameters = selector.parameters();
    for (name, number) in [("first", parameters.first()), ("most", parameters.most())] {
        lines.extend(number.map(|number| format!("{name:9}{number}")));
    }
    for key in parameters.sort_keys() {
        lines.push(format!("sort     {} {}", key.field, if key.descending { "down" } else { "up" }));
    }
    lines.extend(parameters.others().map(|(name, value)| format!("other    {name} = {value}")));
    if parameters.counts() {
        lines.push("count".to_owned());
    }
    for include in selector.includes() {
        lines.push("include".to_owned());
        lines.extend(steps("  ", include.steps()));
        lines.extend(include.parameters().most().map(|most| format!("  most     {most}")));
    }
    lines.join("\n")
}

fn steps(indent: &str, steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        let kind = match (step.is_relation(), step.multiplicity()) {
            (_, Some(_)) => "towards",
            (true, None) => "relation",
            (false, None) => "type",
        };
        let collection = step.collection().map(|collection| format!(" in {collection}")).unwrap_or_default();
        lines.push(format!("{indent}{kind:9}{}{collection}", step.name()));
        for condition in step.conditions() {
            let comparison = condition.comparison().map_or("is not null".to_owned(), |comparison| {
                format!("{} {}", meaning(comparison.operator().meaning()), value(comparison.value()))
            });
            lines.push(format!("{indent}  where  {} {comparison}", condition.field()));
        }
    }
    lines
}

fn meaning(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Equal => "is",
        Meaning::NotEqual => "is not",
        Meaning::Like => "is like",
        Meaning::StartsWith => "starts with",
        Meaning::Less => "<",
        Meaning::LessOrEqual => "<=",
        Meaning::Greater => ">",
        Meaning::GreaterOrEqual => ">=",
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => format!("the boolean {value}"),
        Value::Number(text) => format!("the number {text}"),
        Value::Bare(text) => format!("the word `{text}`"),
        Value::Quoted(text) => format!("the text `{text}`"),
    }
}

#[test]
fn a_selector_is_steps_conditions_and_what_comes_with_the_objects() {
    let text = "Organization/~OneToMany/Entitlement/~OneToMany/License[@seatCount>=5,@validUntil!=null]\
                {i=0,r=100}?/~ManyToOne/LicensedItem&/~Assignment:LicenseProfileAssignment/Profile";
    insta::assert_snapshot!(told(&selector(text)), @r"
    type     Organization
    towards  OneToMany
    type     Entitlement
    towards  OneToMany
    type     License
      where  seatCount >= the number 5
      where  validUntil is not null
    first    0
    most     100
    include
      towards  ManyToOne
      type     LicensedItem
    include
      relation Assignment in LicenseProfileAssignment
      type     Profile
    ");
}

#[test]
fn every_documented_selector_says_what_it_means() {
    let read = DOCUMENTED.iter().map(|text| format!("{text}\n{}", told(&selector(text))));
    insta::assert_snapshot!(read.collect::<Vec<_>>().join("\n\n"));
}

/// What is read from the conditions of a step.
fn conditions(text: &str) -> String {
    let told = told(&selector(&format!("License[{text}]")));
    let conditions = told.lines().skip(1).map(|line| line.trim_start().trim_start_matches("where  "));
    conditions.collect::<Vec<_>>().join("; ")
}

#[test]
fn each_operator_has_its_meaning_and_each_value_its_kind() {
    for (text, meaning) in [
        ("@id='40'", "id is the text `40`"),
        ("@id=40", "id is the number 40"),
        ("@id=-40.5", "id is the number -40.5"),
        ("@id=40.", "id is the word `40.`"),
        ("@id=4000-ab", "id is the word `4000-ab`"),
        ("@active=true", "active is the boolean true"),
        ("@active!=false", "active is not the boolean false"),
        ("@templateFor!=null", "templateFor is not null"),
        ("@templateFor=nullable", "templateFor is the word `nullable`"),
        ("@templateFor", "templateFor is not null"),
        ("@name~'acme'", "name is like the text `acme`"),
        ("@name~='ac%e'", "name is like the text `ac%e`"),
        ("@name*'Ac'", "name starts with the text `Ac`"),
        ("@name*='Ac'", "name starts with the text `Ac`"),
        ("@name=Ac*", "name is the word `Ac*`"),
        ("@seatCount<5", "seatCount < the number 5"),
        ("@seatCount<=5", "seatCount <= the number 5"),
        ("@seatCount>5", "seatCount > the number 5"),
        ("@seatCount>=5", "seatCount >= the number 5"),
        ("@name = 'a'", "name is the text `a`"),
        ("@name='O''Brien'", "name is the text `O'Brien`"),
        ("@name=''", "name is the text ``"),
        ("@name=''''", "name is the text `'`"),
        ("@name='R&D? [a]/b{c}'", "name is the text `R&D? [a]/b{c}`"),
    ] {
        assert_eq!(conditions(text), meaning, "{text}");
    }
}

#[test]
fn conditions_are_joined_in_five_ways() {
    for joiner in [",", " , ", "&", " & ", "&&", " and ", " AND "] {
        let joined = format!("@a=1{joiner}@b='2'{joiner}@c");
        assert_eq!(conditions(&joined), "a is the number 1; b is the text `2`; c is not null", "{joined}");
    }
    assert_eq!(conditions(" "), "");
}

#[test]
fn the_quote_that_ends_a_value_may_be_missing_and_a_quote_in_one_single() {
    for (text, value) in [
        ("Profile[@id='ID]/Assignment:A/~OneToMany/Consumption:C/@leaseId", "ID"),
        ("Profile[@id='ID]", "ID"),
        ("Profile[@id='ID]{i=0,r=5}", "ID"),
        ("Profile[@id='ID]?/~ManyToOne/Person", "ID"),
        ("Profile[@id='ID]/Assignment[@id='A']", "ID"),
        ("Profile[@id='O'Brien']", "O'Brien"),
        ("Profile[@id='O'Brien' , @active]", "O'Brien"),
        ("Profile[@id='O'Brien' and @active]", "O'Brien"),
        ("Profile[@id='O'Brien]", "O'Brien"),
        ("Profile[@id='O''Brien]", "O'Brien"),
        ("Profile[@id='a]b']", "a]b"),
        // Where every quote is closed, each means what it says.
        ("Profile[@id='a]/b']/~OneToMany/~Entitlement/License", "a]/b"),
        ("Profile[@id='a' and @name='b']/~OneToMany/~Entitlement/License", "a"),
    ] {
        let read = selector(text);
        let comparison = read.steps()[0].conditions()[0].comparison().unwrap();
        assert_eq!(comparison.value(), &Value::Quoted(value.to_owned()), "{text}");
    }
}

#[test]
fn each_include_is_read_by_itself() {
    let read = selector("License?/~ManyToOne/LicensedItem[@name='A&B']&/Assignment[@id='1]&/~Assignment/Profile{r=1}");
    insta::assert_snapshot!(told(&read), @r"
    type     License
    include
      towards  ManyToOne
      type     LicensedItem
        where  name is the text `A&B`
    include
      type     Assignment
        where  id is the text `1`
    include
      relation Assignment
      type     Profile
      most     1
    ");
}
