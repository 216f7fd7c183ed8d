//! Full-text search over the pages of current records.
//!
//! Everything in it comes from the catalog. Each commit carries the change number of the newest
//! record in it, so after a kill the next run adds just what is missing.

mod codes;
mod entry;
mod query;
mod read_only;
mod schema;
mod search;
mod snippet;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, Value};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

pub use query::Tones;
pub use search::{Answer, Counting, FacetValue, Facets, Fit, Hit, Meant, Query, SortBy, searched_forms};
pub use snippet::Snippet;

use super::catalog::Catalog;
use super::durable;
use super::error::{NO_ROOM, RepositoryError};
use crate::model::confidence::Confidence;
use crate::model::ids::RecordId;
use crate::model::record::Record;
use read_only::ReadOnly;
use schema::Fields;

/// Version of schema and cutting of words; an index of another version is made anew.
const FORMAT: u32 = 3;
/// Records in one commit.
const RECORDS_A_COMMIT: usize = 500;
/// Memory of the writer, in bytes; tantivy asks for at least 15 MB.
const WRITER_MEMORY: usize = 48_000_000;

/// What is said with each commit.
#[derive(Serialize, Deserialize)]
struct Payload {
    format: u32,
    change: i64,
}

/// A page that is in the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexEntry {
    /// Its record.
    pub record: RecordId,
    /// Its document's number in the dossier.
    pub ordinal: u32,
    /// Its place in the sealed file, from 1.
    pub page: u32,
}

/// The index.
pub struct Index {
    folder: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

impl Index {
    /// Opens the index in `folder` for writing, and makes an empty one if there is none or if
    /// it is of another version. [`Index::catch_up`] fills it.
    ///
    /// # Errors
    /// `Damaged` if it does not open (then [`Index::rebuild`] helps), or what the disk says.
    pub fn create_or_open(folder: &Path) -> Result<Self, RepositoryError> {
        durable::create_dir_all(folder)?;
        if !folder.join("meta.json").exists() {
            return Self::create(folder);
        }
        let index = Self::open_any(folder)?;
        if index.is_of_this_version()? { Ok(index) } else { Self::create(folder) }
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
        let index = open().or_else(|_| open())?;
        if index.is_of_this_version()? {
            Ok(index)
        } else {
            Err(RepositoryError::Outdated { place: folder.display().to_string() })
        }
    }

    /// Whether an index was ever made in `folder`.
    pub fn is_at(folder: &Path) -> bool {
        folder.join("meta.json").is_file()
    }

    fn open_any(folder: &Path) -> Result<Self, RepositoryError> {
        guarded(folder, || Self::with(folder, tantivy::Index::open_in_dir(folder)?))
    }

    fn is_of_this_version(&self) -> Result<bool, RepositoryError> {
        Ok(self.index.schema() == schema::schema().0 && self.payload()?.is_none_or(|payload| payload.format == FORMAT))
    }

    /// Throws away what is in `folder` and makes the index anew from the catalog.
    ///
    /// # Errors
    /// What the disk or the catalog says.
    pub fn rebuild(folder: &Path, catalog: &dyn Catalog) -> Result<Self, RepositoryError> {
        let mut index = Self::create(folder)?;
        index.catch_up(catalog)?;
        Ok(index)
    }

    fn create(folder: &Path) -> Result<Self, RepositoryError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|e| RepositoryError::io(folder, &e))?;
        }
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
        let read = |text: String| serde_json::from_str(&text).map_err(|e| damaged(&self.folder, e));
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
            return Err(damaged(&self.folder, format!("it holds change {change}, and the catalog ends at {newest}")));
        }
        if change == newest {
            return Ok(0);
        }
        let mut writer: IndexWriter = guarded(&self.folder, || self.index.writer_with_num_threads(1, WRITER_MEMORY))?;
        // One that was killed before its commit leaves files whose names the next one may choose again.
        guarded(&self.folder, || writer.garbage_collect_files().wait())?;
        let mut added = 0;
        loop {
            let records = catalog.records_changed_since(change, RECORDS_A_COMMIT)?;
            let Some((last, _)) = records.last() else { break };
            change = *last;
            for (_, record) in &records {
                // A version that was superseded since is not worth adding.
                let current = catalog.current_record(&record.dossier_code, record.kind)?;
                if current.is_some_and(|current| current.id == record.id) {
                    self.replace(&writer, catalog, record)?;
                    added += 1;
                }
            }
            let payload = serde_json::to_string(&Payload { format: FORMAT, change }).map_err(|e| damaged(&self.folder, e))?;
            guarded(&self.folder, || {
                let mut commit = writer.prepare_commit()?;
                commit.set_payload(&payload);
                commit.commit()
            })?;
        }
        guarded(&self.folder, || {
            writer.wait_merging_threads()?;
            self.reader.reload()
        })?;
        Ok(added)
    }

    fn replace(&self, writer: &IndexWriter, catalog: &dyn Catalog, record: &Record) -> Result<(), RepositoryError> {
        let key = format!("{}/{}", record.dossier_code, record.kind.as_str());
        writer.delete_term(Term::from_field_text(self.fields.key, &key));
        for document in &record.documents {
            let recipe = catalog.document_recipe(record.id, document.ordinal)?.unwrap_or(record.recipe);
            for (place, page) in (0u64..).zip(&document.pages) {
                let read = catalog.page(*page, recipe)?;
                let (text, confidence) = read.map_or((String::new(), Confidence::NONE), |page| (page.text(), page.confidence()));
                let entry = entry::entry(&self.fields, &key, record, document, place, &text, confidence);
                guarded(&self.folder, || writer.add_document(entry))?;
            }
        }
        Ok(())
    }

    /// Whether every record of the catalog is in it.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk or the catalog says.
    pub fn is_complete(&self, catalog: &dyn Catalog) -> Result<bool, RepositoryError> {
        Ok(self.payload()?.map_or(0, |payload| payload.change) == catalog.max_change()?)
    }

    /// Every page in the index, in order.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn entries(&self) -> Result<Vec<IndexEntry>, RepositoryError> {
        let entries = guarded(&self.folder, || {
            let mut entries = Vec::new();
            for segment in self.reader.searcher().segment_readers() {
                let store = segment.get_store_reader(1)?;
                for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                    // Its text is let go of at once: all of it would fill the memory.
                    entries.push(self.index_entry(&document?));
                }
            }
            Ok(entries)
        })?;
        let mut entries = entries.into_iter().collect::<Result<Vec<_>, _>>()?;
        entries.sort();
        Ok(entries)
    }

    /// The files of the index whose checksum is wrong. Reads all of the index.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn damaged_files(&self) -> Result<BTreeSet<PathBuf>, RepositoryError> {
        let files = guarded(&self.folder, || self.index.validate_checksum())?;
        Ok(files.into_iter().map(|file| self.folder.join(file)).collect())
    }

    fn index_entry(&self, entry: &TantivyDocument) -> Result<IndexEntry, RepositoryError> {
        let number = |field: Field| {
            let value = entry.get_first(field).and_then(|value| value.as_u64());
            value.and_then(|value| u32::try_from(value).ok()).ok_or_else(|| damaged(&self.folder, "an entry lacks a number"))
        };
        let record = self.text(entry, self.fields.record)?.parse().map_err(|e| damaged(&self.folder, e))?;
        Ok(IndexEntry { record, ordinal: number(self.fields.ordinal)?, page: number(self.fields.page)? })
    }

    fn text<'a>(&self, entry: &'a TantivyDocument, field: Field) -> Result<&'a str, RepositoryError> {
        entry.get_first(field).and_then(|value| value.as_str()).ok_or_else(|| damaged(&self.folder, "an entry lacks a text"))
    }
}

fn damaged(folder: &Path, cause: impl ToString) -> RepositoryError {
    RepositoryError::Damaged { place: folder.display().to_string(), cause: cause.to_string() }
}

/// Classes what tantivy says. It may panic on damaged files, which must not end the program.
fn guarded<T>(folder: &Path, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, RepositoryError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| classify(folder, &error)),
        Err(_) => Err(damaged(folder, "its files do not make sense")),
    }
}

fn classify(folder: &Path, error: &TantivyError) -> RepositoryError {
    if let TantivyError::IoError(error) = error {
        return RepositoryError::io(folder, error);
    }
    // Errors of the disk also come wrapped in a dozen other variants, from threads as mere text.
    let (debug, cause) = (format!("{error:?}"), error.to_string());
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
