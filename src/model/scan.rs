//! Files that came out of a scanner.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::signature::Signature;

/// The kinds of file that are taken in, told by content and never by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum MediaType {
    /// `application/pdf`
    #[serde(rename = "application/pdf")]
    Pdf,
    /// `image/tiff`
    #[serde(rename = "image/tiff")]
    Tiff,
    /// `image/jpeg`
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// `image/png`
    #[serde(rename = "image/png")]
    Png,
}

impl MediaType {
    /// What names of files of it end in, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Tiff => "tif",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// The registered name, such as `image/tiff`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Tiff => "image/tiff",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What opening a scan tells before any page is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanSummary {
    /// What the content is.
    pub media_type: MediaType,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// Digital signatures in it, in the order in which they were made.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Names of files that are attached to it. They are on no page and in no sealed file.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// What notes on its pages say and no page shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// What a note says that somebody put on a page, such as with a sticky note of a PDF reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Number of the page, from 1.
    pub page: u32,
    /// Its text.
    pub text: String,
}
