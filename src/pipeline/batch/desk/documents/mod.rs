//! Changes to whole documents and to where their pages stand: wrong dossier, wrong order, not a paper of
//! this dossier at all.
//!
//! What is taken out stays in the record, beside its documents: its pages, its file and its number are
//! kept, and a later run neither seals it again nor gives its number to another paper.

mod moved;
mod pages;
mod parts;
mod texts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::Run;
use super::super::documents::{Pages, join};
use super::super::take_in::TakenScan;
use super::{Standing, at_desk, in_record, look_up_among, place_of};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::DocumentFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BlobId, PageId};
use crate::model::record::{Change, DocumentAction, DocumentChange, DocumentName, DocumentPlace, Record, RecordDocument, Voided};
use crate::pipeline::progress::Progress;
use crate::repository::{Repository, Sealing, StoredBlob};
use crate::settings::Settings;

/// What somebody wants done to a document, after looking at one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentOrder {
    /// The document.
    pub document: DocumentName,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    #[serde(default)]
    pub kind: Option<RecordKind>,
    /// The version that was looked at; if it is told, and is not the newest by now, nothing is done.
    #[serde(default)]
    pub version: Option<u32>,
    /// What.
    pub work: DocumentWork,
}

/// What is done to a document. Pages are counted from 1, as they stand in its sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DocumentWork {
    /// It goes to another dossier, or to the other side of its own.
    Move {
        /// The dossier.
        to: DossierCode,
        /// Handed in or given back; as it is now if not told.
        #[serde(default)]
        kind: Option<RecordKind>,
    },
    /// It is taken out. A reason has to be given.
    Void,
    /// It is taken back.
    Restore,
    /// The pages from each of these on become documents of their own.
    Split(Vec<u32>),
    /// The pages of these documents of its record, by number, come behind its own, and those go.
    Merge(Vec<u32>),
    /// Its pages stand in this order.
    Reorder(Vec<u32>),
    /// A page goes to another document of its record.
    MovePage {
        /// The page.
        page: u32,
        /// The number of the other document.
        to: u32,
        /// The page there before which it comes; behind the last if not told.
        #[serde(default)]
        before: Option<u32>,
    },
    /// A page is taken out. A reason has to be given.
    RemovePage(u32),
}

/// Carries out `order` and returns the new versions: two where a document went to another record.
///
/// # Errors
/// [`FailureCode::NotFound`] when there is no such document, [`FailureCode::Conflict`] when another
/// version came in between, [`FailureCode::DocumentInvalid`] when it cannot be done. Nothing is changed
/// then.
pub(crate) fn change_document(
    repository: &Repository,
    settings: &Settings,
    order: &DocumentOrder,
    progress: &dyn Progress,
) -> Result<Vec<Record>, Failure> {
    let find = if order.work == DocumentWork::Restore { with_voided } else { in_record };
    let standing = look_up_among(repository, &order.document, order.kind, order.version, find)?;
    let place = (standing.batch, standing.recipe);
    let records = at_desk(repository, settings, place, progress, |run| {
        let desk = Desk { run, standing: &standing, at: settings.general.now() };
        let made = desk.make(&order.work).map_err(|error| match error {
            Unmade::Fault(fault) => Failure::new(FailureCode::DocumentInvalid).at(place_of(&order.document)).because(fault),
            Unmade::Failed(failure) => failure,
        })?;
        desk.commit(made)
    })?;
    repository.search.catch_up(repository.catalog.as_ref())?;
    Ok(records)
}

/// The document of this number, be it in the record or out of it.
fn with_voided(record: &Record, ordinal: u32) -> Option<RecordDocument> {
    record.kept_documents().into_iter().find(|one| one.ordinal == ordinal).cloned()
}

/// Why a change was not made.
enum Unmade {
    /// It cannot be.
    Fault(DocumentFault),
    /// Something failed.
    Failed(Failure),
}

impl From<DocumentFault> for Unmade {
    fn from(fault: DocumentFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Failure> for Unmade {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// A change, ready to be committed.
struct Made {
    /// The other side of a move: the newest version there, if there is one, and what comes to it.
    brought: Option<(DocumentPlace, Option<Record>, RecordDocument)>,
    /// The documents of the record.
    documents: Vec<RecordDocument>,
    /// Those that are out of it.
    voided: Vec<Voided>,
    /// Files that were written.
    blobs: Vec<StoredBlob>,
    change: DocumentChange,
}

/// A document at the desk.
struct Desk<'a> {
    run: &'a Run<'a>,
    standing: &'a Standing,
    at: OffsetDateTime,
}

impl Desk<'_> {
    fn make(&self, work: &DocumentWork) -> Result<Made, Unmade> {
        match work {
            DocumentWork::Move { to, kind } => self.move_to(to, kind.unwrap_or(self.standing.record.kind)),
            DocumentWork::Void => self.void(),
            DocumentWork::Restore => self.restore(),
            DocumentWork::Split(before) => self.split(before),
            DocumentWork::Merge(with) => self.merge(with),
            DocumentWork::Reorder(order) => self.reorder(order),
            DocumentWork::MovePage { page, to, before } => self.move_page(*page, *to, *before),
            DocumentWork::RemovePage(page) => self.remove_page(*page),
        }
    }

    /// Commits a change: the record's own version, and that of the other side of a move.
    fn commit(&self, made: Made) -> Result<Vec<Record>, Failure> {
        let Standing { record, batch, .. } = self.standing;
        let Made { brought, documents, voided, mut blobs, change } = made;
        let mut documents = self.run.with_digests(Some(record), documents)?;
        blobs.extend(self.run.with_excerpts(&record.dossier_code, &mut documents)?);
        let (ordinal, place) = (change.ordinal, self.place(change.ordinal));
        let own = Some(Change::Documents(change));
        let code = record.dossier_code.clone();
        let version = Record::new(code, record.kind, Some(record), self.at, record.recipe, own, documents);
        let mut records = vec![version.with_voided(voided)];
        if let Some((to, there, document)) = brought {
            let change = DocumentChange { action: DocumentAction::MovedIn, ordinal: to.ordinal, page: None, with: vec![place] };
            let mut documents = self.run.with_digests(there.as_ref(), join(there.as_ref(), vec![document]))?;
            blobs.extend(self.run.with_excerpts(&to.dossier_code, &mut documents)?);
            let mut voided = there.as_ref().map(|there| there.voided.clone()).unwrap_or_default();
            voided.retain(|one| one.document.ordinal != to.ordinal);
            let change = Some(Change::Documents(change));
            let recipe = self.base_of(&self.standing.document)?;
            let version = Record::new(to.dossier_code, to.kind, there.as_ref(), self.at, recipe, change, documents);
            records.push(version.with_voided(voided));
        }
        tracing::info!(dossier = %record.dossier_code, ordinal, "a document was changed by hand");
        let sealing = Sealing { batch: *batch, records: &records, blobs: &blobs, entries: &[], alike: &[] };
        self.run.commit(&sealing)?;
        Ok(records)
    }

    /// A document of the record, as others name it.
    fn place(&self, ordinal: u32) -> DocumentPlace {
        let Record { dossier_code, kind, .. } = &self.standing.record;
        DocumentPlace { dossier_code: dossier_code.clone(), kind: *kind, ordinal }
    }

    fn by(&self) -> String {
        let actor = &self.run.repository.catalog.warrant().actor;
        actor.by.as_ref().unwrap_or(&actor.account).clone()
    }

    fn reason(&self) -> Option<String> {
        self.run.repository.catalog.warrant().reason.clone()
    }

    /// Takes `document` out.
    fn tombstone(&self, document: &RecordDocument, became: Option<DocumentPlace>) -> Voided {
        Voided { document: document.clone(), at: self.at, by: self.by(), reason: self.reason(), became }
    }

    /// The record without the documents of these numbers.
    fn without(&self, ordinals: &[u32]) -> Vec<RecordDocument> {
        self.standing.record.documents.iter().filter(|one| !ordinals.contains(&one.ordinal)).cloned().collect()
    }

    fn change(&self, action: DocumentAction) -> DocumentChange {
        DocumentChange { action, ordinal: self.standing.document.ordinal, page: None, with: Vec::new() }
    }

    /// A change of the document's own pages and nothing else.
    fn resealed(&self, pages: Pages, change: DocumentChange) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let (changed, blobs) = self.seal(document, pages, &[document])?;
        let documents = join(Some(record), vec![changed]);
        Ok(Made { brought: None, documents, voided: record.voided.clone(), blobs, change })
    }

    /// Seals a document of the record from these pages of others, read as they were there. Its facts are read
    /// anew, and what people decided stays.
    fn seal(
        &self,
        document: &RecordDocument,
        pages: Pages,
        from: &[&RecordDocument],
    ) -> Result<(RecordDocument, Vec<StoredBlob>), Failure> {
        let Record { dossier_code, kind, .. } = &self.standing.record;
        let scan = self.scan(document)?;
        let (by_hand, recipe) = self.texts(&pages.pages, from)?;
        let current = RecordDocument { by_hand, ..document.clone() };
        self.run.seal_changed(dossier_code, *kind, &current, pages, &scan, recipe)
    }

    fn scan(&self, document: &RecordDocument) -> Result<TakenScan, Failure> {
        // Parts of a document were scanned when it was.
        let scanned_at = self.run.scanned_at(&self.standing.record, &self.standing.document)?;
        self.run.own_scan(document, scanned_at)
    }

    fn void(&self) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        self.reason().ok_or(DocumentFault::ReasonMissing)?;
        let mut voided = record.voided.clone();
        voided.push(self.tombstone(document, None));
        let (documents, change) = (self.without(&[document.ordinal]), self.change(DocumentAction::Voided));
        Ok(Made { brought: None, documents, voided, blobs: Vec::new(), change })
    }

    fn restore(&self) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let gone = record.voided.iter().find(|one| one.document.ordinal == document.ordinal).ok_or(DocumentFault::NotVoided)?;
        if let Some(DocumentPlace { dossier_code, ordinal, .. }) = &gone.became {
            let document = DocumentName { code: dossier_code.clone(), ordinal: *ordinal }.to_string();
            return Err(DocumentFault::LivesOn { document }.into());
        }
        let voided = record.voided.iter().filter(|one| one.document.ordinal != document.ordinal).cloned().collect();
        let documents = join(Some(record), vec![document.clone()]);
        Ok(Made { brought: None, documents, voided, blobs: Vec::new(), change: self.change(DocumentAction::Restored) })
    }
}

/// Whether a page of this scan is among these.
fn holds(pages: &[PageId], blank: &[PageId], scan: BlobId) -> bool {
    pages.iter().chain(blank).any(|page| page.scan == scan)
}
