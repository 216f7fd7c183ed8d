//! A backup is found, made, and told from other things.

use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Backup;
use super::address::{Address, S3Options};
use super::envelope::{self, Envelope, NameKey};
use super::error::{BackupError, NotCopied};
use super::folder::FolderStore;
use super::s3::S3Store;
use super::store::Store;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::repository::sealed_box::{Identities, Recipients};

/// Version of the layout.
pub(crate) const FORMAT: i64 = 1;
/// The same, encrypted.
const SEALED_FORMAT: i64 = 2;
const MARKER: &str = "sohoa-backup.json";
/// The key of the names, encrypted.
const NAMES: &str = "names.age";
const LONGEST_NAMES: u64 = 4096;

/// What the marker file says.
#[derive(Serialize, Deserialize)]
struct Marker {
    format: i64,
    /// What the key of the names is known by, of a backup that is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<BlobId>,
}

/// How a backup is reached and read.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    /// A folder, or `s3://BUCKET/PREFIX`.
    pub address: &'a str,
    /// For the latter.
    pub s3: &'a S3Options,
    /// Those who can read what is written; nothing is encrypted if there are none.
    pub recipients: Recipients,
    /// By what an encrypted one is read.
    pub identities: Identities,
    /// The key of the names that the repository has kept.
    pub names: Option<NameKey>,
    /// Where unfinished files lie that others do not see; where this machine has temporary files if none is told.
    pub scratch: Option<&'a Path>,
}

impl Backup {
    /// Opens a backup for writing, and makes it if nothing lies there. Nobody else can write to a folder as long.
    /// `keep` is given the key of the names of an encrypted one before it is used.
    ///
    /// # Errors
    /// `Missing` if other things lie there; `Newer`; `Address`; `OtherEncryption` if it was begun with encryption and
    /// is to go on without, or the other way round; `KeyNeeded` if nobody has kept the key of its names; `Locked`
    /// while another process writes to it; or what the disk, the service or `keep` says.
    pub(crate) fn create_or_open(
        access: &Access<'_>,
        keep: impl FnOnce(&NameKey) -> Result<(), BackupError>,
    ) -> Result<Self, BackupError> {
        let mut backup = Self::bare(access)?;
        let marker = backup.marker()?;
        if marker.is_none() && !backup.store.is_empty()? {
            return Err(BackupError::Missing { place: access.address.to_owned() });
        }
        if let Some(marker) = &marker {
            backup.refuse_other_encryption(marker, &access.recipients)?;
        }
        // Nothing is written before the place is known to be ours.
        match Address::parse(access.address)? {
            Address::Folder(path) => backup.store = Box::new(FolderStore::to_write(path)?),
            Address::S3 { bucket, prefix } => {
                backup.store = Box::new(S3Store::to_read(bucket, prefix, access.s3)?.writing(access.scratch)?);
            }
        }
        // Somebody else may have been quicker.
        let marker = backup.marker()?;
        if let Some(marker) = &marker {
            backup.refuse_other_encryption(marker, &access.recipients)?;
        }
        if access.recipients.is_empty() {
            if marker.is_none() {
                backup.put_marker(&Marker { format: FORMAT, names: None })?;
            }
        } else {
            backup.seal_for(access, marker, keep)?;
        }
        Ok(backup)
    }

    /// Opens a backup for reading.
    ///
    /// # Errors
    /// `Missing` if there is none, `Newer`, `Address`, `KeyNeeded` and `KeyWrong` if it is encrypted, `OtherEncryption`
    /// if it is not and there are keys for it, or what the disk or the service says.
    pub(crate) fn open(access: &Access<'_>) -> Result<Self, BackupError> {
        let mut backup = Self::bare(access)?;
        let marker = backup.marker()?.ok_or_else(|| BackupError::Missing { place: access.address.to_owned() })?;
        if let Some(mark) = marker.names {
            let kept = access.names.clone().filter(|kept| kept.mark() == mark);
            let names = match (backup.read_names(&access.identities, mark), kept) {
                (Err(BackupError::Damaged { cause, .. }), Some(kept)) => {
                    tracing::warn!(%cause, "the key of the names in the backup does not read; the repository's is taken");
                    kept
                }
                (read, _) => read?,
            };
            let (recipients, identities) = (Recipients::default(), access.identities.clone());
            backup.envelope = Envelope::Sealed { recipients, identities, names };
        } else if !access.identities.is_empty() {
            // Whoever can write there could else put his own in the place of what only its owner can write.
            let cause = StorageFault::BackupNotEncrypted.into();
            return Err(BackupError::OtherEncryption { place: access.address.to_owned(), cause });
        }
        Ok(backup)
    }

    fn bare(access: &Access<'_>) -> Result<Self, BackupError> {
        let store: Box<dyn Store> = match Address::parse(access.address)? {
            Address::Folder(path) => Box::new(FolderStore::to_read(path)),
            Address::S3 { bucket, prefix } => Box::new(S3Store::to_read(bucket, prefix, access.s3)?),
        };
        Ok(Self {
            address: access.address.to_owned(),
            store,
            envelope: Envelope::Plain,
            scratch: access.scratch.map(Path::to_owned),
        })
    }

    fn marker(&self) -> Result<Option<Marker>, BackupError> {
        let Some(content) = self.read_small(&Envelope::Plain, MARKER)? else { return Ok(None) };
        let marker: Marker = serde_json::from_slice(&content).map_err(|error| self.damaged(MARKER, Cause::said(error)))?;
        if marker.format > SEALED_FORMAT {
            return Err(BackupError::Newer { place: self.store.place_of(MARKER), found: marker.format, known: SEALED_FORMAT });
        }
        if (marker.format == SEALED_FORMAT) != marker.names.is_some() {
            return Err(self.damaged(MARKER, StorageFault::ReadOtherwise));
        }
        Ok(Some(marker))
    }

    fn put_marker(&self, marker: &Marker) -> Result<(), BackupError> {
        let marker = serde_json::to_vec(marker).map_err(|error| self.damaged(MARKER, Cause::said(error)))?;
        self.put(&Envelope::Plain, MARKER, &mut marker.as_slice()).map(drop)
    }

    /// What was begun in clear does not become secret by what is added, and the other way round.
    fn refuse_other_encryption(&self, marker: &Marker, recipients: &Recipients) -> Result<(), BackupError> {
        let cause = match (marker.names.is_some(), recipients.is_empty()) {
            (true, true) => StorageFault::BackupEncrypted,
            (false, false) => StorageFault::BackupInClear,
            _ => return Ok(()),
        };
        Err(BackupError::OtherEncryption { place: self.address.clone(), cause: cause.into() })
    }

    fn seal_for(
        &mut self,
        access: &Access<'_>,
        marker: Option<Marker>,
        keep: impl FnOnce(&NameKey) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let mark = marker.and_then(|marker| marker.names);
        let kept = access.names.clone().filter(|kept| mark.is_none_or(|mark| kept.mark() == mark));
        let names = match (kept, mark) {
            (Some(kept), _) => kept,
            (None, Some(mark)) => self.read_names(&access.identities, mark)?,
            (None, None) => NameKey::generate()?,
        };
        // Or a backup that is killed now would have names that nobody knows.
        keep(&names)?;
        if mark.is_none() {
            self.put_marker(&Marker { format: SEALED_FORMAT, names: Some(names.mark()) })?;
        }
        let (recipients, identities) = (access.recipients.clone(), access.identities.clone());
        let content = serde_json::to_vec(&names).map_err(|error| self.damaged(NAMES, Cause::said(error)))?;
        self.envelope = Envelope::Sealed { recipients, identities, names };
        // Each time: it may have been damaged, and those who can read are not always the same.
        self.put(&self.envelope, NAMES, &mut content.as_slice()).map(drop)
    }

    fn read_names(&self, identities: &Identities, mark: BlobId) -> Result<NameKey, BackupError> {
        if identities.is_empty() {
            return Err(BackupError::KeyNeeded { place: self.address.clone() });
        }
        let place = self.store.place_of(NAMES);
        let source = self.store.read(NAMES)?.ok_or_else(|| self.damaged(NAMES, StorageFault::BlobMissing))?;
        let changed = || self.damaged(NAMES, StorageFault::ReadOtherwise);
        let not_read = |error| match error {
            NotCopied::Failed(error) => error,
            NotCopied::Damaged(_) => changed(),
        };
        let mut content = Vec::new();
        let source = envelope::open(identities, &place, source).map_err(not_read)?;
        let read = source.take(LONGEST_NAMES).read_to_end(&mut content);
        read.map_err(|error| not_read(NotCopied::of_source(error)))?;
        let names: NameKey = serde_json::from_slice(&content).map_err(|_| changed())?;
        if names.mark() == mark { Ok(names) } else { Err(changed()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::model::backup::Kept;
    use crate::repository::BlobState;
    use crate::repository::backup::contract::written;
    use crate::repository::sealed_box::test_key;

    fn s3() -> S3Options {
        S3Options {
            endpoint: String::new(),
            region: String::new(),
            credentials: "".into(),
            ca_file: "".into(),
            timeout_seconds: 1.0,
            tries: 1,
            pause_seconds: 0.0,
        }
    }

    fn put(backup: &Backup, expected: Kept, content: &[u8]) -> Result<(), BackupError> {
        backup.put_blob(expected, |to| to.write_all(content).map_err(|error| BackupError::of_io("", error)))
    }

    #[test]
    fn an_encrypted_backup_takes_nothing_for_what_it_is_not_and_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (place, scratch) = (folder.path().join("backup"), folder.path().join("tmp"));
        fs::create_dir(&scratch).unwrap();
        let recipients = Recipients::parse(&[test_key()]).unwrap();
        let (s3, address, identities) = (s3(), place.to_str().unwrap(), Identities::default());
        let access = Access { address, s3: &s3, recipients, identities, names: None, scratch: Some(&scratch) };
        let mut kept = None;
        let keep = |names: &NameKey| {
            kept = Some(names.clone());
            Ok(())
        };
        let backup = Backup::create_or_open(&access, keep).unwrap();
        // What lies there unfinished lies where its owner clears it away.
        assert_eq!(backup.scratch().unwrap().path().parent().unwrap(), scratch);
        // A file that changed after it was hashed is not there under its old hash.
        let expected = written(b"as it was");
        assert!(matches!(put(&backup, expected, b"as it is"), Err(BackupError::Damaged { .. })));
        assert!(!backup.holds(&backup.held().unwrap(), expected));
        put(&backup, expected, b"as it was").unwrap();
        assert!(backup.holds(&backup.held().unwrap(), expected));
        drop(backup);
        // The key of the names is written anew.
        let names = fs::read(place.join(NAMES)).unwrap();
        fs::write(place.join(NAMES), "damaged").unwrap();
        let again = Access { names: kept, ..access };
        drop(Backup::create_or_open(&again, |_| Ok(())).unwrap());
        let anew = fs::read(place.join(NAMES)).unwrap();
        assert!(anew.starts_with(b"age-encryption.org/v1\n") && anew != names);
    }

    #[test]
    fn no_more_is_read_than_can_be_right() {
        let folder = tempfile::tempdir().unwrap();
        let (s3, address) = (s3(), folder.path().join("backup"));
        let (recipients, identities) = (Recipients::default(), Identities::default());
        let address = address.to_str().unwrap();
        let access = Access { address, s3: &s3, recipients, identities, names: None, scratch: None };
        let backup = Backup::create_or_open(&access, |_| Ok(())).unwrap();
        let expected = written(b"content");
        put(&backup, expected, b"content").unwrap();
        let longer = fs::File::options().append(true).open(backup.place_of_blob(expected.blake3)).unwrap();
        longer.set_len(1 << 20).unwrap();
        let mut read = Vec::new();
        let found = backup.copy_blob(expected, &mut read);
        assert!(matches!(found, Err(NotCopied::Damaged(BlobState::Changed))) && read.len() == 8, "{} bytes", read.len());
    }
}
