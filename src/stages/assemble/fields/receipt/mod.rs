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

pub(in crate::stages::assemble) use moment::moment_of;

use super::found::Found;
use super::layout::Segment;
use crate::model::field::{Doubt, FieldName, FieldReading};
use entry::{Entry, entries};

/// Reads the facts of a receipt from the pages of one document.
pub(super) fn read_receipt(pages: &[Vec<Segment<'_>>]) -> Vec<FieldReading> {
    let found: Vec<Entry<'_>> = pages.iter().flat_map(|page| entries(page)).collect();
    let mut readings = Vec::new();
    for name in labels::NAMES {
        let read = |entry: &&Entry<'_>| Some((entry.rank, values::value(name, entry)?));
        let read: Vec<(usize, Found)> =
            found.iter().filter(|entry| entry.name == name).filter_map(|entry| read(&entry)).collect();
        readings.extend(one_of(read).map(|found| found.reading(name)));
    }
    hold_together(&mut readings);
    readings.extend(pages.iter().find_map(|page| components::components(page)).map(|found| found.reading(FieldName::Components)));
    readings
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
