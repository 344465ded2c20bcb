//! Values as a table shows them.

use std::fmt;

use anyhow::bail;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use seatflow_spec::{Kind, Source, Tree};

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number of floating point.
    Float(f64),
    /// Text. Bytes are text in base64 behind `base64:`, times are text as RFC 3339 writes them.
    Text(String),
    /// In an expected table: whatever it is.
    Any,
}

impl Value {
    /// Reads a cell: a YAML scalar, or text as it stands.
    pub fn parse(cell: &str) -> Self {
        if cell.is_empty() {
            return Self::Null;
        }
        let scalar = Tree::parse(&Source::new("a cell", cell)).ok();
        match scalar.as_ref().map(|tree| (&tree.kind, tree.as_text())) {
            Some((Kind::Null, _)) if matches!(cell, "null" | "~") => Self::Null,
            Some((Kind::Bool(value), _)) => Self::Bool(*value),
            Some((Kind::Integer(value), _)) => Self::Integer(*value),
            Some((Kind::Float(value), _)) => Self::Float(*value),
            Some((Kind::Text(_), Some(text))) => Self::Text(text.to_owned()),
            _ => Self::Text(cell.to_owned()),
        }
    }

    /// The value in a row of a column.
    ///
    /// # Errors
    /// The column is of a type that no tool gives.
    pub fn of(column: &dyn Array, row: usize) -> anyhow::Result<Self> {
        if column.is_null(row) || *column.data_type() == DataType::Null {
            return Ok(Self::Null);
        }
        Ok(match column.data_type() {
            DataType::Boolean => Self::Bool(column.as_boolean().value(row)),
            DataType::Int64 => Self::Integer(column.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => Self::Float(column.as_primitive::<Float64Type>().value(row)),
            DataType::Utf8 => Self::Text(column.as_string::<i32>().value(row).to_owned()),
            DataType::Binary => {
                Self::Text(format!("base64:{}", BASE64_STANDARD.encode(column.as_binary::<i32>().value(row))))
            }
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
                Self::Text(Timestamp::from_microsecond(micros)?.to_string())
            }
            other => bail!("no table shows {other}"),
        })
    }

    /// Whether the value is what an expected one asks for.
    pub fn meets(&self, expected: &Self) -> bool {
        *expected == Self::Any || self == expected
    }

    /// As YAML that stands for the value wherever it is.
    pub(crate) fn to_yaml(&self) -> String {
        match self {
            Self::Null | Self::Any => "null".to_owned(),
            Self::Text(text) => serde_json::Value::from(text.replace("${", "$${")).to_string(),
            other => other.to_string(),
        }
    }
}

/// As a cell shows it, so that reading the cell gives the value again.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Float(value) => {
                let mut buffer = ryu_js::Buffer::new();
                let digits = buffer.format(*value);
                let whole = !digits.contains(['.', 'e', 'N', 'I']);
                write!(formatter, "{digits}{}", if whole { ".0" } else { "" })
            }
            Self::Text(text) => {
                let plain = text.trim() == text && !text.chars().any(char::is_control);
                if plain && Self::parse(text) == *self {
                    formatter.write_str(text)
                } else {
                    write!(formatter, "{}", serde_json::Value::from(text.as_str()))
                }
            }
            Self::Any => formatter.write_str("…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_yaml_scalar_or_text_as_it_stands() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(Value::parse("12"), Value::Integer(12));
        assert_eq!(Value::parse("5.0"), Value::Float(5.0));
        assert_eq!(Value::parse("true"), Value::Bool(true));
        assert_eq!(Value::parse(""), Value::Null);
        assert_eq!(Value::parse("\"\""), text(""));
        assert_eq!(Value::parse("\"12\""), text("12"));
        assert_eq!(Value::parse("00123"), text("00123"));
        for odd in ["a: b", "# no comment", "- x", "[", "${env:TOKEN}", "{a: 1}", "*x"] {
            assert_eq!(Value::parse(odd), text(odd));
        }
    }

    #[test]
    fn what_a_value_shows_is_read_as_the_value() {
        let texts =
            ["", "x", "12", "00123", "true", "null", " x", "a\nb", "${x}", "\"", "a: b", "…", "1.0", "'x'", "é"];
        let numbers =
            [Value::Float(5.0), Value::Float(0.1), Value::Float(1e300), Value::Float(-0.0), Value::Integer(-3)];
        let values = texts.map(|text| Value::Text(text.to_owned())).into_iter().chain(numbers);
        for value in values.chain([Value::Null, Value::Bool(false)]) {
            assert_eq!(Value::parse(&value.to_string()), value, "{value}");
        }
    }
}
