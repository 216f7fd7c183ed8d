//! What staff are told without anything being done about it.

use std::collections::BTreeSet;

use super::pictures;
use crate::model::batch::{
    AttachedFiles, BatchReport, BlankPage, CardOwners, LittleRead, OpenFact, PageNote, RepeatedPage, SheetCount,
};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::FieldStatus;
use crate::model::ids::{BatchId, BlobId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::record::{Record, RecordDocument};
use crate::model::scan::Note;
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::{assemble, check};

/// The report of a batch with its notices; none if there is no such batch.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) fn batch_report(repository: &Repository, settings: &Settings, batch: BatchId) -> Result<Option<BatchReport>, Failure> {
    let Some(mut report) = repository.catalog.batch_report(batch)? else { return Ok(None) };
    let scans = repository.catalog.batch_scans(batch)?;
    for (path, scan, has_blank) in &scans {
        let Some(summary) = repository.catalog.scan(*scan)? else { continue };
        if !summary.attachments.is_empty() {
            report.attachments.push(AttachedFiles { path: path.clone(), names: summary.attachments });
        }
        let note = |Note { page, text }| PageNote { path: path.clone(), page, text };
        report.notes.extend(summary.notes.into_iter().map(note));
        if *has_blank {
            report.blank_pages.extend(blank_pages(repository, report.recipe, path, *scan, summary.pages)?);
        }
    }
    let of_batch: BTreeSet<BlobId> = scans.into_iter().map(|(_, scan, _)| scan).collect();
    let mut counted: BTreeSet<BlobId> = BTreeSet::new();
    for line in report.dossiers.clone() {
        let records = repository.catalog.records_of(&line.code)?;
        for record in records.iter().filter(|record| record.kind == line.kind && record.version == line.version) {
            report.open_facts.extend(record.documents.iter().flat_map(open_facts));
            let owners = owners(repository, record)?;
            if owners > 1 {
                report.card_owners.push(CardOwners { code: record.dossier_code.clone(), kind: record.kind, owners });
            }
            for document in &record.documents {
                if counted.insert(document.source.blake3) {
                    let recipe = repository.catalog.document_recipe(record.id, document.ordinal)?;
                    let counts = sheet_counts(repository, document, recipe.unwrap_or(record.recipe))?;
                    report.sheet_counts.extend(counts);
                }
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
    let unread_letters = page.unread_letters.unwrap_or(0);
    let unsure = confidence < settings.check.little_read && (words || page.barcodes.is_empty());
    let lost = unread_letters >= settings.check.unread_letters.max(1);
    (unsure || lost).then(|| LittleRead { file: file.to_owned(), page: number, confidence, unread_letters })
}

/// The facts of a document that wait for a person.
pub(crate) fn open_facts(document: &RecordDocument) -> impl Iterator<Item = OpenFact> {
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
    let mut pages = Vec::new();
    // Together: what was misread in one document is known by what was read in another.
    for document in record.documents.iter().filter(|document| !document.sensitive_pages.is_empty()) {
        pages.extend(read_pages(repository, record, document)?);
    }
    let owners = assemble::card_owners(&pages.iter().map(|(_, page)| page).collect::<Vec<_>>());
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
pub(crate) fn repeated_pages(pages: &[(PageId, RecognisedPage)], settings: &Settings) -> Vec<(u32, u32)> {
    let pages: Vec<&RecognisedPage> = pages.iter().map(|(_, page)| page).collect();
    check::repeated_pages(&pages, &settings.check)
}

/// What was read on the pages of a document's sealed file.
///
/// # Errors
/// [`FailureCode::RepositoryDamaged`] when a page's text is not there.
pub(crate) fn read_pages(
    repository: &Repository,
    record: &Record,
    document: &RecordDocument,
) -> Result<Vec<(PageId, RecognisedPage)>, Failure> {
    let damaged = |place: Place| Failure::new(FailureCode::RepositoryDamaged).at(place);
    let recipe = repository
        .catalog
        .document_recipe(record.id, document.ordinal)?
        .ok_or_else(|| damaged(Place::file(&document.file.name)))?;
    document.pages.iter().map(|&id| Ok((id, repository.catalog.page(id, recipe)?.ok_or_else(|| damaged(id.into()))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::tests::{CODE, code, commit, new_batch, new_repository, recipe};

    #[test]
    fn an_owner_whose_card_lies_in_two_documents_is_one() {
        let (_folder, repository) = new_repository();
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let card = |number: &str| format!("CĂN CƯỚC CÔNG DÂN\nSố / No.: {number}\nHọ và tên / Full name:");
        let texts = ["010090000017", "010090000077", "010188000025"].map(card);
        let mut record = commit(&repository, batch, &code(CODE), recipe(1), &texts.each_ref().map(String::as_str));
        let whole = record.documents[0].clone();
        let with = |page: usize| {
            let mut document = whole.clone();
            document.pages = vec![whole.pages[page]];
            document.sensitive_pages = document.pages.clone();
            document
        };
        record.documents = vec![with(0), with(1)];
        assert_eq!(owners(&repository, &record).unwrap(), 1, "misread in one of them");
        record.documents.push(with(2));
        assert_eq!(owners(&repository, &record).unwrap(), 2);
    }
}
