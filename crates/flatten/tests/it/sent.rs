//! Arbitrary JSON, and what the rules say of it, told a second time without columns.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use seatflow_flatten::Json;

/// A JSON value whose numbers are tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sent {
    Null,
    Boolean(bool),
    Number(&'static str),
    Text(&'static str),
    Array(Vec<Sent>),
    /// Fields in the order in which they are written.
    Object(Vec<(&'static str, Sent)>),
}

/// Keys that are hard to tell apart once they are joined.
const KEYS: [&str; 12] = ["a", "b", "idx", "a.b", r"a\", r"\idx", "", "_call", "value", "data", "é\"\n", r"\value"];

const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-7",
    "9007199254740992",
    "-9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "1.5",
    "1e3",
    "-0",
    "-0.0",
    "5e-324",
    "1e21",
    "1E999",
];

const TEXTS: [&str; 6] = ["", "x", "true", "1.5", "\u{0}\u{1f}\"\\/", "𝄞é"];

/// A value of any kind.
pub(crate) fn mixed() -> impl Strategy<Value = Sent> {
    let scalars = prop_oneof![
        Just(Sent::Null),
        any::<bool>().prop_map(Sent::Boolean),
        select(&NUMBERS[..]).prop_map(Sent::Number),
        select(&TEXTS[..]).prop_map(Sent::Text),
    ];
    values(scalars.boxed(), &KEYS)
}

/// A value of numbers under few keys, so that columns of several types of number are frequent.
pub(crate) fn numeric() -> impl Strategy<Value = Sent> {
    let scalars = prop_oneof![1 => Just(Sent::Null), 5 => select(&NUMBERS[..]).prop_map(Sent::Number)];
    values(scalars.boxed(), &KEYS[..3])
}

fn values(scalars: BoxedStrategy<Sent>, keys: &'static [&'static str]) -> impl Strategy<Value = Sent> {
    scalars.prop_recursive(5, 40, 5, move |inner| {
        let fields = btree_map(select(keys), inner.clone(), 0..4);
        let fields = fields.prop_map(|fields| fields.into_iter().collect::<Vec<_>>());
        let object = fields.prop_shuffle().prop_map(Sent::Object);
        prop_oneof![vec(inner, 0..4).prop_map(Sent::Array), object]
    })
}

impl Sent {
    pub(crate) fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(boolean) => write!(out, "{boolean}").unwrap(),
            Self::Number(token) => out.push_str(token),
            Self::Text(text) => out.push_str(&serde_json::to_string(text).unwrap()),
            Self::Array(elements) => {
                out.push('[');
                for (place, element) in elements.iter().enumerate() {
                    out.push_str(if place > 0 { ", " } else { "" });
                    element.write_to(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (place, (key, value)) in fields.iter().enumerate() {
                    out.push_str(if place > 0 { "," } else { "" });
                    write!(out, "{}: ", serde_json::to_string(key).unwrap()).unwrap();
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }

    /// The same value, with the order of all fields and all elements turned around.
    pub(crate) fn reversed(&self) -> Self {
        match self {
            Self::Array(elements) => Self::Array(elements.iter().rev().map(Self::reversed).collect()),
            Self::Object(fields) => {
                Self::Object(fields.iter().rev().map(|(key, value)| (*key, value.reversed())).collect())
            }
            scalar => scalar.clone(),
        }
    }

    /// The value without nulls, empty arrays and empty objects, each scalar in the type that its path has.
    pub(crate) fn pruned(&self) -> Option<Plain> {
        let mut types = HashMap::new();
        self.types(&mut Vec::new(), &mut types);
        self.plain(&mut Vec::new(), &types)
    }

    fn types(&self, path: &mut Vec<&'static str>, types: &mut HashMap<Vec<&'static str>, Kinds>) {
        match self {
            Self::Array(elements) => elements.iter().for_each(|element| element.types(path, types)),
            Self::Object(fields) => {
                for (key, value) in fields {
                    path.push(key);
                    value.types(path, types);
                    path.pop();
                }
            }
            other => types.entry(path.clone()).or_default().0.extend(scalar(other)),
        }
    }

    fn plain(&self, path: &mut Vec<&'static str>, types: &HashMap<Vec<&'static str>, Kinds>) -> Option<Plain> {
        match self {
            Self::Array(elements) => {
                let elements: Vec<_> = elements.iter().filter_map(|element| element.plain(path, types)).collect();
                (!elements.is_empty()).then_some(Plain::Array(elements))
            }
            Self::Object(fields) => {
                let mut plain = BTreeMap::new();
                for (key, value) in fields {
                    path.push(key);
                    plain.extend(value.plain(path, types).map(|value| ((*key).to_owned(), value)));
                    path.pop();
                }
                (!plain.is_empty()).then_some(Plain::Object(plain))
            }
            other => scalar(other).map(|scalar| types[path].typed(scalar)),
        }
    }
}

/// A pruned value; fields have no order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plain {
    Boolean(bool),
    Integer(i64),
    /// By its bits, so that `-0` is not `0`.
    Float(u64),
    Text(String),
    Array(Vec<Plain>),
    Object(BTreeMap<String, Plain>),
}

impl Plain {
    /// What a nested value says; `None` for null. It must be pruned already.
    pub(crate) fn of(json: &Json) -> Option<Self> {
        Some(match json {
            Json::Null => return None,
            Json::Boolean(boolean) => Self::Boolean(*boolean),
            Json::Integer(integer) => Self::Integer(*integer),
            Json::Float(float) => Self::Float(float.to_bits()),
            Json::Text(text) => Self::Text(text.clone()),
            Json::Array(elements) => Self::Array(elements.iter().map(|element| Self::of(element).unwrap()).collect()),
            Json::Object(fields) => {
                Self::Object(fields.iter().map(|(key, value)| (key.clone(), Self::of(value).unwrap())).collect())
            }
        })
    }
}

/// The scalars that a path has.
#[derive(Default)]
struct Kinds(Vec<Plain>);

impl Kinds {
    fn has(&self, kind: impl Fn(&Plain) -> bool) -> bool {
        self.0.iter().any(kind)
    }

    /// A scalar in the type that all scalars of the path have.
    fn typed(&self, scalar: Plain) -> Plain {
        let integers = self.has(|scalar| matches!(scalar, Plain::Integer(_)));
        let wide = self.has(|scalar| matches!(scalar, Plain::Integer(integer) if integer.unsigned_abs() > 1 << 53));
        let floats = self.has(|scalar| matches!(scalar, Plain::Float(_)));
        let booleans = self.has(|scalar| matches!(scalar, Plain::Boolean(_)));
        let texts = self.has(|scalar| matches!(scalar, Plain::Text(_)));
        let text = texts || booleans && (integers || floats) || floats && wide;
        match scalar {
            Plain::Boolean(boolean) if text => Plain::Text(boolean.to_string()),
            Plain::Integer(integer) if text => Plain::Text(integer.to_string()),
            Plain::Integer(integer) if floats => Plain::Float(integer.to_string().parse::<f64>().unwrap().to_bits()),
            Plain::Float(bits) if text => Plain::Text(ryu_js::Buffer::new().format(f64::from_bits(bits)).to_owned()),
            scalar => scalar,
        }
    }
}

/// What a scalar is by itself; `None` for null and for containers.
fn scalar(sent: &Sent) -> Option<Plain> {
    match sent {
        Sent::Boolean(boolean) => Some(Plain::Boolean(*boolean)),
        Sent::Number(token) => Some(number(token)),
        Sent::Text(text) => Some(Plain::Text((*text).to_owned())),
        Sent::Null | Sent::Array(_) | Sent::Object(_) => None,
    }
}

/// What a token is by itself.
fn number(token: &str) -> Plain {
    let text = || Plain::Text(token.to_owned());
    if token.contains(['.', 'e', 'E']) || token == "-0" {
        let float: f64 = token.parse().unwrap();
        return if float.is_finite() { Plain::Float(float.to_bits()) } else { text() };
    }
    token.parse().map_or_else(|_| text(), Plain::Integer)
}
