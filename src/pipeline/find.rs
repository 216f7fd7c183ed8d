//! Searching the repository: hits of the index with what the catalog knows of them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::Fields;
use crate::model::geometry::Quad;
use crate::model::ids::RecordId;
use crate::model::page::RecognisedPage;
use crate::model::query::squeeze;
use crate::model::record::Record;
use crate::repository::{Answer, Facets, Fit, Hit, Index, Meant, Query, Repository, Snippet, searched_forms};

/// The answer to a query, as it is published in `docs/search.v1.schema.json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Found {
    /// How well the hits fit.
    pub fit: Fit,
    /// Whether all that is sealed is in the index: a run adds to it at its end.
    pub complete: bool,
    /// Words that were typed as keys of an input method, and what they were taken for.
    pub understood: Vec<Meant>,
    /// Words that the repository does not have, and the nearest that it has.
    pub did_you_mean: Vec<Meant>,
    /// All pages that fit; null unless they were to be counted.
    pub total: Option<usize>,
    /// How many pages have each kind, type, agency and year, and how many wait; null unless they
    /// were to be counted.
    pub facets: Option<Facets>,
    /// The pages asked for, best first.
    pub hits: Vec<FoundPage>,
}

/// A page that was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FoundPage {
    /// Its record.
    pub record: RecordId,
    /// Version of the record.
    pub version: u32,
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
    /// Where words of the query stand on the page, in pixels of its stored image: corners of each
    /// as `[x, y]`, from where the word begins.
    pub places: Vec<[[f32; 2]; 4]>,
}

/// Answers `query` from the index, with versions, facts, files and places from the catalog.
///
/// # Errors
/// When the index or the catalog is damaged or cannot be read.
pub fn find(repository: &Repository, query: &Query) -> Result<Found, Failure> {
    let folder = repository.index_dir();
    // The first run makes the index at its end; until then nothing is sealed that could be found.
    let (answer, complete) = if Index::is_at(&folder) || !repository.catalog.dossier_codes()?.is_empty() {
        let index = Index::open(&folder)?;
        (index.search(query)?, index.is_complete(repository.catalog.as_ref())?)
    } else {
        (Answer::nothing(), true)
    };
    let words = &answer.words;
    let hits = answer.hits.into_iter().map(|hit| found_page(repository, hit, words)).collect::<Result<_, _>>()?;
    let Answer { fit, understood, did_you_mean, total, facets, .. } = answer;
    Ok(Found { fit, complete, understood, did_you_mean, total, facets, hits })
}

fn found_page(repository: &Repository, hit: Hit, words: &BTreeSet<String>) -> Result<FoundPage, Failure> {
    let records = repository.catalog.records_of(&hit.dossier_code)?;
    let record = records.iter().find(|record| record.id == hit.record);
    let document = record.and_then(|record| record.documents.iter().find(|document| document.ordinal == hit.ordinal));
    let page = match (record, document) {
        (Some(record), Some(document)) => page_of(repository, record, &hit, document.pages.as_slice())?,
        _ => None,
    };
    Ok(FoundPage {
        version: record.map_or(0, |record| record.version),
        path: document.map(|document| repository.blobs.place_of(document.file.blake3)).unwrap_or_default(),
        fields: document.map(|document| document.fields.clone()).unwrap_or_default(),
        places: page.map(|page| places(&page, words)).unwrap_or_default(),
        record: hit.record,
        dossier_code: hit.dossier_code,
        kind: hit.kind,
        ordinal: hit.ordinal,
        file_name: hit.file_name,
        page: hit.page,
        title: hit.title,
        score: hit.score,
        snippet: hit.snippet,
    })
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
fn places(page: &RecognisedPage, words: &BTreeSet<String>) -> Vec<[[f32; 2]; 4]> {
    let is_wanted = |text: &str| words.contains(&squeeze(text)) || searched_forms(text).iter().any(|form| words.contains(form));
    let found = page.lines.iter().flat_map(|line| &line.words).filter(|word| is_wanted(&word.text));
    found.map(|word| corners(word.place)).collect()
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
