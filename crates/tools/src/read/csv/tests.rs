//! How files are taken apart, whole and spoilt ones.

use std::fmt::Write as _;
use std::io::{self, Read};

use proptest::prelude::*;

use super::scan::ScanError;
use super::{Dialect, Encoding, Scanner};

/// What a scanner finds, a line each: `LINE: a|b|c`, quoted fields in quotes, or `LINE! why: text`.
fn scan(bytes: &[u8], dialect: Dialect) -> String {
    let whole = scan_from(bytes, Encoding::Utf8, dialect);
    for length in 1..6 {
        let pieces = scan_from(Pieces { bytes, length }, Encoding::Utf8, dialect);
        assert_eq!(whole, pieces, "in pieces of {length} bytes");
    }
    whole
}

fn scan_from(input: impl Read, encoding: Encoding, dialect: Dialect) -> String {
    let mut scanner = Scanner::new(input, encoding, dialect).unwrap();
    let mut seen = String::new();
    while let Some(found) = scanner.next().unwrap() {
        match found.fields {
            Ok(fields) => {
                let fields = fields
                    .iter()
                    .map(|cell| if cell.quoted { format!("{:?}", cell.text) } else { cell.text.into_owned() });
                let fields: Vec<String> = fields.collect();
                writeln!(seen, "{}: {}", found.line, fields.join("|")).unwrap();
            }
            Err(why) => writeln!(seen, "{}! {why}: {}", found.line, found.text).unwrap(),
        }
    }
    seen
}

/// Gives a few bytes at a time.
struct Pieces<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let length = self.bytes.len().min(room.len()).min(self.length);
        let (now, later) = self.bytes.split_at(length);
        room[..length].copy_from_slice(now);
        self.bytes = later;
        Ok(length)
    }
}

fn scan_text(text: &str) -> String {
    scan(text.as_bytes(), Dialect::default())
}

#[test]
fn a_line_ends_with_lf_crlf_or_cr_or_the_file() {
    assert_eq!(scan_text("a,b\nc,d\r\ne,f\rg,h"), "1: a|b\n2: c|d\n3: e|f\n4: g|h\n");
    assert_eq!(scan_text("a\r"), "1: a\n");
}

#[test]
fn empty_lines_are_no_records_but_they_count() {
    assert_eq!(scan_text("\na\n\r\n\n,\n\n"), "2: a\n5: |\n");
    assert_eq!(scan_text(""), "");
}

#[test]
fn quotes_hold_delimiters_breaks_and_quotes() {
    assert_eq!(
        scan_text("\"a,b\",\"c\"\"d\"\n\"x\r\ny\n\",z\nlast\n"),
        "1: \"a,b\"|\"c\\\"d\"\n2: \"x\\r\\ny\\n\"|z\n5: last\n"
    );
    assert_eq!(scan_text("\"\",\"\"\"\"\n"), "1: \"\"|\"\\\"\"\n");
}

#[test]
fn a_quote_within_a_field_stands_for_itself() {
    assert_eq!(scan_text("5\" pipe, \"x\"\n"), "1: 5\" pipe| \"x\"\n");
}

#[test]
fn text_behind_a_quote_spoils_every_line_of_its_record_and_no_other() {
    let seen = scan_text("ok,1\n\"a\nb\"c,2\nok,3\n");
    let why = "in the record that begins in line 2, text follows a closing quote";
    assert_eq!(seen, format!("1: ok|1\n2! {why}: \"a\n3! {why}: b\"c,2\n4: ok|3\n"));
}

#[test]
fn a_quote_that_is_never_closed_swallows_nothing() {
    let seen = scan_text("ok,1\nx,\"a\nb,2\n\nc,3");
    let why = "in the record that begins in line 2, a quote is never closed";
    assert_eq!(seen, format!("1: ok|1\n2! {why}: x,\"a\n3! {why}: b,2\n5! {why}: c,3\n"));
}

#[test]
fn another_dialect_has_other_characters_or_none() {
    let tabs = Dialect { delimiter: b'\t', quote: None };
    assert_eq!(scan(b"a\t\"b\n", tabs), "1: a|\"b\n");
    let german = Dialect { delimiter: b';', quote: Some(b'\'') };
    assert_eq!(scan(b"'a;''b''';c,d\n", german), "1: \"a;'b'\"|c,d\n");
}

#[test]
fn a_line_that_is_not_text_is_spoilt_alone() {
    let seen = scan(b"\xC3\xA9,1\nM\xFCller,2\nz\x00,3\nok,4\n", Dialect::default());
    let zero = "there is a zero byte in it, as in a file that is not text, or in UTF-16";
    let expected =
        format!("1: é|1\n2! its character 2, the byte FC, is not UTF-8: M\u{FFFD}ller,2\n3! {zero}: z\0,3\n4: ok|4\n");
    assert_eq!(seen, expected);
}

#[test]
fn what_cannot_be_decoded_spoils_its_line() {
    let mut bytes: Vec<u8> = "a\nbc\nd\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes[6..8].copy_from_slice(&[0x00, 0xDC]);
    let seen = scan_from(bytes.as_slice(), Encoding::Utf16Le, Dialect::default());
    assert_eq!(seen, "1: a\n2! its character 2 is not UTF-16LE: b\u{FFFD}\n3: d\n");
}

#[test]
fn a_record_without_an_end_is_refused_with_its_line() {
    let text = format!("a\nb\n\"{}", "x\n".repeat(9 * 1024 * 1024));
    let mut scanner = Scanner::new(text.as_bytes(), Encoding::Utf8, Dialect::default()).unwrap();
    assert_eq!(scanner.next().unwrap().unwrap().line, 1);
    assert_eq!(scanner.next().unwrap().unwrap().line, 2);
    let error = scanner.next().unwrap_err();
    assert!(matches!(error, ScanError::TooLong { line: 3 }));
    assert_eq!(error.to_string(), "the record that begins in line 3 is longer than 16 MiB");
}

fn field() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(vec!["a", "é", ",", "\"", "\n", "\r", " ", ";"]), 0..6)
        .prop_map(|parts| parts.concat())
}

proptest! {
    /// What another writer of CSV has written is read as it was meant.
    #[test]
    fn well_formed_files_are_read_as_they_were_written(
        rows in proptest::collection::vec(proptest::collection::vec(field(), 2..5), 0..6),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut scanner = Scanner::new(Pieces { bytes: &bytes, length: 3 }, Encoding::Utf8, Dialect::default()).unwrap();
        let mut read = Vec::new();
        while let Some(found) = scanner.next().unwrap() {
            let fields = found.fields.unwrap();
            read.push(fields.iter().map(|cell| cell.text.into_owned()).collect::<Vec<_>>());
        }
        prop_assert_eq!(read, rows);
    }

    /// Nothing of a file disappears, whatever is in it: every line that is not empty is in some text.
    #[test]
    fn every_line_is_found_somewhere(text in "[ab,\"\n\r]{0,60}") {
        let mut scanner = Scanner::new(text.as_bytes(), Encoding::Utf8, Dialect::default()).unwrap();
        let mut found_text = String::new();
        let mut last_line = 0;
        while let Some(found) = scanner.next().unwrap() {
            prop_assert!(found.line > last_line);
            last_line = found.line;
            found_text.push_str(&found.text);
        }
        let without_breaks = |text: &str| text.replace(['\n', '\r'], "");
        prop_assert_eq!(without_breaks(&found_text), without_breaks(&text));
    }
}
