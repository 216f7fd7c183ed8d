//! Intake receipts (TT 03/2025/TT-VPCP, App. I, form 01) and their sister forms: who applies, for what, with
//! which papers, when it was taken in and when the result is promised.
//!
//! These forms are lists of labels, and each office draws them in its own way. A value is taken by its label
//! and its place beside it; what stands otherwise is left out.

mod components;
mod entry;
mod labels;
mod moment;
mod values;
mod whose;

pub(in crate::stages::assemble) use moment::moment_of;

use super::super::fold::fold_words;
use super::found::Found;
use super::layout::Segment;
use crate::model::field::{Doubt, FieldName, FieldReading};
use entry::{Entry, entries};

/// Reads the facts of a receipt from the pages of one document. Its sister forms have other days behind the labels
/// of form 01: those of `has_moments` alone say when a dossier was taken in and when its result is promised.
pub(super) fn read_receipt(pages: &[Vec<Segment<'_>>], has_moments: bool) -> Vec<FieldReading> {
    let found: Vec<Entry<'_>> = pages
        .iter()
        .enumerate()
        .flat_map(|(at, page)| entries(page).into_iter().map(move |entry| Entry { page: at, ..entry }))
        .collect();
    let is_moment = |name: &FieldName| matches!(name, FieldName::ReceivedAt | FieldName::DueAt);
    let mut readings = Vec::new();
    for name in labels::NAMES.into_iter().filter(|name| has_moments || !is_moment(name)) {
        let read = |entry: &&Entry<'_>| Some((entry.rank, value_of(name, entry, &found, pages)?));
        let read: Vec<(usize, Found)> =
            found.iter().filter(|entry| entry.name == name).filter_map(|entry| read(&entry)).collect();
        readings.extend(one_of(read).map(|found| found.reading(name)));
    }
    hold_together(&mut readings);
    readings.extend(pages.iter().find_map(|page| components::components(page)).map(|found| found.reading(FieldName::Components)));
    let is_several = readings.iter().any(|reading| reading.doubts.contains(&Doubt::Several));
    if is_several || whose::are_several(pages) {
        for reading in readings.iter_mut().filter(|reading| !reading.doubts.contains(&Doubt::Several)) {
            reading.doubts.push(Doubt::Several);
        }
    }
    readings
}

/// The value of an entry. Whose it is must be seen: the register alone clears the doubt whether who brought the
/// papers is the applicant, and whether a number is the applicant's own.
fn value_of(name: FieldName, entry: &Entry<'_>, all: &[Entry<'_>], pages: &[Vec<Segment<'_>>]) -> Option<Found> {
    let mut found = values::value(name, entry)?;
    // Where people sign, one heading stands beside another: "Người nộp hồ sơ", "Người tiếp nhận hồ sơ".
    if name == FieldName::Applicant && fold_words(&found.value).starts_with("nguoi ") {
        return None;
    }
    let is_clear = match name {
        FieldName::Applicant => entry.rank == 0,
        FieldName::ApplicantNumber => whose::is_applicants(entry, all, pages),
        _ => true,
    };
    if !is_clear {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// The value by the label that says most surely what it is. Where labels of one kind have different values, the
/// first with the others beside it.
fn one_of(mut found: Vec<(usize, Found)>) -> Option<Found> {
    let best = found.iter().map(|(rank, _)| *rank).min()?;
    found.retain(|(rank, _)| *rank == best);
    let mut found = found.into_iter().map(|(_, found)| found);
    let mut first = found.next()?;
    for other in found.filter(|other| other.value != first.value).collect::<Vec<_>>() {
        first.doubt(Doubt::Several);
        if !first.others.contains(&other.value) {
            first.others.push(other.value);
        }
    }
    Some(first)
}

/// A result is not promised for a day before the papers were taken in.
fn hold_together(readings: &mut [FieldReading]) {
    let day = |name| {
        let reading = readings.iter().find(|reading| reading.name == name)?;
        reading.value.get(..10).map(str::to_owned)
    };
    let (Some(received), Some(due)) = (day(FieldName::ReceivedAt), day(FieldName::DueAt)) else { return };
    if due >= received {
        return;
    }
    for reading in readings.iter_mut().filter(|reading| matches!(reading.name, FieldName::ReceivedAt | FieldName::DueAt)) {
        reading.doubts.push(Doubt::Contradicted);
    }
}

#[cfg(test)]
mod tests;
