//! What was done last to keep the repository, noted beside it for whoever watches over it.
//!
//! Notes prove nothing: acts and backups do that. They spare whoever asks every minute how things stand from
//! going through them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::snapshot::SnapshotName;

/// A verification that came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyNote {
    /// When it ended.
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    /// Which part of the files it read, such as `3/30`; none if all of them.
    pub share: Option<String>,
    /// How much was not as it should be.
    pub findings: u64,
}

/// A backup that came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupNote {
    /// When it was taken.
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    /// Where it lies.
    pub to: String,
    /// What it is called there.
    pub snapshot: SnapshotName,
    /// Files that could not be copied as they were.
    pub findings: u64,
}
