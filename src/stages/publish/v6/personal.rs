//! What of a record says who somebody is, and how it is told from the rest.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names;
use super::{ComponentFact, FactSource, Field, ResultFact};
use crate::model::field::{FieldName, Fields};
use crate::model::mask;
use crate::model::record;
use crate::model::register::{IdentityKind, Known};
use crate::model::telling::PersonalMode;
use crate::model::vietnamese::fold_words;

/// Facts that say nothing of a person unless somebody is named in them. All others are personal: a title is free
/// text, and most titles of decisions name a person.
pub(super) const OPEN: [FieldName; 11] = [
    FieldName::DossierCode,
    FieldName::DocumentType,
    FieldName::Number,
    FieldName::Symbol,
    FieldName::IssueDate,
    FieldName::IssuingBody,
    FieldName::Procedure,
    FieldName::ProcedureField,
    FieldName::ReceivedAt,
    FieldName::DueAt,
    FieldName::ReceivingUnit,
];
/// Those among them whose value has a form in which nobody can be named.
const IMPERSONAL: [FieldName; 4] = [FieldName::IssueDate, FieldName::DocumentType, FieldName::ReceivedAt, FieldName::DueAt];
/// Facts that are somebody's name.
const NAMES: [FieldName; 2] = [FieldName::OwnerName, FieldName::Applicant];
/// Facts that are somebody's number.
const NUMBERS: [FieldName; 2] = [FieldName::OwnerNumber, FieldName::ApplicantNumber];
/// Fewest digits of a number that somebody is known by.
const FEWEST_DIGITS: usize = 8;

/// The personal part of a record, open or encrypted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Personal {
    /// It can be read.
    Open(Box<PersonalPart>),
    /// It can be read by those who hold a private key.
    Sealed(Sealed),
}

/// A personal part that was encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// An armoured file of age (`age-encryption.org/v1`). What is in it is canonical JSON of the form that the
    /// open part has.
    pub age: String,
}

/// What of a record says who somebody is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalPart {
    /// Chủ hồ sơ: who applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<Said>,
    /// The applicant's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<SaidIdentity>,
    /// Trích yếu hồ sơ: what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Said>,
    /// Members of the record's `register` that are not there because they name somebody, by their names; also
    /// `site`, which the record else has from the register.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub register: BTreeMap<String, String>,
    /// Databases of the register that name somebody, and are not in the record's `register`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// Components of the register that may name somebody, and are not in the record's `register`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentFact>,
    /// Results of the register that may name somebody, and are not in the record's `register`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<ResultFact>,
    /// By ordinal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentPersonal>,
}

/// A text, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The text.
    pub value: String,
    /// Who says so.
    pub source: FactSource,
}

/// The number that somebody is known by, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaidIdentity {
    /// Of what kind.
    pub kind: IdentityKind,
    /// The number.
    pub number: String,
    /// Who says so.
    pub source: FactSource,
}

/// What of a document says who somebody is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPersonal {
    /// Its number in the dossier.
    pub ordinal: u32,
    /// The name that its `source` came with.
    pub source_name: String,
    /// The names that its `more_sources` came with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_source_names: Vec<String>,
    /// Who signed, in the order of its `signatures`: the common name in the certificate; null if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<Option<String>>,
    /// Who scanned it: the office or firm, if that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Facts that are not among its `fields` because they say who somebody is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldName, Field>,
}

/// Names and numbers of those whom a record is about, to be found wherever else they stand.
pub(super) struct Guard {
    names: Vec<String>,
    numbers: Vec<String>,
}

impl Guard {
    pub(super) fn of(record: &record::Record, known: &Known) -> Self {
        let mut guard = Self { names: Vec::new(), numbers: Vec::new() };
        if let Some(dossier) = &known.dossier {
            dossier.applicant.iter().for_each(|name| guard.name(name));
            dossier.identity.iter().for_each(|identity| guard.number(&identity.number));
        }
        let voided = record.voided.iter().map(|voided| &voided.document);
        known.papers.iter().for_each(|fields| guard.fields(fields));
        for document in record.documents.iter().chain(voided) {
            guard.fields(&document.fields);
            document.signatures.iter().filter_map(|signature| signature.signer.as_ref()).for_each(|name| guard.name(name));
        }
        guard
    }

    fn fields(&mut self, fields: &Fields) {
        for field in NAMES.into_iter().chain(NUMBERS) {
            let Some(found) = fields.get(&field) else { continue };
            let readings = [Some(found), found.reading()].into_iter().flatten();
            for value in readings.map(|field| &field.value) {
                if NAMES.contains(&field) { self.name(value) } else { self.number(value) }
            }
        }
    }

    fn name(&mut self, name: &str) {
        self.names.extend(names::names_in(name).map(|name| format!(" {name} ")));
    }

    fn number(&mut self, number: &str) {
        let digits = digits_of(number);
        if digits.len() >= FEWEST_DIGITS {
            self.numbers.push(digits);
        } else {
            // Numbers of passports and the like have letters.
            let folded = fold_words(number);
            self.names.extend((!folded.is_empty()).then(|| format!(" {folded} ")));
        }
    }

    /// Whether a text names one of them, or has in it what looks like anybody's number or like a secret.
    pub(super) fn finds(&self, text: &str) -> bool {
        let (words, digits) = (format!(" {} ", fold_words(text)), digits_of(text));
        self.names.iter().any(|name| words.contains(name.as_str()))
            || self.numbers.iter().any(|number| digits.contains(number.as_str()))
            || !mask::hidden(text).is_empty()
    }

    /// Whether a fact belongs to the personal part.
    pub(super) fn takes(&self, name: FieldName, field: &Field) -> bool {
        let read = field.replaces.as_ref().map(|reading| reading.value.as_str());
        let mut values = [Some(field.value.as_str()), read].into_iter().flatten();
        !OPEN.contains(&name) || (!IMPERSONAL.contains(&name) && values.any(|value| self.finds(value)))
    }
}

impl super::Record {
    /// Whether it has its personal part as a manifest says that does so with all, and nothing of it elsewhere. None
    /// is said by versions that have it among the rest.
    pub fn fits(&self, told: Option<PersonalMode>) -> bool {
        let Some(mode) = told else { return self.personal.is_none() };
        let is_so = match (&self.personal, mode) {
            (None, _) => true,
            (Some(Personal::Open(_)), mode) => mode == PersonalMode::Included,
            (Some(Personal::Sealed(_)), mode) => mode == PersonalMode::Encrypted,
        };
        let is_parted = |document: &super::Document| {
            document.fields.keys().all(|name| OPEN.contains(name))
                && document.signatures.iter().all(|signature| signature.signer.is_none())
        };
        is_so && self.documents.iter().all(is_parted)
    }
}

/// The schema of names of facts that a document may have in the open.
pub(super) fn open_names() -> serde_json::Value {
    serde_json::json!({ "enum": OPEN })
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
