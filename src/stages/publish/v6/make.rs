//! Makes what others are told of a record from what the repository keeps and the register says.

use std::collections::BTreeMap;

use super::names::{is_code, is_number};
use super::personal::Guard;
use super::{
    Code, CodeSource, ComponentFact, Document, DocumentPersonal, FactSource, Field, File, Personal, PersonalPart, Reading,
    Record, Register, ResultFact, Said, SaidIdentity, Sealed, Signature, Site, Status, SupplementFact,
};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::field::{self, FieldName, FieldStatus, Verdict};
use crate::model::mask::mask_secrets;
use crate::model::record::{self, RecordDocument, StoredFile};
use crate::model::register::{Known, RegisterDossier, accepted};
use crate::model::telling::PersonalMode;
use crate::model::{signature, site};
use crate::stages::publish::{PublishError, bundle_path};

/// Encrypts the personal part of a record.
type Seal<'a> = dyn Fn(&[u8]) -> Result<String, PublishError> + Sync + 'a;

/// How records are told.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// What becomes of personal parts.
    pub personal: PersonalMode,
    /// How they are encrypted, where they are.
    pub seal: &'a Seal<'a>,
    /// The address of the console, without a slash at its end; empty if files are not fetched from there.
    pub base_url: &'a str,
    /// Codes of the archives' list by types of documents.
    pub type_codes: &'a BTreeMap<String, String>,
    /// Code of the language that papers are in; empty if that is not told.
    pub language: &'a str,
    /// Pages that are scanned of a sheet.
    pub pages_per_sheet: u32,
}

impl Telling<'_> {
    /// What others are told of a record.
    ///
    /// # Errors
    /// What encrypting its personal part says.
    pub fn record(&self, record: record::Record, known: &Known) -> Result<Record, PublishError> {
        let guard = Guard::of(&record, known);
        let mut part = PersonalPart::default();
        let register = known.dossier.as_ref().map(|dossier| Box::new(self.register(dossier, known, &guard, &mut part)));
        let site = known.dossier.as_ref().and_then(|dossier| dossier.site.clone());
        let site = site.and_then(|site| {
            if !guard.finds(&site) {
                return Some(site);
            }
            part.register.insert("site".to_owned(), shown(&site));
            None
        });
        let (code, kind) = (record.dossier_code.clone(), record.kind);
        let mut told = Record::from(record.clone());
        for (document, kept) in told.documents.iter_mut().zip(&record.documents) {
            self.describe(document, kept, known, (&code, kind));
            let operator = kept.origin().and_then(|origin| origin.operator.clone());
            part.documents.push(DocumentPersonal { operator, ..document.part(&code, &guard) });
        }
        told.register = register;
        let registered = site.map(|code| Site { code, name: None, kind: None, source: FactSource::Register });
        told.site = told.documents.iter().find_map(|document| document.site.clone()).or(registered);
        told.personal = match self.personal {
            _ if part == PersonalPart::default() => None,
            PersonalMode::Omitted => None,
            PersonalMode::Included => Some(Personal::Open(Box::new(part))),
            PersonalMode::Encrypted => {
                let said = serde_json_canonicalizer::to_vec(&part).map_err(|error| PublishError::Write(error.to_string()))?;
                Some(Personal::Sealed(Sealed { age: (self.seal)(&said)? }))
            }
        };
        Ok(told)
    }

    /// What lists and settings say of a document, and where its files are to be had.
    fn describe(&self, document: &mut Document, kept: &RecordDocument, known: &Known, of: (&DossierCode, RecordKind)) {
        let coded = |code: Option<&str>, source| code.map(|code| Code { code: code.to_owned(), source });
        let kind = accepted(&kept.fields, FieldName::DocumentType);
        let type_code = kind.and_then(|kind| self.type_codes.get(kind)).map(String::as_str);
        document.type_code = coded(type_code, CodeSource::DocumentType);
        document.language = coded(Some(self.language).filter(|code| !code.is_empty()), CodeSource::Settings);
        document.component_code = coded(known.component_of(&kept.fields), CodeSource::Components);
        let result = known.procedure.as_ref().and_then(|procedure| procedure.result_code.as_deref());
        document.result_code = coded(result.filter(|_| of.1 == RecordKind::Result), CodeSource::Procedure);
        let pages = u32::try_from(kept.pages.len().saturating_add(kept.blank_pages.len())).unwrap_or(u32::MAX);
        document.site = kept.origin().map(|origin| {
            let site::Site { code, name, kind } = origin.site.clone();
            Site { code, name: Some(name), kind: Some(kind), source: FactSource::Inbox }
        });
        document.sheets = Some(pages.div_ceil(self.pages_per_sheet.max(1)));
        let files = [&mut document.file, &mut document.source].into_iter().chain(&mut document.more_sources);
        for file in files {
            file.path = Some(bundle_path(file.sha256, file.media_type));
        }
        if !self.base_url.is_empty() {
            let url = |last| Some(format!("{}/api/v1/records/{}/documents/{}/{last}", self.base_url, of.0, kept.ordinal));
            document.file.url = url("file");
            document.source.url = url("original");
        }
    }

    fn register(&self, dossier: &RegisterDossier, known: &Known, guard: &Guard, part: &mut PersonalPart) -> Register {
        let source = FactSource::Register;
        let said = |value: &Option<String>| value.as_deref().map(|value| Said { value: shown(value), source });
        part.applicant = said(&dossier.applicant);
        part.summary = said(&dossier.summary);
        let identity = dossier.identity.clone();
        part.identity = identity.map(|identity| SaidIdentity { kind: identity.kind, number: identity.number, source });
        let mut open = |name: &str, value: Option<&String>| {
            let value = value?;
            if !guard.finds(value) {
                return Some(value.clone());
            }
            part.register.insert(name.to_owned(), shown(value));
            None
        };
        let procedure = known.procedure.as_ref();
        let listed = |own: &'_ Option<String>, list: Option<String>| own.clone().or(list);
        let procedure_name = listed(&dossier.procedure_name, procedure.map(|one| one.name.clone()));
        let field_code = listed(&dossier.field, procedure.and_then(|one| one.field.clone()));
        let field_name = listed(&dossier.field_name, procedure.and_then(|one| one.field_name.clone()));
        let mut register = Register {
            source,
            procedure_code: dossier.procedure.clone(),
            procedure_name: open("procedure_name", procedure_name.as_ref()),
            field_code: open("field_code", field_code.as_ref()),
            field_name: open("field_name", field_name.as_ref()),
            agency_code: open("agency_code", dossier.agency.as_ref()),
            agency_name: open("agency_name", dossier.agency_name.as_ref()),
            channel: dossier.channel,
            subject: dossier.subject,
            status: dossier.status,
            status_number: dossier.status.map(|status| status.number()),
            submitted_at: dossier.submitted_at,
            received_at: dossier.received_at,
            due_at: dossier.due_at,
            finished_at: dossier.finished_at,
            returned_at: dossier.returned_at,
            refused_at: dossier.refused_at,
            payment: dossier.payment,
            digitised: dossier.digitised,
            vneid: dossier.vneid,
            databases: Vec::new(),
            supplements: Vec::new(),
            components: Vec::new(),
            results: Vec::new(),
        };
        let supplements = dossier.supplements.iter();
        register.supplements =
            supplements.map(|one| SupplementFact { asked_at: one.asked_at, answered_at: one.answered_at }).collect();
        let (closed, databases) = dossier.databases.iter().map(|name| shown(name)).partition(|name| guard.finds(name));
        (part.databases, register.databases) = (closed, databases);
        lists(dossier, known, guard, &mut register, part);
        register
    }
}

/// Parts what the register lists of a dossier. Clerks write what they like there, also who it is about, whom nothing
/// else may name: only what a list says too, or what has a form in which nobody can be named, is told to all.
fn lists(dossier: &RegisterDossier, known: &Known, guard: &Guard, register: &mut Register, part: &mut PersonalPart) {
    let is_open = |text: &Option<String>, has_its_form: &dyn Fn(&str) -> bool| {
        text.as_deref().is_none_or(|text| has_its_form(text) && !guard.finds(text))
    };
    let shown = |text: &Option<String>| text.as_deref().map(shown);
    let is_listed = |name: &str| known.lists(name);
    for one in &dossier.components {
        let fact = ComponentFact {
            code: shown(&one.code),
            name: shown(&one.name),
            copies: one.copies,
            form: one.form,
            digitised: one.digitised,
            reuse: one.reuse,
            from_repository: one.from_repository,
            result_code: shown(&one.result_code),
        };
        let is_told = is_open(&one.code, &is_code) && is_open(&one.name, &is_listed) && is_open(&one.result_code, &is_code);
        if is_told { register.components.push(fact) } else { part.components.push(fact) }
    }
    for one in &dossier.results {
        let fact = ResultFact {
            code: shown(&one.code),
            name: shown(&one.name),
            number: shown(&one.number),
            issued_at: one.issued_at,
            valid_until: one.valid_until,
            scope: shown(&one.scope),
        };
        let is_told = is_open(&one.code, &is_code)
            && is_open(&one.name, &is_listed)
            && is_open(&one.number, &is_number)
            && is_open(&one.scope, &is_code);
        if is_told { register.results.push(fact) } else { part.results.push(fact) }
    }
}

/// A text without the secrets in it, which nobody is told.
fn shown(text: &str) -> String {
    mask_secrets(text).into_owned()
}

impl Document {
    /// Takes the personal part out of it.
    fn part(&mut self, code: &DossierCode, guard: &Guard) -> DocumentPersonal {
        let called = |file: &mut File, number: Option<usize>| {
            let number = number.map(|number| format!("-{number}")).unwrap_or_default();
            let name = format!("{code}.{:03}.goc{number}.{}", self.ordinal, file.media_type.ending());
            std::mem::replace(&mut file.name, name)
        };
        let source_name = called(&mut self.source, None);
        let more_source_names = self.more_sources.iter_mut().zip(2..).map(|(file, n)| called(file, Some(n))).collect();
        let signers = self.signatures.iter_mut().map(|signature| signature.signer.take()).collect();
        let (fields, open) = std::mem::take(&mut self.fields).into_iter().partition(|(name, field)| guard.takes(*name, field));
        self.fields = open;
        DocumentPersonal { ordinal: self.ordinal, source_name, more_source_names, signers, operator: None, fields }
    }
}

impl From<record::Record> for Record {
    /// All that the repository keeps of it and others may be told, with nothing set apart.
    fn from(record: record::Record) -> Self {
        let record::Record { id, dossier_code, kind, version, supersedes, sealed_at, recipe, change, documents, voided } = record;
        Self {
            id,
            dossier_code,
            kind,
            version,
            supersedes,
            sealed_at,
            recipe,
            change: change.map(super::Change::from),
            register: None,
            site: None,
            personal: None,
            documents: documents.into_iter().map(Document::from).collect(),
            voided: voided.into_iter().map(super::Voided::from).collect(),
        }
    }
}

impl From<RecordDocument> for Document {
    /// What is only for those who decide is left out: the raw text of fields, what speaks against
    /// them, and that a fact was not found.
    fn from(document: RecordDocument) -> Self {
        let RecordDocument { id, ordinal, file, source, excerpt, pages, blank_pages, .. } = document;
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
            site: None,
            sheets: None,
            type_code: None,
            language: None,
            component_code: None,
            result_code: None,
            text_confidence: document.text_confidence,
            text_source: document.text_source,
            signatures: document.signatures.into_iter().map(Signature::from).collect(),
            sensitive_pages: document.sensitive_pages,
            more_sources: document.more_sources.into_iter().map(File::from).collect(),
            text_digest: document.text_digest,
            fields: document.fields.into_iter().filter_map(|(name, field)| Some((name, told(field)?))).collect(),
        }
    }
}

impl From<StoredFile> for File {
    fn from(file: StoredFile) -> Self {
        let StoredFile { name, media_type, bytes, pages, sha256, blake3, .. } = file;
        Self { name, media_type, bytes, pages, sha256, blake3, path: None, url: None }
    }
}

impl From<signature::Signature> for Signature {
    fn from(signature: signature::Signature) -> Self {
        let signature::Signature { signer, signed_at, integrity, covers_file } = signature;
        Self { signer, signed_at, integrity, covers_file }
    }
}

fn status_of(status: FieldStatus) -> Option<Status> {
    match status {
        FieldStatus::Accepted => Some(Status::Accepted),
        FieldStatus::NeedsPerson => Some(Status::NeedsPerson),
        FieldStatus::NotOnPaper => Some(Status::NotOnPaper),
        FieldStatus::Absent => None,
    }
}

/// What others are told of a fact; nothing of one that was asked for and not found.
fn told(field: field::Field) -> Option<Field> {
    let status = status_of(field.status)?;
    let field::Field { value, source, confidence, decision, .. } = field;
    let verdict = decision.as_ref().map(|decision| decision.verdict);
    // What was confirmed is what was read.
    let is_other = matches!(verdict, Some(Verdict::Corrected | Verdict::NotOnPaper));
    let reading = decision.and_then(|decision| decision.reading).filter(|_| is_other);
    let replaces = reading.and_then(|reading| {
        let status = status_of(reading.status)?;
        let field::Field { value, source, confidence, .. } = *reading;
        Some(Reading { value: shown(&value), source, confidence, status })
    });
    Some(Field { value: shown(&value), source, confidence, status, verdict, replaces })
}
