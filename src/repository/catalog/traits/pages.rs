//! Blobs, opened scans and read pages.

use crate::model::ids::{BlobId, PageDigest, PageId, RecipeId, TextDigest};
use crate::model::page::RecognisedPage;
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// What is known of the files and of the pages in them. The key of what a page said is the page and
/// the recipe that it was read by; what was kept first stays.
pub trait Pages {
    /// Notes a blob that is in the store. A media type that is known already stays.
    ///
    /// # Errors
    /// What the store says.
    fn put_blob(&self, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError>;

    /// What is known of a blob.
    ///
    /// # Errors
    /// What the store says.
    fn blob(&self, id: BlobId) -> Result<Option<StoredBlob>, RepositoryError>;

    /// The next `limit` blobs after `after`, by id; from the first if none is given.
    ///
    /// # Errors
    /// What the store says.
    fn blobs_after(&self, after: Option<BlobId>, limit: usize) -> Result<Vec<StoredBlob>, RepositoryError>;

    /// All blobs, by id.
    ///
    /// # Errors
    /// What the store says.
    fn blobs(&self) -> Result<Vec<StoredBlob>, RepositoryError> {
        self.blobs_after(None, usize::MAX)
    }

    /// Number of blobs.
    ///
    /// # Errors
    /// What the store says.
    fn blob_count(&self) -> Result<u64, RepositoryError>;

    /// Keeps what opening a scan told. The blob has to be known. What was told first stays.
    ///
    /// # Errors
    /// What the store says.
    fn put_scan(&self, scan: BlobId, summary: &ScanSummary) -> Result<(), RepositoryError>;

    /// What opening a scan told, if it was ever opened.
    ///
    /// # Errors
    /// What the store says.
    fn scan(&self, scan: BlobId) -> Result<Option<ScanSummary>, RepositoryError>;

    /// Keeps what reading a page by a recipe brought, without what it cost. The scan's blob has to be
    /// known. What was read first stays: records are made from it.
    ///
    /// # Errors
    /// What the store says.
    fn put_page(&self, page: PageId, recipe: RecipeId, content: &RecognisedPage) -> Result<(), RepositoryError>;

    /// The digests that are kept of what reading these pages by this recipe brought, in their order; none
    /// of those that were not read.
    ///
    /// # Errors
    /// What the store says.
    fn page_digests(&self, pages: &[PageId], recipe: RecipeId) -> Result<Vec<Option<PageDigest>>, RepositoryError>;

    /// The digest over what reading these pages by this recipe brought; none if one was not read.
    ///
    /// # Errors
    /// What the store says.
    fn text_digest(&self, pages: &[PageId], recipe: RecipeId) -> Result<Option<TextDigest>, RepositoryError> {
        Ok(TextDigest::of_read_pages(pages, &self.page_digests(pages, recipe)?))
    }

    /// Whether a page was read by this recipe.
    ///
    /// # Errors
    /// What the store says.
    fn has_page(&self, page: PageId, recipe: RecipeId) -> Result<bool, RepositoryError>;

    /// What reading a page by this recipe brought, if it was read.
    ///
    /// # Errors
    /// `Damaged` if it does not unpack, or what the store says.
    fn page(&self, page: PageId, recipe: RecipeId) -> Result<Option<RecognisedPage>, RepositoryError> {
        Ok(self.page_with_digest(page, recipe)?.map(|(content, _)| content))
    }

    /// The same with its digest, which is made from the bytes that it was read from: where these are
    /// damaged, it is another one than [`Pages::page_digests`] tells.
    ///
    /// # Errors
    /// `Damaged` if it does not unpack, or what the store says.
    fn page_with_digest(&self, page: PageId, recipe: RecipeId) -> Result<Option<(RecognisedPage, PageDigest)>, RepositoryError>;
}
