//! Manifests of version 5, the one that is written. The types are its own: what a record of the
//! repository gains does not change what integrators read until a next version says so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::act::ActHead;
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::{self, FieldName, FieldSource, FieldStatus, Verdict};
use crate::model::ids::{BlobId, DocumentId, PageId, RecipeId, RecordId, Sha256, TextDigest};
use crate::model::record::{self, DocumentAction, FieldsAction, PageAction};
use crate::model::scan::MediaType;
use crate::model::signature::{self, SignatureIntegrity};
use crate::model::text::TextSource;

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 5;

/// The program that wrote a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Always `sohoa`.
    pub name: String,
    /// The program's version.
    pub version: String,
}

impl Default for Producer {
    fn default() -> Self {
        Self { name: "sohoa".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// Records sealed since the manifest before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Sohoa export manifest")]
pub struct Manifest {
    /// Always 5.
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
    /// In the order of their ordinals.
    pub documents: Vec<Document>,
    /// Documents that were taken out of the record, in this version or one before: whoever took them in
    /// takes them back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Voided>,
}

/// A document that is no longer in its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Voided {
    /// Its number in the dossier, which is given to no other document.
    pub ordinal: u32,
    /// Its id when it was taken out.
    pub id: DocumentId,
    /// The name that its sealed file had.
    pub name: String,
    /// When it was taken out.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub voided_at: OffsetDateTime,
    /// Where its pages are now; absent if in no document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<DocumentPlace>,
}

/// A document, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPlace {
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its number in the dossier.
    pub ordinal: u32,
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
    /// Judged facts.
    pub fields: BTreeMap<FieldName, Field>,
}

/// A file in the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
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
}

/// What may be done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Sure enough to be used, or decided by a person.
    Accepted,
    /// A suggestion: a person has to confirm or replace it.
    NeedsPerson,
    /// A person looked, and the paper does not bear it: there is no value.
    NotOnPaper,
}

/// The change by hand that made a version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Change {
    /// Pages of a document came in or went out.
    Pages(PageChange),
    /// Facts of a document were decided.
    Fields(FieldsChange),
    /// Documents were moved, voided, split or merged, or pages stand elsewhere.
    Documents(DocumentChange),
}

/// A change to whole documents, or to where pages stand in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentChange {
    /// What was done.
    pub action: DocumentAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The page that was moved or taken out, by its place before, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The other documents that had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<DocumentPlace>,
}

/// A change to the pages of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageChange {
    /// What was done.
    pub action: PageAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The place in its sealed file, from 1, of the first page that came in.
    pub page: u32,
    /// The pages that came in, in order.
    pub brought: Vec<PageId>,
    /// The page that went out, if one did. It stays in the version before.
    pub removed: Option<PageId>,
}

/// Decisions about facts of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldsChange {
    /// What was done.
    pub action: FieldsAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// What was decided.
    pub fields: BTreeMap<FieldName, Verdict>,
}

/// One signature as it was found in a file. Whether its certificate is to be trusted is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The signer's common name in the certificate; null if there is none.
    pub signer: Option<String>,
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

impl From<record::Record> for Record {
    fn from(record: record::Record) -> Self {
        let record::Record { id, dossier_code, kind, version, supersedes, sealed_at, recipe, change, documents, voided } = record;
        let documents = documents.into_iter().map(Document::from).collect();
        let change = change.map(|change| Change::from(change).without_receipts());
        let voided = voided.into_iter().map(Voided::from).collect();
        Self { id, dossier_code, kind, version, supersedes, sealed_at, recipe, change, documents, voided }
    }
}

impl From<record::RecordDocument> for Document {
    /// What is only for those who decide is left out: the raw text of fields, what speaks against
    /// them, and that a fact was not found.
    fn from(document: record::RecordDocument) -> Self {
        let record::RecordDocument { id, ordinal, file, source, excerpt, pages, blank_pages, .. } = document;
        // What others may see of a scan of many papers are the document's own pages.
        let (source, source_pages) = excerpt.map_or((source, Vec::new()), |excerpt| (excerpt.file, excerpt.pages));
        Self {
            id,
            ordinal,
            file: file.into(),
            source: source.into(),
            source_pages,
            pages,
            blank_pages,
            text_confidence: document.text_confidence,
            text_source: document.text_source,
            signatures: document.signatures.into_iter().map(Signature::from).collect(),
            sensitive_pages: document.sensitive_pages,
            more_sources: document.more_sources.into_iter().map(File::from).collect(),
            text_digest: document.text_digest,
            fields: document
                .fields
                .into_iter()
                .filter(|(name, _)| !name.is_of_receipts())
                .filter_map(|(name, field)| Some((name, told(field)?)))
                .collect(),
        }
    }
}

impl From<record::Voided> for Voided {
    /// Who took it out, and why, is for those who keep the papers.
    fn from(voided: record::Voided) -> Self {
        let record::Voided { document, at, became, .. } = voided;
        let became = became.map(DocumentPlace::from);
        Self { ordinal: document.ordinal, id: document.id, name: document.file.name, voided_at: at, became }
    }
}

impl From<record::DocumentPlace> for DocumentPlace {
    fn from(place: record::DocumentPlace) -> Self {
        let record::DocumentPlace { dossier_code, kind, ordinal } = place;
        Self { dossier_code, kind, ordinal }
    }
}

impl From<record::StoredFile> for File {
    fn from(file: record::StoredFile) -> Self {
        let record::StoredFile { name, media_type, bytes, pages, sha256, blake3, .. } = file;
        Self { name, media_type, bytes, pages, sha256, blake3 }
    }
}

impl Change {
    /// Nothing is told of receipts in this version, so nothing of decisions about them either.
    fn without_receipts(mut self) -> Self {
        if let Self::Fields(change) = &mut self {
            change.fields.retain(|name, _| !name.is_of_receipts());
        }
        self
    }
}

impl From<record::Change> for Change {
    fn from(change: record::Change) -> Self {
        match change {
            record::Change::Pages(record::PageChange { action, ordinal, page, brought, removed }) => {
                Self::Pages(PageChange { action, ordinal, page, brought, removed })
            }
            record::Change::Fields(record::FieldsChange { action, ordinal, fields }) => {
                Self::Fields(FieldsChange { action, ordinal, fields })
            }
            record::Change::Documents(record::DocumentChange { action, ordinal, page, with }) => {
                let with = with.into_iter().map(DocumentPlace::from).collect();
                Self::Documents(DocumentChange { action, ordinal, page, with })
            }
        }
    }
}

/// What others are told of a fact; nothing of one that was asked for and not found.
fn told(field: field::Field) -> Option<Field> {
    let status = match field.status {
        FieldStatus::Accepted => Status::Accepted,
        FieldStatus::NeedsPerson => Status::NeedsPerson,
        FieldStatus::NotOnPaper => Status::NotOnPaper,
        FieldStatus::Absent => return None,
    };
    let field::Field { value, source, confidence, decision, .. } = field;
    Some(Field { value, source, confidence, status, verdict: decision.map(|decision| decision.verdict) })
}

impl From<signature::Signature> for Signature {
    fn from(signature: signature::Signature) -> Self {
        let signature::Signature { signer, signed_at, integrity, covers_file } = signature;
        Self { signer, signed_at, integrity, covers_file }
    }
}
