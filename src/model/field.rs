//! Facts about a document, each with where it came from and how sure it is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::confidence::Confidence;

/// The facts that are looked for in every document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// Mã hồ sơ.
    DossierCode,
    /// Loại văn bản: a key of the configured document types, such as `quyet_dinh`.
    DocumentType,
    /// Số: the digits before the slash.
    Number,
    /// Ký hiệu: what follows the number's slash, such as `QĐ-UBND`.
    Symbol,
    /// Ngày ban hành, as `YYYY-MM-DD`.
    IssueDate,
    /// Cơ quan ban hành.
    IssuingBody,
    /// Tên loại và trích yếu nội dung.
    Title,
    /// Số định danh cá nhân: the number on the owner's identity card.
    OwnerNumber,
    /// Họ, chữ đệm và tên of the owner.
    OwnerName,
    /// Ngày sinh of the owner, as `YYYY-MM-DD`.
    OwnerBirthDate,
    /// Of an intake receipt and its sister forms: chủ hồ sơ, who applies.
    Applicant,
    /// Of a receipt: the applicant's identity number.
    ApplicantNumber,
    /// Of a receipt: what the procedure is called.
    Procedure,
    /// Of a receipt: what the procedure's field is called.
    ProcedureField,
    /// Of a receipt: what was handed in, as `NAME × COPIES`, parted by `; `.
    Components,
    /// Of a receipt: when it was taken in, as `YYYY-MM-DD`, with ` HH:MM` where the paper tells.
    ReceivedAt,
    /// Of a receipt: when the result is promised, in the same form.
    DueAt,
    /// Of a receipt: who took it in.
    ReceivingUnit,
}

impl FieldName {
    /// All fields, in the order people expect them.
    pub const ALL: [Self; 18] = [
        Self::DossierCode,
        Self::DocumentType,
        Self::Number,
        Self::Symbol,
        Self::IssueDate,
        Self::IssuingBody,
        Self::Title,
        Self::OwnerNumber,
        Self::OwnerName,
        Self::OwnerBirthDate,
        Self::Applicant,
        Self::ApplicantNumber,
        Self::Procedure,
        Self::ProcedureField,
        Self::Components,
        Self::ReceivedAt,
        Self::DueAt,
        Self::ReceivingUnit,
    ];

    /// Whether only intake receipts and their sister forms bear it.
    pub fn is_of_receipts(self) -> bool {
        matches!(
            self,
            Self::Applicant
                | Self::ApplicantNumber
                | Self::Procedure
                | Self::ProcedureField
                | Self::Components
                | Self::ReceivedAt
                | Self::DueAt
                | Self::ReceivingUnit
        )
    }

    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DossierCode => "dossier_code",
            Self::DocumentType => "document_type",
            Self::Number => "number",
            Self::Symbol => "symbol",
            Self::IssueDate => "issue_date",
            Self::IssuingBody => "issuing_body",
            Self::Title => "title",
            Self::OwnerNumber => "owner_number",
            Self::OwnerName => "owner_name",
            Self::OwnerBirthDate => "owner_birth_date",
            Self::Applicant => "applicant",
            Self::ApplicantNumber => "applicant_number",
            Self::Procedure => "procedure",
            Self::ProcedureField => "procedure_field",
            Self::Components => "components",
            Self::ReceivedAt => "received_at",
            Self::DueAt => "due_at",
            Self::ReceivingUnit => "receiving_unit",
        }
    }
}

/// Where a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// A QR code or Code 128 on the page.
    Barcode,
    /// The name of the dossier's folder or of the file.
    FileName,
    /// Typed by a person.
    Keyed,
    /// Text that a born-digital file carries itself.
    EmbeddedText,
    /// Read from the page image.
    Ocr,
}

/// What may be done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldStatus {
    /// Sure enough to be used.
    Accepted,
    /// A suggestion: a person has to confirm or replace it.
    NeedsPerson,
    /// A document of this type must bear it and it was not found: a person has to look. There is no
    /// value, and a manifest leaves the field out.
    #[schemars(skip)]
    Absent,
    /// A person looked, and the paper does not bear it. There is no value, and nobody is asked again.
    #[schemars(skip)]
    NotOnPaper,
}

impl FieldStatus {
    /// Whether a person has to confirm or find the value.
    pub fn is_open(self) -> bool {
        matches!(self, Self::NeedsPerson | Self::Absent)
    }

    /// Whether there is a value at all.
    pub fn has_value(self) -> bool {
        matches!(self, Self::Accepted | Self::NeedsPerson)
    }
}

/// What a person found when they held a value against the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is another one, which they keyed.
    Corrected,
    /// It is what was read.
    Confirmed,
    /// The paper does not bear it.
    NotOnPaper,
    /// What was decided before is taken back: what was read stands again, and waits if it did.
    Withdrawn,
}

/// What a person decided about a fact. Reading the paper again never overwrites it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What they found.
    pub verdict: Verdict,
    /// Who: the person, else the account. The act tells more.
    pub by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The fact as it stood before anybody decided; none if nothing was read or asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Box<Field>>,
}

/// Why a value waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Nothing was found of what a document of this type must bear.
    NotFound,
    /// Its weakest word, or all of it, was read with too little confidence.
    Unsure,
    /// One of two readers alone has read it so.
    OneReader,
    /// Where it stands looks filled in by hand or by a stamp, and one reader alone read it.
    NotPrint,
    /// The page gives more than one value.
    Several,
    /// Its end or a part of it was not seen.
    Unfinished,
    /// A word of it cannot be Vietnamese.
    Spelling,
    /// Something else on the page speaks against it.
    Contradicted,
    /// It lies after the day of the scan.
    Future,
    /// It has not the shape of its field.
    Shape,
    /// It is not in the register of agencies.
    NotRegistered,
    /// The repository has the same name in other spellings.
    Spellings,
}

impl std::str::FromStr for FieldName {
    type Err = ();

    /// Reads a name as it stands in JSON, with dashes or underscores.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.replace('-', "_");
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(())
    }
}

/// A value as it was found, not yet judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldReading {
    /// Which fact.
    pub name: FieldName,
    /// The value, normalised (dates as `YYYY-MM-DD`).
    pub value: String,
    /// Where it was found.
    pub source: FieldSource,
    /// How sure.
    pub confidence: Confidence,
    /// The text as it was read, where `value` says it in other characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// What speaks against it. A value with a doubt is never accepted, however sure its words are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// Other values that the page gives for the same fact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

impl FieldReading {
    /// A value that nothing speaks against.
    pub fn new(name: FieldName, value: impl Into<String>, source: FieldSource, confidence: Confidence) -> Self {
        Self { name, value: value.into(), source, confidence, raw: None, doubts: Vec::new(), others: Vec::new() }
    }

    /// Says that nothing was found of what must be there.
    pub fn not_found(name: FieldName) -> Self {
        let doubts = vec![Doubt::NotFound];
        Self { doubts, ..Self::new(name, String::new(), FieldSource::Ocr, Confidence::NONE) }
    }
}

/// A value that was judged against the configured threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The value; only a suggestion if the status says so.
    pub value: String,
    /// Where it was found.
    pub source: FieldSource,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it may be used as it is.
    pub status: FieldStatus,
    /// The text as it was read, where `value` says it in other characters: nothing is put right
    /// unseen. It stays in the repository and is no part of a manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub raw: Option<String>,
    /// Why it waits for a person. Like `raw`, no part of a manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub doubts: Vec<Doubt>,
    /// Other values that the page gives for the same fact, to choose from. Like `raw`, no part of a
    /// manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub others: Vec<String>,
    /// What a person decided about it, if one did. Who it was is no part of a manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub decision: Option<Decision>,
}

impl Field {
    /// A value that speaks for itself: nothing is known beside it.
    pub fn new(value: impl Into<String>, source: FieldSource, confidence: Confidence, status: FieldStatus) -> Self {
        let value = value.into();
        Self { value, source, confidence, status, raw: None, doubts: Vec::new(), others: Vec::new(), decision: None }
    }

    /// A fact that a document must bear and that nobody found yet.
    pub fn absent() -> Self {
        let doubts = vec![Doubt::NotFound];
        Self { doubts, ..Self::new("", FieldSource::Ocr, Confidence::NONE, FieldStatus::Absent) }
    }

    /// The fact as it was before anybody decided about it.
    pub fn reading(&self) -> Option<&Self> {
        match &self.decision {
            Some(decision) => decision.reading.as_deref(),
            None => Some(self),
        }
    }
}

/// The judged facts of one document. A fact that was not found is not among them, or stands there as
/// [`FieldStatus::Absent`] if documents of this type must bear it.
pub type Fields = BTreeMap<FieldName, Field>;

#[cfg(test)]
mod tests {
    use super::*;

    /// Records that were sealed before the raw text was kept must keep their ids.
    #[test]
    fn a_field_without_raw_text_reads_and_writes_as_it_always_did() {
        let old = r#"{"value":"12","source":"ocr","confidence":0.55,"status":"needs_person"}"#;
        let field: Field = serde_json::from_str(old).unwrap();
        assert_eq!((&field.raw, serde_json::to_string(&field).unwrap().as_str()), (&None, old));
        let raw = Field { raw: Some("l2".into()), ..field };
        assert_eq!(serde_json::from_str::<Field>(&serde_json::to_string(&raw).unwrap()).unwrap(), raw);
    }

    #[test]
    fn names_are_the_same_in_text_and_json() {
        for name in FieldName::ALL {
            assert_eq!(serde_json::to_value(name).ok(), Some(serde_json::json!(name.as_str())));
        }
    }
}
