//! Decisions about facts: corrected, confirmed, not on the paper, or a decision taken back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::Run;
use super::super::documents::join;
use super::{Standing, at_desk, look_up};
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
pub(crate) use crate::model::draft::{FieldDecision, Ruling};
use crate::model::failure::cause::FieldFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::{Decision, Field, FieldName, FieldSource, FieldStatus, Fields, Verdict};
use crate::model::record::{Change, DocumentName, FieldsAction, FieldsChange, Record, RecordDocument};
use crate::pipeline::progress::Progress;
use crate::repository::{Repository, Sealing};
use crate::settings::Settings;
use crate::stages::assemble::{FieldSettings, ask_for_required, keyed_value};
use crate::stages::check::is_plausible;

/// What somebody decided about the facts of a document, after looking at one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldOrder {
    /// The document.
    pub document: DocumentName,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    #[serde(default)]
    pub kind: Option<RecordKind>,
    /// The version that was looked at; if it is told, and is not the newest by now, nothing is done.
    #[serde(default)]
    pub version: Option<u32>,
    /// All that was decided. Each is an act; together they make one version.
    pub decisions: Vec<FieldDecision>,
}

/// What came of a [`FieldOrder`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldsDecided {
    /// The newest version.
    pub record: Record,
    /// The document in it.
    pub document: RecordDocument,
    /// What of the order was not so already; no version was made if nothing.
    pub decided: BTreeMap<FieldName, Verdict>,
}

/// Carries out `order`: one new version with all of it, and an act for each decision.
///
/// # Errors
/// [`FailureCode::NotFound`] when there is no such document, [`FailureCode::Conflict`] when another
/// version came in between, [`FailureCode::FieldInvalid`] when a decision cannot be so. Nothing is changed
/// then.
pub(crate) fn decide_fields(
    repository: &Repository,
    settings: &Settings,
    order: &FieldOrder,
    progress: &dyn Progress,
) -> Result<FieldsDecided, Failure> {
    let standing = look_up(repository, &order.document, order.kind, order.version)?;
    let at = settings.general.now();
    let (fields, decided) = ruled(repository, settings, &standing.document.fields, order, at)?;
    if decided.is_empty() {
        let Standing { record, document, .. } = standing;
        return Ok(FieldsDecided { record, document, decided });
    }
    let place = (standing.batch, standing.recipe);
    let record = at_desk(repository, settings, place, progress, |run| run.seal_decided(&standing, fields, &decided, at))?;
    repository.search.catch_up(repository.catalog.as_ref())?;
    let document = record.documents.iter().find(|document| document.ordinal == standing.document.ordinal).cloned();
    let document = document.unwrap_or(standing.document);
    Ok(FieldsDecided { record, document, decided })
}

/// The facts of a document as they would be after `order`; nothing is changed.
///
/// # Errors
/// As [`decide_fields`].
pub(crate) fn try_decisions(repository: &Repository, settings: &Settings, order: &FieldOrder) -> Result<Fields, Failure> {
    let standing = look_up(repository, &order.document, order.kind, order.version)?;
    Ok(ruled(repository, settings, &standing.document.fields, order, settings.general.now())?.0)
}

/// `fields` after all decisions of `order`, and what of it was not so already.
fn ruled(
    repository: &Repository,
    settings: &Settings,
    fields: &Fields,
    order: &FieldOrder,
    at: OffsetDateTime,
) -> Result<(Fields, BTreeMap<FieldName, Verdict>), Failure> {
    let actor = &repository.catalog.warrant().actor;
    let by = actor.by.as_ref().unwrap_or(&actor.account).clone();
    let judge = Judge { settings: &settings.fields, by, at };
    let (mut fields, mut decided) = (fields.clone(), BTreeMap::new());
    for FieldDecision { field, ruling } in &order.decisions {
        let place = || Place::Field { document: order.document.to_string(), field: *field };
        let verdict = judge.rule(&mut fields, *field, ruling);
        let verdict = verdict.map_err(|fault| Failure::new(FailureCode::FieldInvalid).at(place()).because(fault))?;
        decided.extend(verdict.map(|verdict| (*field, verdict)));
    }
    let asks_anew = decided.contains_key(&FieldName::DocumentType) || decided.values().any(|v| *v == Verdict::Withdrawn);
    if asks_anew {
        ask_for_required(&mut fields, &settings.fields);
    }
    Ok((fields, decided))
}

impl Run<'_> {
    fn seal_decided(
        &self,
        standing: &Standing,
        fields: Fields,
        decided: &BTreeMap<FieldName, Verdict>,
        at: OffsetDateTime,
    ) -> Result<Record, Failure> {
        let Standing { record, document, batch, .. } = standing;
        let mut blobs = Vec::new();
        let changed = if title_of(&document.fields) == title_of(&fields) {
            RecordDocument { fields, ..document.clone() }
        } else {
            let changed = RecordDocument { fields, ..document.clone() };
            let (changed, blob) = self.seal_as_it_stands(record, &record.dossier_code, &changed)?;
            blobs.push(blob);
            changed
        };
        let mut documents = self.with_digests(Some(record), join(Some(record), vec![changed]))?;
        blobs.extend(self.with_excerpts(&record.dossier_code, &mut documents)?);
        let action = FieldsAction::FieldsDecided;
        let change = Change::Fields(FieldsChange { action, ordinal: document.ordinal, fields: decided.clone() });
        let code = record.dossier_code.clone();
        let version = Record::new(code, record.kind, Some(record), at, record.recipe, Some(change), documents);
        let records = [version.clone()];
        let sealing = Sealing { batch: *batch, records: &records, blobs: &blobs, entries: &[], alike: &[] };
        self.commit(&sealing)?;
        Ok(version)
    }
}

/// The title that stands in the sealed file.
fn title_of(fields: &Fields) -> Option<&str> {
    fields.get(&FieldName::Title).map(|field| field.value.as_str()).filter(|title| !title.is_empty())
}

/// `fresh` as it was read just now, with what people decided about the same paper before: reading it
/// again never overwrites that.
pub(in crate::pipeline::batch) fn keep_decisions(mut fresh: Fields, before: &Fields, settings: &FieldSettings) -> Fields {
    let decided = before.iter().filter(|(_, field)| field.decision.is_some());
    let decided: Vec<(FieldName, Field)> = decided.map(|(name, field)| (*name, field.clone())).collect();
    let another_type = decided.iter().any(|(name, _)| *name == FieldName::DocumentType);
    fresh.extend(decided);
    if another_type {
        ask_for_required(&mut fresh, settings);
    }
    fresh
}

/// Who decides, when, and by which lists.
struct Judge<'a> {
    settings: &'a FieldSettings,
    by: String,
    at: OffsetDateTime,
}

impl Judge<'_> {
    /// Does what `ruling` says of a fact among `fields`; none if it is so already.
    fn rule(&self, fields: &mut Fields, name: FieldName, ruling: &Ruling) -> Result<Option<Verdict>, FieldFault> {
        let current = fields.get(&name);
        let (verdict, new) = match ruling {
            Ruling::Set(typed) => {
                let value = keyed_value(name, typed, self.settings, self.at.date())?;
                if !is_plausible(name, &value) {
                    return Err(FieldFault::NotOfItsForm { typed: value });
                }
                let field = Field::new(value, FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::Accepted);
                (Verdict::Corrected, field)
            }
            Ruling::Confirm => {
                let current = current.filter(|field| field.status.has_value()).ok_or(FieldFault::NothingToConfirm)?;
                // What was keyed needs nobody to confirm it.
                if current.decision.is_some() {
                    return Ok(None);
                }
                let field = Field::new(current.value.clone(), current.source, Confidence::CERTAIN, FieldStatus::Accepted);
                (Verdict::Confirmed, field)
            }
            Ruling::NotOnPaper if name == FieldName::DossierCode => return Err(FieldFault::CodeNotKeyed),
            Ruling::NotOnPaper => {
                let field = Field::new("", FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::NotOnPaper);
                (Verdict::NotOnPaper, field)
            }
            Ruling::Withdraw => {
                let decision = current.and_then(|field| field.decision.clone()).ok_or(FieldFault::NothingToWithdraw)?;
                // The paper may tell the dossier that the document was moved out of.
                if name == FieldName::DossierCode && decision.verdict == Verdict::Corrected {
                    return Err(FieldFault::CodeNotKeyed);
                }
                match decision.reading {
                    Some(reading) => fields.insert(name, *reading),
                    None => fields.remove(&name),
                };
                return Ok(Some(Verdict::Withdrawn));
            }
        };
        let said = |field: &Field| (field.decision.as_ref().map(|decision| decision.verdict), field.value.clone());
        if current.is_some_and(|current| said(current) == (Some(verdict), new.value.clone())) {
            return Ok(None);
        }
        let reading = current.and_then(Field::reading).cloned().map(Box::new);
        let decision = Some(Decision { verdict, by: self.by.clone(), at: self.at, reading });
        fields.insert(name, Field { decision, ..new });
        Ok(Some(verdict))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::model::field::Doubt;

    fn read(value: &str) -> Field {
        let doubts = vec![Doubt::Unsure];
        Field { doubts, ..Field::new(value, FieldSource::Ocr, Confidence::saturating(0.6), FieldStatus::NeedsPerson) }
    }

    fn rule(fields: &mut Fields, name: FieldName, ruling: Ruling) -> Result<Option<Verdict>, FieldFault> {
        let settings = FieldSettings::default();
        let judge = Judge { settings: &settings, by: "Hoa".into(), at: datetime!(2026-11-24 08:00 UTC) };
        judge.rule(fields, name, &ruling)
    }

    #[test]
    fn the_first_reading_stays_beside_what_people_decide_and_comes_back() {
        let number = FieldName::Number;
        let mut fields: Fields = [(number, read("15"))].into();
        assert_eq!(rule(&mut fields, number, Ruling::Confirm), Ok(Some(Verdict::Confirmed)));
        let confirmed = fields[&number].clone();
        assert_eq!(
            (confirmed.value.as_str(), confirmed.source, confirmed.confidence),
            ("15", FieldSource::Ocr, Confidence::CERTAIN)
        );
        assert_eq!((confirmed.status, confirmed.doubts.len()), (FieldStatus::Accepted, 0));
        assert_eq!(rule(&mut fields, number, Ruling::Set("16".into())), Ok(Some(Verdict::Corrected)));
        assert_eq!(rule(&mut fields, number, Ruling::Set(" 16 ".into())), Ok(None), "it is so already");
        assert_eq!(rule(&mut fields, number, Ruling::Confirm), Ok(None));
        let corrected = &fields[&number];
        assert_eq!((corrected.value.as_str(), corrected.source), ("16", FieldSource::Keyed));
        assert_eq!(corrected.reading(), Some(&read("15")), "not what was keyed in between");
        assert_eq!(rule(&mut fields, number, Ruling::NotOnPaper), Ok(Some(Verdict::NotOnPaper)));
        assert!(!fields[&number].status.is_open() && !fields[&number].status.has_value());
        assert_eq!(rule(&mut fields, number, Ruling::Withdraw), Ok(Some(Verdict::Withdrawn)));
        assert_eq!(fields, [(number, read("15"))].into());
        assert_eq!(rule(&mut fields, number, Ruling::Withdraw), Err(FieldFault::NothingToWithdraw));
    }

    #[test]
    fn what_nobody_read_can_be_keyed_and_is_gone_when_that_is_taken_back() {
        let mut fields: Fields = [(FieldName::Symbol, Field::absent())].into();
        assert_eq!(rule(&mut fields, FieldName::Symbol, Ruling::Confirm), Err(FieldFault::NothingToConfirm));
        assert_eq!(rule(&mut fields, FieldName::Symbol, Ruling::Set("QĐ-UBND".into())), Ok(Some(Verdict::Corrected)));
        assert_eq!(fields[&FieldName::Symbol].reading(), Some(&Field::absent()));
        assert_eq!(rule(&mut fields, FieldName::IssuingBody, Ruling::Set("Sở Nội vụ".into())), Ok(Some(Verdict::Corrected)));
        assert_eq!(fields[&FieldName::IssuingBody].reading(), None);
        assert_eq!(rule(&mut fields, FieldName::IssuingBody, Ruling::Withdraw), Ok(Some(Verdict::Withdrawn)));
        assert!(!fields.contains_key(&FieldName::IssuingBody));
        let decision =
            Decision { verdict: Verdict::Corrected, by: "Hoa".into(), at: datetime!(2026-11-24 08:00 UTC), reading: None };
        fields.insert(FieldName::DossierCode, Field { decision: Some(decision), ..read("H38.16-230706-0012") });
        assert_eq!(rule(&mut fields, FieldName::DossierCode, Ruling::Withdraw), Err(FieldFault::CodeNotKeyed), "it was moved");
        let noise = rule(&mut fields, FieldName::IssuingBody, Ruling::Set("|—/:.;-".into()));
        assert!(matches!(noise, Err(FieldFault::NotOfItsForm { .. })), "{noise:?}");
        assert_eq!(rule(&mut fields, FieldName::DossierCode, Ruling::NotOnPaper), Err(FieldFault::CodeNotKeyed));
    }

    #[test]
    fn reading_again_keeps_what_people_decided_and_nothing_else() {
        let settings = FieldSettings::default();
        let mut before: Fields = [(FieldName::Number, read("15")), (FieldName::Title, read("Cũ"))].into();
        rule(&mut before, FieldName::Number, Ruling::Set("16".into())).unwrap();
        rule(&mut before, FieldName::Symbol, Ruling::NotOnPaper).unwrap();
        let fresh: Fields =
            [(FieldName::Number, read("17")), (FieldName::Title, read("Mới")), (FieldName::Symbol, read("X"))].into();
        let kept = keep_decisions(fresh, &before, &settings);
        assert_eq!(
            (&kept[&FieldName::Number], &kept[&FieldName::Symbol]),
            (&before[&FieldName::Number], &before[&FieldName::Symbol])
        );
        assert_eq!(kept[&FieldName::Title], read("Mới"));
    }
}
