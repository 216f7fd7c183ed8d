//! Pictures of sealed pages for screens, kept for a while within bounds. They are kept in memory: nothing
//! that shows somebody's papers lies about when the program has ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::dossier::{self, Dossier};
use super::waiting::waiting;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::{BlobId, PageId, RecordId};
use crate::model::mask::Masking;
use crate::pipeline::page_view::PageViews;
use crate::repository::Repository;
use crate::settings::Settings;

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ImageSize {
    /// For lists: 160 pixels wide.
    Thumbnail,
    /// For the page view: 1,240 pixels wide.
    Screen,
    /// All its pixels.
    Full,
}

impl ImageSize {
    /// The size of this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "160" => Some(Self::Thumbnail),
            "1240" => Some(Self::Screen),
            "full" => Some(Self::Full),
            _ => None,
        }
    }

    fn width(self) -> u32 {
        match self {
            Self::Thumbnail => 160,
            Self::Screen => 1240,
            Self::Full => u32::MAX,
        }
    }
}

/// A page whose picture is wanted.
#[derive(Debug, Clone)]
pub(crate) struct ImageOrder {
    /// The dossier's code, as typed.
    pub code: String,
    /// The document's number.
    pub ordinal: u32,
    /// The page's number in the sealed file, from 1.
    pub page: u32,
    /// How large.
    pub size: ImageSize,
}

/// A picture of a page.
#[derive(Debug, Clone)]
pub(crate) struct PageImage {
    /// A JPEG.
    pub jpeg: Arc<Vec<u8>>,
    /// Whether it shows what others may not see: it is not to be kept by browsers.
    pub is_private: bool,
    /// The record that it is of.
    pub record: RecordId,
    /// Whether personal data were masked.
    pub masking: Masking,
}

/// What a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Of {
    Document(RecordId, u32),
    Scan(BlobId),
}

type Key = (Of, u32, ImageSize, Masking);

/// Pictures that were drawn, the one used longest ago given up first.
#[derive(Debug, Default)]
struct Cache {
    kept: HashMap<Key, (u64, Arc<Vec<u8>>)>,
    bytes: u64,
    clock: u64,
}

impl Cache {
    fn get(&mut self, key: &Key) -> Option<Arc<Vec<u8>>> {
        self.clock += 1;
        let (used, jpeg) = self.kept.get_mut(key)?;
        *used = self.clock;
        Some(Arc::clone(jpeg))
    }

    fn put(&mut self, key: Key, jpeg: Arc<Vec<u8>>, most: u64) {
        self.clock += 1;
        self.bytes += jpeg.len() as u64;
        if let Some((_, before)) = self.kept.insert(key, (self.clock, jpeg)) {
            self.bytes = self.bytes.saturating_sub(before.len() as u64);
        }
        while self.bytes > most {
            let Some(oldest) = self.kept.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| *key) else { break };
            if let Some((_, jpeg)) = self.kept.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(jpeg.len() as u64);
            }
        }
    }
}

/// Draws pictures of pages and keeps them for a while.
pub(crate) struct PageImages {
    views: PageViews,
    cache: Mutex<Cache>,
    most: u64,
}

impl std::fmt::Debug for PageImages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageImages").field("most", &self.most).finish_non_exhaustive()
    }
}

impl PageImages {
    /// Gets ready to draw.
    ///
    /// # Errors
    /// When there is no room for unfinished files.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let most = settings.console.picture_cache_mib.saturating_mul(1 << 20);
        Ok(Self { views: PageViews::new(settings)?, cache: Mutex::default(), most })
    }

    /// The picture of a page of a current record. `masking` is asked once the record is known.
    ///
    /// # Errors
    /// [`FailureCode::NotFound`] if there is no such page, or why it cannot be drawn.
    pub(crate) fn image(
        &self,
        repository: &Repository,
        order: &ImageOrder,
        masking: impl FnOnce(RecordId) -> Masking,
    ) -> Result<PageImage, Failure> {
        let Dossier { versions, .. } = dossier::find(repository, &order.code)?;
        let not_found = || {
            let text = format!("{}/{}/{}", order.code, order.ordinal, order.page);
            Failure::new(FailureCode::NotFound).at(Place::Typed { text })
        };
        let (record, document) = dossier::document_of(&versions, order.ordinal).ok_or_else(not_found)?;
        let (id, read) = dossier::page_of(repository, record, document, order.page)?.ok_or_else(not_found)?;
        let masking = masking(record.id);
        let is_private = masking == Masking::Shown || document.sensitive_pages.contains(&id);
        let key = (Of::Document(record.id, order.ordinal), order.page, order.size, masking);
        let image = |jpeg| PageImage { jpeg, is_private, record: record.id, masking };
        if let Some(jpeg) = self.cache().get(&key) {
            return Ok(image(jpeg));
        }
        let jpeg = Arc::new(self.views.draw(repository, document, (id, &read), order.size.width(), masking)?);
        self.cache().put(key, Arc::clone(&jpeg), self.most);
        Ok(image(jpeg))
    }

    /// The picture of a page of a scan that waits, from 1, as it lies in its file.
    ///
    /// # Errors
    /// [`FailureCode::NotFound`] if nothing of these bytes waits or there is no such page, or why it cannot be
    /// drawn.
    pub(crate) fn scan_image(
        &self,
        repository: &Repository,
        (scan, page): (BlobId, u32),
        size: ImageSize,
    ) -> Result<Arc<Vec<u8>>, Failure> {
        let file = waiting(repository, scan)?;
        let not_found = || Failure::new(FailureCode::NotFound).at(Place::Blob { id: scan });
        let ordinal = page.checked_sub(1).filter(|at| u64::from(*at) < file.pages).ok_or_else(not_found)?;
        let key = (Of::Scan(scan), page, size, Masking::Shown);
        if let Some(jpeg) = self.cache().get(&key) {
            return Ok(jpeg);
        }
        let jpeg = Arc::new(self.views.draw_scan(repository, PageId { scan, ordinal }, size.width())?);
        self.cache().put(key, Arc::clone(&jpeg), self.most);
        Ok(jpeg)
    }

    /// How many pictures are kept, and their bytes.
    pub(crate) fn kept(&self) -> (u64, u64) {
        let cache = self.cache();
        (cache.kept.len() as u64, cache.bytes)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_stays_within_bounds_and_gives_up_what_was_used_longest_ago() {
        let key = |page| (Of::Document(RecordId::V2([1; 32]), 1), page, ImageSize::Screen, Masking::Masked);
        let mut cache = Cache::default();
        for page in 1..=3 {
            cache.put(key(page), Arc::new(vec![0; 40]), 100);
            cache.get(&key(1));
        }
        assert!(cache.get(&key(1)).is_some() && cache.get(&key(2)).is_none() && cache.get(&key(3)).is_some());
        assert_eq!(cache.bytes, 80);
        cache.put(key(3), Arc::new(vec![0; 10]), 100);
        assert_eq!(cache.bytes, 50);
        cache.put(key(4), Arc::new(vec![0; 1000]), 100);
        assert_eq!((cache.bytes, cache.kept.len()), (0, 0), "what is larger than all of it is not kept");
    }
}
