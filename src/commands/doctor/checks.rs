//! The checks, one a function.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::sys::statvfs::statvfs;
use nix::unistd::{User, geteuid};

use crate::model::checkup::{Advice, Checkup, Health, Reach, Remedy, Seen, Step, Subject};
use crate::model::failure::{Cause, Effect, ExitClass, Failure, FailureCode, Names};
use crate::pipeline::worker::{Confinement, WorkerPool};
use crate::repository::{Mode, Repository};
use crate::settings::{ConfinementMode, Settings};
use crate::stages::intake::SubstituteFonts;

/// Memory that one worker needs on ordinary A4 pages, in MiB: what `make bench` shows, rounded up.
const WORKER_MIB: u64 = 400;

/// Room that a night's work should find, in MiB.
const COMFORTABLE_MIB: u64 = 2048;

fn good(subject: Subject, seen: Seen) -> Checkup {
    Checkup { subject, health: Health::Good, seen, remedy: None }
}

/// Something that would stop a run; `step` helps, if that can be told.
fn failed(subject: Subject, failure: Failure, step: Option<Step>) -> Checkup {
    let remedy = Remedy { advice: Advice::OfCode { code: failure.code }, step };
    Checkup { subject, health: Health::Bad, seen: Seen::Failed { failure }, remedy: Some(remedy) }
}

fn told(path: &Path) -> String {
    path.display().to_string()
}

pub(super) fn engine(pool: &WorkerPool) -> Checkup {
    match pool.identify() {
        Ok(engine) => {
            let model = engine.model.get(..12).unwrap_or(&engine.model).to_owned();
            let seen = Seen::Engine { name: engine.name, version: engine.version, language: engine.language, model };
            good(Subject::Engine, seen)
        }
        Err(failure) => {
            let packages = || ["tesseract-ocr", "tesseract-ocr-vie"].map(str::to_owned).to_vec();
            let step = (failure.code == FailureCode::EngineMissing).then(|| Step::Install { packages: packages() });
            failed(Subject::Engine, failure, step)
        }
    }
}

pub(super) fn confinement(pool: &WorkerPool, settings: &Settings, repository: &Path) -> Checkup {
    match pool.confinement() {
        Ok(confinement) => judge(confinement, settings.workers.confinement, &repository.join("tmp")),
        Err(failure) => failed(Subject::Confinement, failure, None),
    }
}

fn judge(confinement: Confinement, mode: ConfinementMode, scratch: &Path) -> Checkup {
    let set = || Step::Set { key: "workers.confinement".into(), value: "\"best-effort\"".into() };
    let verdict = confinement.gap().map(|_| match mode {
        ConfinementMode::Required => (Health::Bad, Advice::OfCode { code: FailureCode::WorkerUnconfined }, Step::ShowKernel),
        ConfinementMode::BestEffort => (Health::Warning, Advice::Kernel, Step::ShowKernel),
        ConfinementMode::Off => (Health::Warning, Advice::Confine, set()),
    });
    let Confinement { landlock, seccomp } = confinement;
    let seen = Seen::Confinement { scratch: told(scratch), landlock, seccomp };
    match verdict {
        None => good(Subject::Confinement, seen),
        Some((health, advice, step)) => {
            Checkup { subject: Subject::Confinement, health, seen, remedy: Some(Remedy { advice, step: Some(step) }) }
        }
    }
}

pub(super) fn memory(settings: &Settings) -> Checkup {
    let free_mib = fs::read_to_string("/proc/meminfo").ok().and_then(|text| available_mib(&text));
    let needed_mib = WORKER_MIB.saturating_mul(settings.workers.effective_jobs() as u64);
    let seen = Seen::Memory { free_mib, needed_mib };
    if free_mib.is_some_and(|free| free >= needed_mib) {
        return good(Subject::Memory, seen);
    }
    let jobs = |free: u64| (free / WORKER_MIB).max(1);
    let step = free_mib.map(|free| Step::Set { key: "workers.jobs".into(), value: jobs(free).to_string() });
    let remedy = Remedy { advice: Advice::FewerWorkers, step };
    Checkup { subject: Subject::Memory, health: Health::Warning, seen, remedy: Some(remedy) }
}

fn available_mib(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemAvailable:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

pub(in crate::commands) fn disk(settings: &Settings, repository: &Path) -> Checkup {
    let folder = nearest(repository);
    let step = Some(Step::ShowRoom { folder: told(folder) });
    let needed_mib = settings.general.min_free_mib;
    match statvfs(folder) {
        Ok(disk) => {
            let free_mib = disk.blocks_available().saturating_mul(disk.fragment_size()) / (1024 * 1024);
            let health = match free_mib {
                free if free < needed_mib => Health::Bad,
                free if free < COMFORTABLE_MIB => Health::Warning,
                _ => Health::Good,
            };
            let remedy = (health != Health::Good).then_some(Remedy { advice: Advice::FreeRoom, step });
            Checkup { subject: Subject::Disk, health, seen: Seen::Room { free_mib, needed_mib }, remedy }
        }
        Err(error) => {
            let cause = std::io::Error::from(error);
            failed(Subject::Disk, Failure::new(FailureCode::StorageFailed).at_file(folder.display()).because(cause), step)
        }
    }
}

pub(super) fn write_access(repository: &Path) -> Checkup {
    let folder = nearest(repository);
    let error = match tempfile::tempfile_in(folder) {
        Ok(_) => return good(Subject::WriteAccess, Seen::Folder { folder: told(folder) }),
        Err(error) => error,
    };
    let failure = Failure::new(FailureCode::StorageFailed).at_file(folder.display()).because(Cause::from(&error));
    // Where a link or a file is in the way, another owner does not help.
    let step = (error.kind() == std::io::ErrorKind::PermissionDenied).then(|| {
        let account = User::from_uid(geteuid()).ok().flatten().map_or_else(|| geteuid().to_string(), |user| user.name);
        if repository.exists() {
            Step::Own { folder: told(repository), account }
        } else {
            Step::Make { folder: told(repository), account }
        }
    });
    let step = step.or_else(|| Some(Step::ShowRights { folder: told(folder) }));
    let remedy = Some(Remedy { advice: Advice::GrantWriting, step });
    Checkup { remedy, ..failed(Subject::WriteAccess, failure, None) }
}

pub(super) fn fonts(settings: &Settings) -> Checkup {
    let folder = &settings.fonts.folder;
    let missing: Vec<&str> = SubstituteFonts::FILES.into_iter().filter(|name| !folder.join(name).is_file()).collect();
    if missing.is_empty() {
        return good(Subject::Fonts, Seen::Folder { folder: told(folder) });
    }
    let step = Some(Step::Install { packages: vec!["fonts-croscore".into()] });
    Checkup {
        subject: Subject::Fonts,
        health: Health::Warning,
        seen: Seen::FontsMissing { folder: told(folder), files: Names::of(missing) },
        remedy: Some(Remedy { advice: Advice::InstallFonts, step }),
    }
}

/// Whether others than the settings say can look into the repository; none if there is none yet.
pub(super) fn privacy(settings: &Settings, repository: &Path) -> Option<Checkup> {
    let mask = settings.general.access.mask()?;
    let mode = fs::metadata(repository).ok()?.permissions().mode() & 0o777;
    let folder = told(repository);
    if mode & mask == 0 {
        return Some(good(Subject::Privacy, Seen::Rights { folder, mode, reach: Reach::AsSet }));
    }
    let rights = if mask & 0o070 == 0o070 { "go-rwx" } else { "g-w,o-rwx" }.to_owned();
    let step = Some(Step::Close { folder: folder.clone(), rights });
    Some(Checkup {
        subject: Subject::Privacy,
        health: Health::Warning,
        seen: Seen::Rights { folder, mode, reach: Reach::Wider },
        remedy: Some(Remedy { advice: Advice::CloseToOthers, step }),
    })
}

/// Whether the repository opens; none if there is none yet.
pub(super) fn repository(folder: &Path) -> Option<Checkup> {
    if !fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return None;
    }
    let state =
        Repository::open(folder, Mode::Read).and_then(|open| Ok((open.catalog.latest_batch()?, open.catalog.dossier_codes()?)));
    Some(match state {
        Ok((batch, codes)) => {
            let (batch, dossiers) = (batch.map(|batch| batch.0), codes.len() as u64);
            good(Subject::Repository, Seen::Repository { folder: told(folder), batch, dossiers })
        }
        Err(error) => {
            let failure = Failure::from(error);
            let is_damaged = failure.code.effect() == Effect::Ends(ExitClass::Damaged);
            let step = is_damaged.then(|| Step::Verify { folder: told(folder) });
            failed(Subject::Repository, failure, step)
        }
    })
}

pub(super) fn inbox(folder: &Path) -> Checkup {
    match fs::read_dir(folder) {
        Ok(_) => good(Subject::Inbox, Seen::Folder { folder: told(folder) }),
        Err(error) => {
            let failure = Failure::new(FailureCode::InboxMissing).at_file(folder.display()).because(error);
            failed(Subject::Inbox, failure, Some(Step::ShowRights { folder: told(folder) }))
        }
    }
}

/// The folder itself, or the nearest one above it that exists.
fn nearest(folder: &Path) -> &Path {
    folder.ancestors().find(|path| !path.as_os_str().is_empty() && path.exists()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_memory_is_found_among_the_rest() {
        let text = "MemTotal:       24680000 kB\nMemFree: 1 kB\nMemAvailable:   20480000 kB\n";
        assert_eq!(available_mib(text), Some(20_000));
        assert_eq!(available_mib("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn a_repository_that_cannot_be_written_is_bad() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let bad = write_access(&file.join("repository"));
        assert_eq!((bad.health, bad.remedy.unwrap().advice), (Health::Bad, Advice::GrantWriting));
        assert_eq!(write_access(&folder.path().join("new/repository")).health, Health::Good);
    }

    #[test]
    fn a_gap_in_the_confinement_is_a_warning_unless_none_is_allowed() {
        let judged =
            |landlock: Result<i32, String>, mode| judge(Confinement { landlock, seccomp: Ok(()) }, mode, Path::new("kho/tmp"));
        let whole = judged(Ok(7), ConfinementMode::Required);
        assert_eq!((whole.health, whole.remedy), (Health::Good, None));
        for (mode, health) in [
            (ConfinementMode::BestEffort, Health::Warning),
            (ConfinementMode::Required, Health::Bad),
            (ConfinementMode::Off, Health::Warning),
        ] {
            let partial = judged(Err("no such thing".into()), mode);
            assert_eq!((partial.health, partial.remedy.is_some()), (health, true));
            let landlock = Err("no such thing".into());
            assert_eq!(partial.seen, Seen::Confinement { scratch: "kho/tmp".into(), landlock, seccomp: Ok(()) });
        }
    }

    #[test]
    fn too_little_memory_is_a_warning_that_names_how_many_workers_fit() {
        let mut settings = Settings::default();
        settings.workers.jobs = 1024;
        let checkup = memory(&settings);
        assert_eq!(checkup.health, Health::Warning);
        let Some(Remedy { step: Some(Step::Set { key, value }), .. }) = checkup.remedy else { panic!("no step") };
        assert_eq!(key, "workers.jobs");
        assert!((1..1024).contains(&value.parse::<u64>().unwrap()), "{value}");
    }

    #[test]
    fn others_lose_what_the_settings_do_not_give_them() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o775)).unwrap();
        let mut settings = Settings::default();
        for (access, wanted) in [(crate::settings::Access::Owner, "go-rwx"), (crate::settings::Access::Group, "g-w,o-rwx")] {
            settings.general.access = access;
            let remedy = privacy(&settings, folder.path()).unwrap().remedy.unwrap();
            let Some(Step::Close { rights, .. }) = remedy.step else { panic!("no step") };
            assert_eq!(rights, wanted);
        }
        settings.general.access = crate::settings::Access::System;
        assert!(privacy(&settings, folder.path()).is_none());
    }

    #[test]
    fn a_missing_inbox_and_a_foreign_folder_are_bad() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(inbox(&folder.path().join("none")).health, Health::Bad);
        assert_eq!(inbox(folder.path()).health, Health::Good);
        assert_eq!(repository(folder.path()), None, "nothing is there yet");
        fs::write(folder.path().join("a.txt"), "").unwrap();
        assert_eq!(repository(folder.path()).unwrap().health, Health::Bad);
    }
}
