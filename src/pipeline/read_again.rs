//! Results of pages that were lost, read again from their scans.
//!
//! Only what was read by the recipe of today can be read again, and only what a sealed document or the
//! ledger of a batch proves to be the same is kept. All else stays as it is, and `verify` names it.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::workers_for;
use super::worker::WorkerPool;
use crate::model::act::{Chain, Deed};
use crate::model::by_hand::ByHand;
use crate::model::failure::{Failure, FailureCode};
use crate::model::geometry::Turn;
use crate::model::ids::{BatchId, BlobId, LedgerDigest, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::record::{Record, RecordDocument};
use crate::reading::recipe_of;
use crate::repository::{BlobState, Repository, RepositoryError, RestoreProof};
use crate::settings::Settings;

/// Records or acts looked at in one go.
const AT_ONCE: usize = 200;
/// Damaged results that one repair looks at.
const MOST: usize = 100_000;

/// Reads lost pages again and returns those whose results were put back.
///
/// # Errors
/// When the catalog cannot be read or written. That an engine is missing or a page cannot be read is
/// none: nothing is put back then.
pub(super) fn read_again(repository: &Repository, settings: &Settings) -> Result<Vec<PageId>, Failure> {
    let pool = workers_for(repository, settings)?;
    let engine = match pool.identify() {
        Ok(engine) => engine,
        Err(failure) => {
            tracing::warn!(code = failure.code.as_str(), "no page can be read again");
            return Ok(Vec::new());
        }
    };
    let recipe = recipe_of(&engine, &settings.reading()).id();
    let damaged = repository.catalog.damaged_pages(recipe, MOST)?.into_iter().collect();
    let mut again = Again { repository, settings, pool, recipe, damaged, sound: BTreeMap::new(), restored: Vec::new() };
    again.documents()?;
    again.batches()?;
    Ok(again.restored)
}

struct Again<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    pool: WorkerPool,
    recipe: RecipeId,
    /// Results that are there and not what they were.
    damaged: BTreeSet<PageId>,
    /// Scans that were looked at, and whether they are what they were.
    sound: BTreeMap<BlobId, bool>,
    restored: Vec<PageId>,
}

impl Again<'_> {
    /// Pages of sealed documents, proven by the digests of their texts.
    fn documents(&mut self) -> Result<(), Failure> {
        let mut last = (String::new(), String::new(), i64::MIN);
        loop {
            let rows = self.repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
            let Some(newest) = rows.last() else { return Ok(()) };
            last = (newest.code.clone(), newest.kind.clone(), newest.version);
            for row in rows {
                // A record that is damaged itself proves nothing.
                let Ok(record) = &row.record else { continue };
                if !Record::is_proven(&row.content, record.id) && record.made_id() != record.id {
                    continue;
                }
                for (document, kept) in record.kept_documents().into_iter().zip(&row.documents) {
                    if let Some(by_hand) = &document.by_hand {
                        self.by_hand(document, by_hand, kept.recipe)?;
                        continue;
                    }
                    let Some(digest) = document.text_digest.filter(|_| kept.recipe == self.recipe) else { continue };
                    let lost = self.lost_of(&document.pages, Missing::IsLost)?;
                    self.restore(&lost, &RestoreProof::Text(document.pages.clone(), digest))?;
                }
            }
        }
    }

    /// Pages of a document that people turned or corrected: made again from what they were read as.
    fn by_hand(&mut self, document: &RecordDocument, by_hand: &ByHand, recipe: RecipeId) -> Result<(), Failure> {
        let Some(digest) = document.text_digest else { return Ok(()) };
        let mut lost = Vec::new();
        for &id in &document.pages {
            if matches!(self.repository.catalog.page(id, recipe), Ok(Some(_))) {
                continue;
            }
            let read = match by_hand.turn_of(id) {
                Some(turn) => self.read_turned(id, Some(turn))?.map(|(_, read)| read),
                None => match self.repository.catalog.page(id, by_hand.recipe)? {
                    Some(read) => Some(read),
                    // It was put in beside what people left, and read then.
                    None => self.read(id)?.map(|(_, read)| read),
                },
            };
            let Some(read) = read else { return Ok(()) };
            lost.push((id, by_hand.applied(id, read)));
        }
        self.put_back(recipe, &lost, &RestoreProof::Text(document.pages.clone(), digest))
    }

    /// Pages that are in no document, such as those that wait, proven by the ledgers of their batches.
    fn batches(&mut self) -> Result<(), Failure> {
        for (batch, digest) in self.ended_batches()? {
            let catalog = &self.repository.catalog;
            if catalog.batch_recipe(batch)? != Some(self.recipe) {
                continue;
            }
            let missing = if catalog.ledger_digest(batch)?.1 == digest { Missing::WasNeverRead } else { Missing::IsLost };
            let mut lost = Vec::new();
            for (_, scan, _) in catalog.batch_scans(batch)? {
                let pages = catalog.scan(scan)?.map_or(0, |summary| summary.pages);
                let pages: Vec<PageId> = (0..pages).map(|ordinal| PageId { scan, ordinal }).collect();
                lost.extend(self.lost_of(&pages, missing)?);
            }
            self.restore(&lost, &RestoreProof::Ledger(batch, digest))?;
        }
        Ok(())
    }

    fn ended_batches(&self) -> Result<BTreeMap<BatchId, LedgerDigest>, Failure> {
        let (mut ended, mut chain, mut last) = (BTreeMap::new(), Chain::default(), 0);
        loop {
            let acts = self.repository.catalog.acts_after(last, AT_ONCE)?;
            let Some(newest) = acts.last() else { return Ok(ended) };
            last = newest.number;
            for act in acts {
                if let Ok(act) = chain.follow(act.number, &act.content, act.digest)
                    && let Deed::BatchEnded { batch, ledger, .. } = act.deed
                {
                    ended.insert(batch, ledger);
                }
            }
        }
    }

    /// Those of `pages` whose results are damaged or gone.
    fn lost_of(&self, pages: &[PageId], missing: Missing) -> Result<Vec<PageId>, RepositoryError> {
        let mut lost = Vec::new();
        for &page in pages {
            let is_gone = missing == Missing::IsLost && !self.repository.catalog.has_page(page, self.recipe)?;
            if is_gone || self.damaged.contains(&page) {
                lost.push(page);
            }
        }
        Ok(lost)
    }

    /// Reads pages and puts the results back if they are what they were.
    fn restore(&mut self, lost: &[PageId], proof: &RestoreProof) -> Result<(), Failure> {
        if lost.is_empty() {
            return Ok(());
        }
        let Some(read) = lost.iter().map(|page| self.read(*page)).collect::<Result<Option<Vec<_>>, Failure>>()? else {
            return Ok(());
        };
        self.put_back(self.recipe, &read, proof)
    }

    fn put_back(&mut self, recipe: RecipeId, read: &[(PageId, RecognisedPage)], proof: &RestoreProof) -> Result<(), Failure> {
        if read.is_empty() {
            return Ok(());
        }
        let lost: Vec<PageId> = read.iter().map(|(page, _)| *page).collect();
        match self.repository.catalog.restore_pages(recipe, read, proof, self.settings.general.now()) {
            Ok(()) => {
                if recipe == self.recipe {
                    self.damaged.retain(|page| !lost.contains(page));
                }
                self.restored.extend(lost);
                Ok(())
            }
            Err(error) if error.code() == FailureCode::RepositoryDamaged => {
                tracing::warn!(pages = lost.len(), "pages read otherwise than they did, and are left as they are");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a page; none if its scan is damaged too or cannot be read.
    fn read(&mut self, page: PageId) -> Result<Option<(PageId, RecognisedPage)>, Failure> {
        self.read_turned(page, None)
    }

    fn read_turned(&mut self, page: PageId, turn: Option<Turn>) -> Result<Option<(PageId, RecognisedPage)>, Failure> {
        if !self.is_sound(page.scan)? {
            return Ok(None);
        }
        let scan = self.repository.blobs.lend(page.scan)?;
        match self.pool.read_turned(scan.path().to_owned(), page.ordinal, turn) {
            Ok(read) => Ok(Some((page, read))),
            Err(failure) => {
                tracing::warn!(code = failure.code.as_str(), "a page cannot be read again");
                Ok(None)
            }
        }
    }

    fn is_sound(&mut self, scan: BlobId) -> Result<bool, RepositoryError> {
        if let Some(known) = self.sound.get(&scan) {
            return Ok(*known);
        }
        let blob = self.repository.catalog.blob(scan)?;
        let sound = blob.is_some_and(|blob| self.repository.blobs.check(&blob) == BlobState::Sound);
        self.sound.insert(scan, sound);
        Ok(sound)
    }
}

/// What it means that a page has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It had one.
    IsLost,
    /// Nothing is wrong: its file was refused before it was read.
    WasNeverRead,
}
