//! The JSON types of a place.

use serde_json::{Map, Value};

/// The JSON types that a place may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u8);

/// How a JSON type is called.
pub(crate) struct Words {
    pub(crate) kind: Kinds,
    /// In a table.
    pub(crate) name: &'static str,
    /// In a sentence.
    pub(crate) said: &'static str,
}

/// The words for all types, in the order in which several are told.
const WORDS: [Words; 7] = [
    Words { kind: Kinds::TEXT, name: "text", said: "text" },
    Words { kind: Kinds::INTEGER, name: "integer", said: "a whole number" },
    Words { kind: Kinds::NUMBER, name: "number", said: "a number" },
    Words { kind: Kinds::BOOLEAN, name: "boolean", said: "`true` or `false`" },
    Words { kind: Kinds::LIST, name: "list", said: "a list" },
    Words { kind: Kinds::MAP, name: "map", said: "a map" },
    Words { kind: Kinds::NULL, name: "null", said: "null" },
];

impl Kinds {
    /// The words for these, of numbers only one.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static Words> {
        let is_said =
            move |words: &&Words| self.has(words.kind) && !(words.kind == Self::INTEGER && self.has(Self::NUMBER));
        WORDS.iter().filter(is_said)
    }

    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// Whole numbers.
    pub const INTEGER: Self = Self(1 << 2);
    /// Numbers, whole ones as well.
    pub const NUMBER: Self = Self(Self::INTEGER.0 | 1 << 3);
    /// Text.
    pub const TEXT: Self = Self(1 << 4);
    /// Lists.
    pub const LIST: Self = Self(1 << 5);
    /// Maps.
    pub const MAP: Self = Self(1 << 6);
    /// Anything: nothing is known.
    pub const ANY: Self = Self((1 << 7) - 1);

    /// Whether all of the other's are among these.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are among both; anything, if there are none, since what contradicts itself tells nothing.
    pub(super) fn and(self, other: Self) -> Self {
        match self.0 & other.0 {
            0 => Self::ANY,
            both => Self(both),
        }
    }

    /// Those that one schema lets through by itself.
    pub(super) fn told_by(said: &Map<String, Value>) -> Self {
        let any_of = |kinds: &mut dyn Iterator<Item = Self>| kinds.reduce(Self::or).unwrap_or(Self::ANY);
        match (said.get("type"), said.get("enum"), said.get("const")) {
            (Some(Value::String(name)), ..) => Self::of_type(name),
            (Some(Value::Array(names)), ..) => any_of(&mut names.iter().filter_map(Value::as_str).map(Self::of_type)),
            (_, Some(Value::Array(values)), _) => any_of(&mut values.iter().map(Self::of_value)),
            (.., Some(value)) => Self::of_value(value),
            _ => Self::ANY,
        }
    }

    pub(super) fn of_type(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::TEXT,
            "array" => Self::LIST,
            "object" => Self::MAP,
            _ => Self::ANY,
        }
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.is_f64() => Self::NUMBER,
            Value::Number(_) => Self::INTEGER,
            Value::String(_) => Self::TEXT,
            Value::Array(_) => Self::LIST,
            Value::Object(_) => Self::MAP,
        }
    }
}
