//! Sample checks: documents are drawn for a second person, who says what is wrong with them.

use serde::Serialize;

use super::chance;
use crate::model::act::{Act, Deed, SampleChecked, SampleDrawn, SampledDocument};
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::{FieldName, FieldStatus};
use crate::model::record::{DocumentName, Record, RecordDocument};
use crate::model::vietnamese::fold_words;
use crate::repository::Repository;
use crate::settings::Settings;

/// Records and acts read at a time.
const AT_ONCE: usize = 500;
/// More documents are drawn by nobody who is to look at them.
const MOST: usize = 10_000;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SampleOrder {
    /// How many of ten thousand.
    pub share: u32,
    /// What they are drawn by; by chance if none.
    pub seed: Option<String>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SampleView {
    /// What they were drawn by.
    pub seed: String,
    /// How many documents they were drawn from.
    pub of: u64,
    /// The documents.
    pub documents: Vec<DocumentName>,
}

/// What somebody found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckOrder {
    /// The document.
    pub document: DocumentName,
    /// Facts that are wrong.
    pub wrong: Vec<FieldName>,
}

/// Draws documents that have facts which nobody needs to look at any more, and tells it in an act. The draw follows
/// from the seed and the documents alone.
///
/// # Errors
/// [`FailureCode::NotFound`] if there are none, [`FailureCode::RequestInvalid`] if so many are asked for that nobody will
/// look at them, or what the repository says.
pub(crate) fn draw(repository: &Repository, settings: &Settings, order: &SampleOrder) -> Result<SampleView, Failure> {
    let seed = order.seed.clone().map_or_else(chance::text, Ok)?;
    let mut ranked: Vec<([u8; 32], SampledDocument, DocumentName)> = Vec::new();
    let mut after = None;
    loop {
        let records = repository.catalog.current_records(after.as_ref(), AT_ONCE)?;
        let Some(last) = records.last() else { break };
        after = Some((last.dossier_code.to_string(), Some(last.kind)));
        for record in &records {
            ranked.extend(record.documents.iter().filter(|document| has_facts(document)).map(|document| {
                let name = DocumentName { code: record.dossier_code.clone(), ordinal: document.ordinal };
                (rank(&seed, record, document), SampledDocument { record: record.id, ordinal: document.ordinal }, name)
            }));
        }
    }
    let of = ranked.len();
    // One at least, and of a share never fewer than were asked for.
    let wanted = (of as u64 * u64::from(order.share)).div_ceil(10_000).max(1);
    ranked.sort_by_key(|one| one.0);
    let wanted = usize::try_from(wanted).ok().filter(|wanted| *wanted <= MOST);
    let Some(wanted) = wanted else {
        return Err(Failure::new(FailureCode::RequestInvalid).at(Place::file(repository.root().display())));
    };
    ranked.truncate(wanted);
    if ranked.is_empty() {
        return Err(Failure::new(FailureCode::NotFound).at(Place::file(repository.root().display())));
    }
    let documents = ranked.iter().map(|(_, document, _)| *document).collect();
    let drawn = SampleDrawn { seed: seed.clone(), share: order.share, of: of as u64, documents };
    repository.catalog.tell_sample_drawn(settings.general.now(), &drawn)?;
    Ok(SampleView { seed, of: of as u64, documents: ranked.into_iter().map(|(_, _, name)| name).collect() })
}

fn has_facts(document: &RecordDocument) -> bool {
    document.fields.values().any(|field| field.status == FieldStatus::Accepted)
}

/// The place of a document in a draw.
fn rank(seed: &str, record: &Record, document: &RecordDocument) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 sample");
    hasher.update(seed.as_bytes());
    hasher.update(&[0]);
    hasher.update(record.dossier_code.as_str().as_bytes());
    hasher.update(&document.ordinal.to_le_bytes());
    *hasher.finalize().as_bytes()
}

/// Tells in an act what somebody found in a document that was drawn last under this name.
///
/// # Errors
/// [`FailureCode::NotFound`] if it was not drawn; [`FailureCode::RequestInvalid`] if whoever says so decided about its
/// facts, or a fact was not certain.
pub(crate) fn check(repository: &Repository, settings: &Settings, order: &CheckOrder) -> Result<(), Failure> {
    let place = || Place::Document { code: order.document.code.to_string(), ordinal: order.document.ordinal };
    let (drawn, record) = drawn(repository, &order.document)?.ok_or_else(|| Failure::new(FailureCode::NotFound).at(place()))?;
    let document = record.documents.iter().find(|document| document.ordinal == drawn.ordinal);
    let document = document.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(place()))?;
    let actor = &repository.catalog.warrant().actor;
    // A name in other letters is the same person, and who may decide under an account may check under it.
    let own = [Some(actor.account.as_str()), actor.by.as_deref()].into_iter().flatten().map(fold_words).collect::<Vec<_>>();
    let mut decided = document.fields.values().filter_map(|field| field.decision.as_ref());
    if decided.any(|decision| own.contains(&fold_words(&decision.by))) {
        let who = actor.by.as_ref().unwrap_or(&actor.account).clone();
        return Err(Failure::new(FailureCode::RequestInvalid).at(place()).because(WorkFault::SamePerson { who }));
    }
    let is_certain = |name: &&FieldName| document.fields.get(name).is_some_and(|field| field.status == FieldStatus::Accepted);
    if let Some(name) = order.wrong.iter().find(|name| !is_certain(name)) {
        let fault = WorkFault::NotCertain { field: name.as_str().to_owned() };
        return Err(Failure::new(FailureCode::RequestInvalid).at(place()).because(fault));
    }
    let checked = SampleChecked { document: drawn, wrong: order.wrong.clone() };
    Ok(repository.catalog.tell_sample_checked(settings.general.now(), &checked)?)
}

/// The document of this name as it was drawn last, with its record.
fn drawn(repository: &Repository, wanted: &DocumentName) -> Result<Option<(SampledDocument, Record)>, Failure> {
    let versions = repository.catalog.records_of(&wanted.code)?;
    let of_wanted = |one: &SampledDocument| {
        let record = versions.iter().find(|record| record.id == one.record)?;
        (one.ordinal == wanted.ordinal).then(|| (*one, record.clone()))
    };
    let (mut found, mut after) = (None, 0);
    loop {
        let rows = repository.catalog.acts_after(after, AT_ONCE)?;
        let Some(newest) = rows.last() else { return Ok(found) };
        after = newest.number;
        for row in rows {
            // What does not read is for `verify` to tell.
            let Ok(Act { deed: Deed::SampleDrawn(sample), .. }) = serde_json::from_str::<Act>(&row.content) else { continue };
            found = sample.documents.iter().find_map(of_wanted).or(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{Field, FieldSource};
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{code, commit, new_batch, recipe};

    #[test]
    fn the_same_seed_draws_the_same_and_another_one_others() {
        let sample = sample_record();
        let rank_of = |seed: &str| {
            let mut all: Vec<([u8; 32], u32)> = (1..60)
                .map(|number| {
                    let record = Record { dossier_code: code(&format!("H38.16-230706-{number:04}")), ..sample.clone() };
                    (rank(seed, &record, &record.documents[0]), number)
                })
                .collect();
            all.sort_unstable();
            all.into_iter().map(|(_, number)| number).collect::<Vec<_>>()
        };
        assert_eq!(rank_of("a"), rank_of("a"));
        assert_ne!(rank_of("a"), rank_of("b"));
    }

    fn sample_record() -> Record {
        let world = MemoryRepository::new();
        let repository = world.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let mut record = commit(&repository, batch, &code("H38.16-230706-0001"), recipe(1), &["một"]);
        let field = Field::new("12", FieldSource::Ocr, Confidence::CERTAIN, FieldStatus::Accepted);
        record.documents[0].fields.insert(FieldName::Number, field);
        record
    }

    #[test]
    fn only_documents_with_certain_facts_can_be_drawn() {
        let mut record = sample_record();
        assert!(has_facts(&record.documents[0]));
        for field in record.documents[0].fields.values_mut() {
            field.status = FieldStatus::NeedsPerson;
        }
        assert!(!has_facts(&record.documents[0]));
    }
}
