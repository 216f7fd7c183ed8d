//! Judges what was read: what is sure enough to be used, and what a person has to confirm.

mod plausible;
mod quality;
mod repeated;

use serde::{Deserialize, Serialize};

use crate::model::confidence::Confidence;
use crate::model::dossier::{self, Checked, Dossier, Draft};
use crate::model::field::{FieldSource, FieldStatus};

pub use plausible::is_plausible;
pub use quality::{QualitySettings, judge_quality};
pub use repeated::repeated_pages;

/// How readings are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckSettings {
    /// Confidence, from 0 to 1, from which a value is used without a person. What is outside that
    /// range is taken for the nearer end.
    pub accept_confidence: f64,
    /// How much of the text of two pages must be the same, from 0 to 1, for staff to be told that a
    /// sheet may have been scanned twice. What is counted are runs of three words that both pages
    /// have, of all that either has.
    pub repeated_similarity: f64,
    /// Confidence, from 0 to 1, below which staff are told of a page that was sealed all the same.
    pub little_read: f64,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { accept_confidence: 0.8, repeated_similarity: 0.7, little_read: 0.5 }
    }
}

/// Judges every reading of `dossier`. A value needs a person if it is less sure than the
/// threshold, or if the engine read it and it has not the shape that its field must have.
pub fn check(dossier: Dossier<Draft>, settings: &CheckSettings) -> Dossier<Checked> {
    // A threshold that is not a number must not accept everything.
    let threshold = if settings.accept_confidence.is_nan() { 1.0 } else { settings.accept_confidence };
    let by_confidence = dossier::judge_by(Confidence::saturating(threshold));
    dossier.check(|reading| match reading.source {
        FieldSource::Ocr if !is_plausible(reading.name, &reading.value) => FieldStatus::NeedsPerson,
        _ => by_confidence(reading),
    })
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::model::dossier::{DraftDocument, RecordKind};
    use crate::model::field::{FieldName, FieldReading};
    use crate::model::ids::{BlobId, DocumentId, PageId};

    fn judged(name: FieldName, value: &str, source: FieldSource, confidence: f64, accept_confidence: f64) -> FieldStatus {
        let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
        let document = DraftDocument {
            id: DocumentId::of_pages(&[page]),
            source_path: "a.pdf".into(),
            scanned_at: OffsetDateTime::UNIX_EPOCH,
            wanted_ordinal: None,
            pages: vec![page],
            blank_pages: vec![],
            readings: vec![FieldReading {
                name,
                value: value.into(),
                source,
                confidence: Confidence::saturating(confidence),
                raw: None,
            }],
        };
        let dossier = Dossier::new("H38.1-230706-0012".parse().unwrap(), RecordKind::Dossier, vec![document]);
        let checked = check(dossier, &CheckSettings { accept_confidence, ..CheckSettings::default() });
        checked.documents().next().unwrap().1[&name].status
    }

    #[test]
    fn below_the_threshold_a_person_decides() {
        use FieldStatus::{Accepted, NeedsPerson};
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.8, 0.8), Accepted);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.799, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::FileName, 0.7, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.99, f64::NAN), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.99, 7.0), NeedsPerson);
    }

    #[test]
    fn what_the_engine_read_must_have_the_shape_of_its_field() {
        assert_eq!(judged(FieldName::IssueDate, "2023-02-30", FieldSource::Ocr, 0.99, 0.8), FieldStatus::NeedsPerson);
        assert_eq!(judged(FieldName::IssueDate, "2023-02-28", FieldSource::Ocr, 0.99, 0.8), FieldStatus::Accepted);
        assert_eq!(judged(FieldName::Number, "l2", FieldSource::Ocr, 0.99, 0.8), FieldStatus::NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12a", FieldSource::Keyed, 1.0, 0.8), FieldStatus::Accepted);
    }
}
