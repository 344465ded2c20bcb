//! How much text a document becomes when its enclosing scalars are repeated on every row.

use std::ops::Add;

use crate::tape::{Entry, Token, after};

/// What one value gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) rows: u64,
    /// No column has more bytes of text than this, whatever its type becomes.
    pub(crate) bytes: u64,
}

impl Add for Weight {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { rows: self.rows.saturating_add(other.rows), bytes: self.bytes.saturating_add(other.bytes) }
    }
}

/// The longest text of a float, `-1.7976931348623157e+308`, and of an integer.
const LONGEST_NUMBER: u64 = 24;

/// The weight of a record, or of an array of records.
pub(crate) fn weigh(tape: &[Entry], place: usize) -> Weight {
    match tape[place].token {
        Token::Array { end, .. } => array(tape, place, end as usize),
        Token::Object { end } => object(tape, place, end as usize),
        token => Weight { rows: 1, bytes: scalar(token) },
    }
}

fn array(tape: &[Entry], array: usize, end: usize) -> Weight {
    let mut sum = Weight::default();
    let mut place = array + 1;
    while place < end {
        let element = weigh(tape, place);
        sum = sum + Weight { rows: element.rows.max(1), ..element };
        place = after(tape, place);
    }
    sum
}

fn object(tape: &[Entry], object: usize, end: usize) -> Weight {
    let mut sum = Weight::default();
    let mut repeated: u64 = 0;
    let mut place = object + 1;
    while place < end {
        match tape[place].token {
            Token::Array { end, .. } => {
                sum = sum + array(tape, place, end as usize);
                place = end as usize;
            }
            token => {
                repeated = repeated.saturating_add(scalar(token));
                place += 1;
            }
        }
    }
    sum.rows = sum.rows.max(1);
    sum.bytes = sum.bytes.saturating_add(repeated.saturating_mul(sum.rows));
    sum
}

fn scalar(token: Token) -> u64 {
    match token {
        Token::Null | Token::Object { .. } | Token::Array { .. } => 0,
        Token::Boolean(_) => 5,
        Token::Integer(span) | Token::Float(span) => u64::from(span.length()).max(LONGEST_NUMBER),
        Token::Text(span) | Token::Unescaped(span) => u64::from(span.length()),
    }
}
