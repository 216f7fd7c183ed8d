//! Correcting the text of a sealed document, and turning pages that were read the wrong way up.

use serde::Serialize;

use super::records::find_records;
use crate::model::confidence::Confidence;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::mask::{MASK, secret_words, without_words};
use crate::model::record::{DocumentName, Record};
pub(crate) use crate::pipeline::batch::{LineCorrection, TextOrder, TurnOrder};
use crate::pipeline::batch::{correct_text, turn_pages};
use crate::pipeline::notices::read_pages;
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// A line of a page, as it can be corrected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct LineView {
    /// Its number in reading order, from 1.
    pub line: u32,
    /// Its words, each numbered from 1.
    pub words: Vec<String>,
    /// How surely it was read.
    pub confidence: Confidence,
}

/// The lines of a page of the newest version of a document.
///
/// # Errors
/// [`FailureCode::NotFound`] when there is no such document or page.
pub(crate) fn lines(repository: &Repository, document: &DocumentName, page: u32) -> Result<Vec<LineView>, Failure> {
    let (_, records) = find_records(repository, document.code.as_str())?;
    let newest = records.iter().filter(|record| records.iter().all(|other| other.supersedes != Some(record.id)));
    let mut found =
        newest.filter_map(|record| Some((record, record.documents.iter().find(|one| one.ordinal == document.ordinal)?)));
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::page(document, page));
    let (record, found) = found.next().ok_or_else(not_found)?;
    let pages = read_pages(repository, record, found)?;
    let place = page.checked_sub(1).map(|place| place as usize);
    let (_, read) = place.and_then(|place| pages.into_iter().nth(place)).ok_or_else(not_found)?;
    // Who corrects needs no secret of the page, and a line alone does not show that it holds one.
    let secret = secret_words(&read.text());
    let view = |(line, read): (u32, &crate::model::text::Line)| LineView {
        line,
        words: read.words.iter().map(|word| without_words(&word.text, &secret)).collect(),
        confidence: read.confidence(),
    };
    Ok((1..).zip(&read.lines).map(view).collect())
}

/// Corrects lines or words in the name that `repository` was opened in, and returns the new version.
///
/// # Errors
/// [`FailureCode::RequestInvalid`] if a masked word would be written; else see [`correct_text`].
pub(crate) fn correct(
    repository: &Repository,
    settings: &Settings,
    order: &TextOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    // One alone is a bullet of a list.
    let masked: String = [MASK, MASK].iter().collect();
    if let Some(one) = order.corrections.iter().find(|one| one.text.contains(&masked)) {
        return Err(Failure::new(FailureCode::RequestInvalid).at(Place::page(&order.document, one.page)));
    }
    correct_text(repository, settings, order, progress)
}

/// Turns pages in the name that `repository` was opened in, and returns the new version.
///
/// # Errors
/// See [`turn_pages`].
pub(crate) fn turn(
    repository: &Repository,
    settings: &Settings,
    order: &TurnOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    turn_pages(repository, settings, order, progress)
}
