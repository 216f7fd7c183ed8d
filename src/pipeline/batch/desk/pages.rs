//! Pages that were read in the wrong turn, and text that was read wrong.
//!
//! What a page was read as is never overwritten: what people make of a document's pages is kept under a
//! recipe of its own ([`ByHand`]), and the document is sealed from that. A later recipe leaves such a
//! document as people left it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Run;
use super::super::documents::{Pages, join};
use super::{Standing, at_desk, look_up, place_of};
use crate::model::by_hand::{ByHand, TextCorrection, correct};
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::DocumentFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::geometry::Turn;
use crate::model::ids::PageId;
use crate::model::page::RecognisedPage;
use crate::model::record::{Change, DocumentAction, DocumentChange, DocumentName, Record, RecordDocument};
use crate::pipeline::progress::Progress;
use crate::repository::{ReadAlike, Repository, Sealing};
use crate::settings::Settings;

/// Corrections of a document's text, after looking at one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextOrder {
    /// The document.
    pub document: DocumentName,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    #[serde(default)]
    pub kind: Option<RecordKind>,
    /// The version that was looked at; if it is told, and is not the newest by now, nothing is done.
    #[serde(default)]
    pub version: Option<u32>,
    /// The corrections, carried out one after the other.
    pub corrections: Vec<LineCorrection>,
}

/// What stands on the paper in the place of a line or word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineCorrection {
    /// The page in the sealed file, from 1.
    pub page: u32,
    /// The line in reading order, from 1.
    pub line: u32,
    /// The word in it, from 1; all of it if not told.
    #[serde(default)]
    pub word: Option<u32>,
    /// What the paper says; nothing if nothing stands there.
    pub text: String,
}

/// Pages that are turned, after looking at one version of their document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TurnOrder {
    /// The document.
    pub document: DocumentName,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    #[serde(default)]
    pub kind: Option<RecordKind>,
    /// The version that was looked at; if it is told, and is not the newest by now, nothing is done.
    #[serde(default)]
    pub version: Option<u32>,
    /// The pages in the sealed file, from 1.
    pub pages: Vec<u32>,
    /// The turn, clockwise, from how they stand there.
    pub turn: Turn,
}

/// A document in work, and what it becomes.
struct Handled {
    standing: Standing,
    by_hand: ByHand,
    /// Its pages as they are kept now.
    pages: Vec<(PageId, RecognisedPage)>,
    change: DocumentChange,
}

/// Corrects the text of a document: in its sealed file, in the index, and through its digest in manifests.
///
/// # Errors
/// [`FailureCode::NotFound`] when there is no such document, [`FailureCode::Conflict`] when another
/// version came in between, [`FailureCode::DocumentInvalid`] when there is no such place. Nothing is
/// changed then.
pub(crate) fn correct_text(
    repository: &Repository,
    settings: &Settings,
    order: &TextOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    let fault = |fault: DocumentFault| Failure::new(FailureCode::DocumentInvalid).at(place_of(&order.document)).because(fault);
    let standing = look_up(repository, &order.document, order.kind, order.version)?;
    let mut changed = started(repository, standing, DocumentAction::TextCorrected)?;
    let actor = &repository.catalog.warrant().actor;
    let by = actor.by.as_ref().unwrap_or(&actor.account).clone();
    let at = settings.general.now();
    let before = changed.by_hand.corrections.len();
    for LineCorrection { page, line, word, text } in &order.corrections {
        let last = u32::try_from(changed.pages.len()).unwrap_or(u32::MAX);
        let place = page.checked_sub(1).map(|place| place as usize);
        let found = place.and_then(|place| changed.pages.get_mut(place));
        let (id, read) = found.ok_or_else(|| fault(DocumentFault::NoSuchPage { page: *page, last }))?;
        let was = correct(&mut read.lines, *line, *word, text);
        let was = was.ok_or_else(|| fault(DocumentFault::NoSuchLine { page: *page, line: *line }))?;
        let now = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let by = by.clone();
        changed.by_hand.corrections.push(TextCorrection { page: *id, line: *line, word: *word, was, now, by, at });
        changed.change.page.get_or_insert(*page);
    }
    if changed.by_hand.corrections.iter().skip(before).all(|one| one.was == one.now) {
        return Err(fault(DocumentFault::NothingChanged));
    }
    finish(repository, settings, changed, progress, |_, pages| Ok(pages))
}

/// Turns pages of a document and reads them anew in that turn.
///
/// # Errors
/// As for [`correct_text`], or why a page cannot be read.
pub(crate) fn turn_pages(
    repository: &Repository,
    settings: &Settings,
    order: &TurnOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    let fault = |fault: DocumentFault| Failure::new(FailureCode::DocumentInvalid).at(place_of(&order.document)).because(fault);
    let standing = look_up(repository, &order.document, order.kind, order.version)?;
    let mut changed = started(repository, standing, DocumentAction::Rotated)?;
    if order.pages.is_empty() || order.turn == Turn::None {
        return Err(fault(DocumentFault::NothingChanged));
    }
    let mut turned: Vec<PageId> = Vec::new();
    for page in &order.pages {
        let last = u32::try_from(changed.pages.len()).unwrap_or(u32::MAX);
        let place = page.checked_sub(1).map(|place| place as usize);
        let found = place.and_then(|place| changed.pages.get(place)).filter(|(id, _)| !turned.contains(id));
        let (id, read) = found.ok_or_else(|| fault(DocumentFault::NoSuchPage { page: *page, last }))?;
        turned.push(*id);
        changed.by_hand.turn(*id, read.turn.then(order.turn));
        changed.change.page.get_or_insert(*page);
    }
    let by_hand = changed.by_hand.clone();
    finish(repository, settings, changed, progress, |run, pages| {
        let read = |(id, read): (PageId, RecognisedPage)| -> Result<(PageId, RecognisedPage), Failure> {
            let Some(turn) = by_hand.turn_of(id).filter(|_| turned.contains(&id)) else { return Ok((id, read)) };
            let scan = run.repository.blobs.lend(id.scan)?;
            Ok((id, run.pool.read_turned(scan.path().to_owned(), id.ordinal, Some(turn))?))
        };
        pages.into_iter().map(read).collect()
    })
}

/// A document as it stands, with nothing changed yet.
fn started(repository: &Repository, standing: Standing, action: DocumentAction) -> Result<Handled, Failure> {
    let Standing { document, recipe, .. } = &standing;
    let damaged = |id: PageId| Failure::new(FailureCode::RepositoryDamaged).at(id);
    let read = |id: &PageId| -> Result<(PageId, RecognisedPage), Failure> {
        Ok((*id, repository.catalog.page(*id, *recipe)?.ok_or_else(|| damaged(*id))?))
    };
    let pages = document.pages.iter().map(read).collect::<Result<_, Failure>>()?;
    let by_hand = document.by_hand.clone().unwrap_or_else(|| ByHand::new(*recipe));
    let change = DocumentChange { action, ordinal: document.ordinal, page: None, with: Vec::new() };
    Ok(Handled { pages, by_hand, change, standing })
}

/// Keeps the pages as people left them, seals the document from that, and commits the version. The file it
/// came from is done with, as it was.
fn finish(
    repository: &Repository,
    settings: &Settings,
    changed: Handled,
    progress: &dyn Progress,
    read: impl FnOnce(&Run<'_>, Vec<(PageId, RecognisedPage)>) -> Result<Vec<(PageId, RecognisedPage)>, Failure>,
) -> Result<Record, Failure> {
    let Handled { standing: Standing { record, document, batch, .. }, by_hand, pages, change } = changed;
    let own = by_hand.own_recipe();
    let version = at_desk(repository, settings, (batch, own), progress, |run| {
        for (id, read) in read(run, pages)? {
            repository.catalog.put_page(id, own, &read)?;
        }
        let scan = run.own_scan(&document, run.scanned_at(&record, &document)?)?;
        let base = by_hand.recipe;
        let current = RecordDocument { by_hand: Some(by_hand), ..document.clone() };
        let code = &record.dossier_code;
        let (sealed, mut blobs) = run.seal_changed(code, record.kind, &current, Pages::of(&document), &scan, own)?;
        let mut documents = run.with_digests(Some(&record), join(Some(&record), vec![sealed]))?;
        blobs.extend(run.with_excerpts(code, &mut documents)?);
        let change = Some(Change::Documents(change));
        let at = settings.general.now();
        let version = Record::new(code.clone(), record.kind, Some(&record), at, record.recipe, change, documents);
        let alike = [ReadAlike { record: version.id, ordinal: document.ordinal, recipe: base }];
        let records = [version.clone()];
        let sealing = Sealing { batch, records: &records, blobs: &blobs, entries: &[], alike: &alike };
        run.commit(&sealing)?;
        Ok(version)
    })?;
    repository.search.catch_up(repository.catalog.as_ref())?;
    Ok(version)
}
