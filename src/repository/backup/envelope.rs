//! What lies around the objects of a backup: nothing, or encryption for those who may restore.
//!
//! Whoever backs up needs public keys only. Encrypted objects have names that tell nothing of them: a hash under a
//! key that lies in the backup for those who can decrypt (`names.age`), and in the repository's `upkeep/` for the
//! next backup.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::error::{BackupError, NotCopied};
use crate::model::backup::Kept;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::repository::blobs::digest_of;
use crate::repository::error::RepositoryError;
use crate::repository::sealed_box::{Identities, OpenError, Recipients};

/// A piece of what is encrypted, and what each has beside its content.
const PIECE: u64 = 64 * 1024;
const PIECE_MORE: u64 = 16;
/// The shortest head of an encrypted file, and the longest that is thought of.
const HEAD: std::ops::RangeInclusive<u64> = 180..=16 * 1024;

/// The key under which names are hashed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameKey(BlobId);

/// It is shown nowhere.
impl std::fmt::Debug for NameKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameKey")
    }
}

impl NameKey {
    /// A new one.
    pub(super) fn generate() -> Result<Self, BackupError> {
        let mut bytes = [0; 32];
        let filled = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes);
        filled.map_err(|error| RepositoryError::io("/dev/urandom".as_ref(), &std::io::Error::other(error.to_string())))?;
        Ok(Self(BlobId::from_bytes(bytes)))
    }

    /// What may be told of it, so that it is known again.
    pub(super) fn mark(&self) -> BlobId {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 mark of a key of names in a backup");
        hasher.update(self.0.as_bytes());
        BlobId::from_bytes(*hasher.finalize().as_bytes())
    }

    fn name(&self, id: BlobId) -> BlobId {
        BlobId::from_bytes(*blake3::keyed_hash(self.0.as_bytes(), id.as_bytes()).as_bytes())
    }
}

/// What lies around all objects of one backup.
#[derive(Debug, Clone)]
pub(super) enum Envelope {
    /// Nothing.
    Plain,
    /// Encryption.
    Sealed {
        /// Who can read what is written.
        recipients: Recipients,
        /// By what we read.
        identities: Identities,
        /// How blobs are named.
        names: NameKey,
    },
}

impl Envelope {
    /// The name that a blob has in the backup.
    pub(super) fn name(&self, id: BlobId) -> BlobId {
        match self {
            Self::Plain => id,
            Self::Sealed { names, .. } => names.name(id),
        }
    }

    /// What the names of catalogs and snapshots end with.
    pub(super) fn suffix(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Sealed { .. } => ".age",
        }
    }

    /// Whether content of `bytes` can take `found` in the backup.
    pub(super) fn fits(&self, bytes: u64, found: u64) -> bool {
        match self {
            Self::Plain => bytes == found,
            Self::Sealed { .. } => {
                let pieces = bytes.div_ceil(PIECE).max(1);
                found.checked_sub(bytes + pieces * PIECE_MORE).is_some_and(|head| HEAD.contains(&head))
            }
        }
    }

    /// Writes what `copy` gives into `file`, and tells what then lies there. `copy` tells what it gave: what is
    /// encrypted cannot be compared with that later, so it is here.
    pub(super) fn wrap<E: From<BackupError>>(
        &self,
        mut file: NamedTempFile,
        copy: impl FnOnce(&mut dyn Write) -> Result<Kept, E>,
    ) -> Result<(NamedTempFile, Kept), E> {
        let Self::Sealed { recipients, .. } = self else {
            let told = copy(file.as_file_mut())?;
            return Ok((file, told));
        };
        let path = file.path().to_owned();
        let failed = |error: std::io::Error| BackupError::from(RepositoryError::io(&path, &error));
        let mut sealing = Hashing::of(recipients.seal(file.as_file_mut()).map_err(failed)?);
        let told = copy(&mut sealing)?;
        if (BlobId::from_bytes(*sealing.hasher.finalize().as_bytes()), sealing.hasher.count()) != (told.blake3, told.bytes) {
            let (place, cause) = (told.blake3.to_string(), StorageFault::ReadOtherwise.into());
            return Err(BackupError::Damaged { place, cause }.into());
        }
        sealing.to.finish().map_err(failed)?;
        let written = digest_of(&path).map_err(failed)?;
        Ok((file, written.into()))
    }

    /// What is in an object.
    pub(super) fn open<'a>(&self, place: &str, source: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, NotCopied> {
        match self {
            Self::Plain => Ok(source),
            Self::Sealed { identities, .. } => open(identities, place, source),
        }
    }
}

/// Hashes what is written on.
struct Hashing<W> {
    to: W,
    hasher: blake3::Hasher,
}

impl<W> Hashing<W> {
    fn of(to: W) -> Self {
        Self { to, hasher: blake3::Hasher::new() }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// What is in an encrypted object.
pub(super) fn open<'a>(
    identities: &Identities,
    place: &str,
    source: Box<dyn Read + 'a>,
) -> Result<Box<dyn Read + 'a>, NotCopied> {
    match identities.open(source) {
        Ok(reader) => Ok(Box::new(reader)),
        Err(OpenError::OtherKey) => Err(BackupError::KeyWrong { place: place.to_owned() }.into()),
        Err(OpenError::Damaged(_)) => Err(NotCopied::Damaged(crate::repository::BlobState::Changed)),
        Err(OpenError::Source(error)) => Err(NotCopied::of_source(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::digest::digest;

    #[test]
    fn names_tell_nothing_without_the_key() {
        let (one, other) = (NameKey::generate().unwrap(), NameKey::generate().unwrap());
        let id = BlobId::from_bytes([7; 32]);
        assert_eq!(one.name(id), one.name(id));
        assert_ne!(one.name(id), other.name(id));
        assert_ne!(one.name(id), id);
        assert_ne!(one.mark(), other.mark());
        assert!(![one.name(id), one.mark()].contains(&one.0));
        assert_eq!(format!("{one:?}"), "NameKey");
    }

    /// Gives `content` and tells that it were the first `told` bytes of it.
    fn copies(content: &[u8], told: usize) -> impl FnOnce(&mut dyn Write) -> Result<Kept, BackupError> {
        move |to| {
            let told = digest(&mut &content[..told], None).unwrap();
            to.write_all(content).map_err(|error| RepositoryError::io("".as_ref(), &error))?;
            Ok(told.into())
        }
    }

    #[test]
    fn what_is_encrypted_is_what_was_told() {
        let recipients = Recipients::parse(&[crate::repository::sealed_box::test_key()]).unwrap();
        let (identities, names) = (Identities::default(), NameKey::generate().unwrap());
        let envelope = Envelope::Sealed { recipients, identities, names };
        let wrap = |told| envelope.wrap(NamedTempFile::new().unwrap(), copies(b"was changed meanwhile", told));
        wrap(21).unwrap();
        assert!(matches!(wrap(8), Err(BackupError::Damaged { .. })));
    }

    #[test]
    fn the_size_of_what_is_encrypted_fits_its_content() {
        let text = crate::repository::sealed_box::test_key();
        let recipients = Recipients::parse(&[text.clone(), text.clone(), text]).unwrap();
        let (identities, names) = (Identities::default(), NameKey::generate().unwrap());
        let envelope = Envelope::Sealed { recipients, identities, names };
        for bytes in [0_usize, 1, 65535, 65536, 65537, 200_000] {
            let (file, written) = envelope.wrap(NamedTempFile::new().unwrap(), copies(&vec![7; bytes], bytes)).unwrap();
            let found = file.as_file().metadata().unwrap().len();
            assert_eq!(written.bytes, found);
            assert!(envelope.fits(bytes as u64, found), "{bytes} in {found}");
            assert!(!envelope.fits(bytes as u64, found - 400) && !envelope.fits(bytes as u64, found + 16 * 1024));
        }
    }
}
