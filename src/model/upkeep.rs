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
    /// What verifications before it found that none like them has seen sound since, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenFindings>,
}

/// What a verification found that is not known to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFindings {
    /// When it ended.
    #[serde(with = "rfc3339")]
    pub at: OffsetDateTime,
    /// Which part of the files it read; none if all of them.
    pub share: Option<String>,
    /// How much was not as it should be.
    pub findings: u64,
}

impl VerifyNote {
    /// This note after `before`: what was found in a share stays open until that share, or all, is sound.
    #[must_use]
    pub fn after(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let last = OpenFindings { at: before.at, share: before.share, findings: before.findings };
        self.open = before.open;
        self.open.extend(Some(last).filter(|last| last.findings > 0));
        // One that read all says all that there is to say, as does one of the same share.
        let share = self.share.clone();
        self.open.retain(|open| share.is_some() && open.share != share);
        self
    }
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
