//! Bringing a repository up to date, or trying it first.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use super::access::{InNameOf, to_write};
use crate::model::failure::Failure;
use crate::repository::upgrade::{CatalogVersion, Shape, kept_catalog, try_on_copy, version};
use crate::repository::{RepositoryError, index_at};

/// A table that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ChangedTable {
    /// Its name.
    pub table: String,
    /// Columns that it has from then on.
    pub columns: Vec<String>,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct UpgradeView {
    /// The version of the catalog's schema that was found.
    pub found: u32,
    /// The version that this program works with.
    pub known: u32,
    /// The size of the catalog.
    pub catalog_bytes: u64,
    /// Tables that change.
    pub tables: Vec<ChangedTable>,
    /// Whether the search index is made anew.
    pub index_made_anew: bool,
    /// How long the catalog took, as it is or as a copy, in seconds.
    pub seconds: f64,
    /// The catalog.
    pub catalog: PathBuf,
    /// Where the catalog is kept as it was before; none if nothing is to be done to it.
    pub kept: Option<PathBuf>,
    /// Whether it was done.
    pub done: bool,
}

/// Tells what would change, and proves on a copy of the catalog that it can be done.
///
/// # Errors
/// When there is no repository; when a newer program made it; when the copy finds no room or cannot be
/// brought up to date.
pub(crate) fn plan(root: &Path) -> Result<UpgradeView, Failure> {
    let before = version(root)?;
    let began = Instant::now();
    let after = if before.is_current() { before.shape.clone() } else { try_on_copy(root)? };
    let tables = changed(&before.shape, &after);
    Ok(view(root, &before, tables, began.elapsed().as_secs_f64()))
}

/// Brings the repository at `root` up to date in the name of `who`, its search index too.
///
/// # Errors
/// As for [`plan`]; or what the repository says, such as that a batch is at work.
pub(crate) fn upgrade(root: &Path, who: &InNameOf) -> Result<UpgradeView, Failure> {
    let before = version(root)?;
    let began = Instant::now();
    let repository = to_write(root, who)?;
    let seconds = began.elapsed().as_secs_f64();
    let tables = changed(&before.shape, &version(root)?.shape);
    let view = view(root, &before, tables, seconds);
    repository.search.catch_up(repository.catalog.as_ref())?;
    Ok(UpgradeView { done: true, ..view })
}

fn view(root: &Path, before: &CatalogVersion, tables: Vec<ChangedTable>, seconds: f64) -> UpgradeView {
    let (found, known, catalog_bytes) = (before.found, before.known, before.bytes);
    let opened = index_at(root).open();
    let index_made_anew = matches!(opened, Err(RepositoryError::Outdated { .. } | RepositoryError::Damaged { .. }));
    let kept = (!before.is_current()).then(|| kept_catalog(root, found));
    let catalog = root.join("catalog.sqlite");
    UpgradeView { found, known, catalog_bytes, tables, index_made_anew, seconds, catalog, kept, done: false }
}

fn changed(before: &Shape, after: &Shape) -> Vec<ChangedTable> {
    let change = |(table, columns): (&String, &Vec<String>)| {
        let old = before.get(table);
        let new = |column: &&String| old.is_none_or(|old| !old.contains(*column));
        let columns: Vec<String> = columns.iter().filter(new).cloned().collect();
        (!columns.is_empty()).then(|| ChangedTable { table: table.clone(), columns, is_new: old.is_none() })
    };
    after.iter().filter_map(change).collect()
}
