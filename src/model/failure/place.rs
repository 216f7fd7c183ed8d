//! Where something went wrong.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::field::FieldName;
use crate::model::ids::{BlobId, PageId};

/// Where something went wrong. Faces find words for it; as text it reads as older versions wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Place {
    /// A file or folder, by its path or its name in the inbox.
    File {
        /// Its path.
        path: String,
    },
    /// Pages of a file.
    Pages {
        /// Its path; empty where the file is known from elsewhere.
        path: String,
        /// Their numbers, from 1.
        pages: Vec<u32>,
    },
    /// A page, by its id.
    Page {
        /// The scan that it is in.
        scan: BlobId,
        /// Its place in the scan, from 0.
        ordinal: u32,
    },
    /// A file of the repository, by its id.
    Blob {
        /// The id.
        id: BlobId,
    },
    /// A dossier, by its code as it was typed or kept.
    Dossier {
        /// The code.
        code: String,
    },
    /// A document of a dossier.
    Document {
        /// The dossier's code.
        code: String,
        /// Its number.
        ordinal: u32,
    },
    /// A fact of a document.
    Field {
        /// The document, as `CODE.NNN`.
        document: String,
        /// The fact.
        field: FieldName,
    },
    /// A batch.
    Batch {
        /// Its number.
        number: i64,
    },
    /// A key of the settings, or the variable or option that sets one.
    Setting {
        /// The key.
        key: String,
    },
    /// What somebody typed.
    Typed {
        /// The text.
        text: String,
    },
    /// Standard output.
    Output,
    /// As an older version of the program wrote it down.
    Noted {
        /// What it wrote.
        text: String,
    },
}

impl Place {
    /// A file or folder.
    pub fn file(path: impl fmt::Display) -> Self {
        Self::File { path: path.to_string() }
    }

    /// One page of a file, counted from 1.
    pub fn page(path: impl fmt::Display, page: u32) -> Self {
        Self::Pages { path: path.to_string(), pages: vec![page] }
    }

    /// A key of the settings.
    pub fn setting(key: impl fmt::Display) -> Self {
        Self::Setting { key: key.to_string() }
    }

    /// The same place within a file of the inbox: a page of a file that was known from elsewhere.
    #[must_use]
    pub fn within(self, file: &str) -> Self {
        match self {
            Self::Pages { path, pages } if path.is_empty() => Self::Pages { path: file.to_owned(), pages },
            _ => Self::file(file),
        }
    }
}

impl From<PageId> for Place {
    fn from(PageId { scan, ordinal }: PageId) -> Self {
        Self::Page { scan, ordinal }
    }
}

impl From<BlobId> for Place {
    fn from(id: BlobId) -> Self {
        Self::Blob { id }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path: text } | Self::Typed { text } | Self::Noted { text } => f.write_str(text),
            Self::Dossier { code: text } | Self::Setting { key: text } => f.write_str(text),
            Self::Pages { path, pages } => {
                let separator = if path.is_empty() { "" } else { ", " };
                write!(f, "{path}{separator}page {}", numbers(pages))
            }
            Self::Page { scan, ordinal } => write!(f, "{}", PageId { scan: *scan, ordinal: *ordinal }),
            Self::Blob { id } => write!(f, "{id}"),
            Self::Document { code, ordinal } => write!(f, "{code}, document {ordinal}"),
            Self::Field { document, field } => write!(f, "{document}, {}", field.as_str()),
            Self::Batch { number } => write!(f, "#{number}"),
            Self::Output => f.write_str("stdout"),
        }
    }
}

/// Numbers with commas between.
pub fn numbers(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
impl Place {
    /// One of each kind.
    pub fn samples() -> Vec<Self> {
        let id = BlobId::of(b"scan");
        vec![
            Self::file("a/b.pdf"),
            Self::Pages { path: "a/b.pdf".into(), pages: vec![2, 5] },
            Self::Page { scan: id, ordinal: 0 },
            Self::Blob { id },
            Self::Dossier { code: "H38.16-230706-0012".into() },
            Self::Document { code: "H38.16-230706-0012".into(), ordinal: 3 },
            Self::Field { document: "H38.16-230706-0012.003".into(), field: FieldName::IssueDate },
            Self::Batch { number: 7 },
            Self::setting("workers.jobs"),
            Self::Typed { text: "giao đất".into() },
            Self::Output,
            Self::Noted { text: "a/b.pdf".into() },
        ]
    }
}
