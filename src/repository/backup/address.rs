//! Where a backup lies, as it is named.

use std::path::{Path, PathBuf};

use super::error::BackupError;

/// How an S3 service is reached.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct S3Options {
    /// Its address; Amazon's of the region if empty.
    pub endpoint: String,
    /// The region that is signed for.
    pub region: String,
    /// File with the credentials; the environment if empty.
    pub credentials: PathBuf,
    /// Certificates that are trusted.
    pub ca_file: PathBuf,
    /// The longest that one request takes.
    pub timeout_seconds: f64,
    /// How often it is made.
    pub tries: u32,
    /// The first pause between two tries; each one after it is twice as long.
    pub pause_seconds: f64,
}

/// An address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// A folder.
    Folder(&'a Path),
    /// A place in a bucket.
    S3 {
        /// The bucket.
        bucket: &'a str,
        /// What all names begin with, without `/` at the ends.
        prefix: &'a str,
    },
}

impl<'a> Address<'a> {
    /// Understands what was typed.
    ///
    /// # Errors
    /// `Address` if it is neither.
    pub(super) fn parse(address: &'a str) -> Result<Self, BackupError> {
        let wrong = || BackupError::Address { address: address.to_owned() };
        if let Some(rest) = address.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/');
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let is_part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.chars().all(is_plain);
            if !is_part(bucket) || !prefix.is_empty() && !prefix.split('/').all(is_part) {
                return Err(wrong());
            }
            return Ok(Self::S3 { bucket, prefix });
        }
        // Or `ftp://…` would become a folder of that name.
        if address.contains("://") { Err(wrong()) } else { Ok(Self::Folder(Path::new(address))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_buckets_are_told_apart() {
        assert_eq!(Address::parse("/mnt/s3").unwrap(), Address::Folder(Path::new("/mnt/s3")));
        for (text, bucket, prefix) in
            [("s3://kho", "kho", ""), ("s3://kho/", "kho", ""), ("s3://kho/so-hoa/2026/", "kho", "so-hoa/2026")]
        {
            assert_eq!(Address::parse(text).unwrap(), Address::S3 { bucket, prefix });
        }
        for wrong in ["s3://", "s3:///x", "s3://kho/../khac", "s3://kho/a//b", "s3://u:p@kho/x", "s3://kho/a?b", "ftp://x/y"] {
            assert!(matches!(Address::parse(wrong), Err(BackupError::Address { .. })), "{wrong}");
        }
    }
}
