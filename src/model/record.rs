//! Sealed records: what the repository keeps and never edits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::codes::DossierCode;
use super::confidence::Confidence;
use super::dossier::RecordKind;
use super::field::Fields;
use super::ids::{BlobId, DocumentId, PageId, RecipeId, RecordId, Sha256};
use super::scan::MediaType;

/// A file in the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoredFile {
    /// The name it goes by, without folders.
    pub name: String,
    /// What it holds.
    pub media_type: MediaType,
    /// Its size.
    pub bytes: u64,
    /// Number of pages.
    pub pages: u32,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// BLAKE3 of its bytes.
    pub blake3: BlobId,
}

/// One document of a sealed record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDocument {
    /// Made from its pages.
    pub id: DocumentId,
    /// Its number in the dossier, from 1, counted over dossier and results together.
    pub ordinal: u32,
    /// The searchable PDF/A, named `CODE.NNN.pdf`.
    pub file: StoredFile,
    /// The scan it was made from, as it came.
    pub source: StoredFile,
    /// The scan's pages that are in `file`, in order.
    pub pages: Vec<PageId>,
    /// The scan's pages that were set aside because nothing is on them.
    pub blank_pages: Vec<PageId>,
    /// Mean confidence of the words read.
    pub text_confidence: Confidence,
    /// Judged facts.
    pub fields: Fields,
}

/// All documents of one dossier and kind, sealed. A correction or a late paper makes a new
/// version, and the old one stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Made from all the rest but the time.
    pub id: RecordId,
    /// Its dossier's code.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Counts from 1.
    pub version: u32,
    /// The version before, if there is one.
    pub supersedes: Option<RecordId>,
    /// When it was sealed.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub sealed_at: OffsetDateTime,
    /// How its newest pages were read.
    pub recipe: RecipeId,
    /// In the order of their ordinals.
    pub documents: Vec<RecordDocument>,
}

impl Record {
    /// Seals `documents` as the version after `previous`.
    pub fn new(
        dossier_code: DossierCode,
        kind: RecordKind,
        previous: Option<&Self>,
        sealed_at: OffsetDateTime,
        recipe: RecipeId,
        documents: Vec<RecordDocument>,
    ) -> Self {
        let version = previous.map_or(1, |record| record.version.saturating_add(1));
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 record");
        for part in [dossier_code.as_str().as_bytes(), &[0], kind.as_str().as_bytes(), &[0], &version.to_le_bytes()] {
            hasher.update(part);
        }
        hasher.update(recipe.as_bytes());
        for document in &documents {
            hasher.update(&document.ordinal.to_le_bytes());
            hasher.update(document.id.as_bytes());
            hasher.update(document.file.blake3.as_bytes());
            // Fields hold strings, numbers and enums only: they always serialise.
            hasher.update(&serde_json::to_vec(&document.fields).unwrap_or_default());
        }
        let id = RecordId::from_bytes(*hasher.finalize().as_bytes());
        Self { id, dossier_code, kind, version, supersedes: previous.map(|record| record.id), sealed_at, recipe, documents }
    }

    /// Pages in its sealed files.
    pub fn sealed_pages(&self) -> u32 {
        self.documents.iter().map(|document| document.file.pages).sum()
    }
}

/// The name of a dossier's sealed file: `mã hồ sơ.ordinal.pdf` (TT 05/2025/TT-BNV, Art. 8).
pub fn sealed_file_name(code: &DossierCode, ordinal: u32) -> String {
    format!("{code}.{ordinal:03}.pdf")
}
