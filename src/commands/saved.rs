//! Searches that are kept by name.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::search::{SearchOrder, understood};
use crate::model::failure::Failure;
use crate::pipeline::saved_searches as pipeline;
pub(crate) use crate::pipeline::saved_searches::{MAX_NAME, NoName, SavedSearch, SearchName, load};

/// Searches lie here in a repository unless another folder is named.
const FOLDER: &str = "searches";

/// A search in a list: what it says, or what is wrong with its file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ListedSearch {
    /// Why it cannot be used; null if it can.
    pub error: Option<Failure>,
    /// Its name.
    pub name: String,
    /// What it says; null if it cannot be used.
    pub search: Option<SavedSearch>,
}

/// The folder of the searches that are kept in the repository at `root`.
pub(crate) fn folder_in(root: &Path) -> PathBuf {
    root.join(FOLDER)
}

/// Keeps what `order` asks in `folder` under `name`, in place of what has that name, and returns its file.
///
/// # Errors
/// [`FailureCode::QueryInvalid`](crate::model::failure::FailureCode::QueryInvalid) if it is not understood, or why
/// the folder does not take it.
pub(crate) fn save(folder: &Path, name: &SearchName, order: &SearchOrder) -> Result<PathBuf, Failure> {
    understood(&order.text)?;
    pipeline::save(folder, name, &SavedSearch::new(order.text.clone(), order.sort, order.tones))
}

/// All searches in `folder`, by name; none if there is no folder.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<ListedSearch>, Failure> {
    let listed = pipeline::list(folder)?.into_iter().map(|pipeline::Listed { name, search }| match search {
        Ok(search) => ListedSearch { error: None, name, search: Some(search) },
        Err(failure) => ListedSearch { error: Some(failure), name, search: None },
    });
    Ok(listed.collect())
}
