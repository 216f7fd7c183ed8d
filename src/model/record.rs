//! Sealed records: what the repository keeps and never edits.
//!
//! A record's id is made from what it says, in one of two forms:
//!
//! | form | covers |
//! |---|---|
//! | 1, `64 digits` | dossier, kind, version, recipe; of each document its number, pages, sealed file, fields and what few documents have; the change by hand. Records sealed before form 2 keep it |
//! | 2, `r2-` and 64 digits | all of the record but the id: every member of its JSON in canonical bytes (RFC 8785), thus also the sources, blank pages, confidence, names, the time, the digest of the text of its pages, and the id of the version before, so that versions form a chain |

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

use super::by_hand::ByHand;
use super::canonical::{Selection, canonical};
pub use super::change::{
    Change, DocumentAction, DocumentChange, DocumentPlace, FieldsAction, FieldsChange, PageAction, PageChange,
};
use super::codes::DossierCode;
use super::confidence::Confidence;
use super::dossier::RecordKind;
use super::field::{FieldName, Fields};
use super::ids::{BlobId, DocumentId, PageId, RecipeId, RecordId, Sha256, TextDigest};
use super::scan::MediaType;
use super::signature::Signature;
use super::site::Origin;
use super::text::TextSource;

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
    /// Where it was taken in; only of scans from an inbox of which that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Pages cut out of a scan of several documents without loss: what others may see of it. Records sealed
/// before there were such have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excerpt {
    /// The cut, of the same kind as the scan.
    pub file: StoredFile,
    /// Which pages of the scan it holds, in order.
    pub pages: Vec<PageId>,
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
    /// The scan it was made from, as it came. It stays inside where there is an `excerpt`.
    pub source: StoredFile,
    /// Its own pages of `source`, where that holds other documents too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
    /// The scan's pages that are in `file`, in order.
    pub pages: Vec<PageId>,
    /// The scan's pages that were set aside because nothing is on them.
    pub blank_pages: Vec<PageId>,
    /// Mean confidence of the words read.
    pub text_confidence: Confidence,
    /// Where its text comes from.
    #[serde(default, skip_serializing_if = "TextSource::is_ocr")]
    pub text_source: TextSource,
    /// Digital signatures of `source`. `file` is made from it and bears none of them: who asks
    /// for the signed paper must be given `source`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
    /// Those of `pages` that show what is to be kept from strangers, such as an identity card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive_pages: Vec<PageId>,
    /// Scans other than `source` that pages were put in from later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_sources: Vec<StoredFile>,
    /// BLAKE3 over what reading its pages brought. Absent in records of form 1, and where the
    /// result of a page is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<TextDigest>,
    /// What people changed in how its pages are read; `text_digest` covers the text as they left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
    /// Judged facts.
    pub fields: Fields,
}

impl RecordDocument {
    /// All files it consists of: the sealed one, the scans it was made from, and what was cut out.
    pub fn files(&self) -> impl Iterator<Item = &StoredFile> {
        let excerpt = self.excerpt.iter().map(|excerpt| &excerpt.file);
        [&self.file, &self.source].into_iter().chain(&self.more_sources).chain(excerpt)
    }

    /// The files that others may see beside the sealed one: scans as they came, and of a scan that holds
    /// other documents too what was cut out of it.
    pub fn shareable_sources(&self) -> impl Iterator<Item = &StoredFile> {
        let own = self.excerpt.as_ref().map_or(&self.source, |excerpt| &excerpt.file);
        [own].into_iter().chain(&self.more_sources)
    }

    /// Whether `other` says the same of the same paper. A document of a record of form 1 has no
    /// digest of its text, which is no difference; nor is it that the same scan came in elsewhere once more.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let text = self.text_digest.or(other.text_digest);
        let known = |of: &Self| {
            let mut known = Self { text_digest: of.text_digest.or(text), ..of.clone() };
            known.scans_mut().for_each(|scan| scan.origin = None);
            known
        };
        known(self) == known(other)
    }

    /// The scans that it was made from.
    pub fn scans(&self) -> impl Iterator<Item = &StoredFile> {
        [&self.source].into_iter().chain(&self.more_sources)
    }

    fn scans_mut(&mut self) -> impl Iterator<Item = &mut StoredFile> {
        [&mut self.source].into_iter().chain(&mut self.more_sources)
    }

    /// Where its first scan was taken in; none where that was never told.
    pub fn origin(&self) -> Option<&Origin> {
        self.source.origin.as_ref()
    }

    /// The same with the origins of its scans as `before` has them: a scan stays where it came from first.
    #[must_use]
    pub fn with_origins_of(mut self, before: &Self) -> Self {
        for scan in self.scans_mut() {
            let known = before.scans().find(|known| known.blake3 == scan.blake3);
            scan.origin = known.and_then(|known| known.origin.clone()).or_else(|| scan.origin.take());
        }
        self
    }

    /// What only few documents say, for an id of form 1; nothing for all others, so that the ids
    /// of records made before it could be said stay what they were.
    fn optional_parts(&self) -> Option<impl Serialize> {
        let Self { text_source, signatures, sensitive_pages, more_sources, .. } = self;
        let common = text_source.is_ocr() && signatures.is_empty() && sensitive_pages.is_empty() && more_sources.is_empty();
        (!common).then_some((text_source, signatures, sensitive_pages, more_sources))
    }
}

/// A document that was taken out of its record. It is kept as it was and found only when it is asked for;
/// in manifests it is named, so that those who took it in take it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Voided {
    /// The document as it was.
    pub document: RecordDocument,
    /// When it was taken out.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: OffsetDateTime,
    /// Who: the person, else the account. The act tells more.
    pub by: String,
    /// Why, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where its pages are now; none if nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<DocumentPlace>,
}

/// All documents of one dossier and kind, sealed. A correction or a late paper makes a new
/// version, and the old one stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Made from all the rest; see the forms above.
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
    /// The change by hand that made this version; absent where scans made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// In the order of their ordinals.
    pub documents: Vec<RecordDocument>,
    /// Documents that were taken out, in the order of their ordinals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Voided>,
}

impl Record {
    /// Seals `documents` as the version after `previous`. What was taken out of that stays out.
    pub fn new(
        dossier_code: DossierCode,
        kind: RecordKind,
        previous: Option<&Self>,
        sealed_at: OffsetDateTime,
        recipe: RecipeId,
        change: Option<Change>,
        documents: Vec<RecordDocument>,
    ) -> Self {
        let mut record = Self {
            id: RecordId::V2([0; 32]),
            dossier_code,
            kind,
            version: previous.map_or(1, |record| record.version.saturating_add(1)),
            supersedes: previous.map(|record| record.id),
            sealed_at,
            recipe,
            change,
            documents,
            voided: previous.map(|record| record.voided.clone()).unwrap_or_default(),
        };
        record.id = record.made_id();
        record
    }

    /// The same version with these documents taken out, and no others.
    #[must_use]
    pub fn with_voided(mut self, mut voided: Vec<Voided>) -> Self {
        voided.sort_by_key(|one| one.document.ordinal);
        self.voided = voided;
        self.id = self.made_id();
        self
    }

    /// All documents that the repository keeps of it, those that were taken out too, by their ordinals.
    pub fn kept_documents(&self) -> Vec<&RecordDocument> {
        let mut all: Vec<&RecordDocument> = self.documents.iter().chain(self.voided.iter().map(|one| &one.document)).collect();
        all.sort_by_key(|document| document.ordinal);
        all
    }

    /// Whether a document came to it from the other side of its dossier, under the number that it had there.
    pub fn brings_own_number(&self, document: &RecordDocument) -> bool {
        let Some(Change::Documents(change)) = &self.change else { return false };
        let from_here = |place: &DocumentPlace| place.dossier_code == self.dossier_code && place.ordinal == document.ordinal;
        change.action == DocumentAction::MovedIn && change.ordinal == document.ordinal && change.with.iter().any(from_here)
    }

    /// Whether a number is that of another document than `id`, so that `id` cannot have it again.
    pub fn is_anothers(&self, number: u32, id: DocumentId) -> bool {
        self.documents.iter().any(|document| document.ordinal == number && document.id != id)
    }

    /// The id that its content makes, in the form of the id it has. The two are equal unless
    /// somebody changed one of them.
    pub fn made_id(&self) -> RecordId {
        match self.id {
            RecordId::V1(_) => RecordId::V1(self.hash_of_form_1()),
            RecordId::V2(_) => RecordId::V2(self.hash_of_form_2()),
        }
    }

    fn hash_of_form_1(&self) -> [u8; 32] {
        let Self { dossier_code, kind, version, recipe, change, documents, .. } = self;
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 record");
        for part in [dossier_code.as_str().as_bytes(), &[0], kind.as_str().as_bytes(), &[0], &version.to_le_bytes()] {
            hasher.update(part);
        }
        hasher.update(recipe.as_bytes());
        for document in documents {
            hasher.update(&document.ordinal.to_le_bytes());
            hasher.update(document.id.as_bytes());
            hasher.update(document.file.blake3.as_bytes());
            // Fields hold strings, numbers and enums only: they always serialise.
            hasher.update(&serde_json::to_vec(&document.fields).unwrap_or_default());
            if let Some(optional_parts) = document.optional_parts() {
                hasher.update(&serde_json::to_vec(&optional_parts).unwrap_or_default());
            }
        }
        if let Some(change) = change {
            hasher.update(&serde_json::to_vec(change).unwrap_or_default());
        }
        *hasher.finalize().as_bytes()
    }

    /// Whether the record that is kept as `json` makes this id, in a fraction of the time that
    /// [`Self::made_id`] takes. What is not affirmed may be true all the same.
    pub fn is_proven(json: &str, id: RecordId) -> bool {
        struct AllButId;
        impl Selection for AllButId {
            fn leaves_out(&self, path: &[&str], key: &str) -> bool {
                path.is_empty() && key == "id"
            }
        }
        let RecordId::V2(hash) = id else { return false };
        canonical(json, &AllButId).is_some_and(|said| Self::hash_of_canonical(&said) == hash)
    }

    fn hash_of_form_2(&self) -> [u8; 32] {
        // Only a time beyond the year 9999 does not serialise, and no record with one is kept.
        let mut said = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = said.as_object_mut() {
            members.remove("id");
        }
        Self::hash_of_canonical(&serde_json_canonicalizer::to_vec(&said).unwrap_or_default())
    }

    fn hash_of_canonical(said: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 record of form 2");
        hasher.update(said);
        *hasher.finalize().as_bytes()
    }

    /// The names of bodies that are said to have issued its documents, one for each that has one.
    pub fn issuing_bodies(&self) -> impl Iterator<Item = &str> {
        let fields = self.documents.iter().filter_map(|document| document.fields.get(&FieldName::IssuingBody));
        fields.map(|field| field.value.as_str()).filter(|name| !name.is_empty())
    }

    /// Pages in its sealed files.
    pub fn sealed_pages(&self) -> u32 {
        self.documents.iter().map(|document| document.file.pages).sum()
    }
}

/// A record by what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName {
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Which version of it.
    pub version: u32,
}

/// The name of the file of a manifest: its number in six digits or more.
pub fn manifest_file_name(sequence: u64) -> String {
    format!("{sequence:06}.json")
}

/// The name of a dossier's sealed file: `mã hồ sơ.ordinal.pdf` (TT 05/2025/TT-BNV, Art. 8).
pub fn sealed_file_name(code: &DossierCode, ordinal: u32) -> String {
    format!("{code}.{ordinal:03}.pdf")
}

/// A document by the name of its sealed file, as people type it: `CODE.NNN`, with `.pdf` or without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentName {
    /// Its dossier.
    pub code: DossierCode,
    /// Its number in the dossier.
    pub ordinal: u32,
}

/// Says that a text names no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' names no document; it is CODE.NNN, such as H38.16-230706-0012.001")]
pub struct NotADocumentName(String);

impl FromStr for DocumentName {
    type Err = NotADocumentName;

    fn from_str(text: &str) -> Result<Self, NotADocumentName> {
        let wrong = || NotADocumentName(text.chars().take(120).collect());
        let bare = text.trim();
        let bare = bare.strip_suffix(".pdf").or_else(|| bare.strip_suffix(".PDF")).unwrap_or(bare);
        let (code, number) = bare.rsplit_once('.').ok_or_else(wrong)?;
        if number.len() < 3 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let ordinal = number.parse().ok().filter(|ordinal| *ordinal > 0).ok_or_else(wrong)?;
        Ok(Self { code: code.parse().map_err(|_| wrong())?, ordinal })
    }
}

impl TryFrom<String> for DocumentName {
    type Error = NotADocumentName;

    fn try_from(text: String) -> Result<Self, NotADocumentName> {
        text.parse()
    }
}

impl From<DocumentName> for String {
    fn from(name: DocumentName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.code, self.ordinal)
    }
}

#[cfg(test)]
pub(crate) mod tests;
