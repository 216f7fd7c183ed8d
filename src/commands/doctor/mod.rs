//! Whether this machine can do the work, and what to do where it cannot.

mod checks;
mod manifests;

use std::path::Path;

use serde::Serialize;

use super::certificate;
use crate::model::checkup::{Checkup, Health};
use crate::pipeline::worker::{Folders, WorkerPool};
use crate::settings::Settings;
pub(super) use checks::disk;

/// What is to be looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DoctorOrder<'a> {
    /// Where the repository is or is to be.
    pub repository: &'a Path,
    /// An inbox.
    pub inbox: Option<&'a Path>,
}

/// All that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Examination {
    /// In the order in which it matters.
    pub checkups: Vec<Checkup>,
}

impl Examination {
    /// How the worst of them came out.
    pub(crate) fn health(&self) -> Health {
        let has = |health| self.checkups.iter().any(|checkup| checkup.health == health);
        [Health::Bad, Health::Warning].into_iter().find(|&health| has(health)).unwrap_or(Health::Good)
    }
}

/// Looks at everything that a run needs.
pub(crate) fn doctor(settings: &Settings, order: &DoctorOrder<'_>) -> Examination {
    let DoctorOrder { repository, inbox } = *order;
    let pool = WorkerPool::new(settings.clone(), Folders::default());
    let mut checkups = vec![
        checks::engine(&pool),
        checks::confinement(&pool, settings, repository),
        checks::memory(settings),
        disk(settings, repository),
        checks::fonts(settings),
        checks::write_access(repository),
    ];
    checkups.extend(checks::privacy(settings, repository));
    checkups.extend(checks::repository(repository));
    checkups.extend(manifests::checkup(settings, repository));
    checkups.extend(inbox.map(checks::inbox));
    checkups.extend(certificate::checkups(settings, settings.general.now()));
    Examination { checkups }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checkup::{Seen, Subject};

    #[test]
    fn the_worst_check_tells_how_the_machine_is() {
        let checkup =
            |health| Checkup { subject: Subject::Disk, health, seen: Seen::Folder { folder: "a".into() }, remedy: None };
        let health = |all: &[Health]| Examination { checkups: all.iter().copied().map(checkup).collect() }.health();
        assert_eq!(health(&[Health::Good, Health::Bad, Health::Warning]), Health::Bad);
        assert_eq!(health(&[Health::Warning, Health::Good]), Health::Warning);
        assert_eq!(health(&[]), Health::Good);
    }
}
