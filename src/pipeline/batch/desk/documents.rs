//! Changes to whole documents and to where their pages stand: wrong dossier, wrong order, not a paper of
//! this dossier at all.
//!
//! What is taken out stays in the record, beside its documents: its pages, its file and its number are
//! kept, and a later run neither seals it again nor gives its number to another paper.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::Run;
use super::super::documents::{Pages, join};
use super::super::excerpt::Beside;
use super::super::take_in::TakenScan;
use super::{Standing, at_desk, in_record, look_up_among, place_of};
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::DocumentFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{Decision, Field, FieldName, FieldSource, FieldStatus, Verdict};
use crate::model::ids::{BlobId, DocumentId, PageId};
use crate::model::record::{
    Change, DocumentAction, DocumentChange, DocumentName, DocumentPlace, Excerpt, Record, RecordDocument, StoredFile, Voided,
};
use crate::pipeline::progress::Progress;
use crate::repository::{Repository, Sealing, StoredBlob};
use crate::settings::Settings;

/// What somebody wants done to a document, after looking at one version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentOrder {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentWork {
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
pub fn change_document(
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
            let recipe = self.standing.recipe;
            let version = Record::new(to.dossier_code, to.kind, there.as_ref(), self.at, recipe, change, documents);
            records.push(version.with_voided(voided));
        }
        tracing::info!(dossier = %record.dossier_code, ordinal, "a document was changed by hand");
        let sealing = Sealing { batch: *batch, records: &records, blobs: &blobs, entries: &[], alike: &[] };
        self.run.repository.catalog.commit_dossier(&sealing)?;
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
        let (changed, blobs) = self.seal(document, pages)?;
        let documents = join(Some(record), vec![changed]);
        Ok(Made { brought: None, documents, voided: record.voided.clone(), blobs, change })
    }

    /// Seals a document of the record from these pages, read as they were. Its facts are read anew, and what
    /// people decided stays.
    fn seal(&self, document: &RecordDocument, pages: Pages) -> Result<(RecordDocument, Vec<StoredBlob>), Failure> {
        let Record { dossier_code, kind, .. } = &self.standing.record;
        let scan = self.scan(document)?;
        self.run.seal_changed(dossier_code, *kind, document, pages, &scan)
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

    fn move_to(&self, to: &DossierCode, kind: RecordKind) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let catalog = &self.run.repository.catalog;
        // Codes are kept in capitals; people type them as they like.
        let to = to.as_str().to_ascii_uppercase().parse().unwrap_or_else(|_| to.clone());
        if !self.run.rules.codes_in(to.as_str()).contains(&to) && catalog.records_of(&to).map_err(Failure::from)?.is_empty() {
            return Err(DocumentFault::CodeUnknown { dossier: to.to_string() }.into());
        }
        let there = catalog.current_record(&to, kind).map_err(Failure::from)?;
        let same = there.iter().flat_map(|there| &there.documents).find(|other| other.id == document.id);
        if let Some(same) = same {
            let document = DocumentName { code: to.clone(), ordinal: same.ordinal }.to_string();
            return Err(DocumentFault::ItIsThere { document }.into());
        }
        let ordinal = if to == record.dossier_code { document.ordinal } else { self.number_in(&to, document.id)? };
        let mut blobs = Vec::new();
        let mut moved = RecordDocument { ordinal, ..document.clone() };
        if to != record.dossier_code {
            self.stand_alone(&to, &mut moved, &mut blobs)?;
            let reading = document.fields.get(&FieldName::DossierCode).and_then(Field::reading).cloned().map(Box::new);
            let decision = Decision { verdict: Verdict::Corrected, by: self.by(), at: self.at, reading };
            let code = Field::new(to.as_str(), FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::Accepted);
            moved.fields.insert(FieldName::DossierCode, Field { decision: Some(decision), ..code });
            let (sealed, blob) = self.run.seal_as_it_stands(record, &to, &moved)?;
            blobs.push(blob);
            moved = sealed;
        }
        let mut documents = self.without(&[document.ordinal]);
        if to != record.dossier_code {
            self.cut_apart(document, &mut documents, &mut blobs)?;
        }
        let place = DocumentPlace { dossier_code: to, kind, ordinal };
        let mut voided = record.voided.clone();
        voided.push(self.tombstone(document, Some(place.clone())));
        let change = DocumentChange { with: vec![place.clone()], ..self.change(DocumentAction::MovedOut) };
        Ok(Made { brought: Some((place, there, moved)), documents, voided, blobs, change })
    }

    /// The number that a document has in a dossier already, else the next.
    fn number_in(&self, code: &DossierCode, id: DocumentId) -> Result<u32, Failure> {
        let given = self.run.repository.catalog.ordinals(code)?;
        Ok(given.get(&id).copied().unwrap_or_else(|| given.values().max().copied().unwrap_or(0).saturating_add(1)))
    }

    /// Leaves a document that goes to other people nothing to show but its own pages.
    fn stand_alone(&self, to: &DossierCode, document: &mut RecordDocument, blobs: &mut Vec<StoredBlob>) -> Result<(), Unmade> {
        for file in &document.more_sources {
            let shown = self.run.repository.catalog.is_source_of_others(file.blake3, to).map_err(Failure::from)?;
            if shown {
                return Err(DocumentFault::ShowsOthers { name: file.name.clone() }.into());
            }
        }
        if let Some(Excerpt { file, .. }) = &mut document.excerpt {
            let extension = file.name.rsplit('.').next().unwrap_or_default().to_owned();
            file.name = format!("{}.goc.{extension}", DocumentName { code: to.clone(), ordinal: document.ordinal });
            return Ok(());
        }
        let own = own_pages(document);
        if own.len() < document.source.pages as usize {
            let (excerpt, blob) = self.cut(to, document, own)?;
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// Cuts the documents that stay out of a scan that one of them leaves.
    fn cut_apart(
        &self,
        leaves: &RecordDocument,
        documents: &mut [RecordDocument],
        blobs: &mut Vec<StoredBlob>,
    ) -> Result<(), Unmade> {
        let code = &self.standing.record.dossier_code;
        let beside = |one: &&mut RecordDocument| one.source.blake3 == leaves.source.blake3 && one.excerpt.is_none();
        for document in documents.iter_mut().filter(beside) {
            let own = own_pages(document);
            let (excerpt, blob) = self.cut(code, document, own)?;
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// A document's own pages of a scan that shows the papers of others.
    fn cut(&self, code: &DossierCode, document: &RecordDocument, own: Vec<PageId>) -> Result<(Excerpt, StoredBlob), Unmade> {
        let scan = self.scan(document)?;
        match self.run.excerpt(code, document.ordinal, own, &scan, Beside::OtherDossiers) {
            Ok(Some(cut)) => Ok(cut),
            Err(failure) if failure.code.effect().stops_the_run() => Err(failure.into()),
            Ok(None) | Err(_) => Err(DocumentFault::ShowsOthers { name: document.source.name.clone() }.into()),
        }
    }

    fn split(&self, before: &[u32]) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let last = document.file.pages;
        let in_order = before.iter().zip(before.iter().skip(1)).all(|(one, next)| one < next);
        if before.is_empty() || !in_order || before.iter().any(|page| !(2..=last).contains(page)) {
            return Err(DocumentFault::NoSplit { last }.into());
        }
        let starts: Vec<usize> = [1].iter().chain(before).map(|page| page.saturating_sub(1) as usize).collect();
        let ends = starts.iter().skip(1).copied().chain([document.pages.len()]);
        let parts: Vec<Vec<PageId>> =
            starts.iter().zip(ends).map(|(&from, to)| document.pages.get(from..to).unwrap_or_default().to_vec()).collect();
        let (mut documents, mut blobs, mut with) = (Vec::new(), Vec::new(), Vec::new());
        let mut given = self.run.repository.catalog.ordinals(&record.dossier_code).map_err(Failure::from)?;
        let beside = self.beside(document)?;
        for (number, pages) in parts.iter().enumerate() {
            let id = DocumentId::of_pages(pages);
            let mut part = document.clone();
            if number > 0 {
                let next = given.values().max().copied().unwrap_or(0).saturating_add(1);
                part.ordinal = *given.entry(id).or_insert(next);
                with.push(self.place(part.ordinal));
                // What people decided is about the first page.
                part.fields.retain(|name, _| *name == FieldName::DossierCode);
            }
            let blank = blank_of(document, &parts, number);
            let own = pages.iter().chain(&blank).copied().collect();
            let scan = self.scan(&part)?;
            let cut = self.run.excerpt(&record.dossier_code, part.ordinal, own, &scan, beside)?;
            let (excerpt, cut) = cut.unzip();
            part.excerpt = excerpt.or(part.excerpt);
            blobs.extend(cut);
            let more_sources = document.more_sources.iter().filter(|file| holds(pages, &blank, file.blake3)).cloned().collect();
            let (sealed, blob) = self.seal(&part, Pages { pages: pages.clone(), blank, more_sources })?;
            blobs.extend(blob);
            documents.push(sealed);
        }
        let voided = self.still_out(&documents);
        let change = DocumentChange { with, ..self.change(DocumentAction::Split) };
        Ok(Made { brought: None, documents: join(Some(record), documents), voided, blobs, change })
    }

    /// What is out of the record once these documents are in it.
    fn still_out(&self, documents: &[RecordDocument]) -> Vec<Voided> {
        let is_in = |one: &&Voided| documents.iter().any(|document| document.ordinal == one.document.ordinal);
        self.standing.record.voided.iter().filter(|one| !is_in(one)).cloned().collect()
    }

    /// What else lies on a document's scan, once it is taken apart.
    fn beside(&self, document: &RecordDocument) -> Result<Beside, Failure> {
        let code = &self.standing.record.dossier_code;
        let others = self.run.repository.catalog.is_source_of_others(document.source.blake3, code)?;
        Ok(if others { Beside::OtherDossiers } else { Beside::SameDossier })
    }

    fn merge(&self, with: &[u32]) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let mut pages = Pages::of(document);
        let mut voided = record.voided.clone();
        let mut gone = Vec::new();
        for &ordinal in with {
            if ordinal == document.ordinal || gone.contains(&ordinal) {
                return Err(DocumentFault::SameDocument.into());
            }
            let other = self.other(ordinal)?;
            self.take_sources(&mut pages, document, other)?;
            pages.pages.extend(&other.pages);
            pages.blank.extend(&other.blank_pages);
            voided.push(self.tombstone(other, Some(self.place(document.ordinal))));
            gone.push(ordinal);
        }
        if gone.is_empty() {
            return Err(DocumentFault::SameDocument.into());
        }
        let (mut whole, mut blobs) = (document.clone(), Vec::new());
        self.cut_anew(&mut whole, &pages, &mut blobs)?;
        let (sealed, blob) = self.seal(&whole, pages)?;
        blobs.extend(blob);
        let documents = self.without(&gone).into_iter().filter(|one| one.ordinal != document.ordinal).chain([sealed]);
        let mut documents: Vec<RecordDocument> = documents.collect();
        documents.sort_by_key(|one| one.ordinal);
        let with = gone.into_iter().map(|ordinal| self.place(ordinal)).collect();
        let change = DocumentChange { with, ..self.change(DocumentAction::Merged) };
        Ok(Made { brought: None, documents, voided, blobs, change })
    }

    /// Cuts a document out of its scan again, for it has other pages of it now.
    fn cut_anew(&self, document: &mut RecordDocument, pages: &Pages, blobs: &mut Vec<StoredBlob>) -> Result<(), Failure> {
        if document.excerpt.is_none() {
            return Ok(());
        }
        let code = &self.standing.record.dossier_code;
        let own = pages.pages.iter().chain(&pages.blank).copied().collect();
        let scan = self.scan(document)?;
        if let Some((excerpt, blob)) = self.run.excerpt(code, document.ordinal, own, &scan, self.beside(document)?)? {
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// Another document of the record, read in the same way: a document is sealed from texts of one recipe.
    fn other(&self, ordinal: u32) -> Result<&RecordDocument, Unmade> {
        let Standing { record, recipe, .. } = self.standing;
        let name = DocumentName { code: record.dossier_code.clone(), ordinal };
        let other = record.documents.iter().find(|one| one.ordinal == ordinal);
        let other = other.ok_or_else(|| Failure::new(FailureCode::NotFound).at(place_of(&name)))?;
        let read = self.run.repository.catalog.document_recipe(record.id, ordinal).map_err(Failure::from)?;
        if read != Some(*recipe) {
            return Err(DocumentFault::ReadOtherwise { document: name.to_string() }.into());
        }
        Ok(other)
    }

    /// Notes the scans of `from` among the sources of a document that gets pages of it. A scan with papers
    /// of other dossiers is nobody's source.
    fn take_sources(&self, pages: &mut Pages, into: &RecordDocument, from: &RecordDocument) -> Result<(), Unmade> {
        for file in [&from.source].into_iter().chain(&from.more_sources) {
            if file.blake3 == into.source.blake3 {
                continue;
            }
            let code = &self.standing.record.dossier_code;
            if self.run.repository.catalog.is_source_of_others(file.blake3, code).map_err(Failure::from)? {
                return Err(DocumentFault::ShowsOthers { name: file.name.clone() }.into());
            }
            if pages.more_sources.iter().all(|known: &StoredFile| known.blake3 != file.blake3) {
                pages.more_sources.push(file.clone());
            }
        }
        Ok(())
    }

    fn reorder(&self, order: &[u32]) -> Result<Made, Unmade> {
        let document = &self.standing.document;
        let last = document.file.pages;
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(1..=last) {
            return Err(DocumentFault::NotAnOrder { last }.into());
        }
        let mut pages = Pages::of(document);
        pages.pages = order.iter().filter_map(|page| document.pages.get(page.saturating_sub(1) as usize)).copied().collect();
        if pages.pages == document.pages {
            return Err(DocumentFault::SameDocument.into());
        }
        self.resealed(pages, self.change(DocumentAction::Reordered))
    }

    /// The document without one of its pages, and that page.
    fn without_page(&self, page: u32) -> Result<(Pages, PageId), Unmade> {
        let document = &self.standing.document;
        let last = document.file.pages;
        if !(1..=last).contains(&page) {
            return Err(DocumentFault::NoSuchPage { page, last }.into());
        }
        if last == 1 {
            return Err(DocumentFault::OnlyPage.into());
        }
        let mut pages = Pages::of(document);
        let gone = pages.pages.remove(page.saturating_sub(1) as usize);
        let Pages { pages: left, blank, more_sources } = &mut pages;
        more_sources.retain(|file| holds(left, blank, file.blake3));
        Ok((pages, gone))
    }

    fn remove_page(&self, page: u32) -> Result<Made, Unmade> {
        self.reason().ok_or(DocumentFault::ReasonMissing)?;
        let (pages, _) = self.without_page(page)?;
        let change = DocumentChange { page: Some(page), ..self.change(DocumentAction::PageRemoved) };
        self.with_own_pages(pages, change)
    }

    /// The document from other pages of its own scan.
    fn with_own_pages(&self, pages: Pages, change: DocumentChange) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let (mut whole, mut blobs) = (document.clone(), Vec::new());
        self.cut_anew(&mut whole, &pages, &mut blobs)?;
        let (sealed, blob) = self.seal(&whole, pages)?;
        blobs.extend(blob);
        let documents = join(Some(record), vec![sealed]);
        Ok(Made { brought: None, documents, voided: record.voided.clone(), blobs, change })
    }

    fn move_page(&self, page: u32, to: u32, before: Option<u32>) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        if to == document.ordinal {
            return Err(DocumentFault::SameDocument.into());
        }
        let other = self.other(to)?;
        let end = other.file.pages.saturating_add(1);
        let before = before.unwrap_or(end);
        if !(1..=end).contains(&before) {
            return Err(DocumentFault::NoSuchPage { page: before, last: other.file.pages }.into());
        }
        let (left, moved) = self.without_page(page)?;
        let mut pages = Pages::of(other);
        let from = [&document.source].into_iter().chain(&document.more_sources).find(|file| file.blake3 == moved.scan);
        if let Some(file) = from {
            let alone = RecordDocument { source: file.clone(), more_sources: Vec::new(), ..document.clone() };
            self.take_sources(&mut pages, other, &alone)?;
        }
        pages.pages.insert((before.saturating_sub(1) as usize).min(pages.pages.len()), moved);
        let change = DocumentChange { page: Some(page), with: vec![self.place(to)], ..self.change(DocumentAction::PageMoved) };
        let mut made = self.with_own_pages(left, change)?;
        let mut whole = other.clone();
        self.cut_anew(&mut whole, &pages, &mut made.blobs)?;
        let (sealed, blob) = self.seal(&whole, pages)?;
        made.blobs.extend(blob);
        let between = Record { documents: made.documents, ..record.clone() };
        made.documents = join(Some(&between), vec![sealed]);
        Ok(made)
    }
}

/// A document's own pages of the scan that it was made from.
fn own_pages(document: &RecordDocument) -> Vec<PageId> {
    let all = document.pages.iter().chain(&document.blank_pages);
    all.filter(|page| page.scan == document.source.blake3).copied().collect()
}

/// Whether a page of this scan is among these.
fn holds(pages: &[PageId], blank: &[PageId], scan: BlobId) -> bool {
    pages.iter().chain(blank).any(|page| page.scan == scan)
}

/// The blank pages that lie behind the pages of one of the parts of a document: those of its scans that
/// come before the next part begins.
fn blank_of(document: &RecordDocument, parts: &[Vec<PageId>], number: usize) -> Vec<PageId> {
    let part_of = |blank: &PageId| {
        let before = |pages: &Vec<PageId>| pages.iter().any(|page| page.scan == blank.scan && page.ordinal < blank.ordinal);
        parts.iter().rposition(before).unwrap_or(0)
    };
    document.blank_pages.iter().filter(|blank| part_of(blank) == number).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_backs_go_with_the_pages_before_them() {
        let page = |ordinal| PageId { scan: BlobId::of(b"scan"), ordinal };
        let mut document = crate::model::record::tests::full_document();
        document.blank_pages = vec![page(0), page(2), page(4), page(7)];
        let parts = [vec![page(1), page(3)], vec![page(5)], vec![page(6)]];
        let told: Vec<Vec<PageId>> = (0..3).map(|number| blank_of(&document, &parts, number)).collect();
        assert_eq!(told, [vec![page(0), page(2), page(4)], vec![], vec![page(7)]]);
    }
}
