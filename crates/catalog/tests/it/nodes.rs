//! Nodes that are printed to be pasted.

use insta::assert_snapshot;
use seatflow_catalog::{Catalog, Method, node_yaml};
use seatflow_spec::{Pipeline, Problems, Reading, Source, Tree, Values};

use crate::{alteryx, catalog, endpoint, library};

/// A pipeline with the node in it.
fn pipeline_of(node: &str) -> Pipeline {
    let indented: Vec<_> = node.lines().map(|line| format!("  {line}")).collect();
    let text = format!("version: 1\npipeline: pasted\nnodes:\n{}\n", indented.join("\n"));
    let tree = Tree::parse(&Source::new("pasted.yaml", text)).expect("the node is YAML");
    let values = Values::default();
    let mut reading = Reading::new(&values);
    let pipeline = Pipeline::read(&tree, &mut reading).expect("the node is read");
    assert_eq!(reading.into_problems(), Problems::new());
    pipeline
}

#[test]
fn every_node_can_be_pasted() {
    let library = library();
    let of = |of: &Catalog| {
        for endpoint in &of.endpoints {
            let pipeline = pipeline_of(&node_yaml(of, endpoint));
            let node = &pipeline.nodes[0];
            assert_eq!(node.tool.value, "license_api");
            assert_eq!(node.config.get("endpoint").and_then(Tree::as_text), Some(endpoint.id.as_str()));
            for parameter in endpoint.parameters.iter().filter(|parameter| parameter.required) {
                let given = node.config.get("parameters").and_then(|all| all.get(&parameter.name)?.get("field"));
                assert!(given.is_some(), "{} of {}", parameter.name, endpoint.id);
            }
            let deletes = endpoint.method == Method::Delete;
            assert_eq!(node.config.get("confirm_delete").is_some(), deletes, "{}", endpoint.id);
            assert_eq!(node.config.get("payload").is_some(), endpoint.body.is_some(), "{}", endpoint.id);
        }
    };
    of(alteryx());
    of(&library);
}

#[test]
fn a_payload_has_its_required_fields_from_columns() {
    assert_snapshot!(node_yaml(alteryx(), endpoint(alteryx(), "devices.activateOffline")), @r"
    devices_activate_offline:
      license_api:
        endpoint: devices.activateOffline
        parameters:
          accountId: { field: account_id }
        payload:
          name: { field: name }
          hostId: { field: host_id }
          licenses:
            - licenseKey: { field: license_key }
      A: login
      D: records
    ");
}

#[test]
fn fields_of_one_name_get_columns_of_their_own() {
    let library = library();
    assert_snapshot!(node_yaml(&library, endpoint(&library, "loans.search")), @r#"
    loans_search:
      license_api:
        endpoint: loans.search
        parameters:
          reader: { field: reader }
        payload:
          "$query": { field: query }
          reader: { field: payload_reader }
          user:
            name: { field: name }
          tag:
            name: { field: tag_name }
      A: login
      D: records
    "#);
}

#[test]
fn a_deletion_is_confirmed() {
    assert_snapshot!(node_yaml(alteryx(), endpoint(alteryx(), "licenses.deactivate")), @r"
    licenses_deactivate:
      license_api:
        endpoint: licenses.deactivate
        parameters:
          licenseKey: { field: license_key }
          accountId: { field: account_id }
        confirm_delete: true
      A: login
      D: records
    ");
}

#[test]
fn each_field_has_a_column_of_its_own() {
    let text = "catalog: x
summary: x
endpoints:
  a.add:
    request: POST /a
    summary: x
    parameters: { id: { required: true, description: One. } }
    body: { example: { id: 1, payload: { id: 2 }, Id: 3, payload_id: 4, iD: 5, ids: [[1]] } }
";
    assert_snapshot!(node_yaml(&catalog(text), endpoint(&catalog(text), "a.add")), @r"
    a_add:
      license_api:
        endpoint: a.add
        parameters:
          id: { field: id }
        payload:
          id: { field: payload_id }
          payload:
            id: { field: payload_id_2 }
          Id: { field: payload_id_3 }
          payload_id: { field: payload_payload_id }
          iD: { field: i_d }
          ids: [{ field: ids }]
      D: records
    ");
}

#[test]
fn a_node_has_one_of_the_fields_that_are_wanted_and_values_of_which_there_is_one() {
    let of = |example: &str| {
        let text = format!(
            "catalog: x
summary: x
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema:
        required: [type, unit, id]
        properties: {{ type: {{ const: Profile }}, unit: {{ enum: [true] }}, id: {{}}, from: {{}}, until: {{}} }}
        anyOf: [{{ required: [from] }}, {{ required: [until] }}]
      example: {example}
"
        );
        node_yaml(&catalog(&text), endpoint(&catalog(&text), "a.add"))
    };
    assert_snapshot!(of("{ type: Profile, unit: true, id: 1, from: 2, until: 3 }"), @r"
    a_add:
      license_api:
        endpoint: a.add
        payload:
          type: Profile
          unit: true
          id: { field: id }
          from: { field: from }
      D: records
    ");
    let other = of("{ type: Profile, unit: true, id: 1, until: 3 }");
    assert!(other.contains("until: { field: until }"), "{other}");
}
