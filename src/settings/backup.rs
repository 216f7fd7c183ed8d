//! How long backups are kept, who can read them, and how an S3 service is reached.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::snapshot::Retention;

/// How long backups are kept, who can read them, and how an S3 service is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// Days of which the newest snapshot stays.
    pub daily: usize,
    /// Months.
    pub monthly: usize,
    /// Years.
    pub yearly: usize,
    /// Public keys of age; a backup is encrypted for all of them if there are any.
    pub recipients: Vec<String>,
    /// Address of the S3 service; Amazon's of the region if empty.
    pub s3_endpoint: String,
    /// Region that requests are signed for.
    pub s3_region: String,
    /// File with the credentials; the environment if empty.
    pub s3_credentials: PathBuf,
    /// Certificates of authorities that the service is believed by.
    pub s3_ca_file: PathBuf,
    /// The longest that one request takes.
    pub s3_timeout_seconds: f64,
    /// How often a request is made.
    pub s3_tries: u32,
    /// The first pause between two tries; each one after it is twice as long.
    pub s3_pause_seconds: f64,
}

impl Default for BackupSettings {
    fn default() -> Self {
        let Retention { daily, monthly, yearly } = Retention::default();
        Self {
            daily,
            monthly,
            yearly,
            recipients: Vec::new(),
            s3_endpoint: String::new(),
            s3_region: "us-east-1".into(),
            s3_credentials: PathBuf::new(),
            s3_ca_file: "/etc/ssl/certs/ca-certificates.crt".into(),
            s3_timeout_seconds: 120.0,
            s3_tries: 6,
            s3_pause_seconds: 1.0,
        }
    }
}

impl BackupSettings {
    /// How long snapshots stay.
    pub(crate) fn retention(&self) -> Retention {
        Retention { daily: self.daily, monthly: self.monthly, yearly: self.yearly }
    }
}
