//! Values that somebody may mean by what they have typed so far: those of the list of types, those seen
//! before in the repository or told by the register, and those of the same dossier.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::dossier;
use crate::commands::search::{Counting, Reach, SearchOrder, SortBy, Start, Tones, search_within};
use crate::model::confidence::Confidence;
use crate::model::failure::Failure;
use crate::model::field::FieldName;
use crate::model::mask::Masking;
use crate::model::record::DocumentName;
use crate::model::register::{IdentityKind, RegisterList, RegisterRow};
use crate::model::vietnamese::{edit_distance, fold_words};
use crate::repository::Repository;
use crate::settings::Settings;

/// Most values that are offered.
const MOST: usize = 8;
/// Hits that are looked through for names of people.
const HITS: usize = 40;
/// Most agencies of the register that are looked through.
const AGENCIES: usize = 5_000;
/// Longest that people are looked for, in milliseconds.
const PATIENCE: u64 = 150;

/// A value that may be meant.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Candidate {
    /// As it is kept; a type by its key.
    pub value: String,
    /// Where it comes from.
    pub source: CandidateSource,
    /// How sure it was read, where it was.
    pub confidence: Option<Confidence>,
}

/// Where a value that may be meant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CandidateSource {
    /// It was read on the page.
    Reading,
    /// Another reading of the same place.
    OtherReading,
    /// It stands in other papers of the repository.
    Register,
    /// The dossier register says so.
    DossierRegister,
    /// It stands in other papers of the same dossier.
    Dossier,
    /// It is one of the configured types.
    List,
}

/// What was typed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CompletionOrder {
    /// The document.
    pub document: DocumentName,
    /// The fact.
    pub field: FieldName,
    /// What was typed so far.
    pub typed: String,
}

/// Values that may be meant, the likeliest first; an exact one before all others.
///
/// # Errors
/// When the repository cannot be read.
pub(crate) fn complete(repository: &Repository, settings: &Settings, order: &CompletionOrder) -> Result<Vec<Candidate>, Failure> {
    let CompletionOrder { document, field, typed } = order;
    let wanted = fold_words(typed);
    let mut found: Vec<(u32, Candidate)> = Vec::new();
    let mut add = |value: &str, name: &str, source, weight: u64| {
        if let Some(rank) = rank(&wanted, &fold_words(name), weight) {
            found.push((rank, Candidate { value: value.to_owned(), source, confidence: None }));
        }
    };
    match field {
        FieldName::DocumentType => {
            let types = &settings.fields.document_types;
            types.iter().for_each(|kind| add(&kind.key, &kind.name, CandidateSource::List, 0));
        }
        FieldName::IssuingBody => {
            let names = repository.catalog.issuing_bodies()?;
            names.iter().for_each(|(name, times)| add(name, name, CandidateSource::Register, *times));
            let agencies = agencies(repository)?;
            agencies.iter().for_each(|name| add(name, name, CandidateSource::DossierRegister, 0));
        }
        FieldName::OwnerName | FieldName::OwnerNumber | FieldName::OwnerBirthDate => {
            let of_dossier = in_dossier(repository, document, *field)?;
            of_dossier.iter().for_each(|value| add(value, value, CandidateSource::Dossier, 1));
            // Who handed the dossier in, as the register has it.
            let registered = applicant(repository, document, *field)?;
            registered.iter().for_each(|value| add(value, value, CandidateSource::DossierRegister, 2));
            if *field == FieldName::OwnerName {
                let names = people(repository, &wanted)?;
                names.iter().for_each(|name| add(name, name, CandidateSource::Register, 0));
            }
        }
        _ => {}
    }
    found.sort_by(|(one, left), (other, right)| one.cmp(other).then_with(|| left.value.cmp(&right.value)));
    let mut told = BTreeSet::new();
    found.retain(|(_, candidate)| told.insert(candidate.value.clone()));
    found.truncate(MOST);
    Ok(found.into_iter().map(|(_, candidate)| candidate).collect())
}

/// How far a value is from what was typed, the least first; none if it cannot be meant.
fn rank(typed: &str, name: &str, weight: u64) -> Option<u32> {
    let often = 99_u32.saturating_sub(u32::try_from(weight).unwrap_or(u32::MAX).min(99));
    let class = if typed == name {
        0
    } else if name.starts_with(typed) {
        1
    } else if typed.split(' ').all(|word| name.split(' ').any(|known| known.starts_with(word))) {
        2
    } else if is_near(typed, name) {
        3
    } else {
        return None;
    };
    Some(class * 100 + often)
}

/// Whether a quarter of the letters at most is otherwise. Most names are of another length, which is seen at once.
fn is_near(typed: &str, name: &str) -> bool {
    let (typed_length, length) = (typed.chars().count(), name.chars().count());
    typed_length.abs_diff(length) * 4 <= typed_length && edit_distance(typed, name) * 4 <= typed_length
}

/// Values of a fact in the other documents of a dossier.
fn in_dossier(repository: &Repository, document: &DocumentName, field: FieldName) -> Result<BTreeSet<String>, Failure> {
    let dossier = dossier::find(repository, document.code.as_str())?;
    let others = dossier::current(&dossier.versions).flat_map(|record| &record.documents);
    let others = others.filter(|other| other.ordinal != document.ordinal);
    let values = others.filter_map(|other| other.fields.get(&field)).filter(|field| field.status.has_value());
    Ok(values.map(|field| field.value.clone()).collect())
}

/// Names of agencies in the register.
fn agencies(repository: &Repository) -> Result<Vec<String>, Failure> {
    let rows = repository.catalog.register_rows_after(RegisterList::Agencies, "", AGENCIES)?;
    let name = |row| match row {
        RegisterRow::Agency(agency) => Some(agency.name),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(name).collect())
}

/// What the register says of whoever handed in the dossier of a document.
fn applicant(repository: &Repository, document: &DocumentName, field: FieldName) -> Result<Option<String>, Failure> {
    let Some(dossier) = repository.catalog.register_dossier(&document.code)? else { return Ok(None) };
    Ok(match field {
        FieldName::OwnerName => dossier.applicant,
        FieldName::OwnerNumber => {
            dossier.identity.filter(|identity| identity.kind != IdentityKind::Other).map(|identity| identity.number)
        }
        _ => None,
    })
}

/// Names of people in the repository that have these words, the last of which may not be finished.
fn people(repository: &Repository, words: &str) -> Result<BTreeSet<String>, Failure> {
    if words.chars().count() < 3 {
        return Ok(BTreeSet::new());
    }
    let text = words.split(' ').map(|word| format!("nguoi:{word}*")).collect::<Vec<_>>().join(" ");
    let order = SearchOrder {
        text,
        tones: Tones::Any,
        sort: SortBy::Relevance,
        limit: HITS,
        start: Start::List(1),
        counting: Counting::None,
        reach: Reach::Newest,
        masking: Masking::Shown,
    };
    let found = search_within(repository, &order, PATIENCE)?;
    let names = found.hits.into_iter().filter_map(|hit| hit.fields.get(&FieldName::OwnerName).cloned());
    Ok(names.filter(|field| !field.status.is_open() && !field.value.is_empty()).map(|field| field.value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_comes_first_then_its_beginning_then_its_words_then_what_is_near() {
        let at = |typed: &str, name: &str| rank(typed, name, 0);
        let ranks = ["ubnd tinh lao cai", "ubnd tinh lao cai phong", "so noi vu ubnd tinh lao cai", "ubnd tinh lao cat"]
            .map(|name| at("ubnd tinh lao cai", name).unwrap());
        assert!(ranks.is_sorted() && ranks[0] < ranks[1] && ranks[2] < ranks[3], "{ranks:?}");
        assert_eq!(at("so xay dung", "ubnd tinh lao cai"), None);
        assert!(rank("ubnd", "ubnd xa", 50) < rank("ubnd", "ubnd huyen", 2), "what is met often comes first");
    }
}
