//! The header of an administrative document (NĐ 30/2020/NĐ-CP, App. I): issuing body and number
//! at the left, the republic's name and motto, place and date at the right.

use std::sync::LazyLock;

use regex::Regex;

use super::layout::Segment;
use crate::model::vietnamese;

/// Share of the page's width below which header lines begin: the header never reaches lower.
const HEADER_DEPTH: f32 = 0.34;

/// Mottos with their middles so far apart, in widths of the page, are of two papers.
const BESIDE: f32 = 0.35;

/// What stands where in the header.
pub(super) struct Header {
    /// Left edge of the right column; none if the motto stands in the middle (forms).
    pub right_column: Option<f32>,
    /// Top of the republic's name or the motto.
    pub top: f32,
    /// Bottom of the lower of the two.
    pub bottom: f32,
}

/// Whether a line is the republic's name or the motto.
pub(super) fn is_national(segment: &Segment<'_>) -> bool {
    vietnamese::is_national(&segment.folded)
}

/// Finds the republic's name and motto.
pub(super) fn find_header(segments: &[Segment<'_>]) -> Option<Header> {
    let lines: Vec<&Segment<'_>> = segments.iter().filter(|segment| is_national(segment)).collect();
    let first = lines.first()?;
    let near = lines.iter().filter(|line| line.top - first.top < 0.12);
    let (mut left, mut right, mut bottom) = (f32::INFINITY, 0.0_f32, first.bottom);
    for line in near {
        left = left.min(line.left);
        right = right.max(line.right);
        bottom = bottom.max(line.bottom);
    }
    let right_column = ((left + right) / 2.0 > 0.58).then_some(left);
    Some(Header { right_column, top: first.top, bottom })
}

/// Whether mottos of two papers stand side by side: two pages were scanned as one, and what is read of one of them is
/// not true of the other.
pub(super) fn are_two_papers(segments: &[Segment<'_>]) -> bool {
    let mottos: Vec<&Segment<'_>> =
        segments.iter().filter(|segment| is_national(segment) && segment.folded.starts_with("doc lap")).collect();
    let is_beside = |one: &Segment<'_>, other: &Segment<'_>| {
        (one.top - other.top).abs() < 0.1 && (one.centre() - other.centre()).abs() > BESIDE
    };
    mottos.iter().any(|one| mottos.iter().any(|other| is_beside(one, other)))
}

impl Header {
    /// The lines of the left column, from top to bottom.
    pub(super) fn left_column<'s, 'a>(&self, segments: &'s [Segment<'a>]) -> Vec<&'s Segment<'a>> {
        let Some(edge) = self.right_column else { return Vec::new() };
        segments
            .iter()
            .filter(|s| s.centre() < edge && s.right < edge + 0.06 && s.right < 0.6 && s.top > self.top - 0.06)
            .filter(|s| s.top < self.top + HEADER_DEPTH)
            .collect()
    }
}

/// Whether a line of the left column is the subject of a letter (`V/v …`).
pub(super) fn is_subject(segment: &Segment<'_>) -> bool {
    let text = segment.text.trim_start_matches(|c: char| !c.is_alphanumeric());
    static SUBJECT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[Vv]\s?[/⁄lI1]\s?[vV]\b").ok());
    SUBJECT.as_ref().is_some_and(|pattern| pattern.is_match(text)) || segment.folded.starts_with("ve viec")
}
