//! Values of parameters: written in the pipeline, or taken from a field of each record.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use seatflow_flatten::ladder;
use seatflow_spec::{FromTree, Kind, MaybeSecret, Place, Reading, Spanned, Tree};
use seatflow_tool::ToolError;

/// `{ field: name }`: the value of a column in each record.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FieldOf {
    /// The name of a column on D.
    #[schemars(with = "String")]
    pub(super) field: Spanned<String>,
}

/// What a parameter gets.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// One value.
    One(Part),
    /// Several, for a parameter that takes a list; where they are written.
    List(Vec<Part>, Place),
}

/// A value of a parameter.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// None in any record.
    Null,
    /// The same for all records.
    Literal(MaybeSecret),
    /// From a field of each record.
    Field(FieldOf),
}

impl Operand {
    /// Its values.
    pub(super) fn parts(&self) -> &[Part] {
        match self {
            Self::One(part) => std::slice::from_ref(part),
            Self::List(parts, _) => parts,
        }
    }

    /// Whether it is no value in any record.
    pub(super) fn is_null(&self) -> bool {
        self.parts().iter().all(|part| matches!(part, Part::Null))
    }

    /// The columns that it takes.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.parts().iter().filter_map(|part| match part {
            Part::Field(field) => Some(&field.field),
            Part::Null | Part::Literal(_) => None,
        })
    }

    /// The values that are written in it.
    pub(super) fn literals(&self) -> impl Iterator<Item = &MaybeSecret> {
        self.parts().iter().filter_map(|part| match part {
            Part::Literal(literal) => Some(literal),
            Part::Null | Part::Field(_) => None,
        })
    }
}

impl FromTree for FieldOf {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?;
        let field = map.required("field");
        map.finish();
        Some(Self { field: field? })
    }
}

impl FromTree for Operand {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        if let Kind::List(items) = &tree.kind {
            let parts: Vec<_> = items.iter().map(|item| Part::from_tree(item, reading)).collect();
            return Some(Self::List(parts.into_iter().collect::<Option<_>>()?, tree.place.clone()));
        }
        Part::from_tree(tree, reading).map(Self::One)
    }
}

impl FromTree for Part {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        if !tree.entries().is_empty() {
            return FieldOf::from_tree(tree, reading).map(Self::Field);
        }
        let resolved = reading.resolve(tree)?;
        let text = match &resolved.kind {
            Kind::Null => return Some(Self::Null),
            Kind::Bool(value) => Some(value.to_string()),
            _ => resolved.as_text().map(str::to_owned),
        };
        let Some(text) = text else {
            reading.wrong_type(&resolved, "a value, or `{ field: NAME }`");
            return None;
        };
        Some(Self::Literal(MaybeSecret::new(text, tree, reading)))
    }
}

impl JsonSchema for Operand {
    fn schema_name() -> Cow<'static, str> {
        "Operand".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let field = generator.subschema_for::<FieldOf>();
        json_schema!({
            "description": "A value for all records, or `{ field: NAME }` for the value of a column in each; a list of \
                them for a parameter that takes several values.",
            "anyOf": [
                { "type": ["string", "number", "boolean", "null"] },
                field,
                { "type": "array", "items": { "anyOf": [{ "type": ["string", "number", "boolean", "null"] }, field] } },
            ]
        })
    }
}

/// A column of a batch as text, in the form in which every type is written.
pub(super) struct TextColumn {
    texts: Option<ArrayRef>,
}

impl TextColumn {
    /// The column of that name; one that is not there yet is null in every record.
    ///
    /// # Errors
    /// If its type has no form as text.
    pub(super) fn of(batch: &RecordBatch, name: &str) -> Result<Self, ToolError> {
        let column = batch.column_by_name(name);
        let texts = column.map(|array| ladder::cast(array, &DataType::Utf8)).transpose();
        let texts = texts.map_err(|conflict| {
            ToolError::pipeline(format!("the column `{name}` cannot be a parameter: {conflict}")).from_source(conflict)
        })?;
        Ok(Self { texts })
    }

    /// The value in a row; `None` is null.
    pub(super) fn value(&self, row: usize) -> Option<&str> {
        let texts = self.texts.as_ref()?.as_string::<i32>();
        texts.is_valid(row).then(|| texts.value(row))
    }
}
