//! Searching the repository: hits of the index with what the catalog knows of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::model::codes::{DossierCode, ProcedureCode};
use crate::model::document_state::DocumentState;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::failure::cause::StorageFault;
use crate::model::field::{Field, FieldName, FieldStatus, Fields};
use crate::model::geometry::Quad;
use crate::model::hit::{Cursor, HitName};
use crate::model::ids::RecordId;
use crate::model::mask::{Masking, mask_fields, secret_words, without_words};
use crate::model::page::RecognisedPage;
use crate::model::query::{Condition, squeeze};
use crate::model::record::{Record, RecordDocument};
use crate::model::text::{SecondReading, Word};
use crate::repository::index::label;
use crate::repository::{
    Answer, Budget, FacetValue, Facets, Fit, Hit, Meant, Query, Repository, RepositoryError, Snippet, searched_forms,
};

/// The answer to a query, as it is published in `docs/search.v1.schema.json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Found {
    /// How well the hits fit.
    pub fit: Fit,
    /// Whether all that is sealed was looked at. If not, `lacks` says why, and totals are the least
    /// that there is.
    pub complete: bool,
    /// Why the answer is not complete.
    pub lacks: Vec<Lack>,
    /// Words that were typed as keys of an input method, and what they were taken for.
    pub understood: Vec<Meant>,
    /// Words that the repository does not have, and the nearest that it has.
    pub did_you_mean: Vec<Meant>,
    /// All pages that fit; null unless they were to be counted.
    pub total: Option<usize>,
    /// How many pages have each kind, type, agency, year, site and procedure, and how many wait; null unless
    /// they were to be counted. By procedure they are counted where they are in no more than 20,000 dossiers and the
    /// time of the search lasts.
    pub facets: Option<Facets>,
    /// The pages asked for, best first.
    pub hits: Vec<FoundPage>,
    /// Where the list goes on, for `--after`; null where it ends here.
    pub next: Option<String>,
}

/// Why an answer is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The index has not all that is sealed: a run adds to it at its end.
    Index,
    /// The time that a search may take was over.
    Time,
}

/// A page that was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FoundPage {
    /// Its name, for `sohoa open`.
    pub hit: String,
    /// Its record.
    pub record: RecordId,
    /// Version of the record.
    pub version: u32,
    /// What became of its document: only current ones are found, unless others are asked for.
    pub state: DocumentState,
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its document's number in the dossier.
    pub ordinal: u32,
    /// The name of the sealed file it is in.
    pub file_name: String,
    /// Where that file lies.
    pub path: PathBuf,
    /// Its place in that file, from 1.
    pub page: u32,
    /// Its document's title, if one was read.
    pub title: Option<String>,
    /// The facts of its document.
    pub fields: Fields,
    /// Greater is better; comparable within one search only, and 0 where the order is another.
    pub score: f32,
    /// Why it was found.
    pub snippet: Snippet,
    /// Words of the query that another reader read on this page, and the text does not have.
    pub from_other_reading: Vec<String>,
    /// Where words of the query stand on the page, in pixels of its stored image: corners of each
    /// as `[x, y]`, from where the word begins.
    pub places: Vec<[[f32; 2]; 4]>,
}

/// Hits that may have come to stand above the place where a list goes on.
const DRIFT: usize = 200;

/// Answers `query` as [`find`] does, from behind the hit that `after` names; where that is none any more,
/// from as many hits on as it stood at.
///
/// # Errors
/// As [`find`].
pub fn find_after(repository: &Repository, query: &Query, after: &Cursor, budget: &Budget<'_>) -> Result<Found, Failure> {
    gathered(|take| look(repository, query, Some(after), budget, take))
}

/// Answers `query` from the index as far as `budget` allows, with versions, facts, files, texts and
/// places from the catalog.
///
/// # Errors
/// When the index or the catalog is damaged or cannot be read.
pub fn find(repository: &Repository, query: &Query, budget: &Budget<'_>) -> Result<Found, Failure> {
    gathered(|take| look(repository, query, None, budget, take))
}

/// Answers `query` as [`find`] does, with one hit after the other given to `take`: those of the answer are
/// none. However many there are, one is held in memory at a time.
///
/// # Errors
/// As [`find`], or what `take` says.
pub fn find_each(
    repository: &Repository,
    query: &Query,
    budget: &Budget<'_>,
    take: &mut dyn FnMut(FoundPage) -> Result<(), Failure>,
) -> Result<Found, Failure> {
    look(repository, query, None, budget, take)
}

/// The answer with all that was taken.
fn gathered(
    look: impl FnOnce(&mut dyn FnMut(FoundPage) -> Result<(), Failure>) -> Result<Found, Failure>,
) -> Result<Found, Failure> {
    let mut hits = Vec::new();
    let found = look(&mut |hit| {
        hits.push(hit);
        Ok(())
    })?;
    Ok(Found { hits, ..found })
}

fn look(
    repository: &Repository,
    query: &Query,
    after: Option<&Cursor>,
    budget: &Budget<'_>,
    take: &mut dyn FnMut(FoundPage) -> Result<(), Failure>,
) -> Result<Found, Failure> {
    let asked = match after {
        Some(after) => {
            let limit = after.hits.saturating_add(query.limit).saturating_add(DRIFT);
            Query { offset: 0, limit, ..query.clone() }
        }
        None => query.clone(),
    };
    // The first run makes the index at its end; until then nothing is sealed that could be found.
    let (mut answer, is_behind) = if repository.search.is_there() || !repository.catalog.dossier_codes()?.is_empty() {
        let index = repository.search.open()?;
        (index.search(&asked, budget)?, !index.is_complete(repository.catalog.as_ref())?)
    } else {
        (Answer::nothing(), false)
    };
    let lacks: Vec<Lack> =
        [(is_behind, Lack::Index), (!answer.whole, Lack::Time)].into_iter().filter_map(|(is, lack)| is.then_some(lack)).collect();
    answer.words = sought(&answer);
    let mut hits = std::mem::take(&mut answer.hits);
    let mut before = query.offset;
    if let Some(after) = after {
        let last = position(repository, &hits, &after.last)?;
        before = last.map_or(after.hits, |last| last + 1).min(hits.len());
        hits = hits.split_off(before);
        hits.truncate(query.limit);
    }
    // A list that is full may go on.
    let last = hits.last().filter(|_| hits.len() == query.limit).map(|last| name_of(repository, last)).transpose()?;
    let next = last.map(|last| Cursor { hits: before + hits.len(), last }.to_string());
    hits.into_iter().try_for_each(|hit| take(found_page(repository, hit, &answer, query.masking)?))?;
    let Answer { fit, understood, did_you_mean, total, mut facets, by_dossier, .. } = answer;
    if let (Some(facets), Some(by_dossier)) = (&mut facets, by_dossier) {
        facets.extend(procedures(repository, &by_dossier, budget)?.map(|values| ("procedure".to_owned(), values)));
    }
    Ok(Found { fit, complete: lacks.is_empty(), lacks, understood, did_you_mean, total, facets, hits: Vec::new(), next })
}

/// Most values counted of a facet.
const FACET_VALUES: usize = 20;

/// How many pages are of each procedure, as the register tells of their dossiers, the most first; none if the time is
/// over before it has told of all.
fn procedures(
    repository: &Repository,
    by_dossier: &BTreeMap<String, u64>,
    budget: &Budget<'_>,
) -> Result<Option<Vec<FacetValue>>, Failure> {
    let mut found: BTreeMap<String, FacetValue> = BTreeMap::new();
    let codes: Vec<&str> = by_dossier.keys().map(String::as_str).collect();
    let mut count = |code: &str, procedure: &ProcedureCode, name: Option<String>| {
        let value = procedure.short().to_owned();
        let known = found.entry(value.clone()).or_insert(FacetValue { value, name: None, pages: 0 });
        known.pages += by_dossier.get(code).copied().unwrap_or_default();
        known.name = known.name.take().or(name);
        !budget.is_over()
    };
    if !repository.catalog.procedures_of(&codes, &mut count)? {
        return Ok(None);
    }
    let mut values: Vec<FacetValue> = found.into_values().collect();
    values.sort_by(|a, b| b.pages.cmp(&a.pages).then_with(|| a.value.cmp(&b.value)));
    values.truncate(FACET_VALUES);
    Ok(Some(values))
}

fn found_page(repository: &Repository, hit: Hit, answer: &Answer, masking: Masking) -> Result<FoundPage, Failure> {
    let records = repository.catalog.records_of(&hit.dossier_code)?;
    let record = records.iter().find(|record| record.id == hit.record);
    let document = record.and_then(|record| record.kept_documents().into_iter().find(|document| document.ordinal == hit.ordinal));
    let (record, document) = record.zip(document).ok_or_else(|| not_in_catalog(repository, &hit))?;
    let page = page_of(repository, record, &hit, document.pages.as_slice())?;
    let text = page.as_ref().map_or_else(String::new, |page| page.text().nfc().collect());
    // Before it is cut: half a number would not be known for one.
    let masked = |text: String| masking.text(&text);
    let is_hidden = masking == Masking::Masked && is_sensitive(document, hit.page);
    let text = if is_hidden { String::new() } else { masked(text) };
    let fields = published(&document.fields);
    let fields = if masking == Masking::Masked { mask_fields(&fields) } else { fields };
    let title = fields.get(&FieldName::Title).map(|field| field.value.clone()).filter(|title| !title.is_empty());
    Ok(FoundPage {
        hit: name_in(&hit, record).to_string(),
        state: hit.state,
        version: record.version,
        path: repository.blobs.place_of(document.file.blake3),
        fields,
        from_other_reading: page
            .as_ref()
            .map(|page| from_other_reading(page, &answer.words).into_iter().map(masked).collect())
            .unwrap_or_default(),
        places: page.map(|page| places(&page, &answer.words).into_iter().map(corners).collect()).unwrap_or_default(),
        file_name: document.file.name.clone(),
        title,
        snippet: answer.snippet(&text, &masked(label(record, document, u64::from(hit.page.saturating_sub(1))))),
        record: hit.record,
        dossier_code: hit.dossier_code,
        kind: hit.kind,
        ordinal: hit.ordinal,
        page: hit.page,
        score: hit.score,
    })
}

/// Whether a page of a document shows what is to be kept from strangers.
fn is_sensitive(document: &RecordDocument, page: u32) -> bool {
    let place = usize::try_from(page).ok().and_then(|page| page.checked_sub(1));
    place.and_then(|place| document.pages.get(place)).is_some_and(|id| document.sensitive_pages.contains(id))
}

/// The words that `condition` looks for, as they are understood in this repository.
pub fn words_of(repository: &Repository, condition: &Condition, budget: &Budget<'_>) -> Result<BTreeSet<String>, Failure> {
    let index = repository.search.open()?;
    let answer = index.search(&Query::new(condition.clone(), 1), budget)?;
    Ok(sought(&answer))
}

/// The words of an answer: those that were typed, and those that the hits have in their place.
fn sought(answer: &Answer) -> BTreeSet<String> {
    let similar = answer.did_you_mean.iter().filter(|_| answer.fit == Fit::Similar).map(|word| word.meant.clone());
    answer.words.iter().cloned().chain(similar).collect()
}

/// Which of the hits has this name.
fn position(repository: &Repository, hits: &[Hit], name: &HitName) -> Result<Option<usize>, Failure> {
    let place = |hit: &Hit| (hit.dossier_code.clone(), hit.ordinal, hit.page);
    let wanted = (name.dossier_code.clone(), name.ordinal, name.page);
    for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| place(hit) == wanted) {
        if name_of(repository, hit)? == *name {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn name_of(repository: &Repository, hit: &Hit) -> Result<HitName, Failure> {
    let mut records = repository.catalog.records_of(&hit.dossier_code)?;
    records.retain(|record| record.id == hit.record);
    records.first().map(|record| name_in(hit, record)).ok_or_else(|| not_in_catalog(repository, hit))
}

/// The name of a hit; a current one is named without its version, so that the name goes on with the document.
fn name_in(hit: &Hit, record: &Record) -> HitName {
    let version = (hit.state != DocumentState::Current).then_some(record.version);
    HitName { dossier_code: hit.dossier_code.clone(), ordinal: hit.ordinal, page: hit.page, version }
}

/// The facts as they are published: how they were read, and what else they may be, is for whoever
/// confirms them.
fn published(fields: &Fields) -> Fields {
    let plain = |field: &Field| Field::new(field.value.clone(), field.source, field.confidence, field.status);
    let told = fields.iter().filter(|(_, field)| field.status != FieldStatus::NotOnPaper);
    told.map(|(name, field)| (*name, plain(field))).collect()
}

/// Nothing is ever taken out of the catalog: this index belongs to another one, or to none.
fn not_in_catalog(repository: &Repository, hit: &Hit) -> Failure {
    let place = repository.search.place().display().to_string();
    let cause = StorageFault::NotInCatalog { record: hit.record.to_string(), ordinal: hit.ordinal };
    RepositoryError::Damaged { place, cause: cause.into() }.into()
}

fn page_of(
    repository: &Repository,
    record: &Record,
    hit: &Hit,
    pages: &[crate::model::ids::PageId],
) -> Result<Option<RecognisedPage>, Failure> {
    let place = usize::try_from(hit.page.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(page) = pages.get(place) else { return Ok(None) };
    let recipe = repository.catalog.document_recipe(record.id, hit.ordinal)?.unwrap_or(record.recipe);
    Ok(repository.catalog.page(*page, recipe)?)
}

/// The words of a page that were looked for, or that are a code that was typed in one.
pub fn places(page: &RecognisedPage, words: &BTreeSet<String>) -> Vec<Quad> {
    page.lines.iter().flat_map(|line| places_in(&line.words, words)).collect()
}

/// Words of a line beside each other that are a code together.
const MAX_GROUPS: usize = 6;

fn places_in(line: &[Word], words: &BTreeSet<String>) -> Vec<Quad> {
    let squeezed: Vec<String> = line.iter().map(|word| squeeze(&word.text)).collect();
    let mut grouped = BTreeSet::new();
    for at in 0..line.len() {
        let mut code = String::new();
        for (length, piece) in (1..=MAX_GROUPS).zip(squeezed.iter().skip(at)) {
            code.push_str(piece);
            if length > 1 && code.bytes().any(|b| b.is_ascii_digit()) && words.contains(&code) {
                grouped.extend(at..at + length);
            }
        }
    }
    let is_found = |word: &Word| is_wanted(&word.text, words) || other_of(word).is_some_and(|other| is_wanted(other, words));
    let found = (0..).zip(line).filter(|(at, word)| grouped.contains(at) || is_found(word));
    found.map(|(_, word)| word.place).collect()
}

fn is_wanted(text: &str, words: &BTreeSet<String>) -> bool {
    words.contains(&squeeze(text)) || searched_forms(text).iter().any(|form| words.contains(form))
}

/// What another reader read in the place of a word.
fn other_of(word: &Word) -> Option<&str> {
    match &word.second {
        SecondReading::Differs(other) => Some(other),
        _ => None,
    }
}

/// The words that were looked for and stand on the page by another reading only.
fn from_other_reading(page: &RecognisedPage, words: &BTreeSet<String>) -> Vec<String> {
    let all = || page.lines.iter().flat_map(|line| &line.words);
    let printed: BTreeSet<String> = all().flat_map(|word| searched_forms(&word.text)).collect();
    // What else a secret may have been read as tells the secret.
    let secret = secret_words(&page.text());
    let open = all().filter(|word| without_words(&word.text, &secret) == word.text);
    let others: BTreeSet<String> = open.filter_map(other_of).flat_map(searched_forms).collect();
    others.into_iter().filter(|word| words.contains(word) && !printed.contains(word)).collect()
}

fn corners(Quad(points): Quad) -> [[f32; 2]; 4] {
    points.map(|point| [point.x, point.y])
}

/// The JSON Schema (2020-12) of what `sohoa search --json` writes, as published in
/// `docs/search.v1.schema.json`.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Found>();
    schema.insert("$id".to_owned(), "urn:sohoa:schema:search:1".into());
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Point;
    use crate::model::text::{Line, TextSource};

    #[test]
    fn words_of_another_reading_are_shown_in_their_place_and_said() {
        let word = |text: &str, second, x: f32| Word {
            text: text.into(),
            confidence: Confidence::saturating(0.5),
            place: Quad([Point { x, y: 0.0 }; 4]),
            source: TextSource::Ocr,
            engine: None,
            second,
        };
        let words = vec![
            word("giao", SecondReading::Agrees, 0.0),
            word("đát", SecondReading::Differs("đất".into()), 20.0),
            word("rừng", SecondReading::Differs("rùng".into()), 40.0),
        ];
        let page = RecognisedPage::upright((100, 100), vec![Line { words, begins_block: false }]);
        let wanted = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<String>>();
        assert_eq!(from_other_reading(&page, &wanted(&["giao", "rung"])), [""; 0]);
        let page_with = |text: &str| {
            let mut page = page.clone();
            page.lines[0].words[1].text = text.into();
            page
        };
        let page = page_with("bát");
        assert_eq!(from_other_reading(&page, &wanted(&["giao", "dat"])), ["dat"]);
        assert_eq!(places(&page, &wanted(&["dat"])).iter().map(|place| place.0[0].x).collect::<Vec<_>>(), [20.0]);
        let words = ["015", "072", "544", "472", "015"].iter().zip([0.0, 20.0, 40.0, 60.0, 80.0]);
        let words = words.map(|(text, x)| word(text, SecondReading::None, x)).collect();
        let page = RecognisedPage::upright((100, 100), vec![Line { words, begins_block: false }]);
        let found = places(&page, &wanted(&["015072544472"]));
        assert_eq!(found.iter().map(|place| place.0[0].x).collect::<Vec<_>>(), [0.0, 20.0, 40.0, 60.0]);
    }

    #[test]
    fn pages_are_counted_by_procedure_as_long_as_the_time_lasts() {
        use crate::model::ids::Sha256;
        use crate::model::register::{RegisterDossier, RegisterList, RegisterRow};
        use crate::repository::memory::MemoryRepository;
        use crate::repository::tests::{code, new_repository};
        use crate::repository::{Mode, RegisterImport};
        let named = |ordinal: u32| code(&format!("H38.16-260301-{ordinal:04}"));
        let row = |ordinal, procedure: Option<&str>, name: Option<&str>| {
            Ok(RegisterRow::Dossier(Box::new(RegisterDossier {
                procedure: procedure.map(|procedure| procedure.parse().unwrap()),
                procedure_name: name.map(str::to_owned),
                ..RegisterDossier::new(named(ordinal))
            })))
        };
        let by_dossier: BTreeMap<String, u64> = (1..=5).map(|ordinal| (named(ordinal).to_string(), ordinal.into())).collect();
        let world = MemoryRepository::new();
        let (_folder, kept) = new_repository();
        for repository in [world.open(Mode::Create), kept] {
            let list = RegisterList::Dossiers;
            let at = time::OffsetDateTime::UNIX_EPOCH;
            let import = RegisterImport { list, told: None, file: "x", sha256: Sha256::from_bytes([3; 32]), at };
            let rows = [
                row(1, Some("1.011441"), None),
                row(2, Some("1.011441.000.00.00.H38"), Some("Đăng ký")),
                row(3, Some("2.000815"), None),
                row(4, None, None),
            ];
            repository.catalog.import_register(&import, &mut rows.into_iter()).unwrap();
            let counted = |budget: &Budget<'_>| {
                let values = procedures(&repository, &by_dossier, budget).unwrap()?;
                Some(values.into_iter().map(|one| (one.value, one.name, one.pages)).collect::<Vec<_>>())
            };
            let all = vec![("1.011441".to_owned(), Some("Đăng ký".to_owned()), 3), ("2.000815".to_owned(), None, 3)];
            assert_eq!(counted(&Budget::UNLIMITED), Some(all));
            assert_eq!(counted(&Budget::until(&|| true)), None);
        }
    }

    #[test]
    fn the_published_schema_is_that_of_the_program() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/search.v1.schema.json");
        let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        if std::env::var_os("SOHOA_UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert!(std::fs::read_to_string(path).unwrap() == text, "run with SOHOA_UPDATE_SCHEMA=1");
    }
}
