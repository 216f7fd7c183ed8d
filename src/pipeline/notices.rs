//! What staff are told without anything being done about it.

use crate::model::batch::{BatchReport, RepeatedPage};
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BatchId, PageId};
use crate::model::page::RecognisedPage;
use crate::model::record::{Record, RecordDocument};
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::check;

/// The report of a batch with its notices; none if there is no such batch.
///
/// # Errors
/// When the catalog can not be read.
pub fn batch_report(repository: &Repository, settings: &Settings, batch: BatchId) -> Result<Option<BatchReport>, Failure> {
    let Some(mut report) = repository.catalog.batch_report(batch)? else { return Ok(None) };
    for line in &report.dossiers {
        let records = repository.catalog.records_of(&line.code)?;
        for record in records.iter().filter(|record| record.kind == line.kind && record.version == line.version) {
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
