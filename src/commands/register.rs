//! The dossier register: importing it.

use std::collections::BTreeSet;
use std::path::Path;

use time::{Duration, OffsetDateTime};

use super::period::days_of;
use super::table::not_written;
use crate::model::act::ComponentReused;
use crate::model::batch::BatchReport;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::record::DocumentName;
pub(crate) use crate::model::register::DossierDifferences;
use crate::model::register::{Difference, RegisterDossier};
use crate::pipeline::hand_out::write_new_with;
pub(crate) use crate::register::bad::BadRow;
use crate::register::compare;
pub(crate) use crate::register::compare::told;
pub(crate) use crate::register::import::{Imported, expect_file, import};
pub(crate) use crate::register::order::ImportOrder;
use crate::register::reuse;
pub(crate) use crate::register::reuse::{Offer, Reused};
use crate::repository::{DifferenceFilter, Repository};
use crate::settings::Settings;
use crate::stages::table::{Cell, Heading, TableFormat, TableWriter};

/// Writes the rows that were not taken to a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn write_bad_rows(
    rows: &[BadRow],
    heading: &Heading,
    row: &dyn Fn(&BadRow) -> Vec<Cell>,
    (path, format): (&Path, &TableFormat),
) -> Result<(), Failure> {
    write_new_with(path, |write| {
        let (mut writer, head) = TableWriter::begin(format, heading, OffsetDateTime::now_utc()).map_err(not_written)?;
        write(&head)?;
        for bad in rows {
            write(&writer.row(&row(bad)).map_err(not_written)?)?;
        }
        write(&writer.finish().map_err(not_written)?)
    })
}

/// The dossiers of a period, as it was typed, in which papers and register disagree.
///
/// # Errors
/// When it is no period, or what the repository says.
pub(crate) fn differences(
    repository: &Repository,
    settings: &Settings,
    period: &str,
    now: OffsetDateTime,
) -> Result<Vec<DossierDifferences>, Failure> {
    compare::of_period(repository, settings, days_of(period)?, now)
}

/// The dossiers of the last days in which papers and register disagree, those that wait for a person: as the catalog is
/// asked for them.
pub(crate) fn recent(settings: &Settings, now: OffsetDateTime) -> DifferenceFilter {
    let days = Duration::days(settings.register.days_of_differences.into());
    let today = settings.general.local(now).date();
    compare::filter_of(settings, (today.checked_sub(days).unwrap_or(today), today), now)
}

/// Where the papers of a dossier and the register disagree.
///
/// # Errors
/// What the repository says.
pub(crate) fn differences_of(
    repository: &Repository,
    settings: &Settings,
    code: &DossierCode,
) -> Result<Vec<Difference>, Failure> {
    compare::of_dossier(repository, code, settings.general.now())
}

/// The report of a batch with the dossiers of it whose papers and the register disagree.
///
/// # Errors
/// What the repository says.
pub(crate) fn with_differences(
    repository: &Repository,
    settings: &Settings,
    mut report: BatchReport,
) -> Result<BatchReport, Failure> {
    let codes: BTreeSet<DossierCode> = report.dossiers.iter().map(|line| line.code.clone()).collect();
    report.differences = compare::of_dossiers(repository, &codes, settings.general.now())?;
    Ok(report)
}

/// What may stand for components that a dossier still needs; its code is typed in whatever letters.
///
/// # Errors
/// What the repository says.
pub(crate) fn offers(repository: &Repository, settings: &Settings, code: &DossierCode) -> Result<Vec<Offer>, Failure> {
    reuse::offers(repository, code, settings.general.now())
}

/// What stands for components of a dossier.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused(repository: &Repository, entry: &RegisterDossier) -> Result<Reused, Failure> {
    reuse::reused_in(repository, entry)
}

/// Says in the name that `repository` was opened in that a document stands for a component of a dossier.
///
/// # Errors
/// [`FailureCode::NotFound`] if that is not on offer, or what the repository says.
pub(crate) fn reuse_document(
    repository: &Repository,
    settings: &Settings,
    (code, component, from): (&DossierCode, &str, &DocumentName),
) -> Result<Offer, Failure> {
    let offered = offers(repository, settings, code)?;
    let wanted = offered.into_iter().find(|offer| offer.component == component && offer.document == *from);
    let place = || Place::Document { code: from.code.to_string(), ordinal: from.ordinal };
    let Some(offer) = wanted else {
        let failure = Failure::new(FailureCode::NotFound).at(place());
        return Err(match reuse::why_not(repository, code, from, settings.general.now())? {
            Some(lapse) => failure.because(WorkFault::NotReusable { lapse }),
            None => failure,
        });
    };
    let mut records = Vec::new();
    for kind in [RecordKind::Dossier, RecordKind::Result] {
        records.extend(repository.catalog.current_record(code, kind)?.map(|record| record.id));
    }
    let said = ComponentReused {
        records,
        dossier: code.clone(),
        component: offer.component.clone(),
        record: offer.record,
        ordinal: offer.document.ordinal,
    };
    repository.catalog.tell_component_reused(settings.general.now(), &said)?;
    Ok(offer)
}
