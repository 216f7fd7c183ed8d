//! What a machine is looked at for before work begins there: what was seen, and what helps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::batch::{BatchState, Ledger};
use super::failure::{Failure, FailureCode, Names};

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// What reads pages.
    Engine,
    /// What keeps workers from the rest of the machine.
    Confinement,
    /// Memory for all workers.
    Memory,
    /// Room for the repository.
    Disk,
    /// Fonts for PDFs that bring none.
    Fonts,
    /// Whether the repository can be written to.
    WriteAccess,
    /// Who else can look into the repository.
    Privacy,
    /// Whether the repository opens.
    Repository,
    /// Whether the inbox can be read.
    Inbox,
    /// The last batch.
    LastBatch,
    /// What waits for a person.
    Waiting,
    /// The last verification.
    LastVerify,
    /// The last backup.
    LastBackup,
    /// The last manifest.
    LastExport,
    /// What consumers were given and said to it.
    Deliveries,
    /// The certificate of the console.
    Certificate,
    /// The certificate that sealed files are signed with.
    PdfCertificate,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Nothing to do.
    Good,
    /// It works, but may not for long.
    Warning,
    /// A run would fail.
    Bad,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Seen {
    /// The engine starts.
    Engine {
        /// Such as `tesseract`.
        name: String,
        /// Such as `5.3.0`.
        version: String,
        /// Such as `vie`.
        language: String,
        /// The beginning of the model's digest; empty if there is none.
        model: String,
    },
    /// How far workers are confined.
    Confinement {
        /// The only folder that they write to.
        scratch: String,
        /// The version of Landlock's interface, or why there is none.
        landlock: Result<i32, String>,
        /// Whether there is seccomp, or why not.
        seccomp: Result<(), String>,
    },
    /// Series of manifests that go on in version 5 because nobody has said otherwise.
    OlderManifests {
        /// `export` is the repository's own; else names of consumers.
        series: Names,
    },
    /// Memory.
    Memory {
        /// What is free, in MiB; none if the system does not say.
        free_mib: Option<u64>,
        /// What all workers together need.
        needed_mib: u64,
    },
    /// Room on a disk.
    Room {
        /// What is free, in MiB.
        free_mib: u64,
        /// What there has to be.
        needed_mib: u64,
    },
    /// A folder that is as it should be.
    Folder {
        /// Which.
        folder: String,
    },
    /// Fonts that are not there.
    FontsMissing {
        /// Where they are looked for.
        folder: String,
        /// Their files.
        files: Names,
    },
    /// What others may do with a folder.
    Rights {
        /// Which.
        folder: String,
        /// The rights of owner, group and others, as numbers of three bits.
        mode: u32,
        /// Whether somebody may do more than the settings say.
        reach: Reach,
    },
    /// A repository that opens.
    Repository {
        /// Where it lies.
        folder: String,
        /// The number of the latest batch, if there was one.
        batch: Option<i64>,
        /// How many dossiers it holds.
        dossiers: u64,
    },
    /// Something does not work.
    Failed {
        /// What.
        failure: Failure,
    },
    /// A batch.
    Batch {
        /// Its number.
        batch: i64,
        /// Where it stands.
        state: BatchState,
        /// When it ended, or began if it did not.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        at: OffsetDateTime,
        /// Whole hours since then.
        hours: i64,
        /// Pages by outcome.
        ledger: Ledger,
    },
    /// Things that wait for a person.
    Waiting {
        /// How many.
        total: u64,
        /// Whole days since the first of them came up; none if nothing waits.
        days: Option<i64>,
    },
    /// A verification that was done.
    Verified {
        /// When it ended.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        at: OffsetDateTime,
        /// Whole hours since then.
        hours: i64,
        /// Which part of the files it read; none if all of them.
        share: Option<String>,
        /// How much was not as it should be.
        findings: u64,
    },
    /// A backup that was taken.
    BackedUp {
        /// When.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        at: OffsetDateTime,
        /// Whole hours since then.
        hours: i64,
        /// Where it lies.
        to: String,
        /// Files that could not be copied as they were.
        findings: u64,
    },
    /// A manifest that was written.
    Exported {
        /// When.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        at: OffsetDateTime,
        /// Whole hours since then.
        hours: i64,
        /// Its number.
        manifest: u64,
    },
    /// What a consumer was given, and what it said to it.
    Delivered {
        /// Its name.
        consumer: String,
        /// Records that are not sent yet.
        waiting: u64,
        /// Records that are sent and not answered, or of which nobody knows whether they arrived.
        unanswered: u64,
        /// Records that it has not taken.
        rejected: u64,
        /// Whole days since the first of these three; none if there are none.
        days: Option<i64>,
        /// When it last took a record, or did not.
        #[serde(with = "rfc3339::option")]
        #[schemars(with = "Option<String>")]
        answered: Option<OffsetDateTime>,
    },
    /// A certificate.
    Certificate {
        /// Its file.
        file: String,
        /// When it begins to hold.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        from: OffsetDateTime,
        /// When it ends.
        #[serde(with = "rfc3339")]
        #[schemars(with = "String")]
        until: OffsetDateTime,
        /// Whole days until then; less than 0 once it has ended.
        days: i64,
    },
    /// It was never done, or nobody noted it.
    Never,
}

/// Who gets at a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Those whom the settings name.
    AsSet,
    /// Others too.
    Wider,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Advice {
    /// What this code asks for wherever it comes up.
    OfCode {
        /// The code.
        code: FailureCode,
    },
    /// Another kernel, or another start of this one.
    Kernel,
    /// Workers are to be confined where the kernel can.
    Confine,
    /// Fewer workers, or fewer other programs.
    FewerWorkers,
    /// Room on the repository's disk.
    FreeRoom,
    /// The right to write for this account.
    GrantWriting,
    /// The fonts that Debian packs.
    InstallFonts,
    /// No rights for others.
    CloseToOthers,
    /// To see why the nightly batch does not come, or does not come to its end.
    SeeBatch,
    /// To settle what waits.
    Settle,
    /// To look at everything anew, and to restore what is lost.
    SeeDamage,
    /// To let it be verified every night.
    VerifyNightly,
    /// To let it be backed up every night.
    BackUpNightly,
    /// To see what holds up what a consumer is given.
    SeeDeliveries,
    /// To put a new certificate in the place of the old one.
    RenewCertificate,
    /// To say what readers of manifests are told of people.
    ChoosePersonal,
}

/// The exact thing to type or to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Step {
    /// Install packages of Debian.
    Install {
        /// Their names.
        packages: Vec<String>,
    },
    /// Make an account the owner of a folder with all in it.
    Own {
        /// The folder.
        folder: String,
        /// The account.
        account: String,
    },
    /// Make a folder that belongs to an account.
    Make {
        /// The folder.
        folder: String,
        /// The account.
        account: String,
    },
    /// Take rights on a folder and all in it from others.
    Close {
        /// The folder.
        folder: String,
        /// The rights, as `chmod` knows them.
        rights: String,
    },
    /// See how full the disk of a folder is.
    ShowRoom {
        /// The folder.
        folder: String,
    },
    /// See who may do what with a folder.
    ShowRights {
        /// The folder.
        folder: String,
    },
    /// See what the kernel was started with.
    ShowKernel,
    /// Look for what is wrong in a repository.
    Verify {
        /// The repository.
        folder: String,
    },
    /// See what waits.
    ShowPending {
        /// The repository.
        folder: String,
    },
    /// See how far everything has come on its way to a consumer.
    ShowDeliveries {
        /// The repository.
        folder: String,
        /// The consumer.
        consumer: String,
    },
    /// See what a unit of the system did, and when it will do it again.
    ShowUnits {
        /// Their names.
        units: Vec<String>,
    },
    /// Let the system do it from now on.
    StartUnit {
        /// Its name.
        unit: String,
    },
    /// A line for the settings.
    Set {
        /// The setting, such as `workers.jobs`.
        key: String,
        /// Its value, as TOML.
        value: String,
    },
}

/// What to do about what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// In general.
    pub advice: Advice,
    /// Exactly, where that can be told.
    pub step: Option<Step>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checkup {
    /// What was looked at.
    pub subject: Subject,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: Seen,
    /// What to do; only where something is to be done.
    pub remedy: Option<Remedy>,
}

#[cfg(test)]
impl Seen {
    /// One of each, and of what is told otherwise.
    pub fn samples() -> Vec<Self> {
        let text = || "«x»".to_owned();
        let at = time::macros::datetime!(2026-07-08 06:05 +7);
        let confinement = |landlock, seccomp| Self::Confinement { scratch: text(), landlock, seccomp };
        vec![
            Self::Engine { name: text(), version: "5.3".into(), language: "vie".into(), model: "0a".into() },
            confinement(Ok(7), Ok(())),
            confinement(Err("«y»".into()), Err("«z»".into())),
            Self::Memory { free_mib: Some(12), needed_mib: 34 },
            Self::Memory { free_mib: None, needed_mib: 34 },
            Self::Room { free_mib: 12, needed_mib: 34 },
            Self::Folder { folder: text() },
            Self::FontsMissing { folder: text(), files: Names::of(["«y»", "«z»"]) },
            Self::Rights { folder: text(), mode: 0o755, reach: Reach::Wider },
            Self::Rights { folder: text(), mode: 0o700, reach: Reach::AsSet },
            Self::Repository { folder: text(), batch: Some(12), dossiers: 34 },
            Self::Repository { folder: text(), batch: None, dossiers: 34 },
            Self::Failed { failure: Failure::new(FailureCode::EngineMissing) },
            Self::Batch { batch: 34, state: BatchState::Failed, at, hours: 12, ledger: Ledger::default() },
            Self::Waiting { total: 34, days: Some(12) },
            Self::Waiting { total: 0, days: None },
            Self::Verified { at, hours: 12, share: None, findings: 34 },
            Self::Verified { at, hours: 12, share: Some("«x»".into()), findings: 34 },
            Self::BackedUp { at, hours: 12, to: text(), findings: 34 },
            Self::Exported { at, hours: 12, manifest: 34 },
            Self::Delivered { consumer: text(), waiting: 12, unanswered: 34, rejected: 12, days: Some(34), answered: Some(at) },
            Self::Delivered { consumer: text(), waiting: 12, unanswered: 34, rejected: 12, days: None, answered: None },
            Self::Certificate { file: text(), from: at, until: at, days: 12 },
            Self::Never,
        ]
    }
}

#[cfg(test)]
impl Advice {
    /// One of each.
    pub const SAMPLES: [Self; 15] = [
        Self::OfCode { code: FailureCode::EngineMissing },
        Self::Kernel,
        Self::Confine,
        Self::FewerWorkers,
        Self::FreeRoom,
        Self::GrantWriting,
        Self::InstallFonts,
        Self::CloseToOthers,
        Self::SeeBatch,
        Self::Settle,
        Self::SeeDamage,
        Self::VerifyNightly,
        Self::BackUpNightly,
        Self::SeeDeliveries,
        Self::RenewCertificate,
    ];
}
