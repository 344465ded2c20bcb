//! What a Parquet file says of itself, at its end.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;

use super::form::Form;

/// The bytes at the beginning and at the end of every Parquet file that is not encrypted.
const MAGIC: &[u8] = b"PAR1";
/// The bytes at the end of one whose footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is something else.
    #[error("it is no Parquet file")]
    Foreign,
    /// Its end is missing.
    #[error("its end is missing: it was cut off, or it is still being written")]
    CutOff,
    /// It can be read only with a key.
    #[error("it is encrypted")]
    Encrypted,
    /// It is not as it was written.
    #[error("it is damaged: {0}")]
    Damaged(#[source] ParquetError),
    /// Two columns have one name.
    #[error("it has two columns `{0}`")]
    Twice(String),
    /// A column has values that no record can have.
    #[error("its column `{name}` holds {what}, and a field of a record is one value")]
    Nested {
        /// The column.
        name: String,
        /// What it holds, as a plural.
        what: &'static str,
    },
    /// A value says something that no record can say.
    #[error("a value of its column `{name}` cannot be told: {source}")]
    Value {
        /// The column.
        name: String,
        /// Why.
        source: ArrowError,
    },
}

/// What a Parquet file says of itself: its columns, and where its rows are.
pub(crate) struct Footer {
    /// As the reader of the rows wants it.
    pub(crate) metadata: ArrowReaderMetadata,
}

/// A column that is read.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Which one it is in the file, from 0.
    pub(crate) place: usize,
    /// Which one it is among those that are read, in the order of the file.
    pub(crate) rank: usize,
    /// What becomes of its values.
    pub(crate) form: Form,
}

impl Unreadable {
    /// What to do.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Empty | Self::Foreign => "is it the right file?",
            Self::CutOff | Self::Damaged(_) => "write or copy the file once more",
            Self::Encrypted => "write it without encryption",
            Self::Twice(_) => "give every column a name of its own",
            Self::Nested { .. } | Self::Value { .. } => "name the columns that are to be read in `columns`",
        }
    }
}

impl Footer {
    /// Whether these can be the first bytes of a Parquet file.
    pub(crate) fn check_beginning(head: &[u8]) -> Result<(), Unreadable> {
        match head {
            [] => Err(Unreadable::Empty),
            head if head.starts_with(ENCRYPTED) => Err(Unreadable::Encrypted),
            head if head.starts_with(MAGIC) => Ok(()),
            _ => Err(Unreadable::Foreign),
        }
    }

    /// Reads what a whole file says of itself.
    pub(crate) fn read(file: &impl ChunkReader) -> Result<Self, Unreadable> {
        let bytes = |start: u64| file.get_bytes(start, MAGIC.len()).map_err(Unreadable::Damaged);
        let size = file.len();
        if size < MAGIC.len() as u64 {
            return Err(if size == 0 { Unreadable::Empty } else { Unreadable::Foreign });
        }
        Self::check_beginning(&bytes(0)?)?;
        match &*bytes(size - MAGIC.len() as u64)? {
            ENCRYPTED => return Err(Unreadable::Encrypted),
            MAGIC if size > 2 * MAGIC.len() as u64 => {}
            _ => return Err(Unreadable::CutOff),
        }
        // What a writer adds for readers of its own kind is left aside: a file means the same, whoever wrote it.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = caught(|| ArrowReaderMetadata::load(file, options)).map_err(Unreadable::Damaged)?;
        let footer = Self { metadata };
        let mut names = BTreeSet::new();
        if let Some(twice) = footer.names().find(|name| !names.insert(*name)) {
            return Err(Unreadable::Twice(twice.to_owned()));
        }
        Ok(footer)
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.metadata.schema().fields().iter().map(|field| field.name().as_str())
    }

    /// The columns that are wanted and there, in the order in which they are wanted; all of them, if none is named.
    pub(crate) fn columns(&self, wanted: Option<&[String]>) -> Result<Vec<Column>, Unreadable> {
        let places: Vec<usize> = match wanted {
            None => (0..self.names().count()).collect(),
            Some(wanted) => wanted.iter().filter_map(|wanted| self.names().position(|name| name == wanted)).collect(),
        };
        let mut sorted = places.clone();
        sorted.sort_unstable();
        places.into_iter().map(|place| self.column(place, sorted.partition_point(|other| *other < place))).collect()
    }

    fn column(&self, place: usize, rank: usize) -> Result<Column, Unreadable> {
        let field: &Field = self.metadata.schema().field(place);
        let stored = self.metadata.parquet_schema().root_schema().get_fields()[place].get_basic_info();
        let name = field.name().clone();
        match Form::of(field.data_type(), stored.logical_type_ref()) {
            Some(form) => Ok(Column { name, place, rank, form }),
            None => Err(Unreadable::Nested { name, what: described(field.data_type()) }),
        }
    }
}

/// What is read of a file, also where its damage makes the reader panic.
pub(super) fn caught<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let broken_off = |_| Err(ParquetError::General("its pages are not what they are said to be".to_owned()));
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(broken_off)
}

/// The values of a type that no record has, as a plural.
fn described(of: &DataType) -> &'static str {
    match of {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "lists",
        DataType::Map(..) => "maps",
        DataType::Interval(_) => "intervals",
        _ => "groups of fields",
    }
}
