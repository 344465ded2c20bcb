//! How selectors are sent, and what is read from the target of a request.

use seatflow_catalog::Selector;

use super::selector;

/// What follows `/graph/` when a selector is sent.
fn target(selector: &Selector) -> String {
    let query = selector.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", selector.path())
}

#[test]
fn what_somebody_chose_is_encoded_and_syntax_where_a_path_cannot_hold_it() {
    for (text, sent) in [
        ("License", "License"),
        (
            "Organization[@name='Acme Inc']/~OneToMany/Entitlement",
            "Organization%5B@name=%27Acme%20Inc%27%5D/~OneToMany/Entitlement",
        ),
        ("Organization[@name='R&D? /a+b=%,*!~']", "Organization%5B@name=%27R%26D%3F%20%2Fa%2Bb%3D%25%2C%2A%21~%27%5D"),
        ("Organization[@name='O''Brien Ä']", "Organization%5B@name=%27O%27%27Brien%20%C3%84%27%5D"),
        ("Profile[@a!=null and @b<=5&@c*x]", "Profile%5B@a!=null%20and%20@b%3C=5%26@c*x%5D"),
        (
            "Assignment:LicenseProfileAssignment/@id,@reservationType",
            "Assignment:LicenseProfileAssignment/@id,@reservationType",
        ),
        ("Profile{s=type;-name,i=0,r=5}", "Profile%7Bs=type%3B-name,i=0,r=5%7D"),
        ("Profile{count}", "Profile%7Bcount%7D"),
        (
            "License?/~ManyToOne/LicensedItem[@name='a?b&c']&/~Assignment:LicenseProfileAssignment/Profile{r=1}",
            "License?/~ManyToOne/LicensedItem%5B@name=%27a%3Fb%26c%27%5D\
             &/~Assignment:LicenseProfileAssignment/Profile%7Br=1%7D",
        ),
    ] {
        let read = selector(text);
        assert_eq!(target(&read), sent);
        assert_eq!(Selector::parse_target(sent).unwrap(), read, "{sent}");
    }
}

#[test]
fn a_target_is_read_raw_or_encoded() {
    let wanted = selector("Profile[@name='a&b']{i=0}?/~ManyToOne/Person[@lastName~'%']&/Assignment");
    for target in [
        "Profile[@name='a%26b']{i=0}?/~ManyToOne/Person[@lastName~'%25']&/Assignment",
        "Profile%5B%40name%3D%27a%26b%27%5D%7Bi%3D0%7D?%2F%7EManyToOne%2FPerson%5B%40lastName%7E%27%25%27%5D&/Assignment",
        "Profile[@name='a%26b']{i=0}/?/~ManyToOne/Person[@lastName~'%25']&/Assignment",
    ] {
        assert_eq!(Selector::parse_target(target).unwrap(), wanted, "{target}");
    }
    assert_eq!(Selector::parse_target("Profile/?").unwrap(), selector("Profile"));
    // The quote at the end of a value may be missing here too, in each piece by itself.
    let lenient = Selector::parse_target("Profile[@id='1]?/Assignment[@id='2]&/Entitlement").unwrap();
    assert_eq!(lenient, selector("Profile[@id='1']?/Assignment[@id='2']&/Entitlement"));
}

#[test]
fn a_range_is_merged_into_the_parameters() {
    for (text, has_range, with_range) in [
        ("Profile", false, "Profile{i=20,r=10}"),
        // Of a single field, nulls are left out of the answer.
        ("Profile/@name", false, "Profile[@name!=null]/@name{i=20,r=10}"),
        ("Profile[@id='1']/@name", false, "Profile[@id='1',@name!=null]/@name{i=20,r=10}"),
        ("Profile[@name!=null]/@name", false, "Profile[@name!=null]/@name{i=20,r=10}"),
        ("Profile[@name]/@name", false, "Profile[@name]/@name{i=20,r=10}"),
        ("Profile[@name!='x']/@name", false, "Profile[@name!='x',@name!=null]/@name{i=20,r=10}"),
        (
            "License/~ManyToOne/LicensedItem/@name",
            false,
            "License/~ManyToOne/LicensedItem[@name!=null]/@name{i=20,r=10}",
        ),
        ("Profile/@id,@name", false, "Profile/@id,@name{i=20,r=10}"),
        ("Profile{s=name}?/~ManyToOne/Person", false, "Profile{s=name,i=20,r=10}?/~ManyToOne/Person"),
        ("Profile{i=0,s=name}", true, "Profile{s=name,i=20,r=10}"),
        ("Profile{r=5}", true, "Profile{i=20,r=10}"),
        ("Profile{count}", true, "Profile{i=20,r=10}"),
    ] {
        let read = selector(text);
        assert_eq!((read.has_range(), read.with_range(20, 10).to_string().as_str()), (has_range, with_range), "{text}");
    }
}
