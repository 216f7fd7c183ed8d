//! Whether a page is the first of a document.

use super::super::settings::FieldSettings;
use super::header;
use super::layout;
use crate::model::page::RecognisedPage;

/// How far down the header of a first page may stand, in widths of the page. A document that is
/// quoted or stapled on shows its header lower down.
const TOP: f32 = 0.35;

/// Whether the republic's name or motto stands at the top of `page`: it heads the first page of
/// administrative documents (NĐ 30/2020/NĐ-CP, App. I) and of the forms that citizens fill in, and
/// no other page.
pub(crate) fn begins_document(page: &RecognisedPage, settings: &FieldSettings) -> bool {
    let segments = layout::segments(page, settings.column_gap as f32);
    header::find_header(&segments).is_some_and(|header| header.top < TOP)
}
