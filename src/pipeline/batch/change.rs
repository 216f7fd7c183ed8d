//! Pages that come late: a person puts them into a sealed document, or in the place of others.
//!
//! The document is sealed anew under its number and name as part of a new version of the record;
//! the old version stays. A change is a batch of its own, so that ledger and report tell of it.
//! From then on the document is what the person made of it: a later recipe reads all its pages
//! anew, and the scan that it once was made from never takes its place again.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use time::OffsetDateTime;

use super::brought::{Brought, refuse_repetition};
use super::cost::Meter;
use super::desk::keep_decisions;
use super::documents::{Pages, join};
use super::held::Held;
use super::take_in::TakenScan;
use super::{Ended, Run, begin, end, index, knowledge, rescan, workers_for};
use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::{Dossier, DraftDocument, RecordKind};
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::field::{FieldName, FieldSource};
use crate::model::ids::{DocumentId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::record::{PageAction, PageChange, Record, RecordDocument};
use crate::pipeline::pdf_signing::PdfSigner;
use crate::pipeline::plan::InboxFile;
use crate::pipeline::progress::{Phase, Progress};
use crate::reading::recipe_of;
use crate::repository::{Entry, FileStamp, PutError, Repository, Sealing, StoredBlob};
use crate::settings::{Origins, Settings};
use crate::stages::assemble::{self, Acceptance, Assignment, InboxRules};
use crate::stages::check;
use crate::stages::intake::IntakeLimits;

/// What a person wants done to a document.
#[derive(Debug, Clone)]
pub(crate) struct PageOrder {
    /// Its dossier.
    pub code: DossierCode,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    pub kind: Option<RecordKind>,
    /// Its number in the dossier.
    pub ordinal: u32,
    /// The place in its sealed file, from 1, before which pages are put in or that is replaced.
    pub page: u32,
    /// Which of the two.
    pub action: PageAction,
    /// The scan that brings the pages. It stays where it is.
    pub scan: PathBuf,
    /// Whether the pages are taken however poor their picture is.
    pub acceptance: Acceptance,
}

/// Carries out `order` and returns the new version of the record.
///
/// # Errors
/// [`FailureCode::NotFound`] when there is no such document or place in it. Otherwise why the scan
/// cannot be used: nothing is changed then, and a batch of its own says why.
pub(crate) fn change_pages(
    repository: &Repository,
    settings: &Settings,
    order: &PageOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    let started = Instant::now();
    let rules = InboxRules::new(&settings.inbox)?;
    let (record, document) = find(repository, order)?;
    let pool = workers_for(repository, settings)?;
    let engine = pool.identify()?;
    let recipe = recipe_of(&engine, &settings.reading()).id();
    let mut known = knowledge::gather(repository, settings, knowledge::register(settings)?, &[])?;
    knowledge::know_dossier(&mut known, repository, settings, &order.code)?;
    let signer = PdfSigner::open(&settings.pdf_signature, settings.general.now())?;
    let batch = begin(repository, settings, &order.scan, engine, recipe)?;
    // Where people corrected the text, the new pages come beside what they left.
    let by_hand =
        document.by_hand.as_ref().and_then(|_| repository.catalog.document_recipe(record.id, order.ordinal).transpose());
    let recipe = by_hand.transpose()?.unwrap_or(recipe);
    let meter = Meter::default();
    let (unchanged, left) = (AtomicU64::new(0), AtomicU64::new(0));
    let (placing, placements) = (super::placing(settings), Mutex::default());
    let knowledge = OnceLock::from(known);
    let run = Run {
        repository,
        settings,
        rules,
        pool,
        recipe,
        earlier: Vec::new(),
        batch,
        progress,
        meter: &meter,
        unchanged,
        left,
        placing,
        placements,
        knowledge,
        origins: Origins::default(),
        held: Held::default(),
        signer: OnceLock::from(signer),
    };
    let changed = run.change(order, &record, &document);
    // The workers end here, so that their costs are known.
    drop(run);
    let changed = changed.and_then(|changed| {
        index(repository, &meter, progress)?;
        Ok(changed)
    });
    let outcome = changed.as_ref().map(|_| None).map_err(Clone::clone);
    end(repository, settings, batch, Ended { manifest: outcome, unchanged: 0, left: 0, cost: meter.cost(started.elapsed()) })?;
    changed
}

/// Finds the document that `order` means, in the current version of its record.
fn find(repository: &Repository, order: &PageOrder) -> Result<(Record, RecordDocument), Failure> {
    let kinds = order.kind.map_or_else(|| vec![RecordKind::Dossier, RecordKind::Result], |kind| vec![kind]);
    for kind in kinds {
        let Some(record) = repository.catalog.current_record(&order.code, kind)? else { continue };
        let Some(document) = record.documents.iter().find(|document| document.ordinal == order.ordinal).cloned() else {
            continue;
        };
        // Pages can also be put in behind the last one.
        let last = document.file.pages.saturating_add(u32::from(order.action == PageAction::Inserted));
        if !(1..=last).contains(&order.page) {
            let place = Place::page(&document.file.name, order.page);
            return Err(Failure::new(FailureCode::NotFound).at(place).because(WorkFault::PagesUpTo { last }));
        }
        return Ok((record, document));
    }
    let place = Place::Document { code: order.code.to_string(), ordinal: order.ordinal };
    Err(Failure::new(FailureCode::NotFound).at(place))
}

impl Run<'_> {
    fn change(&self, order: &PageOrder, record: &Record, document: &RecordDocument) -> Result<Record, Failure> {
        self.progress.begin(Phase::TakeIn, 1);
        let mut entry = Entry {
            path: order.scan.display().to_string(),
            scan: None,
            assignment: None,
            pages: 1,
            outcomes: Vec::new(),
            failure: None,
            moved_to: None,
            poor_pages: Vec::new(),
        };
        let changed = self.take_scan(order, &mut entry).and_then(|scan| {
            self.progress.step();
            self.change_with(order, record, document, &scan, &mut entry)
        });
        if let Err(failure) = &changed
            && !failure.code.effect().stops_the_run()
        {
            entry.outcomes = vec![(PageOutcome::Refused, entry.pages)];
            entry.failure = Some(failure.clone());
            self.repository.catalog.put_entry(self.batch, &entry)?;
        }
        changed
    }

    /// Stores and opens the scan that brings the pages.
    fn take_scan(&self, order: &PageOrder, entry: &mut Entry) -> Result<TakenScan, Failure> {
        let path = &order.scan;
        let unreadable = |error: std::io::Error| Failure::new(FailureCode::FileUnreadable).at_file(path.display()).because(error);
        let file = fs::metadata(path).map_err(unreadable)?;
        if let Some(code) = unfit(&file, &self.settings.limits) {
            return Err(Failure::new(code).at_file(path.display()));
        }
        self.check_room()?;
        let blob = self.meter.store(|| self.repository.blobs.put_file(path)).map_err(|error| match error {
            PutError::Store(error) => error.into(),
            PutError::Source(error) => unreadable(error),
            other => Failure::new(FailureCode::FileUnreadable).at_file(path.display()).because(other.cause()),
        })?;
        self.repository.catalog.put_blob(&blob, None)?;
        self.meter.bytes_in(blob.bytes);
        entry.scan = Some(blob.id);
        let modified = file.modified().map_or_else(|_| self.settings.general.now(), OffsetDateTime::from);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.scan_of(blob, name, modified)
    }

    /// A stored scan, as if it had just been taken from an inbox.
    pub(super) fn scan_of(&self, blob: StoredBlob, name: String, modified: OffsetDateTime) -> Result<TakenScan, Failure> {
        let summary = self.open(&blob).map_err(|failure| failure.at_file(&name))?;
        let path = self.repository.blobs.place_of(blob.id);
        let placement = self.rules.place(&name);
        let stamp = FileStamp { bytes: blob.bytes, modified_ns: 0, changed_ns: 0, inode: 0 };
        let file = InboxFile { path, relative: name, bytes: blob.bytes, modified, stamp, placement };
        Ok(TakenScan { file, blob, summary })
    }

    fn change_with(
        &self,
        order: &PageOrder,
        record: &Record,
        document: &RecordDocument,
        scan: &TakenScan,
        entry: &mut Entry,
    ) -> Result<Record, Failure> {
        entry.pages = u64::from(scan.summary.pages);
        let brought = self.read_brought(document, scan)?;
        self.refuse_unfit(order, document, scan, &brought, entry)?;
        let source = self.own_scan(document, scan.file.modified)?;
        self.progress.begin(Phase::Seal, 1);
        let (pages, change) = brought.exchange(order.action, order.page, document, scan);
        let sealed = self.seal_changed(&record.dossier_code, record.kind, document, pages, &source, self.recipe)?;
        entry.outcomes = brought.outcomes();
        let version = self.commit_change(record, sealed, change, entry)?;
        self.progress.step();
        Ok(version)
    }

    /// Reads the pages that `scan` brings, and those of the document that were not read by today's recipe.
    fn read_brought(&self, document: &RecordDocument, scan: &TakenScan) -> Result<Brought, Failure> {
        let ids: Vec<PageId> = (0..scan.summary.pages).map(|ordinal| PageId { scan: scan.blob.id, ordinal }).collect();
        let all: Vec<PageId> = ids.iter().chain(&document.pages).copied().collect();
        self.progress.begin(Phase::Read, all.len() as u64);
        for &page in &all {
            self.read_page(page).map_err(|failure| failure.at(page))?;
            self.progress.step();
        }
        let (blank, printed): (Vec<_>, Vec<_>) = self.pages_read(&ids)?.into_iter().partition(|(_, page)| page.blank);
        Ok(Brought { printed, blank: blank.into_iter().map(|(id, _)| id).collect() })
    }

    /// What was read on `pages`.
    fn pages_read(&self, pages: &[PageId]) -> Result<Vec<(PageId, RecognisedPage)>, Failure> {
        pages.iter().map(|&id| Ok((id, self.page(id)?))).collect()
    }

    /// Refuses pages that cannot be what `order` means: another dossier's, those that are there already,
    /// too many or too few, or too poor.
    fn refuse_unfit(
        &self,
        order: &PageOrder,
        document: &RecordDocument,
        scan: &TakenScan,
        brought: &Brought,
        entry: &mut Entry,
    ) -> Result<(), Failure> {
        self.refuse_strangers(order, &brought.printed)?;
        refuse_repetition(document, &self.pages_read(&document.pages)?, &brought.printed)?;
        brought.refuse_count(order.action, scan)?;
        self.refuse_poor(order, scan, &brought.printed, entry)
    }

    /// The scan that a document was made from when it was sealed first.
    pub(super) fn own_scan(&self, document: &RecordDocument, modified: OffsetDateTime) -> Result<TakenScan, Failure> {
        let id = document.source.blake3;
        let blob = self.repository.catalog.blob(id)?;
        let blob = blob.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(Place::Blob { id }))?;
        self.scan_of(blob, document.source.name.clone(), modified)
    }

    /// Commits the version of `record` in which a document is as it was sealed anew.
    fn commit_change(
        &self,
        record: &Record,
        (changed, mut blobs): (RecordDocument, Vec<StoredBlob>),
        change: PageChange,
        entry: &Entry,
    ) -> Result<Record, Failure> {
        let code = &record.dossier_code;
        // A recipe of what people corrected is that of one document.
        let recipe = if changed.by_hand.is_some() { record.recipe } else { self.recipe };
        let mut documents = self.with_digests(Some(record), join(Some(record), vec![changed]))?;
        blobs.extend(self.with_excerpts(code, &mut documents)?);
        let now = self.settings.general.now();
        let version = Record::new(code.clone(), record.kind, Some(record), now, recipe, Some(change.into()), documents);
        let (records, entries) = ([version.clone()], [entry.clone()]);
        let sealing = Sealing { batch: self.batch, records: &records, blobs: &blobs, entries: &entries, alike: &[] };
        self.commit(&sealing)?;
        Ok(version)
    }

    /// A page with the code of another dossier belongs there.
    fn refuse_strangers(&self, order: &PageOrder, printed: &[(PageId, RecognisedPage)]) -> Result<(), Failure> {
        let barcodes = printed.iter().flat_map(|(_, page)| &page.barcodes);
        let stranger = barcodes.flat_map(|barcode| self.rules.codes_in(&barcode.text)).find(|code| *code != order.code);
        stranger.map_or(Ok(()), |code| {
            let cause = WorkFault::OtherCode { found: code.to_string(), wanted: order.code.to_string() };
            Err(Failure::new(FailureCode::DossierConflict).at_file(order.scan.display()).because(cause))
        })
    }

    fn refuse_poor(
        &self,
        order: &PageOrder,
        scan: &TakenScan,
        printed: &[(PageId, RecognisedPage)],
        entry: &mut Entry,
    ) -> Result<(), Failure> {
        if order.acceptance == Acceptance::AsItIs {
            return Ok(());
        }
        let printed: Vec<(PageId, &RecognisedPage)> = printed.iter().map(|(id, page)| (*id, page)).collect();
        entry.poor_pages = self.poor_pages(scan, &printed)?;
        if entry.poor_pages.is_empty() {
            return Ok(());
        }
        let shortcomings = entry.poor_pages.iter().flat_map(|poor| poor.shortcomings.iter().copied()).collect();
        Err(rescan::failure_of(&scan.file.relative, &entry.poor_pages).because(Cause::Poor { shortcomings }))
    }

    /// Seals a document that a person changed, from pages of several scans as `recipe` read them; `scan` is
    /// its own. What was keyed by a person stays.
    pub(super) fn seal_changed(
        &self,
        code: &DossierCode,
        kind: RecordKind,
        current: &RecordDocument,
        wanted: Pages,
        scan: &TakenScan,
        recipe: RecipeId,
    ) -> Result<(RecordDocument, Vec<StoredBlob>), Failure> {
        let Pages { pages, blank, more_sources } = wanted;
        let mut read = Vec::with_capacity(pages.len());
        for &page in &pages {
            self.read_page_by(page, recipe)?;
            read.push(self.page_by(page, recipe)?);
        }
        let named = current.fields.get(&FieldName::DossierCode);
        let assignment = Assignment {
            code: code.clone(),
            source: named.map_or(FieldSource::Keyed, |field| field.source),
            confidence: named.map_or(Confidence::CERTAIN, |field| field.confidence),
        };
        let readings = assemble::read_fields(&assignment, &read.iter().collect::<Vec<_>>(), &self.settings.fields);
        let draft = DraftDocument {
            id: DocumentId::of_pages(&pages),
            source_path: current.source.name.clone(),
            scanned_at: scan.file.modified,
            wanted_ordinal: None,
            pages,
            blank_pages: blank,
            readings,
        };
        let dossier = check::check(Dossier::new(code.clone(), kind, vec![draft]), self.knowledge(), &self.settings.check);
        let Some((draft, fields)) = dossier.documents().next() else {
            return Err(Failure::new(FailureCode::RepositoryDamaged).at_file(&current.file.name));
        };
        let keyed = current.fields.iter().filter(|(_, field)| field.source == FieldSource::Keyed);
        let mut fields = fields.clone();
        fields.extend(keyed.map(|(name, field)| (*name, field.clone())));
        let fields = keep_decisions(fields, &current.fields, &self.settings.fields);
        let excerpt = current.excerpt.clone();
        let cut = (scan, excerpt.as_ref());
        let (document, blob) = self.seal_document(code, current.ordinal, draft, &fields, cut, (recipe, Some(&current.file)))?;
        let RecordDocument { source, by_hand, .. } = current.clone();
        Ok((RecordDocument { source, excerpt, more_sources, by_hand, ..document }, vec![blob]))
    }
}

/// Why a file cannot be a scan, as far as can be told without reading it.
fn unfit(file: &fs::Metadata, limits: &IntakeLimits) -> Option<FailureCode> {
    match file.len() {
        _ if !file.is_file() => Some(FailureCode::FileNotRegular),
        0 => Some(FailureCode::FileEmpty),
        bytes if bytes > limits.file_mib.saturating_mul(1024 * 1024) => Some(FailureCode::FileTooLarge),
        _ => None,
    }
}
