//! From documents to rows.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;
use arrow::error::ArrowError;

use crate::column::{Cell, Column};
use crate::document::Document;
use crate::ladder::Rung;
use crate::naming::Naming;
use crate::path::{Path, push_key};
use crate::shape::{NONE, NodeId, ROOT, Shape, most_paths};
use crate::tape::{self, Entry, Token};
use crate::weight::{Weight, weigh};

/// What flattening has to know about the answers of an endpoint.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the records are; without it, the whole document is the record, or the array of records.
    pub envelope: Option<Path>,
    /// The column of a record that is a scalar, instead of `\value`.
    pub scalar: Option<String>,
    /// The columns that will stand beside these: fixed ones and kept ones. No column of a response takes their names.
    pub reserved: Vec<String>,
    /// How many columns there may be, of all documents together.
    pub max_columns: usize,
}

impl Default for Options {
    /// The whole document is the record, no name is reserved, and there may be 4,096 columns.
    fn default() -> Self {
        Self { envelope: None, scalar: None, reserved: Vec::new(), max_columns: 4096 }
    }
}

/// Why a document was not appended. The rows so far are as they were.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The rows so far must be taken first: with this document's, they might fill 2 GiB.
    #[error("take the rows so far first")]
    Full,
    /// The document cannot become rows; the reason is one for [`Document::into_unparsed`].
    #[error("{0}")]
    Unparsed(String),
}

/// Makes rows of documents, in the order in which they come.
///
/// Its columns only widen: [`take`](Self::take) gives the rows so far and leaves names, places and types for the next
/// rows, so the batches of one flattener are the batches of one wire.
#[derive(Debug)]
pub struct Flattener {
    envelope: Option<Path>,
    naming: Naming,
    max_columns: usize,
    /// The paths within a record, of all documents so far.
    shape: Shape,
    /// As the columns of `shape`.
    columns: Vec<Column>,
    rows: usize,
    /// The weight of the rows so far.
    weight: Weight,
}

/// No column of text has more bytes in one batch.
const MOST_BYTES: u64 = i32::MAX as u64;

/// The keys of all paths have no more bytes than these, 64 MiB.
const MOST_KEY_BYTES: usize = 1 << 26;

/// No batch has more cells, null ones too: 2 GiB of numbers.
const MOST_CELLS: u64 = 1 << 28;

/// What a document would add to the paths so far.
#[derive(Debug, Default)]
struct Growth {
    paths: usize,
    key_bytes: usize,
    columns: usize,
}

/// What a node of a document is among the paths so far.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// It lies outside of the record.
    Outside,
    /// It has not occurred before.
    New,
    Here(NodeId),
}

impl Flattener {
    /// A flattener without rows and columns.
    pub fn new(options: Options) -> Self {
        let naming = Naming::new(options.envelope.as_ref(), options.scalar.as_deref(), &options.reserved);
        Self {
            envelope: options.envelope,
            naming,
            max_columns: options.max_columns,
            shape: Shape::new(),
            columns: Vec::new(),
            rows: 0,
            weight: Weight::default(),
        }
    }

    /// How many rows were appended and not taken yet.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Appends the rows of a document, and returns how many they are. If its envelope is an array, `first` is the
    /// number of its first record, counted on from the documents before it.
    ///
    /// # Errors
    /// The rows so far must be taken first; or the document cannot become rows, because the columns or paths would be too
    /// many, or because its repeated scalars would fill 2 GiB.
    pub fn append(&mut self, document: &Document, first: u64) -> Result<usize, Refused> {
        let Some(envelope) = document.find(self.envelope.as_ref()) else { return Ok(0) };
        let tape = document.tape();
        if tape[envelope].token == Token::Null {
            return Ok(0);
        }
        let weight = weigh(tape, envelope);
        let columns = self.columns_for(document, envelope, weight)?;
        let before = self.rows;
        let mut writer = Writer { document, tape, places: &columns, columns: &mut self.columns, row: before };
        match tape[envelope].token {
            Token::Array { .. } => writer.array(envelope, first),
            _ => writer.level(envelope),
        }
        self.rows = writer.row;
        self.weight = self.weight + weight;
        Ok(self.rows - before)
    }

    /// Takes the rows so far, with all columns known so far in the order of first appearance. A column that was never
    /// anything but null has the type `Null`.
    ///
    /// # Errors
    /// None that a document can cause.
    pub fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        self.weight = Weight::default();
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let (field, array) = column.take(rows)?;
            fields.push(field);
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
    }

    /// The columns of a document's nodes, [`NONE`] where a node is none; makes those that are new. A document that is
    /// refused leaves nothing behind, however many new paths it has.
    fn columns_for(&mut self, document: &Document, envelope: usize, weight: Weight) -> Result<Vec<u32>, Refused> {
        let record = document.path_of(envelope);
        self.check_size(&self.growth(document.shape(), record), weight)?;
        let nodes = self.merge(document.shape(), record);
        let mut appearing = Vec::new();
        if self.envelope.is_some() {
            appearing.push(self.shape.number(ROOT));
        }
        let of_record = document.shape().columns().iter().map(|&node| nodes[node as usize]);
        appearing.extend(of_record.filter(|&node| node != NONE));
        for node in appearing {
            if self.shape.appear(node) {
                self.columns.push(self.column(node));
            }
        }
        Ok(nodes.into_iter().map(|node| if node == NONE { NONE } else { self.shape.column(node) }).collect())
    }

    /// Whether a document may be appended that adds so much to the paths, and rows of some weight.
    fn check_size(&self, growth: &Growth, weight: Weight) -> Result<(), Refused> {
        let columns = self.columns.len() + growth.columns;
        let too_much = |what: String| Err(Refused::Unparsed(format!("with it, there would be more than {what}")));
        if columns > self.max_columns {
            return too_much(format!("{} columns", self.max_columns));
        }
        if self.shape.len() + growth.paths > most_paths(self.max_columns) {
            return too_much(format!("{} paths", most_paths(self.max_columns)));
        }
        if self.shape.key_bytes() + growth.key_bytes > MOST_KEY_BYTES {
            return too_much(format!("{MOST_KEY_BYTES} bytes of keys"));
        }
        let fits =
            |weight: Weight| weight.bytes <= MOST_BYTES && weight.rows.saturating_mul(columns as u64) <= MOST_CELLS;
        if !fits(weight) {
            return Err(Refused::Unparsed("its rows would fill 2 GiB or more".to_owned()));
        }
        if fits(self.weight + weight) { Ok(()) } else { Err(Refused::Full) }
    }

    /// What the record at a node of a document would add to the paths here.
    fn growth(&self, shape: &Shape, record: NodeId) -> Growth {
        let mut growth = Growth::default();
        let mut nodes = vec![Known::Outside; shape.len()];
        let mut latest = vec![NONE; shape.len()];
        nodes[record as usize] = Known::Here(ROOT);
        for node in record + 1..shape.end() {
            let parent = shape.parent(node) as usize;
            let key = shape.key(node);
            let known = match (nodes[parent], key) {
                (Known::Outside, _) => continue,
                (Known::New, _) => NONE,
                (Known::Here(here), Some(key)) => self.shape.known_child(here, latest[parent], key),
                (Known::Here(here), None) => self.shape.known_number(here),
            };
            nodes[node as usize] = if known == NONE { Known::New } else { Known::Here(known) };
            if known == NONE {
                growth.paths += 1;
                growth.key_bytes += key.map_or(0, str::len);
            } else if key.is_some() {
                latest[parent] = known;
            }
        }
        let is_new = |node: &&NodeId| match nodes[**node as usize] {
            Known::Outside => false,
            Known::New => true,
            Known::Here(here) => self.shape.column(here) == NONE,
        };
        growth.columns = shape.columns().iter().filter(is_new).count();
        // The envelope's numbers are a column even if it is no array.
        if self.envelope.is_some() && self.shape.known_number(ROOT) == NONE && shape.known_number(record) == NONE {
            growth.paths += 1;
            growth.columns += 1;
        }
        growth
    }

    /// The nodes here of a document's nodes, [`NONE`] for what lies outside of its records.
    fn merge(&mut self, shape: &Shape, record: NodeId) -> Vec<NodeId> {
        let mut nodes = vec![NONE; shape.len()];
        let mut latest = vec![NONE; shape.len()];
        nodes[record as usize] = ROOT;
        for node in record + 1..shape.end() {
            let parent = shape.parent(node) as usize;
            let here = nodes[parent];
            if here == NONE {
                continue;
            }
            nodes[node as usize] = match shape.key(node) {
                Some(key) => self.shape.child(here, latest[parent], key),
                None => self.shape.number(here),
            };
            if shape.key(node).is_some() {
                latest[parent] = nodes[node as usize];
            }
        }
        nodes
    }

    /// The column for a node of the record.
    fn column(&self, node: NodeId) -> Column {
        let mut keys = Vec::new();
        let mut numbers = 0;
        let mut at = node;
        while at != ROOT {
            match self.shape.key(at) {
                Some(key) => keys.push(key),
                None => numbers += 1,
            }
            at = self.shape.parent(at);
        }
        let rung = if numbers > 0 { Rung::Int64 } else { Rung::Null };
        let name = match (keys.is_empty(), numbers) {
            (true, 0) => self.naming.scalar().to_owned(),
            (true, numbers) => self.naming.number(numbers - 1),
            (false, numbers) => self.naming.column(&natural(&keys, numbers)),
        };
        Column::new(name, rung)
    }
}

/// The name of a path, given from the innermost key outwards.
fn natural(keys: &[&str], numbers: usize) -> String {
    let mut name = String::new();
    for (place, key) in keys.iter().rev().enumerate() {
        if place > 0 {
            name.push('.');
        }
        push_key(&mut name, key);
    }
    name.push_str(&".idx".repeat(numbers));
    name
}

/// Writes the rows of one document.
struct Writer<'a> {
    document: &'a Document,
    tape: &'a [Entry],
    /// The columns of the document's nodes.
    places: &'a [u32],
    columns: &'a mut [Column],
    /// The row that comes next.
    row: usize,
}

impl Writer<'_> {
    /// Writes the rows of a record or an element: those of its arrays, one after the other, or one row; and on all of
    /// them its scalars.
    fn level(&mut self, place: usize) {
        let from = self.row;
        match self.tape[place].token {
            Token::Array { .. } => self.array(place, 0),
            Token::Object { end } => self.arrays(place + 1, end as usize),
            _ => {}
        }
        self.row = self.row.max(from + 1);
        match self.tape[place].token {
            Token::Array { .. } => {}
            Token::Object { end } => self.scalars(place + 1, end as usize, from),
            _ => self.scalar(place, from),
        }
    }

    /// Writes the rows of an array whose first element has the number `first`.
    fn array(&mut self, array: usize, first: u64) {
        let Token::Array { end, .. } = self.tape[array].token else { return };
        let numbers = self.places[self.tape[array].node as usize] as usize;
        let mut place = array + 1;
        let mut number = i64::try_from(first).unwrap_or(i64::MAX);
        while place < end as usize {
            let from = self.row;
            self.level(place);
            self.columns[numbers].set(from, self.row - from, Cell::Integer(number));
            number = number.saturating_add(1);
            place = tape::after(self.tape, place);
        }
    }

    /// Writes the rows of the arrays among an object's values; nested objects lie on the same level.
    fn arrays(&mut self, first: usize, end: usize) {
        let mut place = first;
        while place < end {
            match self.tape[place].token {
                Token::Array { end, .. } => {
                    self.array(place, 0);
                    place = end as usize;
                }
                _ => place += 1,
            }
        }
    }

    /// Sets the scalars among an object's values on all rows from `from` on.
    fn scalars(&mut self, first: usize, end: usize, from: usize) {
        let mut place = first;
        while place < end {
            match self.tape[place].token {
                Token::Array { end, .. } => place = end as usize,
                Token::Object { .. } => place += 1,
                _ => {
                    self.scalar(place, from);
                    place += 1;
                }
            }
        }
    }

    /// Sets a scalar on all rows from `from` on.
    #[inline]
    fn scalar(&mut self, place: usize, from: usize) {
        let entry = self.tape[place];
        let Some(cell) = cell(self.document, entry.token) else { return };
        let column = self.places[entry.node as usize] as usize;
        self.columns[column].set(from, self.row - from, cell);
    }
}

/// The value of a scalar, which is text if it is a number that does not fit its type; `None` for null.
#[inline]
fn cell(document: &Document, token: Token) -> Option<Cell<'_>> {
    match token {
        Token::Boolean(boolean) => Some(Cell::Boolean(boolean)),
        Token::Integer(span) => {
            let digits = document.sent(span);
            Some(integer(digits).map_or(Cell::Text(digits), Cell::Integer))
        }
        Token::Float(span) => {
            let digits = document.sent(span);
            Some(float(digits).map_or(Cell::Text(digits), Cell::Float))
        }
        Token::Text(span) => Some(Cell::Text(document.sent(span))),
        Token::Unescaped(span) => Some(Cell::Text(document.unescaped(span))),
        Token::Null | Token::Object { .. } | Token::Array { .. } => None,
    }
}

fn integer(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A number as a float; `None` if it is beyond every float.
fn float(digits: &[u8]) -> Option<f64> {
    let float: f64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    float.is_finite().then_some(float)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn document(text: impl Into<Bytes>) -> Document {
        Document::parse(text.into(), 65_536).unwrap()
    }

    fn flattener(max_columns: usize) -> Flattener {
        Flattener::new(Options { max_columns, ..Options::default() })
    }

    /// The reason why documents are refused, each of which would bring new keys, and the paths and bytes that they leave.
    fn left_by_refused(flattener: &mut Flattener, text: impl Fn(usize) -> String) -> (String, usize, usize) {
        let before = (flattener.shape.len(), flattener.shape.key_bytes());
        let mut reason = String::new();
        for number in 0..100_000 {
            match flattener.append(&document(text(number)), 0) {
                Err(Refused::Unparsed(why)) => reason = why,
                other => panic!("{number}: {other:?}"),
            }
        }
        (reason, flattener.shape.len() - before.0, flattener.shape.key_bytes() - before.1)
    }

    #[test]
    fn refused_documents_leave_no_paths_behind() {
        let mut flattener = flattener(2);
        flattener.append(&document(r#"{"a":1,"b":1}"#), 0).unwrap();
        let left = left_by_refused(&mut flattener, |number| format!(r#"{{"key {number}":{{"deep":1}}}}"#));
        assert_eq!(left, ("with it, there would be more than 2 columns".to_owned(), 0, 0));
        assert_eq!(flattener.append(&document(r#"{"b":1,"a":1}"#), 0), Ok(1));
    }

    #[test]
    fn paths_without_columns_are_counted_too() {
        let mut flattener = flattener(2);
        let empty = |number: usize| format!(r#"{{"key {number}":{{}}}}"#);
        // 1,024 and 4 for each column, of which one is the record itself.
        for number in 0..1031 {
            assert_eq!(flattener.append(&document(empty(number)), 0), Ok(1), "{number}");
        }
        let left = left_by_refused(&mut flattener, |number| empty(1031 + number));
        assert_eq!(left, ("with it, there would be more than 1032 paths".to_owned(), 0, 0));
        assert_eq!(flattener.append(&document(empty(7)), 0), Ok(1));
        assert!(flattener.columns.is_empty());
    }

    #[test]
    fn long_keys_are_counted_by_their_bytes() {
        let mut flattener = flattener(4096);
        let long = |number: usize| format!(r#"{{"{number}{}":{{}}}}"#, "k".repeat(MOST_KEY_BYTES / 2));
        assert_eq!(flattener.append(&document(long(0)), 0), Ok(1));
        let refused = flattener.append(&document(long(1)), 0);
        assert_eq!(
            refused,
            Err(Refused::Unparsed("with it, there would be more than 67108864 bytes of keys".to_owned()))
        );
        assert!(flattener.shape.key_bytes() < MOST_KEY_BYTES);
    }

    #[test]
    fn the_numbers_of_the_envelope_are_counted_once() {
        for (text, columns) in [(r#"{"data":[{"a":1}]}"#, 2), (r#"{"data":{"a":1}}"#, 2)] {
            let envelope = Some(Path::parse("data").unwrap());
            let options = |max_columns| Options { envelope: envelope.clone(), max_columns, ..Options::default() };
            assert_eq!(Flattener::new(options(columns)).append(&document(text), 0), Ok(1), "{text}");
            assert!(Flattener::new(options(columns - 1)).append(&document(text), 0).is_err(), "{text}");
        }
    }

    #[test]
    fn a_document_of_many_paths_and_few_columns_is_not_parsed() {
        let many: Vec<String> = (0..2000).map(|number| format!(r#""{number}":{{}}"#)).collect();
        let text = format!("{{{}}}", many.join(","));
        assert_eq!(Document::parse(text.into(), 2).unwrap_err().reason, "more than 1032 paths");
    }
}
