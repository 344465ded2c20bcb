//! Selectors, operations and items that 10Duke Enterprise refuses, or that are not even sent; its denials, which come with
//! status 200; and signed tokens that do not hold.

use super::calls::calls;
use super::table::Input;
use crate::program::Folder;

const ADMINISTRATOR: &str = "token: \"${env:TENDUKE_TOKEN}\"";
const USER: &str = "token: \"${env:TENDUKE_USER_TOKEN}\"";
const CLIENT: &str = "auth_url: \"${env:TENDUKE_TOKEN_URL}\", refresh_token: \"${env:TENDUKE_REFRESH_TOKEN}\", \
                      client_id: \"${env:TENDUKE_CLIENT_ID}\"";

/// The one record of `in.csv` has this value.
fn of_record(name: &str, call: &str, value: &str) -> Input {
    let quoted = value.replace('"', "\"\"");
    input(name, ADMINISTRATOR, call).with_file("in.csv", format!("value\n\"{quoted}\"\n"))
}

/// A call of an administrator.
fn literal(name: &str, call: &str) -> Input {
    input(name, ADMINISTRATOR, call)
}

fn input(name: &str, authorization: &str, call: &str) -> Input {
    let connection =
        format!("catalog: tenduke, base_url: \"${{env:TENDUKE_BASE_URL}}\", authorization: {{ {authorization} }}");
    // A secret that is written down is a warning, which is not what is looked for here.
    let folder = Folder::new().variable("GIVEN", "sandbox-secrte");
    folder.write(
        "bad.yaml",
        format!(
            "version: 1\npipeline: bad\nconnections:\n  portal: {{ {connection} }}\nnodes:\n  \
             given: {{ read_csv: {{ path: in.csv }} }}\n  \
             unread: {{ write_csv: {{ path: out/unread.csv }}, D: given.F }}\n{}",
            calls(call, "    D: given\n")
        ),
    );
    folder.write("in.csv", "value\nanything\n");
    Input::new(name, folder).sandboxed()
}

const SELECTED: &str = "endpoint: graph.read, parameters: { selector: { field: value } }";

/// A read with this selector in the file, as YAML between single quotes.
fn selected(name: &str, selector: &str) -> Input {
    let selector = selector.replace('\'', "''");
    literal(name, &format!("endpoint: graph.read, parameters: {{ selector: '{selector}' }}"))
}

/// A grant with these fields of its payload in place of good ones.
fn granted(fields: &str) -> String {
    format!("endpoint: license.grantOrganization, parameters: {{ title: DemoPackage }}, payload: {{ {fields} }}")
}

fn selectors() -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, selector) in [
        ("a selector whose bracket is not closed", "License[@id='a'"),
        ("a selector that ends with a direction", "License/~OneToMany"),
        ("a selector that begins with a relation", "~OneToMany/License"),
        ("a selector with a sign that there is not", "License[@id?'a']"),
        ("a selector of nothing", ""),
        ("a selector with an include that is broken", "License?/~ManyToOne/LicensedItem[&/Assignment"),
    ] {
        inputs.push(selected(name, selector));
        inputs.push(of_record(&format!("{name}, in a record"), SELECTED, selector));
    }
    for (name, selector) in [
        ("a selector with the quote of a name", "Organization[@name='O'Hara & Sons']"),
        ("a selector with the quote of a name, doubled", "Organization[@name='O''Hara & Sons']"),
        ("a selector of a type that there is not", "Licence"),
        ("a selector of a field that there is not", "License[@noSuchField=1]"),
    ] {
        inputs.push(of_record(name, SELECTED, selector));
    }
    let named = "endpoint: consumption.list, parameters: { organizationName: { field: value } }";
    for (name, value) in [
        ("a name with a quote", "O'Hara & Sons"),
        ("a name that tries to leave its quotes", "x']/~OneToMany/Entitlement[@id!='"),
        ("a name of quotes", "'''"),
        ("a name with a control character", "Acme\u{1} Inc"),
    ] {
        inputs.push(of_record(name, named, value));
    }
    let deleted = |selector| format!("endpoint: graph.delete, parameters: {{ selector: {selector} }}");
    inputs.push(literal("a deletion that is not confirmed", &deleted("\"License[@id='x']\"")));
    inputs.push(literal("a deletion of all of a type", &format!("{}, confirm_delete: true", deleted("License"))));
    inputs.push(
        input("a token of a user, for an administrator's read", USER, SELECTED)
            .with_file("in.csv", "value\nProfile\n".to_owned()),
    );
    inputs
}

fn operations() -> Vec<Input> {
    let owner = "ownerOrganizationId: 10000000-0000-4000-8000-000000000001";
    let reserved = "endpoint: assignment.reserve, payload: { profileId: { field: value }, \
                    licenseId: 40000000-0000-4000-8000-000000000001 }";
    let use_time = "endpoint: license.changeOrganizationUseTime, parameters: { licenseId: x }, \
                    payload: { maxAggregateUseTime: 1, incrementModel: appended";
    let validity = "endpoint: license.changeOrganizationValidity, \
                    parameters: { licenseId: 40000000-0000-4000-8000-000000000001 }, payload: { ";
    vec![
        of_record(
            "a validity that ends before it begins",
            &granted(&format!(
                "{owner}, licensedItemCount: 1, validFrom: 2025-03-01T00:00:00Z, validUntil: {{ field: value }}"
            )),
            "2025-02-01T00:00:00Z",
        ),
        of_record(
            "a validity that ends before it began",
            &format!("{validity}{owner}, validUntil: {{ field: value }} }}"),
            "2024-02-01T00:00:00Z",
        ),
        of_record(
            "a day for a time",
            &granted(&format!("{owner}, licensedItemCount: 1, validUntil: {{ field: value }}")),
            "2025-06-01",
        ),
        literal("a validity without a beginning or an end", &format!("{validity}{owner} }}")),
        of_record(
            "an organization that is not there, by its id",
            &granted("ownerOrganizationId: { field: value }, licensedItemCount: 1"),
            "10000000-0000-4000-8000-000000000099",
        ),
        of_record(
            "an organization by its name where its id belongs",
            &granted("ownerOrganizationId: { field: value }, licensedItemCount: 1"),
            "Acme Inc",
        ),
        of_record("no licences", &granted(&format!("{owner}, licensedItemCount: {{ field: value }}")), "0"),
        of_record("half a licence", &granted(&format!("{owner}, licensedItemCount: {{ field: value }}")), "0.5"),
        of_record("a seat where none is free", reserved, "20000000-0000-4000-8000-000000000005").with_file(
            "in.csv",
            "value\n20000000-0000-4000-8000-000000000002\n20000000-0000-4000-8000-000000000005\n".to_owned(),
        ),
        of_record("a user that is not there", reserved, "20000000-0000-4000-8000-000000000099"),
        literal("a way to add that there is not", &format!("{use_time}, {owner} }}")),
        literal(
            "an operation that the catalog fixes",
            &granted(&format!("{owner}, licensedItemCount: 1, operation: Login")),
        ),
    ]
}

fn items() -> Vec<Input> {
    let asked = |verb: &str| format!("endpoint: authz.{verb}, parameters: {{ item: {{ field: value }} }}");
    let on_behalf = |verb: &str| {
        let user = "onBehalfOfId: 20000000-0000-4000-8000-000000000002";
        format!("endpoint: authz.{verb}, parameters: {{ item: DemoItem1, {user} }}")
    };
    let released = |verb: &str| {
        let lease = "60000000-0000-4000-8000-0000000000ff";
        format!("endpoint: authz.{verb}, parameters: {{ leaseId: {lease} }}")
    };
    let mut inputs = Vec::new();
    for (form, verb) in [("JSON", "consume"), ("a signed token", "consumeJwt"), ("one word", "consumeText")] {
        inputs.push(of_record(&format!("an item that is denied, in {form}"), &asked(verb), "Demo Item 9"));
    }
    for (form, verb) in [("JSON", "release"), ("a signed token", "releaseJwt"), ("one word", "releaseText")] {
        inputs.push(literal(&format!("a lease that is not there, in {form}"), &released(verb)));
    }
    for (name, value) in [
        ("an item with signs of a query", "Demo&Item=1;hw=x"),
        ("an item called like a parameter", "version"),
        ("an item called `release`", "release"),
        ("an item called `doConsume`", "doConsume"),
        ("an item called `organizationId`", "organizationId"),
        ("an item of empty text", ""),
    ] {
        inputs.push(of_record(name, &asked("consume"), value));
    }
    let leased = "endpoint: authz.release, parameters: { leaseId: { field: value } }";
    inputs.push(of_record("a lease called like a parameter", leased, "onBehalfOfId"));
    for (name, fault) in [
        ("a token that another key signed", "jwt-wrong-key"),
        ("a token that has ended", "jwt-expired"),
        ("a token that says it needs no signature", "jwt-alg-none"),
    ] {
        for verb in ["checkJwt", "consumeJwt"] {
            let fault = format!("match=authz.{verb},times=1,do={fault}");
            inputs.push(literal(&format!("{name}, from `authz.{verb}`"), &on_behalf(verb)).with_fault(fault));
        }
    }
    inputs.push(
        literal("keys that are not to be had, for `authz.consumeJwt`", &on_behalf("consumeJwt"))
            .with_fault("match=jwks.read,times=9,do=status=404".to_owned()),
    );
    inputs
}

pub(super) fn inputs() -> Vec<Input> {
    let mut inputs = selectors();
    inputs.extend(operations());
    inputs.extend(items());
    let nothing = "endpoint: me.read";
    inputs.push(input("a token that is none", "token: \"${env:GIVEN}\"", nothing));
    inputs.push(input(
        "a client secret that is mistyped, of 10Duke",
        &format!("{CLIENT}, client_secret: \"${{env:GIVEN}}\""),
        nothing,
    ));
    inputs.push(input("no client secret", CLIENT, nothing));
    inputs
}
