//! The search index behind traits: one for where it lies, one for an index that is open.

mod folder;
#[cfg(test)]
pub(super) mod memory;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use super::catalog::Catalog;
use super::error::RepositoryError;
use super::index::{Answer, Budget, IndexEntry, Query};

pub(super) use self::folder::FolderSearch;

/// Where the search index of a repository lies. Everything in it comes from the catalog, so it can be
/// made again at any time.
pub trait Search: fmt::Debug + Send + Sync {
    /// Whether an index was ever made. The first run makes it at its end.
    fn is_there(&self) -> bool;

    /// Where it lies, for words.
    fn place(&self) -> PathBuf;

    /// Opens the index for reading, also while others add to it. It takes no right to write.
    ///
    /// # Errors
    /// `Outdated` if another version of the program made it, `Damaged` if it is not there or does not
    /// open, or what the disk says.
    fn open(&self) -> Result<Box<dyn OpenIndex>, RepositoryError>;

    /// Adds every record that came to the catalog since the last time, in place of the version before,
    /// once nobody else is adding. An index that is not there is made, one that is damaged or of
    /// another version is made again.
    ///
    /// # Errors
    /// `ReadOnly` if the repository was opened for reading, `Damaged` if the index holds more than the
    /// catalog, or what the disk or the catalog says.
    fn catch_up(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError>;

    /// Makes the index anew from the catalog, once nobody else is adding to it.
    ///
    /// # Errors
    /// `ReadOnly` if the repository was opened for reading, or what the disk or the catalog says.
    fn rebuild(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError>;
}

/// An index as it was when it was opened.
pub trait OpenIndex {
    /// Answers `query`, as far as `budget` allows. Where no page is all that was asked for, pages that
    /// nearly are may be returned; the answer says so.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    fn search(&self, query: &Query, budget: &Budget<'_>) -> Result<Answer, RepositoryError>;

    /// Whether every record of the catalog is in it.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk or the catalog says.
    fn is_complete(&self, catalog: &dyn Catalog) -> Result<bool, RepositoryError>;

    /// Shows every page in the index to `each`, in no order.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    fn each_entry(&self, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError>;

    /// The files of the index whose checksum is wrong. Reads all of the index.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    fn damaged_files(&self) -> Result<BTreeSet<PathBuf>, RepositoryError>;
}
