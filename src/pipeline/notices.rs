//! What staff are told without anything being done about it.

use std::collections::BTreeSet;

use crate::model::batch::{BatchReport, CardOwners, OpenFact, RepeatedPage, SheetCount};
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::FieldStatus;
use crate::model::ids::{BatchId, BlobId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::record::{Record, RecordDocument};
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::{assemble, check};

/// The report of a batch with its notices; none if there is no such batch.
///
/// # Errors
/// When the catalog can not be read.
pub fn batch_report(repository: &Repository, settings: &Settings, batch: BatchId) -> Result<Option<BatchReport>, Failure> {
    let Some(mut report) = repository.catalog.batch_report(batch)? else { return Ok(None) };
    let mut scans: BTreeSet<BlobId> = BTreeSet::new();
    for line in &report.dossiers {
        let records = repository.catalog.records_of(&line.code)?;
        for record in records.iter().filter(|record| record.kind == line.kind && record.version == line.version) {
            report.open_facts.extend(record.documents.iter().flat_map(open_facts));
            let owners = owners(repository, record)?;
            if owners > 1 {
                report.card_owners.push(CardOwners { code: record.dossier_code.clone(), kind: record.kind, owners });
            }
            for document in &record.documents {
                if scans.insert(document.source.blake3) {
                    let recipe = repository.catalog.document_recipe(record.id, document.ordinal)?;
                    let counts = sheet_counts(repository, document, recipe.unwrap_or(record.recipe))?;
                    report.sheet_counts.extend(counts);
                }
            }
            for document in record.documents.iter().filter(|document| document.pages.len() > 1) {
                let pages = read_pages(repository, record, document)?;
                let file = &document.file.name;
                report.repeated_pages.extend(repeated_pages(&pages, settings).into_iter().map(|(page, like)| RepeatedPage {
                    file: file.clone(),
                    page,
                    like,
                }));
            }
        }
    }
    Ok(Some(report))
}

/// The facts of a document that wait for a person.
fn open_facts(document: &RecordDocument) -> impl Iterator<Item = OpenFact> {
    let open = document.fields.iter().filter(|(_, field)| field.status.is_open());
    open.map(|(name, field)| OpenFact {
        file: document.file.name.clone(),
        field: *name,
        code: if field.status == FieldStatus::Absent { FailureCode::FactMissing } else { FailureCode::FactDoubtful },
        doubts: field.doubts.clone(),
    })
}

/// Of how many people identity cards lie in a record.
fn owners(repository: &Repository, record: &Record) -> Result<u32, Failure> {
    let mut owners: BTreeSet<String> = BTreeSet::new();
    for document in record.documents.iter().filter(|document| !document.sensitive_pages.is_empty()) {
        let pages = read_pages(repository, record, document)?;
        let pages: Vec<&RecognisedPage> = pages.iter().map(|(_, page)| page).collect();
        owners.extend(assemble::card_owners(&pages));
    }
    Ok(u32::try_from(owners.len()).unwrap_or(u32::MAX))
}

/// The cover sheets of the scan that a document was made from which do not fit what lies behind them.
fn sheet_counts(repository: &Repository, document: &RecordDocument, recipe: RecipeId) -> Result<Vec<SheetCount>, Failure> {
    let source = &document.source;
    // A scan with nothing but the document's own pages has no cover sheet.
    if source.pages as usize <= document.pages.len() {
        return Ok(Vec::new());
    }
    let mut pages = Vec::new();
    for ordinal in 0..source.pages {
        pages.extend(repository.catalog.page(PageId { scan: source.blake3, ordinal }, recipe)?);
    }
    let miscounts = assemble::miscounts(&pages).into_iter();
    let named =
        miscounts.map(|assemble::Miscount { code, told, found }| SheetCount { scan: source.name.clone(), code, told, found });
    Ok(named.collect())
}

/// Pages of a document, from 1, that look like one before them, each with the first such.
pub fn repeated_pages(pages: &[(PageId, RecognisedPage)], settings: &Settings) -> Vec<(u32, u32)> {
    let pages: Vec<&RecognisedPage> = pages.iter().map(|(_, page)| page).collect();
    check::repeated_pages(&pages, &settings.check)
}

/// What was read on the pages of a document's sealed file.
///
/// # Errors
/// [`FailureCode::RepositoryDamaged`] when a page's text is not there.
pub fn read_pages(
    repository: &Repository,
    record: &Record,
    document: &RecordDocument,
) -> Result<Vec<(PageId, RecognisedPage)>, Failure> {
    let damaged = |what: &dyn std::fmt::Display| Failure::new(FailureCode::RepositoryDamaged).at(what);
    let recipe = repository.catalog.document_recipe(record.id, document.ordinal)?.ok_or_else(|| damaged(&document.file.name))?;
    document.pages.iter().map(|&id| Ok((id, repository.catalog.page(id, recipe)?.ok_or_else(|| damaged(&id))?))).collect()
}
