//! Settings: what may be configured, where it comes from, and what wins.
//!
//! From weakest to strongest: the defaults in `config/default.toml` (built in), the file named by
//! `--config` or else the machine's own ([`SYSTEM_FILE`]), environment variables
//! `SOHOA__SECTION__KEY`, and what was typed on the command line. Unknown keys are errors, wherever
//! they stand.

mod backup;
mod check;
mod console;
mod consumers;
mod error;
mod export;
mod inboxes;
mod load;
mod mail;
mod oidc;
mod pdf_signature;
mod register;
pub(crate) mod secret;
mod status;
mod template;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset};

pub use backup::BackupSettings;
pub use console::ConsoleSettings;
pub use consumers::{ConsumerKind, ConsumerSettings, PortalSettings};
pub use error::SettingsError;
pub use export::ExportSettings;
pub use inboxes::{Origins, SiteInbox};
pub use load::{Layers, SYSTEM_FILE, default_file};
pub use mail::{MailSettings, MailTls};
pub use oidc::{OidcSettings, RoleMapping};
pub use pdf_signature::PdfSignatureSettings;
pub use register::RegisterSettings;
pub use status::StatusSettings;
pub use template::template;

use crate::model::failure::Language;
use crate::reading::ReadingSettings;
use crate::stages::assemble::{FieldSettings, InboxSettings, StackSettings};
use crate::stages::check::{CheckSettings, QualitySettings};
use crate::stages::intake::{BarcodeSettings, IntakeLimits};
use crate::stages::layout::LayoutSettings;
use crate::stages::prepare::PrepareSettings;
use crate::stages::recognise::RecogniseSettings;
use crate::stages::seal::SealSettings;

/// Everything that can be configured; one field for each section of the file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Messages and safety margins.
    pub general: GeneralSettings,
    /// Where things lie if the command line does not say.
    pub folders: FolderSettings,
    /// Worker processes.
    pub workers: WorkerSettings,
    /// How an inbox is watched.
    pub watch: WatchSettings,
    /// What the inbox looks like.
    pub inbox: InboxSettings,
    /// Inboxes that are told apart by the site that fills them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inboxes: Vec<SiteInbox>,
    /// How a scan of many papers is split.
    pub stacks: StackSettings,
    /// What a scan may demand.
    pub limits: IntakeLimits,
    /// Which barcodes are looked for.
    pub barcodes: BarcodeSettings,
    /// How a page is cleaned for reading.
    pub prepare: PrepareSettings,
    /// How lines are found on a page.
    pub layout: LayoutSettings,
    /// How a page is read.
    pub recognise: RecogniseSettings,
    /// How facts are found in what was read.
    pub fields: FieldSettings,
    /// When a fact is sure enough.
    pub check: CheckSettings,
    /// When a page has to be scanned again.
    pub quality: QualitySettings,
    /// What sealed files say of themselves.
    pub seal: SealSettings,
    /// The signature of sealed files, and what is shown of it.
    pub pdf_signature: PdfSignatureSettings,
    /// Fonts in the place of those that PDFs do not hold.
    pub fonts: FontSettings,
    /// How manifests are cut, and what they tell.
    pub export: ExportSettings,
    /// Those who take what is exported, each by a series of manifests of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumers: Vec<ConsumerSettings>,
    /// Keys that manifests are signed with.
    pub signing: SigningSettings,
    /// How long a search may take.
    pub search: SearchSettings,
    /// How long backups are kept, who can read them, and how an S3 service is reached.
    pub backup: BackupSettings,
    /// The dossier register.
    pub register: RegisterSettings,
    /// How the console is served.
    pub console: ConsoleSettings,
    /// How people sign in by another service.
    pub oidc: OidcSettings,
    /// From when on `sohoa status` warns.
    pub status: StatusSettings,
    /// Who gets a letter about the night, and through which server.
    pub mail: MailSettings,
}

/// Where things lie if the command line does not say: the places that the Debian package makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FolderSettings {
    /// Folder with the scans.
    pub inbox: PathBuf,
    /// Folder of the repository.
    pub repository: PathBuf,
}

impl Default for FolderSettings {
    fn default() -> Self {
        Self { inbox: "/srv/sohoa/inbox".into(), repository: "/var/lib/sohoa/repository".into() }
    }
}

/// How long a search may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchSettings {
    /// After so many milliseconds a search answers with what it has found.
    pub time_limit_ms: u64,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self { time_limit_ms: 2000 }
    }
}

impl Settings {
    /// What of them decides how pages are read.
    pub fn reading(&self) -> ReadingSettings {
        ReadingSettings {
            barcodes: self.barcodes.clone(),
            prepare: self.prepare.clone(),
            layout: self.layout.clone(),
            recognise: self.recognise.clone(),
        }
    }
}

/// Fonts in the place of those that PDFs do not hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FontSettings {
    /// Folder that holds the files of Arimo, Cousine and Tinos.
    pub folder: PathBuf,
}

impl Default for FontSettings {
    fn default() -> Self {
        Self { folder: "/usr/share/fonts/truetype/croscore".into() }
    }
}

/// Who may see what the program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// The account that runs the program alone.
    #[default]
    Owner,
    /// Its group too, for reading.
    Group,
    /// Whoever the system's umask lets.
    System,
}

impl Access {
    /// Rights that are taken from new files and folders; `None` where the system decides.
    pub fn mask(self) -> Option<u32> {
        match self {
            Self::Owner => Some(0o077),
            Self::Group => Some(0o027),
            Self::System => None,
        }
    }
}

/// Keys that manifests are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SigningSettings {
    /// Folder of the private keys; `keys` in the repository if empty.
    pub folder: PathBuf,
    /// File whose first line is the password of private keys; keys have none if empty.
    pub password_file: PathBuf,
}

/// Messages and safety margins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeneralSettings {
    /// Language of messages to staff.
    pub language: Language,
    /// Who may see what the program writes.
    pub access: Access,
    /// A run stops cleanly before the repository's disk has less room than this, in MiB.
    pub min_free_mib: u64,
    /// The time zone of times in records, manifests and reports, in minutes east of UTC.
    pub utc_offset_minutes: i32,
}

impl Default for GeneralSettings {
    fn default() -> Self {
        Self { language: Language::Vi, access: Access::Owner, min_free_mib: 64, utc_offset_minutes: 7 * 60 }
    }
}

impl GeneralSettings {
    /// `time` in the configured time zone.
    pub fn local(&self, time: OffsetDateTime) -> OffsetDateTime {
        let offset = UtcOffset::from_whole_seconds(self.utc_offset_minutes.saturating_mul(60));
        time.to_offset(offset.unwrap_or(UtcOffset::UTC))
    }

    /// The present time in the configured time zone, to the second.
    pub fn now(&self) -> OffsetDateTime {
        let now = self.local(OffsetDateTime::now_utc());
        now.replace_nanosecond(0).unwrap_or(now)
    }
}

/// Worker processes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerSettings {
    /// How many work at once; 0 means one for each core.
    pub jobs: usize,
    /// Most processor time that one page may take, in seconds.
    pub page_seconds: f64,
    /// Longest that one page may take by the clock, in seconds, whatever else the machine is busy with.
    pub page_wall_seconds: f64,
    /// Most address space that one worker may use, in MiB.
    pub memory_mib: u64,
    /// What becomes of a run on a kernel that cannot hold workers in.
    pub confinement: ConfinementMode,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self { jobs: 0, page_seconds: 60.0, page_wall_seconds: 300.0, memory_mib: 2560, confinement: ConfinementMode::BestEffort }
    }
}

/// How much of a worker's confinement there must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfinementMode {
    /// As much as the kernel can.
    BestEffort,
    /// All of it, or no page is read.
    Required,
    /// None but limits of resources, to look for faults with a debugger.
    Off,
}

impl WorkerSettings {
    /// Number of workers, the machine's cores where the setting is 0.
    pub fn effective_jobs(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        }
    }
}

/// How an inbox is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WatchSettings {
    /// Seconds between two looks through the inbox.
    pub poll_seconds: f64,
    /// Seconds after which an inbox is looked through again although its folders have not changed.
    pub full_look_seconds: f64,
    /// Seconds for which a file must have been seen without a change before it is taken in.
    pub quiet_seconds: f64,
    /// Most seconds that settled files wait for others that are still arriving.
    pub gather_seconds: f64,
    /// Longest pause between two tries after failures, in seconds.
    pub retry_seconds: f64,
    /// Seconds that a batch has to come to its end when the program is told to stop.
    pub stop_seconds: f64,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            poll_seconds: 5.0,
            full_look_seconds: 60.0,
            quiet_seconds: 10.0,
            gather_seconds: 60.0,
            retry_seconds: 300.0,
            stop_seconds: 60.0,
        }
    }
}
