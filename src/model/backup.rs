//! What a backup holds.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::act::ActHead;
use super::ids::{BlobId, Sha256, SnapshotDigest};

/// A file with its digests, as a snapshot names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// BLAKE3 of its bytes.
    pub blake3: BlobId,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Size.
    pub bytes: u64,
}

/// A file that lies in the repository under a name of its own, such as a refused one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The bytes of its path below the repository; names of files need not be UTF-8.
    #[serde(with = "path_bytes")]
    pub path: PathBuf,
    /// Its content.
    #[serde(flatten)]
    pub content: Kept,
}

/// What a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of the layout.
    pub format: i64,
    /// When it was taken.
    #[serde(with = "time::serde::rfc3339")]
    pub taken_at: OffsetDateTime,
    /// The program that took it.
    pub program: String,
    /// The catalog, which names all blobs.
    pub catalog: Kept,
    /// Number of blobs that the catalog names.
    pub blobs: u64,
    /// Size of these blobs.
    pub bytes: u64,
    /// Blobs that the repository had lost by then and this backup has not.
    pub missing: u64,
    /// The end of the chain of acts.
    pub acts: Option<ActHead>,
    /// Files that are not in the catalog.
    pub files: Vec<KeptFile>,
    /// BLAKE3 over all of this, written as canonical JSON without this member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<SnapshotDigest>,
}

impl Snapshot {
    /// The digest of what it says.
    ///
    /// # Errors
    /// When its time cannot be written.
    pub fn made_digest(&self) -> Result<SnapshotDigest, String> {
        let bare = Self { digest: None, ..self.clone() };
        let canonical = serde_json_canonicalizer::to_string(&bare).map_err(|error| error.to_string())?;
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 snapshot");
        hasher.update(canonical.as_bytes());
        Ok(SnapshotDigest::from_bytes(*hasher.finalize().as_bytes()))
    }
}

/// Paths as text; bytes that are no UTF-8, and the sign for them, are written as `%XX`.
mod path_bytes {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for chunk in path.as_os_str().as_bytes().utf8_chunks() {
            text.push_str(&chunk.valid().replace('%', "%25"));
            text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
        }
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.split('%');
        let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
        for part in parts {
            let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(byte.ok_or_else(|| de::Error::custom(format!("'{text}' is no path")))?);
            bytes.extend(part.bytes().skip(2));
        }
        Ok(OsString::from_vec(bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_file_name_of_any_bytes_is_kept() {
        let content = Kept { blake3: BlobId::from_bytes([1; 32]), sha256: Sha256::from_bytes([2; 32]), bytes: 3 };
        for name in [&b"quarantine/\xff%41\xc3"[..], "quarantine/t\u{1edd} 100 %.pdf".as_bytes()] {
            let file = KeptFile { path: OsStr::from_bytes(name).into(), content };
            let text = serde_json::to_string(&file).unwrap();
            assert_eq!(serde_json::from_str::<KeptFile>(&text).unwrap(), file, "{text}");
        }
    }
}
