//! Judges what was read: what is sure enough to be used, and what a person has to confirm.

mod accept;
mod agencies;
mod plausible;
mod quality;
mod repeated;

use serde::{Deserialize, Serialize};

use crate::model::dossier::{Checked, Dossier, Draft};

pub(crate) use accept::Knowledge;
pub(crate) use agencies::AgencyRegister;
pub(crate) use plausible::is_plausible;
pub(crate) use quality::{QualitySettings, judge_quality};
pub(crate) use repeated::repeated_pages;

/// How readings are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckSettings {
    /// Confidence, from 0 to 1, from which a value is used without a person. What is outside that
    /// range is taken for the nearer end.
    pub accept_confidence: f64,
    /// The same for the weakest word of a name or title that the engine read: one wrong mark makes
    /// another name, and of sentences of fifteen words one in ten is wrong where each word is right
    /// in 993 of 1000.
    pub accept_word: f64,
    /// Path of a register of agencies ([`AgencyRegister::parse`]); empty if there is none.
    pub agency_register: String,
    /// How much of the text of two pages must be the same, from 0 to 1, for staff to be told that a
    /// sheet may have been scanned twice. What is counted are runs of three words that both pages
    /// have, of all that either has.
    pub repeated_similarity: f64,
    /// Confidence, from 0 to 1, below which staff are told of a page that was sealed all the same.
    pub little_read: f64,
    /// Letters in lines of which little was read, from which on staff are told of the page.
    pub unread_letters: u32,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self {
            accept_confidence: 0.8,
            accept_word: 0.97,
            agency_register: String::new(),
            repeated_similarity: 0.7,
            little_read: 0.5,
            unread_letters: 30,
        }
    }
}

/// Judges every reading of `dossier`, with what is known besides its papers.
pub(crate) fn check(dossier: Dossier<Draft>, knowledge: &Knowledge, settings: &CheckSettings) -> Dossier<Checked> {
    dossier.check(|document, reading| accept::accept(document, reading, knowledge, settings))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::agencies::AgencySpellings;
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::dossier::{DraftDocument, RecordKind};
    use crate::model::field::{Doubt, Field, FieldName, FieldReading, FieldSource, FieldStatus};
    use crate::model::ids::{BlobId, DocumentId, PageId};
    use FieldStatus::{Absent, Accepted, NeedsPerson};

    /// A fact after the check of a document with these readings.
    fn checked(name: FieldName, readings: Vec<FieldReading>, knowledge: &Knowledge, settings: &CheckSettings) -> Field {
        let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
        let document = DraftDocument {
            id: DocumentId::of_pages(&[page]),
            source_path: "a.pdf".into(),
            scanned_at: OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap(),
            wanted_ordinal: None,
            pages: vec![page],
            blank_pages: vec![],
            readings,
        };
        let dossier = Dossier::new("H38.1-230706-0012".parse().unwrap(), RecordKind::Dossier, vec![document]);
        let checked = check(dossier, knowledge, settings);
        checked.documents().next().unwrap().1[&name].clone()
    }

    fn field(reading: FieldReading, knowledge: &Knowledge, settings: &CheckSettings) -> Field {
        checked(reading.name, vec![reading], knowledge, settings)
    }

    fn reading(name: FieldName, value: &str, source: FieldSource, confidence: f64) -> FieldReading {
        FieldReading::new(name, value, source, Confidence::saturating(confidence))
    }

    fn judged(name: FieldName, value: &str, source: FieldSource, confidence: f64, accept_confidence: f64) -> FieldStatus {
        let settings = CheckSettings { accept_confidence, ..CheckSettings::default() };
        field(reading(name, value, source, confidence), &Knowledge::default(), &settings).status
    }

    #[test]
    fn below_the_threshold_a_person_decides() {
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.8, 0.8), Accepted);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.799, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::FileName, 0.7, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.99, f64::NAN), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12", FieldSource::Ocr, 0.99, 7.0), NeedsPerson);
    }

    #[test]
    fn what_the_engine_read_must_have_the_shape_of_its_field() {
        assert_eq!(judged(FieldName::IssueDate, "2023-02-30", FieldSource::Ocr, 0.99, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::IssueDate, "2023-02-28", FieldSource::Ocr, 0.99, 0.8), Accepted);
        assert_eq!(judged(FieldName::Number, "l2", FieldSource::Ocr, 0.99, 0.8), NeedsPerson);
        assert_eq!(judged(FieldName::Number, "12a", FieldSource::Keyed, 1.0, 0.8), Accepted);
    }

    #[test]
    fn a_value_with_a_doubt_waits_however_sure_it_is() {
        let mut doubted = reading(FieldName::Number, "445", FieldSource::Ocr, 1.0);
        doubted.doubts = vec![Doubt::NotPrint];
        let found = field(doubted, &Knowledge::default(), &CheckSettings::default());
        assert_eq!((found.status, found.doubts), (NeedsPerson, vec![Doubt::NotPrint]));
    }

    #[test]
    fn what_was_not_found_is_asked_for() {
        let found = field(FieldReading::not_found(FieldName::Title), &Knowledge::default(), &CheckSettings::default());
        assert_eq!((found.status, found.value.as_str(), found.doubts), (Absent, "", vec![Doubt::NotFound]));
    }

    #[test]
    fn no_paper_is_issued_after_it_was_scanned() {
        for source in [FieldSource::Ocr, FieldSource::EmbeddedText] {
            assert_eq!(judged(FieldName::IssueDate, "2030-12-31", source, 0.99, 0.8), NeedsPerson, "{source:?}");
            assert_eq!(judged(FieldName::IssueDate, "2023-11-14", source, 0.99, 0.8), Accepted, "{source:?}");
        }
    }

    #[test]
    fn a_name_is_as_sure_as_its_weakest_word() {
        let body = |confidence| judged(FieldName::IssuingBody, "SỞ NỘI VỤ", FieldSource::Ocr, confidence, 0.8);
        assert_eq!((body(0.96), body(0.98)), (NeedsPerson, Accepted));
        assert_eq!(judged(FieldName::IssuingBody, "SỞ NỘI VỤ", FieldSource::EmbeddedText, 0.9, 0.8), Accepted);
    }

    #[test]
    fn a_register_makes_names_certain_or_asks() {
        let register = AgencyRegister::parse("Chi cục An toàn vệ sinh thực phẩm\n");
        let knowledge = Knowledge { register, ..Knowledge::default() };
        let body = |value, confidence| {
            let found = reading(FieldName::IssuingBody, value, FieldSource::Ocr, confidence);
            field(found, &knowledge, &CheckSettings::default())
        };
        assert_eq!(body("CHI CỤC AN TOÀN VỆ SINH THỰC PHẨM", 0.6).status, Accepted);
        let misread = body("CHI CỤC AN TOÀN VỆ SINH THỰC PHÁM", 0.99);
        assert_eq!((misread.status, misread.value.as_str()), (NeedsPerson, "Chi cục An toàn vệ sinh thực phẩm"));
        assert_eq!(misread.raw.as_deref(), Some("CHI CỤC AN TOÀN VỆ SINH THỰC PHÁM"));
        assert_eq!(body("SỞ TƯ PHÁP", 0.99).doubts, [Doubt::NotRegistered]);
    }

    #[test]
    fn a_name_that_the_repository_spells_otherwise_waits() {
        let mut spellings = AgencySpellings::default();
        ["SỞ NỘI VỤ", "SỞ NỘI VU", "SỞ NOI VỤ"].iter().for_each(|name| spellings.add(name, 1));
        let knowledge = Knowledge { spellings, ..Knowledge::default() };
        let found =
            field(reading(FieldName::IssuingBody, "SỞ NỘI VỤ", FieldSource::Ocr, 0.99), &knowledge, &CheckSettings::default());
        assert_eq!((found.status, found.doubts), (NeedsPerson, vec![Doubt::Spellings]));
    }

    #[test]
    fn a_register_with_the_day_alone_says_nothing_of_the_hour() {
        let told = |paper: &str, register: &str| {
            let facts = [(FieldName::DueAt, vec![register.to_owned()])].into();
            let knowledge = Knowledge { registered: [("H38.1-230706-0012".to_owned(), facts)].into(), ..Knowledge::default() };
            let mut due = reading(FieldName::DueAt, paper, FieldSource::Ocr, 0.9);
            due.doubts = vec![Doubt::OneReader];
            let code = reading(FieldName::DossierCode, "H38.1-230706-0012", FieldSource::FileName, 1.0);
            checked(FieldName::DueAt, vec![code, due], &knowledge, &CheckSettings::default()).status
        };
        assert_eq!(told("2023-07-20 15:00", "2023-07-20"), NeedsPerson);
        assert_eq!(told("2023-07-20 15:00", "2023-07-20 15:00"), Accepted);
        assert_eq!(told("2023-07-20", "2023-07-20 15:00"), Accepted);
    }
}
