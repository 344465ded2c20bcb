//! Columns as a tree of paths.

use arrow::array::{Array, Int64Array, RecordBatch};

use super::leaf::{Leaf, integers};
use super::{Error, Options};
use crate::naming::{Meaning, Naming};
use crate::parse::DEEPEST;
use crate::path::{Step, steps};

/// What can stand at one path: a scalar, an object, and arrays of these.
#[derive(Debug, Default)]
pub(super) struct Branch {
    pub(super) scalar: Option<Leaf>,
    pub(super) children: Vec<(String, Branch)>,
    /// The numbers of the elements, of the outermost array first.
    numbers: Vec<Option<Numbers>>,
}

/// A column of numbers of elements.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) column: String,
    pub(super) values: Int64Array,
}

impl Branch {
    /// The tree of a batch's columns, and the numbers of its records.
    pub(super) fn of(rows: &RecordBatch, options: &Options) -> Result<(Self, Option<Numbers>), Error> {
        let mut reserved = options.reserved.clone();
        reserved.push(options.call.clone());
        let naming = Naming::new(options.envelope.as_ref(), options.scalar.as_deref(), &reserved);
        let mut root = Self::default();
        let mut records = None;
        for (field, array) in rows.schema_ref().fields().iter().zip(rows.columns()) {
            let column = field.name();
            match naming.meaning(column).ok_or_else(|| Error::Name(column.clone()))? {
                Meaning::Reserved => {}
                Meaning::Scalar => root.set_scalar(Leaf::new(column, array)?)?,
                Meaning::Number(0) => set(&mut records, Numbers::new(column, integers(column, array)?), column)?,
                Meaning::Number(depth) => root.set_numbers(depth - 1, column, integers(column, array)?)?,
                Meaning::Natural(name) => {
                    let steps = steps(&name).ok_or_else(|| Error::Name(column.clone()))?;
                    if steps.len() > DEEPEST {
                        return Err(Error::Deep(column.clone()));
                    }
                    let (branch, depth) = root.descend(steps);
                    match depth {
                        0 => branch.set_scalar(Leaf::new(column, array)?)?,
                        depth => branch.set_numbers(depth - 1, column, integers(column, array)?)?,
                    }
                }
            }
        }
        Ok((root, records))
    }

    /// The branch at a path, made if it is new, and how many `idx` the path ends in.
    fn descend(&mut self, steps: Vec<Step>) -> (&mut Self, usize) {
        let mut branch = self;
        let mut depth = 0;
        for step in steps {
            match step {
                Step::Key(key) => branch = branch.child(key),
                Step::Number => depth += 1,
            }
        }
        (branch, depth)
    }

    fn child(&mut self, key: String) -> &mut Self {
        let known = self.children.iter().position(|(known, _)| *known == key);
        let place = known.unwrap_or_else(|| {
            self.children.push((key, Self::default()));
            self.children.len() - 1
        });
        &mut self.children[place].1
    }

    fn set_scalar(&mut self, leaf: Leaf) -> Result<(), Error> {
        let column = leaf.column.clone();
        set(&mut self.scalar, leaf, &column)
    }

    fn set_numbers(&mut self, depth: usize, column: &str, values: Int64Array) -> Result<(), Error> {
        if self.numbers.len() <= depth {
            self.numbers.resize_with(depth + 1, || None);
        }
        set(&mut self.numbers[depth], Numbers::new(column, values), column)
    }

    /// The number that a row has in the array `depth` arrays below this path.
    pub(super) fn number(&self, depth: usize, row: usize) -> Option<(&str, i64)> {
        let numbers = self.numbers.get(depth)?.as_ref()?;
        Some((&numbers.column, numbers.get(row)?))
    }

    /// A column here or below in which a row is not null.
    pub(super) fn content(&self, row: usize) -> Option<&str> {
        let scalar = self.scalar.as_ref().filter(|leaf| leaf.is_valid(row));
        let here = scalar.map(|leaf| leaf.column.as_str());
        here.or_else(|| Some(self.number(0, row)?.0))
            .or_else(|| self.children.iter().find_map(|(_, child)| child.content(row)))
    }

    /// Whether a row has a number of an element here or below.
    pub(super) fn has_number(&self, row: usize) -> bool {
        self.number(0, row).is_some() || self.children.iter().any(|(_, child)| child.has_number(row))
    }
}

impl Numbers {
    fn new(column: &str, values: Int64Array) -> Self {
        Self { column: column.to_owned(), values }
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        self.values.is_valid(row).then(|| self.values.value(row))
    }
}

fn set<T>(slot: &mut Option<T>, value: T, column: &str) -> Result<(), Error> {
    if slot.replace(value).is_some() {
        return Err(Error::Twice(column.to_owned()));
    }
    Ok(())
}
