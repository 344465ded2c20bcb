#![doc = include_str!("write_parquet.md")]
#![expect(clippy::doc_markdown, reason = "a page's title is the tool's name as it is written")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::properties::WriterProperties;
use schemars::JsonSchema;
use seatflow_spec::{FromTree, Reading, Spanned, Tree};
use seatflow_tool::{Binding, Bound, Card, Effects, Inputs, Outputs, Presence, Tool, ToolError};

use super::output::cannot_write;
use super::table::{Format, Writer, bind};

/// A row group is held in memory, compressed, until it is whole; this is its greatest size.
const ROW_GROUP_BYTES: usize = 32 * 1024 * 1024;

/// Records into a Parquet file.
#[derive(Debug)]
pub struct WriteParquet;

/// The settings of a `write_parquet`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The file, relative to the working directory. It takes its place when the run completes.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// How the file's pages are compressed. Without it, `zstd`.
    #[schemars(with = "Option<Compression>")]
    compression: Compression,
}

/// How the pages of a file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Compression {
    /// Zstandard.
    #[default]
    Zstd,
    /// Not at all.
    None,
}

impl FromTree for Config {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?.named("`write_parquet`");
        let path = map.required("path");
        let compression = map.optional_or("compression", Compression::default());
        map.finish();
        Some(Self { path: path?, compression })
    }
}

impl FromTree for Compression {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        reading.one_of(tree, &[("zstd", Self::Zstd), ("none", Self::None)])
    }
}

impl Tool for WriteParquet {
    type Config = Config;

    const CARD: Card = Card {
        name: "write_parquet",
        summary: "Writes records to a Parquet file",
        page: include_str!("write_parquet.md"),
        inputs: Inputs { a: Presence::Absent, d: Presence::Required },
        outputs: Outputs { a: false, s: true, f: None, l: false },
        effects: Effects::WritesFiles,
    };

    fn bind(config: Config, binding: &mut Binding<'_, '_>) -> Option<Bound> {
        let Config { path, compression } = config;
        Some(bind(compression, path, binding))
    }
}

/// A file on its way.
pub(super) struct ParquetWriter<W: Write + Send> {
    path: PathBuf,
    writer: ArrowWriter<W>,
}

impl Format for Compression {
    type Writer<W: Write + Send> = ParquetWriter<W>;

    fn begin<W: Write + Send>(&self, to: W, path: &Path, schema: &SchemaRef) -> Result<ParquetWriter<W>, ToolError> {
        let codec = match self {
            Self::Zstd => Codec::ZSTD(ZstdLevel::default()),
            Self::None => Codec::UNCOMPRESSED,
        };
        let properties = WriterProperties::builder()
            .set_compression(codec)
            .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
            .set_created_by(concat!("seatflow version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(to, Arc::clone(schema), options);
        Ok(ParquetWriter { path: path.to_owned(), writer: writer.map_err(|error| cannot_write(path, error))? })
    }
}

impl<W: Write + Send> Writer<W> for ParquetWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ToolError> {
        self.writer.write(rows).map_err(|error| cannot_write(&self.path, error))
    }

    fn finish(mut self) -> Result<W, ToolError> {
        // What is left goes to the disk here, where an error still tells its cause.
        self.writer.flush().map_err(|error| cannot_write(&self.path, error))?;
        self.writer.sync().map_err(|error| cannot_write(&self.path, error))?;
        self.writer.into_inner().map_err(|error| cannot_write(&self.path, error))
    }
}
