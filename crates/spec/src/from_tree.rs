//! Values that trees are read into.

use crate::{Key, Kind, Place, Problem, Reading, Slug, Tree};

/// A value that can be read from a tree.
///
/// An implementation returns `None` exactly when it has reported why, or when the tree is [`Kind::Broken`], whose
/// problem is known.
pub trait FromTree: Sized {
    /// Reads it.
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self>;
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

impl<T: FromTree> FromTree for Spanned<T> {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let value = T::from_tree(tree, reading)?;
        Some(Self { value, place: tree.place.clone() })
    }
}

/// The tree as it is, references and all.
impl FromTree for Tree {
    fn from_tree(tree: &Tree, _: &mut Reading<'_>) -> Option<Self> {
        (tree.kind != Kind::Broken).then(|| tree.clone())
    }
}

/// Text; a number is taken as it is spelt, so that an identifier of digits needs no quotes.
impl FromTree for String {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let tree = reading.resolve(tree)?;
        if let Some(text) = tree.as_text() {
            return Some(text.to_owned());
        }
        let help = match &tree.kind {
            Kind::Bool(_) => tree.spelling.as_deref().map(|spelling| format!("put it in quotes: `\"{spelling}\"`")),
            // The value itself may be a secret.
            Kind::List(items) if matches!(items.as_slice(), [one] if one.as_scalar().is_some()) => {
                Some("take it out of the brackets".to_owned())
            }
            _ => None,
        };
        if let Some(help) = help {
            let message = format!("expected text, found {}", tree.describe());
            let problem = Problem::new(Slug::WRONG_TYPE, message);
            reading.problem(problem.at(&tree.place, "this must be text").help(help));
        } else {
            reading.wrong_type(&tree, "text");
        }
        None
    }
}

impl FromTree for bool {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let tree = reading.resolve(tree)?;
        if let Kind::Bool(value) = tree.kind {
            return Some(value);
        }
        reading.wrong_type(&tree, "`true` or `false`");
        None
    }
}

impl FromTree for i64 {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let tree = reading.resolve(tree)?;
        if let Kind::Integer(value) = tree.kind {
            return Some(value);
        }
        reading.wrong_type(&tree, "a whole number");
        None
    }
}

impl FromTree for u64 {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let value = i64::from_tree(tree, reading)?;
        let unsigned = Self::try_from(value).ok();
        if unsigned.is_none() {
            out_of_range(tree, reading, &format!("{value} is less than 0"));
        }
        unsigned
    }
}

impl FromTree for usize {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let value = u64::from_tree(tree, reading)?;
        let sized = Self::try_from(value).ok();
        if sized.is_none() {
            out_of_range(tree, reading, &format!("{value} is more than this machine can count"));
        }
        sized
    }
}

/// A finite number, whole or not.
impl FromTree for f64 {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let resolved = reading.resolve(tree)?;
        match resolved.kind {
            Kind::Float(value) if value.is_finite() => Some(value),
            Kind::Float(value) => {
                out_of_range(tree, reading, &format!("{value} is not a finite number"));
                None
            }
            #[expect(clippy::cast_precision_loss, reason = "a number that is asked for as a float is one")]
            Kind::Integer(value) => Some(value as Self),
            _ => {
                reading.wrong_type(&resolved, "a number");
                None
            }
        }
    }
}

fn out_of_range(tree: &Tree, reading: &mut Reading<'_>, message: &str) {
    reading.problem(Problem::new(Slug::BAD_VALUE, message).at(&tree.place, "not an allowed number"));
}

/// A list; a single value is not taken for a list of one, so that a file says what it means.
impl<T: FromTree> FromTree for Vec<T> {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let written = tree.place.text();
        let fits_in_brackets = match &tree.kind {
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| T::from_tree(item, reading)).collect();
                return items.into_iter().collect();
            }
            Kind::Text(_) | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => true,
            Kind::Map(_) => written.starts_with('{') && !written.contains('\n'),
            Kind::Null | Kind::Broken => false,
        };
        if fits_in_brackets {
            let message = format!("expected a list, found {}", tree.describe());
            let problem = Problem::new(Slug::WRONG_TYPE, message).at(&tree.place, "this must be a list");
            reading.problem(problem.help(format!("put it in brackets: `[{written}]`")));
        } else {
            reading.wrong_type(tree, "a list");
        }
        None
    }
}

/// A map with names of the user's own, in order.
impl<T: FromTree> FromTree for Vec<(Key, T)> {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        if !matches!(tree.kind, Kind::Map(_) | Kind::Null) {
            reading.wrong_type(tree, "a map");
            return None;
        }
        let entries = tree.entries().iter().map(|(key, value)| (key, T::from_tree(value, reading)));
        let entries: Vec<_> = entries.collect();
        entries.into_iter().map(|(key, value)| Some((key.clone(), value?))).collect()
    }
}
