//! CSV files that are none, or not quite.

use super::folder;
use super::table::Input;

/// Reads `a.csv`, of which a column `account` is asked for by name.
const ASKING: &str = "
  first:
    unique: { by: [account] }
    D: given
  taken:
    write_csv: { path: out/taken.csv }
    D: first
  failed:
    write_csv: { path: out/failed.csv }
    D: given.F
";

fn input(name: &str, more: &str, csv: Option<&[u8]>) -> Input {
    let folder = folder("");
    let nodes = format!("  given:\n    read_csv: {{ path: a.csv{more} }}{ASKING}");
    folder.write("bad.yaml", format!("version: 1\npipeline: bad\nnodes:\n{nodes}"));
    if let Some(csv) = csv {
        folder.write("a.csv", csv);
    }
    Input::new(name, folder)
}

pub(super) fn inputs() -> Vec<Input> {
    let utf_16: Vec<u8> = "\u{feff}account,b\nA,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, &str, Option<&[u8]>)> = vec![
        ("a file that is not there", "", None),
        ("an empty file", "", Some(b"")),
        ("nothing but a line break", "", Some(b"\n")),
        ("a header and nothing else", "", Some(b"account,b\n")),
        ("a line that is too short", "", Some(b"account,b\nA\n")),
        ("a line that is too long", "", Some(b"account,b\nA,1,2\n")),
        ("a line that is not UTF-8", "", Some(b"account,b\nCaf\xe9,1\n")),
        ("a header that is not UTF-8", "", Some(b"account,caf\xe9\nA,1\n")),
        ("UTF-16 with a mark, and no word of it", "", Some(&utf_16)),
        ("UTF-16 without a mark, and no word of it", "", Some(&utf_16[2..])),
        ("UTF-16 with `encoding: utf-16`", ", encoding: utf-16", Some(&utf_16)),
        ("UTF-16 with `encoding: utf-16le`", ", encoding: utf-16le", Some(&utf_16)),
        ("a byte order mark", "", Some(b"\xef\xbb\xbfaccount,b\nA,1\n")),
        ("a quote that is never closed", "", Some(b"account,b\n\"A,1\nB,2\n")),
        ("a quote in the middle of a field", "", Some(b"account,b\nA\"x,1\n")),
        ("text after a closing quote", "", Some(b"account,b\n\"A\"x,1\n")),
        ("a NUL", "", Some(b"account,b\nA\0,1\n")),
        ("a column that is there twice", "", Some(b"account,account\nA,1\n")),
        ("a column without a name", "", Some(b"account,\nA,1\n")),
        ("a column that is missing", "", Some(b"acount,b\nA,1\n")),
        ("semicolons instead of commas", "", Some(b"account;b\nA;1\n")),
        ("a separator of two characters", ", separator: \";;\"", Some(b"account;b\nA;1\n")),
        ("an encoding that nobody knows", ", encoding: klingon", Some(b"account,b\nA,1\n")),
        ("not a CSV but JSON", "", Some(b"[{\"account\": 1}]\n")),
        ("not a CSV but a spreadsheet", "", Some(b"PK\x03\x04\x14\0\x06\0")),
    ];
    cases.into_iter().map(|(name, more, csv)| input(name, more, csv)).collect()
}
