//! The text encodings of CSV files.

use schemars::JsonSchema;

/// How a file's characters are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub(crate) enum Encoding {
    /// UTF-8.
    #[schemars(rename = "utf-8")]
    Utf8,
    /// UTF-16; its byte order mark says which, else little-endian.
    #[schemars(rename = "utf-16")]
    Utf16,
    /// UTF-16, the lower byte first.
    #[schemars(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the higher byte first.
    #[schemars(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252, the Western code page.
    #[schemars(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// All of them, in the order of the manual.
    pub(crate) const ALL: [Self; 5] = [Self::Utf8, Self::Utf16, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// As a pipeline writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The encoding that a byte order mark at the beginning of a file tells, and the mark's length.
    pub(crate) fn from_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// What turns its bytes into UTF-8, if they are not.
    pub(crate) fn decoder(self) -> Option<encoding_rs::Decoder> {
        let encoding = match self {
            Self::Utf8 => return None,
            Self::Utf16 | Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        Some(encoding.new_decoder_without_bom_handling())
    }
}
