//! Where rows and columns come from: records, fields, arrays, names.

use seatflow_flatten::Options;

use crate::table::{document, flatten, gives, lines, records};

fn whole() -> Options {
    Options::default()
}

// Records.

#[test]
fn each_element_of_the_envelope_is_a_record_with_its_number() {
    gives(
        records("data"),
        &[r#"{"data":[{"id":"a"},{"id":"b"}],"msg":null}"#],
        &["data.idx int64 | id text", "0 | a", "1 | b"],
    );
}

#[test]
fn numbers_count_on_across_pages() {
    gives(
        records("data"),
        &[r#"{"data":[{"id":1},{"id":2}]}"#, r#"{"data":[]}"#, r#"{"data":[{"id":3}]}"#],
        &["data.idx int64 | id int64", "0 | 1", "1 | 2", "2 | 3"],
    );
}

#[test]
fn an_object_in_the_envelope_is_one_record_without_a_number() {
    gives(records("data"), &[r#"{"data":{"id":1}}"#], &["data.idx int64 | id int64", "· | 1"]);
}

#[test]
fn null_and_an_absent_path_are_no_records() {
    for body in [r#"{"data":null}"#, "{}", "[]", "1", r#"{"data":[{"items":[1]}]}"#] {
        gives(records("data.items"), &[body], &[""]);
        assert_eq!(document(body).records(records("data.items").envelope.as_ref()), 0);
    }
}

#[test]
fn an_empty_envelope_still_has_its_number() {
    gives(records("data"), &[r#"{"data":[]}"#], &["data.idx int64"]);
}

#[test]
fn without_an_envelope_the_body_is_the_record() {
    gives(whole(), &[r#"{"id":1,"name":"x"}"#], &["id int64 | name text", "1 | x"]);
    gives(whole(), &["null"], &[""]);
}

#[test]
fn without_an_envelope_the_elements_of_an_array_are_the_records() {
    gives(whole(), &[r#"[{"id":1},{"id":2}]"#, r#"[{"id":3}]"#], &["idx int64 | id int64", "0 | 1", "1 | 2", "2 | 3"]);
}

#[test]
fn a_record_that_is_a_scalar_has_one_column() {
    gives(
        records("keys"),
        &[r#"{"keys":["k1",null,"k2"]}"#],
        &[r"keys.idx int64 | \value text", "0 | k1", "1 | ·", "2 | k2"],
    );
    gives(
        Options { scalar: Some("key".to_owned()), ..whole() },
        &[r#"["k1",{"key":"x"}]"#],
        &[r"idx int64 | key text | \key text", "0 | k1 | ·", "1 | · | x"],
    );
}

#[test]
fn a_record_that_is_an_array_numbers_its_elements() {
    gives(
        records("data"),
        &[r#"{"data":[[1,2],[{"a":3},[4]],[]]}"#],
        &[
            r"data.idx int64 | data.idx.idx int64 | \value int64 | a int64 | data.idx.idx.idx int64",
            "0 | 0 | 1 | · | ·",
            "0 | 1 | 2 | · | ·",
            "1 | 0 | · | 3 | ·",
            "1 | 1 | 4 | · | 0",
            "2 | · | · | · | ·",
        ],
    );
}

#[test]
fn siblings_of_the_envelope_are_no_columns() {
    gives(
        records("data"),
        &[r#"{"total":2,"data":[{"a":1}],"page":{"next":"x"}}"#],
        &["data.idx int64 | a int64", "0 | 1"],
    );
}

// Objects.

#[test]
fn nested_objects_are_dotted_and_add_no_rows() {
    gives(whole(), &[r#"{"a":{"b":{"c":1},"d":2},"e":{}}"#], &["a.b.c int64 | a.d int64", "1 | 2"]);
}

#[test]
fn an_object_without_fields_is_one_row() {
    let rows = flatten(whole(), &["[{},{}]"]);
    assert_eq!(lines(&rows), ["idx int64", "0", "1"]);
    assert_eq!(flatten(whole(), &["{}"]).num_rows(), 1);
}

// Arrays.

#[test]
fn an_array_of_objects_gives_a_row_for_each_element() {
    gives(
        whole(),
        &[r#"{"id":"d","licenses":[{"key":"x"},{"key":"y"}],"name":"n"}"#],
        &["id text | licenses.idx int64 | licenses.key text | name text", "d | 0 | x | n", "d | 1 | y | n"],
    );
}

#[test]
fn an_array_of_scalars_is_a_column_beside_its_number() {
    gives(whole(), &[r#"{"p":["x",null,"z"]}"#], &["p.idx int64 | p text", "0 | x", "1 | ·", "2 | z"]);
}

#[test]
fn an_array_in_an_array_is_numbered_once_more() {
    gives(
        whole(),
        &[r#"{"p":[[1,2],[],3,[[4]]]}"#],
        &[
            "p.idx int64 | p.idx.idx int64 | p int64 | p.idx.idx.idx int64",
            "0 | 0 | 1 | ·",
            "0 | 1 | 2 | ·",
            "1 | · | · | ·",
            "2 | · | 3 | ·",
            "3 | 0 | 4 | 0",
        ],
    );
}

#[test]
fn an_array_may_mix_scalars_objects_and_nulls() {
    gives(
        whole(),
        &[r#"{"p":[1,{"a":2},null,{}]}"#],
        &["p.idx int64 | p int64 | p.a int64", "0 | 1 | ·", "1 | · | 2", "2 | · | ·", "3 | · | ·"],
    );
}

#[test]
fn sibling_arrays_follow_one_another() {
    gives(
        whole(),
        &[r#"{"a":[1,2],"s":"x","b":[3]}"#],
        &[
            "a.idx int64 | a int64 | s text | b.idx int64 | b int64",
            "0 | 1 | x | · | ·",
            "1 | 2 | x | · | ·",
            "· | · | x | 0 | 3",
        ],
    );
}

#[test]
fn arrays_of_nested_objects_are_siblings_too() {
    gives(
        whole(),
        &[r#"{"o":{"a":[1],"s":2},"b":[{"c":[5,6]}]}"#],
        &[
            "o.a.idx int64 | o.a int64 | o.s int64 | b.idx int64 | b.c.idx int64 | b.c int64",
            "0 | 1 | 2 | · | · | ·",
            "· | · | 2 | 0 | 0 | 5",
            "· | · | 2 | 0 | 1 | 6",
        ],
    );
}

#[test]
fn an_object_whose_arrays_are_empty_is_one_row() {
    gives(
        whole(),
        &[r#"[{"id":1,"p":[],"q":[]},{"id":2,"p":[7],"q":[]}]"#],
        &["idx int64 | id int64 | p.idx int64 | q.idx int64 | p int64", "0 | 1 | · | · | ·", "1 | 2 | 0 | · | 7"],
    );
}

#[test]
fn scalars_repeat_on_every_row_of_every_level_below() {
    gives(
        whole(),
        &[r#"{"x":1,"p":[{"y":2,"q":[{"z":3},{"z":4}]},{"y":5,"q":[]}]}"#],
        &[
            "x int64 | p.idx int64 | p.y int64 | p.q.idx int64 | p.q.z int64",
            "1 | 0 | 2 | 0 | 3",
            "1 | 0 | 2 | 1 | 4",
            "1 | 1 | 5 | · | ·",
        ],
    );
}

// Order.

#[test]
fn columns_stand_in_the_order_of_first_appearance() {
    gives(
        whole(),
        &[r#"[{"p":{"a":1},"q":1},{"p":5,"a":0},{"q":[2]}]"#],
        &[
            "idx int64 | p.a int64 | q int64 | p int64 | a int64 | q.idx int64",
            "0 | 1 | 1 | · | · | ·",
            "1 | · | · | 5 | 0 | ·",
            "2 | · | 2 | · | · | 0",
        ],
    );
}

#[test]
fn appearance_does_not_depend_on_where_documents_end() {
    let split = flatten(records("d"), &[r#"{"d":[{"p":{"a":1},"q":1}]}"#, r#"{"d":[{"p":5}]}"#]);
    let whole = flatten(records("d"), &[r#"{"d":[{"p":{"a":1},"q":1},{"p":5}]}"#]);
    assert_eq!(split, whole);
}

// Names.

#[test]
fn dots_and_backslashes_of_keys_are_escaped() {
    gives(
        whole(),
        &[r#"{"a.b":1,"c\\d":2,"":3,"e":{"":4}}"#],
        &[r"a\.b int64 | c\\d int64 |  int64 | e. int64", "1 | 2 | 3 | 4"],
    );
}

#[test]
fn a_key_called_idx_is_told_from_a_number() {
    gives(
        whole(),
        &[r#"[{"idx":7,"p":[{"idx":8}],"\\idx":9}]"#],
        &[r"idx int64 | \idx int64 | p.idx int64 | p.\idx int64 | \\idx int64", "0 | 7 | 0 | 8 | 9"],
    );
}

#[test]
fn reserved_names_get_a_backslash() {
    let options = Options { reserved: vec!["_call".to_owned(), "a.b".to_owned()], ..records("data") };
    gives(
        options,
        &[r#"{"data":[{"_call":1,"a":{"b":2},"data":[3],"value":4}]}"#],
        &[
            r"data.idx int64 | \_call int64 | \a.b int64 | \data.idx int64 | data int64 | value int64",
            "0 | 1 | 2 | 0 | 3 | 4",
        ],
    );
}
