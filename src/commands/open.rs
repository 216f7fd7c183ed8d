//! The picture of a sealed page, with what was looked for marked on it.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::search::understood;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::hit::HitName;
use crate::pipeline::hand_out::write_new;
pub(crate) use crate::pipeline::page_picture::{DrawnPage, Sensitive};
use crate::pipeline::page_picture::{PageToDraw, draw_page};
use crate::repository::Repository;
use crate::settings::Settings;

/// Which page is drawn, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PictureOrder {
    /// The page.
    pub hit: HitName,
    /// Handed in or given back, where both have a document of this number.
    pub kind: Option<RecordKind>,
    /// What this query looks for is marked.
    pub mark: Option<String>,
    /// Whether it may show an identity card.
    pub sensitive: Sensitive,
}

/// A picture that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct WrittenPicture {
    /// The page, by its name.
    pub hit: String,
    /// How many words are marked.
    pub marks: usize,
    /// Where it lies.
    pub path: PathBuf,
}

/// Draws a page upright with all its pixels.
///
/// # Errors
/// [`FailureCode::QueryInvalid`](crate::model::failure::FailureCode::QueryInvalid) if what is to be marked is not
/// understood, or why the page is not drawn.
pub(crate) fn draw(repository: &Repository, settings: &Settings, order: &PictureOrder) -> Result<DrawnPage, Failure> {
    let condition = order.mark.as_deref().map(understood).transpose()?;
    let PictureOrder { hit, kind, sensitive, .. } = order;
    draw_page(repository, settings, &PageToDraw { hit, kind: *kind, marked: condition.as_ref(), sensitive: *sensitive })
}

/// Draws a page into a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// As for [`draw`], or why the file cannot be written.
pub(crate) fn draw_to(
    repository: &Repository,
    settings: &Settings,
    order: &PictureOrder,
    path: &Path,
) -> Result<WrittenPicture, Failure> {
    let DrawnPage { png, marks } = draw(repository, settings, order)?;
    write_new(path, &png)?;
    Ok(WrittenPicture { hit: order.hit.to_string(), marks, path: path.to_owned() })
}
