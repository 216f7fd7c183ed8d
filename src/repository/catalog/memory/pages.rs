//! Files, scans and pages.

use super::{MemoryCatalog, State};
use crate::model::ids::{BlobId, PageDigest, PageId, RecipeId, TextDigest};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::blobs::StoredBlob;
use crate::repository::catalog::{KnownFiles, Pages, Part, Placement, Sighting, Sightings};
use crate::repository::error::RepositoryError;

impl Pages for MemoryCatalog {
    fn put_blob(&self, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.put_blob(blob, media_type);
            Ok(())
        })
    }

    fn blob(&self, id: BlobId) -> Result<Option<StoredBlob>, RepositoryError> {
        Ok(self.read().blobs.get(&id).map(|(blob, _)| *blob))
    }

    fn blobs_after(&self, after: Option<BlobId>, limit: usize) -> Result<Vec<StoredBlob>, RepositoryError> {
        let state = self.read();
        let next = state.blobs.values().map(|(blob, _)| *blob).filter(|blob| after.is_none_or(|after| blob.id > after));
        Ok(next.take(limit).collect())
    }

    fn blob_count(&self) -> Result<u64, RepositoryError> {
        Ok(self.read().blobs.len() as u64)
    }

    fn put_scan(&self, scan: BlobId, summary: &ScanSummary) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.need_blob(scan)?;
            state.scans.entry(scan).or_insert_with(|| summary.clone());
            Ok(())
        })
    }

    fn scan(&self, scan: BlobId) -> Result<Option<ScanSummary>, RepositoryError> {
        Ok(self.read().scans.get(&scan).cloned())
    }

    fn put_page(&self, page: PageId, recipe: RecipeId, content: &RecognisedPage) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.need_blob(page.scan)?;
            let kept = RecognisedPage { times: StageTimes::default(), ..content.clone() };
            state.pages.entry((page, recipe)).or_insert(kept);
            Ok(())
        })
    }

    fn page_digests(&self, pages: &[PageId], recipe: RecipeId) -> Result<Vec<Option<PageDigest>>, RepositoryError> {
        Ok(self.read().page_digests(pages, recipe))
    }

    fn has_page(&self, page: PageId, recipe: RecipeId) -> Result<bool, RepositoryError> {
        Ok(self.read().pages.contains_key(&(page, recipe)))
    }

    fn page_with_digest(&self, page: PageId, recipe: RecipeId) -> Result<Option<(RecognisedPage, PageDigest)>, RepositoryError> {
        Ok(self.read().pages.get(&(page, recipe)).and_then(|content| Some((content.clone(), digest_of(content)?))))
    }
}

impl Sightings for MemoryCatalog {
    fn known_files(&self, inbox: &str, recipe: RecipeId) -> Result<KnownFiles, RepositoryError> {
        let state = self.read();
        let mut known = KnownFiles::default();
        let inside = |path: &str| path.strip_prefix(inbox).is_some_and(|rest| rest.starts_with('/'));
        for (path, (stamp, scan)) in state.sightings.iter().filter(|(path, _)| inside(path)) {
            let Some((blob, _)) = state.blobs.get(scan) else { continue };
            known.files.insert(path.clone(), (*stamp, *blob));
            let mut done: Vec<Part> = state.settled_by_documents(*scan, recipe);
            done.extend(state.settled_by_entries(*scan, recipe));
            if !done.is_empty() {
                known.done.insert(*scan, done);
            }
            if let Some(placement) = state.placements.get(scan) {
                known.placements.insert(*scan, placement.clone());
            }
        }
        Ok(known)
    }

    fn sighted(&self, file: &Sighting) -> Result<Option<StoredBlob>, RepositoryError> {
        let state = self.read();
        let seen = state.sightings.get(&file.path).filter(|(stamp, _)| *stamp == file.stamp);
        Ok(seen.and_then(|(_, scan)| state.blobs.get(scan)).map(|(blob, _)| *blob))
    }

    fn put_sighting(&self, file: &Sighting, scan: BlobId) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.need_blob(scan)?;
            state.sightings.insert(file.path.clone(), (file.stamp, scan));
            Ok(())
        })
    }

    fn put_placements(&self, placements: &[Placement]) -> Result<(), RepositoryError> {
        self.write(|state| {
            for Placement { scan, rules, parts } in placements {
                state.need_blob(*scan)?;
                state.placements.insert(*scan, (*rules, parts.clone()));
            }
            Ok(())
        })
    }
}

impl State {
    pub(super) fn put_blob(&mut self, blob: &StoredBlob, media_type: Option<MediaType>) {
        let kept = self.blobs.entry(blob.id).or_insert((*blob, media_type));
        kept.1 = kept.1.or(media_type);
    }

    pub(super) fn text_digest(&self, pages: &[PageId], recipe: RecipeId) -> Option<TextDigest> {
        TextDigest::of_read_pages(pages, &self.page_digests(pages, recipe))
    }

    fn page_digests(&self, pages: &[PageId], recipe: RecipeId) -> Vec<Option<PageDigest>> {
        pages.iter().map(|page| self.pages.get(&(*page, recipe)).and_then(digest_of)).collect()
    }
}

fn digest_of(content: &RecognisedPage) -> Option<PageDigest> {
    serde_json::to_vec(content).ok().map(|content| PageDigest::of(&content))
}
