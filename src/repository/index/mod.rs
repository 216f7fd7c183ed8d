//! Full-text search over the pages of records, current and superseded.
//!
//! Everything in it comes from the catalog. Each commit carries the change number of the newest
//! record in it, so after a kill the next run adds just what is missing.

mod answer;
mod budget;
mod by_dossier;
mod checksums;
mod clause;
mod codes;
mod entry;
mod origin;
mod query;
mod read_only;
mod schema;
mod search;
mod snippet;
mod stored;
mod terms;
mod top;
mod versions;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::{Field, Value};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

pub use answer::{Answer, Counting, FacetValue, Facets, Fit, Hit, Meant, Query, SortBy, searched_forms};
pub use budget::Budget;
pub use entry::{PageText, label};
pub use origin::IndexEntry;
pub use query::{Tones, Versions};
pub use snippet::{Snippet, Wanted};
pub use versions::{ListedPage, PageDigests, listed_pages};

use super::catalog::Catalog;
use super::durable;
use super::error::{NO_ROOM, RepositoryError};
use crate::model::document_state::DocumentState;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::RecipeId;
use crate::model::record::{Record, RecordDocument};
use read_only::ReadOnly;
use schema::Fields;

/// Version of schema and cutting of words; an index of another version is made anew.
const FORMAT: u32 = 7;
/// Records read at a time.
const AT_ONCE: usize = 500;
/// Pages after which what was added is committed. Each commit leaves a piece of the index that has to be
/// merged with others later, which costs as much as adding its pages.
const PAGES_A_COMMIT: usize = 20_000;
/// Most memory of the writer, in bytes, for the same reason: some 20,000 pages fill it.
const WRITER_MEMORY: usize = 200_000_000;

/// What is said with each commit.
#[derive(Serialize, Deserialize)]
struct Payload {
    format: u32,
    change: i64,
}

/// The index.
pub struct Index {
    folder: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

impl Index {
    /// Opens the index in `folder` for writing, and makes an empty one if there is none.
    /// [`Index::catch_up`] fills it. What an unfinished [`Index::rebuild`] left is cleared away. Nobody
    /// else may be writing.
    ///
    /// # Errors
    /// `Outdated` if it is of another version, `Damaged` if it does not open (then [`Index::rebuild`]
    /// helps), or what the disk says.
    pub fn create_or_open(folder: &Path) -> Result<Self, RepositoryError> {
        durable::create_dir_all(folder)?;
        durable::remove_dir_all(&beside(folder))?;
        if !folder.join("meta.json").exists() {
            return Self::create(folder);
        }
        Self::open_any(folder)?.of_this_version()
    }

    /// Opens the index in `folder` for reading, also while another process writes to it. It takes no
    /// right to write.
    ///
    /// # Errors
    /// `Outdated` if another version of the program made it, `Damaged` if it is not there or does not
    /// open, or what the disk says.
    pub fn open(folder: &Path) -> Result<Self, RepositoryError> {
        let open = || guarded(folder, || Self::with(folder, tantivy::Index::open(ReadOnly::open(folder)?)?));
        // Where its lock is out of reach, whoever writes may clear a file away while it is opened.
        open().or_else(|_| open())?.of_this_version()
    }

    /// Whether an index was ever made in `folder`.
    pub fn is_at(folder: &Path) -> bool {
        folder.join("meta.json").is_file()
    }

    fn open_any(folder: &Path) -> Result<Self, RepositoryError> {
        guarded(folder, || Self::with(folder, tantivy::Index::open_in_dir(folder)?))
    }

    fn of_this_version(self) -> Result<Self, RepositoryError> {
        let has_schema = self.index.schema() == schema::schema().0;
        match self.payload()?.map(|payload| payload.format) {
            Some(FORMAT) if has_schema => Ok(self),
            Some(FORMAT..) if has_schema => Err(damaged(&self.folder, StorageFault::IndexVersion)),
            Some(FORMAT) => Err(damaged(&self.folder, StorageFault::IndexFields)),
            None if has_schema && self.reader.searcher().num_docs() == 0 => Ok(self),
            None if has_schema => Err(damaged(&self.folder, StorageFault::IndexUntold)),
            _ => Err(RepositoryError::Outdated { place: self.folder.display().to_string() }),
        }
    }

    /// Makes the index anew from the catalog, beside the one that is in `folder`, and puts it in its
    /// place when it is complete. Until then, and if this process is stopped on the way, the old one
    /// stands; who has it open goes on with it. Nobody else may be writing.
    ///
    /// # Errors
    /// What the disk or the catalog says.
    pub fn rebuild(folder: &Path, catalog: &dyn Catalog) -> Result<Self, RepositoryError> {
        let beside = beside(folder);
        Self::create(&beside)?.catch_up(catalog)?;
        durable::replace_dir(&beside, folder)?;
        Self::open_any(folder)
    }

    fn create(folder: &Path) -> Result<Self, RepositoryError> {
        durable::remove_dir_all(folder)?;
        durable::create_dir_all(folder)?;
        guarded(folder, || Self::with(folder, tantivy::Index::create_in_dir(folder, schema::schema().0)?))
    }

    fn with(folder: &Path, index: tantivy::Index) -> tantivy::Result<Self> {
        schema::register_tokenizers(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { folder: folder.to_owned(), index, reader, fields: schema::schema().1 })
    }

    fn payload(&self) -> Result<Option<Payload>, RepositoryError> {
        let payload = guarded(&self.folder, || Ok(self.index.load_metas()?.payload))?;
        let read = |text: String| serde_json::from_str(&text).map_err(|e| damaged(&self.folder, Cause::said(e)));
        payload.map(read).transpose()
    }

    /// Adds every record that came since the last commit, in place of the version before.
    /// Returns the number of records added.
    ///
    /// # Errors
    /// `Damaged` if the index holds more than the catalog or does not read, or what the disk says.
    pub fn catch_up(&mut self, catalog: &dyn Catalog) -> Result<usize, RepositoryError> {
        let mut change = self.payload()?.map_or(0, |payload| payload.change);
        let newest = catalog.max_change()?;
        if change > newest {
            return Err(damaged(&self.folder, StorageFault::IndexAhead { change, newest }));
        }
        if change == newest {
            return Ok(0);
        }
        let mut writer: IndexWriter = guarded(&self.folder, || self.index.writer_with_num_threads(1, WRITER_MEMORY))?;
        // The pieces of an index that is made at once are joined once, at the end; until then it is searched in pieces.
        let is_new = change == 0;
        if is_new {
            writer.set_merge_policy(Box::new(NoMergePolicy));
        }
        // One that was killed before its commit leaves files whose names the next one may choose again.
        guarded(&self.folder, || writer.garbage_collect_files().wait())?;
        let (mut added, mut pages) = (0, 0);
        loop {
            let records = catalog.names_changed_since(change, AT_ONCE)?;
            let Some((last, ..)) = records.last() else { break };
            change = *last;
            for (_, code, kind) in &records {
                pages += self.replace(&writer, catalog, &catalog.readable_versions(code, kind)?)?;
                added += 1;
            }
            if pages >= PAGES_A_COMMIT {
                self.commit(&mut writer, change)?;
                pages = 0;
            }
        }
        self.commit(&mut writer, change)?;
        self.finish(writer, is_new)?;
        Ok(added)
    }

    fn commit(&self, writer: &mut IndexWriter, change: i64) -> Result<(), RepositoryError> {
        let payload =
            serde_json::to_string(&Payload { format: FORMAT, change }).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        guarded(&self.folder, || {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit().map(drop)
        })
    }

    /// Puts a record into the index in place of what it has of it, given all its versions, the newest last.
    /// Returns the number of pages added.
    fn replace(&self, writer: &IndexWriter, catalog: &dyn Catalog, versions: &[Record]) -> Result<usize, RepositoryError> {
        let Some(newest) = versions.last() else { return Ok(0) };
        writer.delete_term(Term::from_field_text(self.fields.key, &entry::key(newest)));
        let (mut added, mut next) = (0, None);
        for record in versions.iter().rev() {
            let recipes = recipes_of(catalog, record)?;
            let digests = digests_of(catalog, record, &recipes)?;
            for listed in listed_pages(record, &digests, next.as_ref().map(|(record, digests)| (*record, digests))) {
                let recipe = recipes.get(&listed.document.ordinal).copied().unwrap_or(record.recipe);
                let page = usize::try_from(listed.place).ok().and_then(|place| listed.document.pages.get(place));
                let read = page.map(|page| catalog.page_with_digest(*page, recipe)).transpose()?.flatten();
                let page = read.map_or_else(PageText::nothing, |(page, digest)| PageText::of(&page, digest));
                self.add(writer, record, (listed.document, listed.place, listed.state), &page)?;
                added += 1;
            }
            next = Some((record, digests));
        }
        Ok(added)
    }

    fn add(
        &self,
        writer: &IndexWriter,
        record: &Record,
        which: (&RecordDocument, u64, DocumentState),
        page: &PageText,
    ) -> Result<(), RepositoryError> {
        let entry = entry::entry(&self.fields, record, which, page);
        guarded(&self.folder, || writer.add_document(entry)).map(drop)
    }

    /// Adds records that come with the texts of their pages, document by document, to an index that has
    /// none of them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn fill(&mut self, records: impl IntoIterator<Item = (Record, Vec<Vec<PageText>>)>) -> Result<(), RepositoryError> {
        let mut writer: IndexWriter = guarded(&self.folder, || self.index.writer_with_num_threads(1, WRITER_MEMORY))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for (record, texts) in records {
            for (document, pages) in record.documents.iter().zip(&texts) {
                for (place, page) in (0u64..).zip(pages) {
                    self.add(&writer, &record, (document, place, DocumentState::Current), page)?;
                }
            }
        }
        self.commit(&mut writer, 0)?;
        self.finish(writer, true)
    }

    /// Waits until all that was added can be found; `joined` in one piece, of which a search opens the lists of
    /// words once and not once a piece. All is committed by then, so what cannot be joined, for which there has to be
    /// room for all of it once more, stays in pieces.
    fn finish(&mut self, mut writer: IndexWriter, joined: bool) -> Result<(), RepositoryError> {
        if joined {
            let pieces = guarded(&self.folder, || self.index.searchable_segment_ids())?;
            if pieces.len() > 1
                && let Err(error) = guarded(&self.folder, || writer.merge(&pieces).wait().map(drop))
            {
                tracing::warn!(%error, "the search index stays in several pieces");
            }
        }
        guarded(&self.folder, || {
            writer.wait_merging_threads()?;
            self.reader.reload()
        })
    }

    /// Whether every record of the catalog is in it.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk or the catalog says.
    pub fn is_complete(&self, catalog: &dyn Catalog) -> Result<bool, RepositoryError> {
        Ok(self.payload()?.map_or(0, |payload| payload.change) == catalog.max_change()?)
    }

    /// Shows every page in the index to `each`, in no order.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn each_entry(&self, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError> {
        // Going on to the next one may panic too.
        guarded(&self.folder, || Ok(self.each_entry_that_reads(each)))?
    }

    fn each_entry_that_reads(&self, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError> {
        for segment in self.reader.searcher().segment_readers() {
            let store = segment.get_store_reader(1).map_err(|error| classify(&self.folder, &TantivyError::from(error)))?;
            for entry in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                each(self.index_entry(&entry.map_err(|error| classify(&self.folder, &error))?)?);
            }
        }
        Ok(())
    }

    /// The files of the index whose checksum is wrong. Reads all of the index.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn damaged_files(&self) -> Result<BTreeSet<PathBuf>, RepositoryError> {
        let metas = guarded(&self.folder, || self.index.load_metas())?;
        let damaged = checksums::damaged(&self.folder, metas.list_segment_files());
        let mut damaged = damaged.map_err(|error| RepositoryError::io(&self.folder, &error))?;
        if damaged.iter().any(|path| !path.exists()) {
            // A writer beside us may have put others in their place.
            let metas = guarded(&self.folder, || self.index.load_metas())?;
            let listed: BTreeSet<PathBuf> = metas.list_segment_files().into_iter().map(|name| self.folder.join(name)).collect();
            damaged.retain(|path| path.exists() || listed.contains(path));
        }
        Ok(damaged)
    }

    fn index_entry(&self, entry: &TantivyDocument) -> Result<IndexEntry, RepositoryError> {
        let number = |field: Field| {
            let value = entry.get_first(field).and_then(|value| value.as_u64());
            value
                .and_then(|value| u32::try_from(value).ok())
                .ok_or_else(|| damaged(&self.folder, StorageFault::IndexWithoutNumber))
        };
        let record = self.text(entry, self.fields.record)?.parse().map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let digest = entry.get_first(self.fields.digest).and_then(|value| value.as_bytes());
        let digest = digest
            .and_then(|digest| digest.try_into().ok())
            .ok_or_else(|| damaged(&self.folder, StorageFault::IndexWithoutDigest))?;
        Ok(IndexEntry { record, ordinal: number(self.fields.ordinal)?, page: number(self.fields.page)?, digest })
    }

    fn text<'a>(&self, entry: &'a TantivyDocument, field: Field) -> Result<&'a str, RepositoryError> {
        entry
            .get_first(field)
            .and_then(|value| value.as_str())
            .ok_or_else(|| damaged(&self.folder, StorageFault::IndexWithoutText))
    }
}

/// How the documents of a record were read, by their numbers.
pub(in crate::repository) fn recipes_of(
    catalog: &dyn Catalog,
    record: &Record,
) -> Result<BTreeMap<u32, RecipeId>, RepositoryError> {
    let recipe = |document: &RecordDocument| {
        let recipe = catalog.document_recipe(record.id, document.ordinal)?;
        Ok((document.ordinal, recipe.unwrap_or(record.recipe)))
    };
    record.kept_documents().into_iter().map(recipe).collect()
}

/// The digests of what was read on the pages of a record.
pub(in crate::repository) fn digests_of(
    catalog: &dyn Catalog,
    record: &Record,
    recipes: &BTreeMap<u32, RecipeId>,
) -> Result<PageDigests, RepositoryError> {
    let recipe = |document: &RecordDocument| recipes.get(&document.ordinal).copied().unwrap_or(record.recipe);
    record.kept_documents().into_iter().map(|document| catalog.page_digests(&document.pages, recipe(document))).collect()
}

/// Where an index is made that takes the place of the one in `folder`.
fn beside(folder: &Path) -> PathBuf {
    folder.with_extension("new")
}

fn damaged(folder: &Path, cause: impl Into<Cause>) -> RepositoryError {
    RepositoryError::Damaged { place: folder.display().to_string(), cause: cause.into() }
}

/// Classes what tantivy says. It may panic on damaged files, which must not end the program.
fn guarded<T>(folder: &Path, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, RepositoryError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| classify(folder, &error)),
        Err(_) => Err(damaged(folder, StorageFault::IndexCorrupt)),
    }
}

fn classify(folder: &Path, error: &TantivyError) -> RepositoryError {
    if let TantivyError::IoError(error) = error {
        return RepositoryError::io(folder, error);
    }
    // Errors of the disk also come wrapped in a dozen other variants, from threads as mere text.
    let (debug, cause) = (format!("{error:?}"), Cause::said(error));
    if NO_ROOM.iter().any(|kind| debug.contains(&format!("{kind:?}"))) {
        return RepositoryError::DiskFull { place: folder.display().to_string(), cause };
    }
    // A file that nobody knows of stands in the way: only an index made anew is rid of it.
    if debug.contains("FileAlreadyExists") {
        return damaged(folder, cause);
    }
    match error {
        TantivyError::OpenReadError(_)
        | TantivyError::OpenDirectoryError(_)
        | TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::InternalError(_) => damaged(folder, cause),
        _ => RepositoryError::storage(folder, cause),
    }
}

#[cfg(test)]
mod tests;
