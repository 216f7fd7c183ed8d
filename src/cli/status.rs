//! `sohoa status`

use std::path::Path;

use serde::Serialize;

use super::doctor::Told;
use super::exit::Exit;
use super::output::Output;
use crate::commands::access;
use crate::commands::doctor::Examination;
use crate::commands::status::status as look;
use crate::model::checkup::{Health, Subject};
use crate::model::failure::Failure;
use crate::settings::Settings;

/// Tells how things stand. The exit code is for monitoring.
pub(crate) fn status(root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let examination = look(&repository, settings)?;
    let language = output.language();
    let checks: Vec<Told<'_>> = examination.checkups.iter().map(|checkup| Told::of(checkup, language)).collect();
    if output.json() {
        output.data(&Shown { health: examination.health(), checks })?;
    } else {
        checks.iter().try_for_each(|told| output.text(&told.lines(language)))?;
    }
    Ok(exit(&examination))
}

#[derive(Serialize)]
struct Shown<'a> {
    /// How the worst of them is.
    health: Health,
    checks: Vec<Told<'a>>,
}

/// The worst of it: damage, then the disk, then what failed, then what wants a person.
fn exit(examination: &Examination) -> Exit {
    let is_bad = |subject| examination.checkups.iter().any(|checkup| checkup.health == Health::Bad && checkup.subject == subject);
    if is_bad(Subject::LastVerify) || is_bad(Subject::LastBackup) {
        return Exit::Damaged;
    }
    if is_bad(Subject::Disk) {
        return Exit::Storage;
    }
    match examination.health() {
        Health::Bad => Exit::Failed,
        Health::Warning => Exit::Exceptions,
        Health::Good => Exit::Success,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checkup::{Checkup, Seen};

    #[test]
    fn the_worst_decides_the_exit_code() {
        let one = |(subject, health)| Checkup { subject, health, seen: Seen::Never, remedy: None };
        let exit = |all: &[(Subject, Health)]| exit(&Examination { checkups: all.iter().copied().map(one).collect() });
        let (batch, disk, verify) = (Subject::LastBatch, Subject::Disk, Subject::LastVerify);
        assert_eq!(exit(&[(batch, Health::Good), (disk, Health::Good)]), Exit::Success);
        assert_eq!(exit(&[(batch, Health::Good), (disk, Health::Warning)]), Exit::Exceptions);
        assert_eq!(exit(&[(batch, Health::Bad), (disk, Health::Warning)]), Exit::Failed);
        assert_eq!(exit(&[(batch, Health::Bad), (disk, Health::Bad)]), Exit::Storage);
        assert_eq!(exit(&[(disk, Health::Bad), (verify, Health::Bad)]), Exit::Damaged);
        assert_eq!(exit(&[(verify, Health::Warning)]), Exit::Exceptions);
    }
}
