//! Payloads to begin with.

use serde_json::{Map, Value, json};

use crate::schema::{Kinds, SchemaPlace};
use crate::{Body, Endpoint};

/// Optional fields are made down to this depth, or a lesser one; what a schema requires goes deeper, but not without an
/// end.
const OPTIONAL_DEPTH: usize = 4;
const DEPTH: usize = 16;

/// So many values are made at most. A schema that leads in circles to many others has more of them with each step.
const VALUES: usize = 200;

/// A list is not made longer, whatever its schema wants.
const ITEMS: u64 = 8;

impl Endpoint {
    /// A payload to begin with: the catalog's example, or one that is made from the schema; none, if the endpoint takes
    /// none, or if nothing is known of it.
    ///
    /// One that is made has all fields with a fixed, default, allowed or plain value. It fits the schema, unless that
    /// asks for more than a plain value can give, as a `pattern` does, or for what holds itself without an end: such a
    /// field is there once, and null.
    pub fn sample_payload(&self) -> Option<Value> {
        let Body { schema, example, .. } = self.body.as_ref()?;
        example.clone().or_else(|| Some(sample(&schema.as_ref()?.root()).0))
    }

    /// The dotted path of the first field of the sample that its schema wants to hold itself, without an end.
    pub(crate) fn endless_field(&self) -> Option<String> {
        match self.body.as_ref()? {
            Body { example: None, schema: Some(schema), .. } => sample(&schema.root()).1,
            _ => None,
        }
    }
}

/// A value with optional fields as deep as there is room for them, and the first of its fields that would have no end.
fn sample(place: &SchemaPlace<'_>) -> (Value, Option<String>) {
    let depths = (1..=OPTIONAL_DEPTH).rev();
    let mut whole = depths.map(|depth| Sampling::of(place, depth)).filter(|(_, sampling)| sampling.left > 0);
    let (value, sampling) = whole.next().unwrap_or_else(|| Sampling::of(place, 0));
    (value, sampling.endless)
}

/// The types of which a value is made, the first one that may be.
const WAYS: [Kinds; 6] = [Kinds::MAP, Kinds::LIST, Kinds::TEXT, Kinds::INTEGER, Kinds::NUMBER, Kinds::BOOLEAN];

/// The making of one value.
struct Sampling<'a> {
    optional_depth: usize,
    /// How many more values can be made.
    left: usize,
    /// The maps that lead to the one that is made, and the names of the fields.
    way: Vec<(SchemaPlace<'a>, &'a str)>,
    /// The first field that would have no end.
    endless: Option<String>,
}

impl<'a> Sampling<'a> {
    /// A value, and whether there was room for all of it.
    fn of(place: &SchemaPlace<'a>, optional_depth: usize) -> (Value, Self) {
        let mut sampling = Self { optional_depth, left: VALUES, way: Vec::new(), endless: None };
        (sampling.value(place, 0), sampling)
    }

    fn value(&mut self, place: &SchemaPlace<'a>, depth: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        let place = place.first_form();
        let first = |keyword: &str| place.keyword(keyword).and_then(|values| values.as_array()?.first());
        let said = place.keyword("const").or_else(|| place.keyword("example")).or_else(|| first("examples"));
        if let Some(said) = said.or_else(|| place.keyword("default")).or_else(|| first("enum")) {
            return said.clone();
        }
        if let Some(known) = place.suggested().into_iter().next() {
            return Value::String(known.value);
        }
        let kinds = place.kinds();
        if depth >= DEPTH || self.left == 0 {
            return Value::Null;
        }
        if kinds == Kinds::ANY {
            return match (place.fields().is_empty(), place.keyword("items")) {
                (false, _) => self.map(&place, depth),
                (true, Some(_)) => self.list(&place, depth),
                (true, None) => text(&place),
            };
        }
        match WAYS.into_iter().find(|kind| kinds.has(*kind)) {
            Some(Kinds::MAP) => self.map(&place, depth),
            Some(Kinds::LIST) => self.list(&place, depth),
            Some(Kinds::TEXT) => text(&place),
            Some(Kinds::BOOLEAN) => Value::Bool(true),
            Some(_) => number(&place),
            None => Value::Null,
        }
    }

    /// A map. A field that holds what it stands in is left out; if it is required, it is an empty list or null.
    fn map(&mut self, place: &SchemaPlace<'a>, depth: usize) -> Value {
        let required = place.required_in_a_form();
        let mut fields = Map::new();
        for name in place.fields() {
            let is_required = required.contains(&name);
            if self.left == 0 || depth >= self.optional_depth && !is_required {
                continue;
            }
            let field = place.field(name);
            self.way.push((place.clone(), name));
            if !self.is_circle(&field) {
                fields.insert(name.to_owned(), self.value(&field, depth + 1));
            } else if is_required && may_be_empty(&field) {
                fields.insert(name.to_owned(), Value::Array(Vec::new()));
            } else if is_required {
                let path = self.way.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(".");
                self.endless.get_or_insert(path);
                fields.insert(name.to_owned(), Value::Null);
            }
            self.way.pop();
        }
        fields.into()
    }

    /// Whether a place, or what it is a list of, has the fields of a map that leads to it.
    fn is_circle(&self, place: &SchemaPlace<'a>) -> bool {
        let mut place = place.first_form();
        for _ in 0..DEPTH {
            if is_list(&place) {
                place = place.item(0).first_form();
            }
        }
        !place.fields().is_empty() && self.way.iter().any(|(before, _)| before.has_the_fields_of(&place))
    }

    fn list(&mut self, place: &SchemaPlace<'a>, depth: usize) -> Value {
        let least = place.keyword("minItems").and_then(Value::as_u64).unwrap_or_default();
        let items = (0..least.clamp(1, ITEMS)).filter_map(|index| usize::try_from(index).ok());
        items.map(|index| self.value(&place.item(index), depth + 1)).collect()
    }
}

fn is_list(place: &SchemaPlace<'_>) -> bool {
    place.kinds() != Kinds::ANY && place.kinds().has(Kinds::LIST) && !place.kinds().has(Kinds::MAP)
}

/// Whether a place is that of a list which needs no item.
fn may_be_empty(place: &SchemaPlace<'_>) -> bool {
    let least = place.keyword("minItems").and_then(Value::as_u64).unwrap_or_default();
    is_list(&place.first_form()) && least == 0
}

/// The bound that is nearest to 1, or 1.
fn number(place: &SchemaPlace<'_>) -> Value {
    let bound = |keyword: &str| place.keyword(keyword).filter(|bound| bound.is_number());
    let beyond = |keyword: &str, step: i64| Some(json!(bound(keyword)?.as_i64()?.checked_add(step)?));
    let is = |value: &Value, fits: &dyn Fn(f64) -> bool| value.as_f64().is_some_and(fits);
    let least = bound("minimum").cloned().or_else(|| beyond("exclusiveMinimum", 1));
    let most = bound("maximum").cloned().or_else(|| beyond("exclusiveMaximum", -1));
    let above = least.filter(|least| is(least, &|least| least > 1.0));
    above.or_else(|| most.filter(|most| is(most, &|most| most < 1.0))).unwrap_or_else(|| json!(1))
}

fn text(place: &SchemaPlace<'_>) -> Value {
    let format = place.keyword("format").and_then(Value::as_str).unwrap_or_default();
    let text = match format {
        "date-time" => "2025-03-01T09:00:00Z",
        "date" => "2025-03-01",
        "time" => "09:00:00Z",
        "duration" => "P30D",
        "email" | "idn-email" => "name@example.test",
        "uri" | "iri" | "url" => "https://example.test/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "hostname" | "idn-hostname" => "host.example.test",
        _ if place.keyword("contentEncoding").is_some_and(|encoding| *encoding == json!("base64")) => "dGV4dA==",
        _ => return Value::String(of_length(place)),
    };
    Value::String(text.to_owned())
}

/// `text`, longer or shorter where the schema wants it so.
fn of_length(place: &SchemaPlace<'_>) -> String {
    let bound = |keyword: &str| place.keyword(keyword).and_then(|bound| usize::try_from(bound.as_u64()?).ok());
    let least = bound("minLength").unwrap_or_default();
    let most = bound("maxLength").unwrap_or(usize::MAX);
    let length = "text".len().max(least).min(most).min(256);
    "text".chars().cycle().take(length).collect()
}
