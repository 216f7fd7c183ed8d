//! From when on `sohoa status` warns.

use serde::{Deserialize, Serialize};

/// From when on `sohoa status` warns; 0 for never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusSettings {
    /// Hours since the last batch.
    pub batch_hours: u32,
    /// Hours since the last verification.
    pub verify_hours: u32,
    /// Hours since the last backup.
    pub backup_hours: u32,
    /// Days that something waits for a person.
    pub waiting_days: u32,
    /// Days that a consumer was not given something, or did not answer.
    pub delivery_days: u32,
    /// Days before the certificate of the console, or of the key for sealed files, ends.
    pub certificate_days: u32,
}

impl Default for StatusSettings {
    fn default() -> Self {
        Self { batch_hours: 30, verify_hours: 30, backup_hours: 30, waiting_days: 7, delivery_days: 3, certificate_days: 21 }
    }
}
