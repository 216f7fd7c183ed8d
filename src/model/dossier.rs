//! A dossier (hồ sơ) before it is sealed.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::codes::DossierCode;
use super::field::{Field, FieldReading, FieldStatus, Fields};
use super::ids::{DocumentId, PageId};

/// What the papers of a record are to the procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// What the citizen handed in (thành phần hồ sơ).
    Dossier,
    /// What the citizen gets back (kết quả giải quyết).
    Result,
}

impl RecordKind {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dossier => "dossier",
            Self::Result => "result",
        }
    }
}

/// One document of a dossier, before it is sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftDocument {
    /// Made from its pages.
    pub id: DocumentId,
    /// Where its scan lay in the inbox, relative, with `/` between folders.
    pub source_path: String,
    /// When the scanner wrote the file.
    pub scanned_at: OffsetDateTime,
    /// The ordinal that the file's name asks for, as in `CODE.003.pdf`.
    pub wanted_ordinal: Option<u32>,
    /// Pages to seal, in order.
    pub pages: Vec<PageId>,
    /// Pages with nothing on them, set aside.
    pub blank_pages: Vec<PageId>,
    /// What was found on the pages and in the names.
    pub readings: Vec<FieldReading>,
}

/// State of a dossier whose fields were not judged yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {}

/// State of a dossier whose fields were judged: the only one that can be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {}

/// The documents of one dossier and kind that arrived together.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier<State> {
    /// Its code.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    documents: Vec<(DraftDocument, Fields)>,
    state: PhantomData<State>,
}

impl Dossier<Draft> {
    /// Gathers `documents` in their order.
    pub fn new(code: DossierCode, kind: RecordKind, documents: Vec<DraftDocument>) -> Self {
        let documents = documents.into_iter().map(|document| (document, Fields::new())).collect();
        Self { code, kind, documents, state: PhantomData }
    }

    /// Judges every reading with `judge`, which may add doubts to it. Of several readings of one
    /// field the surest wins, the first of them where they are equally sure.
    pub fn check(self, judge: impl Fn(&DraftDocument, &mut FieldReading) -> FieldStatus) -> Dossier<Checked> {
        let documents = self
            .documents
            .into_iter()
            .map(|(document, _)| {
                let mut fields = Fields::new();
                for reading in &document.readings {
                    let beaten = fields.get(&reading.name).is_none_or(|best: &Field| best.confidence < reading.confidence);
                    if beaten {
                        let mut reading = reading.clone();
                        let status = judge(&document, &mut reading);
                        let FieldReading { name, value, source, confidence, raw, doubts, others } = reading;
                        fields.insert(name, Field { value, source, confidence, status, raw, doubts, others, decision: None });
                    }
                }
                (document, fields)
            })
            .collect();
        Dossier { code: self.code, kind: self.kind, documents, state: PhantomData }
    }
}

impl Dossier<Checked> {
    /// The documents, each with its judged fields.
    pub fn documents(&self) -> impl Iterator<Item = (&DraftDocument, &Fields)> {
        self.documents.iter().map(|(document, fields)| (document, fields))
    }
}

#[cfg(test)]
mod tests {
    use super::super::confidence::Confidence;
    use super::super::field::{FieldName, FieldSource};
    use super::super::ids::BlobId;
    use super::*;

    fn reading(value: &str, source: FieldSource, confidence: f64) -> FieldReading {
        let confidence = Confidence::saturating(confidence);
        FieldReading { raw: Some(format!("so {value}")), ..FieldReading::new(FieldName::Number, value, source, confidence) }
    }

    fn number_of(readings: Vec<FieldReading>) -> Option<Field> {
        let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
        let document = DraftDocument {
            id: DocumentId::of_pages(&[page]),
            source_path: "a.pdf".into(),
            scanned_at: OffsetDateTime::UNIX_EPOCH,
            wanted_ordinal: None,
            pages: vec![page],
            blank_pages: vec![],
            readings,
        };
        let code = "H38.1-230706-0012".parse().ok()?;
        let dossier = Dossier::new(code, RecordKind::Dossier, vec![document]).check(|_, reading| {
            if reading.confidence < Confidence::saturating(0.8) { FieldStatus::NeedsPerson } else { FieldStatus::Accepted }
        });
        let (_, fields) = dossier.documents().next()?;
        fields.get(&FieldName::Number).cloned()
    }

    #[test]
    fn the_surest_reading_wins_and_a_weak_one_needs_a_person() {
        let field = number_of(vec![reading("12", FieldSource::Ocr, 0.6), reading("15", FieldSource::Barcode, 1.0)]);
        assert_eq!(field.map(|f| (f.value, f.raw, f.status)), Some(("15".into(), Some("so 15".into()), FieldStatus::Accepted)));
        let field = number_of(vec![reading("12", FieldSource::Ocr, 0.6)]);
        assert_eq!(field.map(|f| f.status), Some(FieldStatus::NeedsPerson));
        assert_eq!(number_of(vec![]), None);
    }
}
