//! Manifests of version 6, the one that is written unless a consumer is served an older one. What of a record
//! says who somebody is stands apart (`personal`); what the register says stands beside what the papers say.
//!
//! Types that say the same as in version 5 are those of version 5.

mod agree;
mod fact;
mod make;
mod names;
mod personal;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use super::v5::{Change, Producer, Status, Voided};
pub use fact::{Code, CodeSource, ComponentFact, FactSource, Register, ResultFact, Site, SupplementFact};
pub use make::Telling;
pub use personal::{DocumentPersonal, Personal, PersonalPart, Said, SaidIdentity, Sealed};

use crate::model::act::ActHead;
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::{FieldName, FieldSource, Verdict};
use crate::model::ids::{BlobId, DocumentId, PageId, RecipeId, RecordId, Sha256, TextDigest};
use crate::model::scan::MediaType;
use crate::model::signature::SignatureIntegrity;
use crate::model::telling::PersonalMode;
use crate::model::text::TextSource;

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 6;

/// Records sealed since the manifest before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Sohoa export manifest")]
pub struct Manifest {
    /// Always 6.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// Counts from 1 without gaps.
    #[schemars(range(min = 1))]
    pub sequence: u64,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: OffsetDateTime,
    /// Who wrote it.
    pub producer: Producer,
    /// SHA-256 of the file of the manifest before; null for the first.
    pub previous_sha256: Option<Sha256>,
    /// The end of the repository's chain of acts when the manifest was made: it stands for who
    /// sealed each of the records, when and why.
    pub acts: ActHead,
    /// What became of the personal parts of its records.
    pub personal: PersonalMode,
    /// By dossier code, kind and version; never empty.
    #[schemars(length(min = 1))]
    pub records: Vec<Record>,
}

/// All documents of one dossier and kind, sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Made from all the rest of what the repository keeps of the record.
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
    /// What the dossier register said when the manifest was made; absent if it has no such dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Box<Register>>,
    /// Where its papers were taken in: the first of its documents, else by the register; absent if nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// Who applied, whom its papers are about, and what is written on them in free words. Absent if there is
    /// nothing of the kind, or it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal: Option<Personal>,
    /// In the order of their ordinals.
    pub documents: Vec<Document>,
    /// Documents that were taken out of the record, in this version or one before: whoever took them in
    /// takes them back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Voided>,
}

/// One document of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Made from its pages.
    pub id: DocumentId,
    /// Its number in the dossier, from 1, counted over dossier and results together.
    pub ordinal: u32,
    /// The searchable PDF/A, named `CODE.NNN.pdf`.
    pub file: File,
    /// The scan it was made from, as it came; or its own pages of a scan that held other documents too,
    /// cut out without loss.
    pub source: File,
    /// Where `source` was cut out: the pages of the scan that it holds, in order. Absent where it is the
    /// scan as it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_pages: Vec<PageId>,
    /// The scan's pages that are in `file`, in order.
    pub pages: Vec<PageId>,
    /// The scan's pages that were set aside because nothing is on them.
    pub blank_pages: Vec<PageId>,
    /// Where its scan was taken in; absent if its inbox does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// Sheets of paper, reckoned from the pages scanned and how many a sheet has by the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheets: Option<u32>,
    /// Kind of document by the archives' list, 01 to 32 (tên loại văn bản); absent if its type is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_code: Option<Code>,
    /// Language by the archives' list, 01 to 11.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Code>,
    /// Which component of its procedure it is (mã thành phần hồ sơ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_code: Option<Code>,
    /// Which result of its procedure it is (mã kết quả).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<Code>,
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
    pub more_sources: Vec<File>,
    /// Stands for the text of its pages as the repository keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<TextDigest>,
    /// Judged facts but those that are personal.
    #[schemars(extend("propertyNames" = personal::open_names()))]
    pub fields: BTreeMap<FieldName, Field>,
}

/// A file in the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The name it goes by, without folders. A scan is called by its document here: as it came, it may have
    /// been named after a person.
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
    /// Where it lies in a bundle, below `data/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(required, with = "String")]
    pub path: Option<String>,
    /// Where it can be fetched from the console, as long as it is in the newest version of its record; absent
    /// if the settings do not tell, or the console does not hand it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub url: Option<String>,
}

/// A value that was judged against the configured threshold, or that a person decided about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The value; only a suggestion if the status says so, and empty if the paper bears none.
    pub value: String,
    /// Where it was found.
    pub source: FieldSource,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it may be used as it is.
    pub status: Status,
    /// What a person found; absent where none has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The reading in whose place a person put this; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Reading>,
}

/// A value as it stood before a person decided about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The value.
    pub value: String,
    /// Where it was found.
    pub source: FieldSource,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it counted as sure.
    pub status: Status,
}

/// One signature as it was found in a file. Whether its certificate is to be trusted is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    // Only manifests of older versions have the signer here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub(super) signer: Option<String>,
    /// When it was signed: by a time stamp, else by the signer's own word; null if neither says.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub signed_at: Option<OffsetDateTime>,
    /// Whether the signed bytes are those that were signed.
    pub integrity: SignatureIntegrity,
    /// Whether the signed bytes are the whole file; something was added after signing if not.
    pub covers_file: bool,
}

impl Record {
    /// The files that it names.
    pub fn into_files(self) -> impl Iterator<Item = File> {
        self.documents.into_iter().flat_map(|document| [document.file, document.source].into_iter().chain(document.more_sources))
    }
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
