//! Checks whether this machine can do the work, and says what to do where it cannot.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::sys::statvfs::statvfs;
use serde::Serialize;

use super::worker::{Confinement, Folders, WorkerPool};
use crate::model::failure::{Bilingual, Failure, FailureCode, Language};
use crate::repository::{Mode, Repository};
use crate::settings::{ConfinementMode, Settings};
use crate::stages::intake::SubstituteFonts;

/// Memory that one worker needs on ordinary A4 pages, in MiB: what `make bench` shows, rounded up.
const WORKER_MIB: u64 = 400;

/// Room that a night's work should find, in MiB.
const COMFORTABLE_MIB: u64 = 2048;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Nothing to do.
    Good,
    /// It works, but may not for long.
    Warning,
    /// A run would fail.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Checkup {
    /// What was looked at.
    pub subject: Bilingual,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub found: Found,
    /// What to do; only where something is to be done.
    pub remedy: Option<Bilingual>,
}

/// What a check saw, told in both languages.
#[derive(Debug, Clone)]
pub struct Found {
    vi: String,
    en: String,
}

impl Found {
    /// The text in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// Names, numbers and what the system says, which need no translation.
impl From<String> for Found {
    fn from(text: String) -> Self {
        Self { vi: text.clone(), en: text }
    }
}

/// Looks at everything that a run needs.
pub fn examine(settings: &Settings, repository: &Path, inbox: Option<&Path>) -> Vec<Checkup> {
    let pool = WorkerPool::new(settings.clone(), Folders::default());
    let mut checkups =
        vec![engine(&pool), confinement(&pool, settings, repository), memory(settings), disk(settings, repository)];
    checkups.push(fonts(settings));
    checkups.push(write_access(repository));
    checkups.extend(rights(settings, repository));
    if repository.exists() && fs::read_dir(repository).is_ok_and(|mut entries| entries.next().is_some()) {
        checkups.push(catalog(repository));
    }
    checkups.extend(inbox.map(inbox_access));
    checkups
}

fn engine(pool: &WorkerPool) -> Checkup {
    let subject = Bilingual { vi: "Bộ nhận dạng chữ", en: "Text engine" };
    match pool.identify() {
        Ok(engine) => {
            let model = engine.model.get(..12).unwrap_or(&engine.model).to_owned();
            let found = format!("{} {}, {} ({model})", engine.name, engine.version, engine.language);
            Checkup { subject, health: Health::Good, found: found.into(), remedy: None }
        }
        Err(failure) => failed(subject, &failure),
    }
}

fn failed(subject: Bilingual, failure: &Failure) -> Checkup {
    Checkup { subject, health: Health::Bad, found: failure.cause.clone().into(), remedy: Some(failure.code.remedy()) }
}

fn confinement(pool: &WorkerPool, settings: &Settings, repository: &Path) -> Checkup {
    let subject = Bilingual { vi: "Cô lập tiến trình xử lý trang", en: "Confinement of workers" };
    match pool.confinement() {
        Ok(confinement) => judge(subject, &confinement, settings.workers.confinement, &repository.join("tmp")),
        Err(failure) => failed(subject, &failure),
    }
}

fn judge(subject: Bilingual, confinement: &Confinement, mode: ConfinementMode, scratch: &Path) -> Checkup {
    let scratch = scratch.display();
    let (files_vi, files_en) = match &confinement.landlock {
        Ok(version) => (
            format!("chỉ ghi vào {scratch} (Landlock ABI {version})"),
            format!("writing only in {scratch} (Landlock ABI {version})"),
        ),
        Err(cause) => (format!("ghi được mọi nơi (Landlock: {cause})"), format!("writing everywhere (Landlock: {cause})")),
    };
    let (calls_vi, calls_en) = match &confinement.seccomp {
        Ok(()) => ("mạng tắt, không chạy chương trình khác (seccomp)".into(), "network off, no other programs (seccomp)".into()),
        Err(cause) => (
            format!("mạng và chương trình khác không bị chặn (seccomp: {cause})"),
            format!("network and other programs open (seccomp: {cause})"),
        ),
    };
    let found = Found { vi: format!("{calls_vi}; {files_vi}"), en: format!("{calls_en}; {files_en}") };
    let (health, remedy) = match (confinement.gap(), mode) {
        (None, _) => (Health::Good, None),
        (Some(_), ConfinementMode::Required) => (Health::Bad, Some(FailureCode::WorkerUnconfined.remedy())),
        (Some(_), ConfinementMode::BestEffort) => (
            Health::Warning,
            Some(Bilingual {
                vi: "Dùng nhân Linux có bật Landlock và seccomp (Debian 12 trở lên có sẵn).",
                en: "Use a kernel with Landlock and seccomp switched on (Debian 12 and later have both).",
            }),
        ),
        (Some(_), ConfinementMode::Off) => (
            Health::Warning,
            Some(Bilingual {
                vi: "Đặt workers.confinement = \"best-effort\".",
                en: "Set workers.confinement = \"best-effort\".",
            }),
        ),
    };
    Checkup { subject, health, found, remedy }
}

fn memory(settings: &Settings) -> Checkup {
    let subject = Bilingual { vi: "Bộ nhớ", en: "Memory" };
    let needed = WORKER_MIB.saturating_mul(settings.workers.effective_jobs() as u64);
    let available = fs::read_to_string("/proc/meminfo").ok().and_then(|text| available_mib(&text));
    let remedy = Bilingual {
        vi: "Giảm workers.jobs, hoặc đóng bớt chương trình khác.",
        en: "Lower workers.jobs, or close other programs.",
    };
    match available {
        Some(available) => {
            let health = if available < needed { Health::Warning } else { Health::Good };
            let remedy = (health != Health::Good).then_some(remedy);
            Checkup { subject, health, found: format!("{available} MiB ({needed} MiB)").into(), remedy }
        }
        None => Checkup { subject, health: Health::Warning, found: "/proc/meminfo ?".to_owned().into(), remedy: Some(remedy) },
    }
}

fn available_mib(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemAvailable:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn disk(settings: &Settings, repository: &Path) -> Checkup {
    let subject = Bilingual { vi: "Dung lượng đĩa của kho", en: "Disk of the repository" };
    let remedy =
        Bilingual { vi: "Giải phóng chỗ trống trên ổ đĩa của kho.", en: "Free space on the repository's disk." };
    match statvfs(nearest(repository)) {
        Ok(disk) => {
            let free = disk.blocks_available().saturating_mul(disk.fragment_size()) / (1024 * 1024);
            let health = match free {
                free if free < settings.general.min_free_mib => Health::Bad,
                free if free < COMFORTABLE_MIB => Health::Warning,
                _ => Health::Good,
            };
            let remedy = (health != Health::Good).then_some(remedy);
            Checkup { subject, health, found: format!("{free} MiB").into(), remedy }
        }
        Err(error) => Checkup { subject, health: Health::Bad, found: error.to_string().into(), remedy: Some(remedy) },
    }
}

fn write_access(repository: &Path) -> Checkup {
    let subject = Bilingual { vi: "Quyền ghi vào kho", en: "Right to write to the repository" };
    match tempfile::tempfile_in(nearest(repository)) {
        Ok(_) => Checkup { subject, health: Health::Good, found: nearest(repository).display().to_string().into(), remedy: None },
        Err(error) => Checkup {
            subject,
            health: Health::Bad,
            found: format!("{}: {error}", nearest(repository).display()).into(),
            remedy: Some(Bilingual {
                vi: "Cấp quyền ghi thư mục kho cho tài khoản chạy Sohoa.",
                en: "Give the account that runs Sohoa the right to write to the repository's folder.",
            }),
        },
    }
}

fn fonts(settings: &Settings) -> Checkup {
    let subject = Bilingual { vi: "Phông chữ thay thế", en: "Substitute fonts" };
    let folder = &settings.fonts.folder;
    let missing: Vec<&str> = SubstituteFonts::FILES.into_iter().filter(|name| !folder.join(name).is_file()).collect();
    let found = folder.display();
    if missing.is_empty() {
        return Checkup { subject, health: Health::Good, found: found.to_string().into(), remedy: None };
    }
    Checkup {
        subject,
        health: Health::Warning,
        found: format!("{found}: – {}", missing.join(", ")).into(),
        remedy: Some(Bilingual {
            vi: "Cài gói fonts-croscore; nếu không, PDF dùng phông không nhúng sẽ bị từ chối.",
            en: "Install the package fonts-croscore; without it PDFs whose fonts are not embedded are refused.",
        }),
    }
}

/// Whether others than the settings say can look into the repository; none if there is none yet.
fn rights(settings: &Settings, repository: &Path) -> Option<Checkup> {
    let subject = Bilingual { vi: "Quyền xem kho", en: "Rights to see the repository" };
    let mask = settings.general.access.mask()?;
    let mode = fs::metadata(repository).ok()?.permissions().mode() & 0o777;
    let open = mode & mask != 0;
    Some(Checkup {
        subject,
        health: if open { Health::Warning } else { Health::Good },
        found: format!("{} {mode:04o}", repository.display()).into(),
        remedy: open.then_some(Bilingual {
            vi: "Bỏ quyền của người khác: chmod -R go-rwx thư mục kho (hoặc đặt general.access).",
            en: "Take the others' rights away: chmod -R go-rwx on the repository (or set general.access).",
        }),
    })
}

fn catalog(repository: &Path) -> Checkup {
    let subject = Bilingual { vi: "Kho dữ liệu", en: "Repository" };
    let state = Repository::open(repository, Mode::Read)
        .and_then(|open| Ok((open.catalog.latest_batch()?, open.catalog.dossier_codes()?)));
    match state {
        Ok((batch, codes)) => {
            let batch = batch.map_or_else(|| "–".to_owned(), |batch| batch.to_string());
            let found = format!("{}, #{batch}, {}", repository.display(), codes.len());
            Checkup { subject, health: Health::Good, found: found.into(), remedy: None }
        }
        Err(error) => {
            Checkup { subject, health: Health::Bad, found: error.to_string().into(), remedy: Some(error.code().remedy()) }
        }
    }
}

fn inbox_access(inbox: &Path) -> Checkup {
    let subject = Bilingual { vi: "Hộp đến", en: "Inbox" };
    match fs::read_dir(inbox) {
        Ok(_) => Checkup { subject, health: Health::Good, found: inbox.display().to_string().into(), remedy: None },
        Err(error) => Checkup {
            subject,
            health: Health::Bad,
            found: format!("{}: {error}", inbox.display()).into(),
            remedy: Some(FailureCode::InboxMissing.remedy()),
        },
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
        assert_eq!(write_access(&file.join("repository")).health, Health::Bad);
        assert_eq!(write_access(&folder.path().join("new/repository")).health, Health::Good);
    }

    #[test]
    fn a_gap_in_the_confinement_is_a_warning_unless_none_is_allowed() {
        let subject = Bilingual { vi: "", en: "" };
        let judged = |landlock: Result<i32, String>, mode| {
            judge(subject, &Confinement { landlock, seccomp: Ok(()) }, mode, Path::new("kho/tmp"))
        };
        let whole = judged(Ok(7), ConfinementMode::Required);
        assert_eq!((whole.health, whole.remedy.is_some()), (Health::Good, false));
        for language in [Language::Vi, Language::En] {
            assert!(whole.found.get(language).contains("kho/tmp (Landlock ABI 7)"), "{:?}", whole.found);
        }
        for (mode, health) in [(ConfinementMode::BestEffort, Health::Warning), (ConfinementMode::Required, Health::Bad)] {
            let partial = judged(Err("no such thing".into()), mode);
            assert_eq!((partial.health, partial.remedy.is_some()), (health, true));
            assert!(partial.found.get(Language::En).contains("no such thing"), "{:?}", partial.found);
        }
    }

    #[test]
    fn too_little_memory_is_a_warning_with_a_remedy() {
        let mut settings = Settings::default();
        settings.workers.jobs = 1024;
        let checkup = memory(&settings);
        assert_eq!(checkup.health, Health::Warning);
        assert!(checkup.remedy.is_some());
    }
}
