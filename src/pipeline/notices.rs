//! What staff are told without anything being done about it.

use std::collections::BTreeSet;

use super::pictures;
use crate::model::batch::{AttachedFiles, BatchReport, BlankPage, LittleRead, RepeatedPage};
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BatchId, BlobId, PageId, RecipeId};
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
    let scans = repository.catalog.batch_scans(batch)?;
    for (path, scan, has_blank) in &scans {
        let Some(summary) = repository.catalog.scan(*scan)? else { continue };
        if !summary.attachments.is_empty() {
            report.attachments.push(AttachedFiles { path: path.clone(), names: summary.attachments });
        }
        if *has_blank {
            report.blank_pages.extend(blank_pages(repository, report.recipe, path, *scan, summary.pages)?);
        }
    }
    let of_batch: BTreeSet<BlobId> = scans.into_iter().map(|(_, scan, _)| scan).collect();
    for line in report.dossiers.clone() {
        let records = repository.catalog.records_of(&line.code)?;
        for record in records.iter().filter(|record| record.kind == line.kind && record.version == line.version) {
            for document in &record.documents {
                let pages = read_pages(repository, record, document)?;
                let file = &document.file.name;
                let new = (1..).zip(&pages).filter(|(_, (id, _))| of_batch.contains(&id.scan));
                report.little_read.extend(new.filter_map(|(number, (_, page))| little_read(file, number, page, settings)));
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

/// The pages of a scan that were set aside as blank, with their pictures where there are some.
fn blank_pages(
    repository: &Repository,
    recipe: RecipeId,
    path: &str,
    scan: BlobId,
    pages: u32,
) -> Result<Vec<BlankPage>, Failure> {
    let mut blank = Vec::new();
    for ordinal in 0..pages {
        let id = PageId { scan, ordinal };
        if repository.catalog.page(id, recipe)?.is_some_and(|page| page.blank) {
            let picture = Some(pictures::path_of(repository, path, id)).filter(|picture| picture.is_file());
            let picture = picture.map(|picture| picture.display().to_string());
            blank.push(BlankPage { path: path.to_owned(), page: ordinal.saturating_add(1), picture });
        }
    }
    Ok(blank)
}

/// Tells of a page of which less was read than staff are to hear of. A page with a barcode and nothing else
/// was read.
fn little_read(file: &str, number: u32, page: &RecognisedPage, settings: &Settings) -> Option<LittleRead> {
    let words = page.lines.iter().any(|line| !line.words.is_empty());
    let confidence = if words { page.confidence().share() } else { 0.0 };
    let told = confidence < settings.check.little_read && (words || page.barcodes.is_empty());
    told.then(|| LittleRead { file: file.to_owned(), page: number, confidence })
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
