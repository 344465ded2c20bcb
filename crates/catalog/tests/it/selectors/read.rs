//! What is read from selectors.

use seatflow_catalog::Selector;
use seatflow_catalog::selector::{Meaning, Step, Value};

/// Reads a selector.
fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

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
