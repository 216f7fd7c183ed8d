//! Whether somebody has to say what is to become of a series of manifests that was begun in an older version.

use std::path::Path;

use crate::model::checkup::{Advice, Checkup, Health, Remedy, Seen, Step, Subject};
use crate::model::failure::Names;
use crate::pipeline::telling;
use crate::repository::{Mode, Repository};
use crate::settings::Settings;

/// None if there is no such series, or nothing can be said of it: that the repository does not open is told of it.
pub(super) fn checkup(settings: &Settings, folder: &Path) -> Option<Checkup> {
    let repository = Repository::open(folder, Mode::Read).ok()?;
    let series = telling::of_version_5(&repository, settings).ok()?;
    let is_own = series.first()? == telling::OWN;
    let key = if is_own { "export.personal" } else { "consumers.personal" }.to_owned();
    let step = Some(Step::Set { key, value: "\"omitted\"".to_owned() });
    Some(Checkup {
        subject: Subject::LastExport,
        health: Health::Warning,
        seen: Seen::OlderManifests { series: Names(series) },
        remedy: Some(Remedy { advice: Advice::ChoosePersonal, step }),
    })
}
