//! Signs manifests, so that whoever takes them can tell whose they are.
//!
//! A signature is made of a manifest that is released, kept in the catalog, and then written beside it: a
//! lost file comes back as it was. Signatures and keys have the form of minisign (Ed25519 over BLAKE2b-512),
//! which integrators have as a tool. The private half of a key lies in a file of its own and nowhere else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PError, PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use sha2::{Digest, Sha256 as Hasher};
use time::OffsetDateTime;

use super::hand_out::nameless;
use crate::model::consumer::ConsumerName;
use crate::model::failure::cause::{ExchangeFault, StorageFault};
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::ids::Sha256;
use crate::model::signing::{KeyId, KeyState, ManifestSignature, SigningKey, signature_file_name};
use crate::repository::{ManifestRow, ManifestState, Repository, RepositoryError};
use crate::settings::{SigningSettings, secret};

/// Makes the first key.
///
/// # Errors
/// [`FailureCode::KeyPresent`] if one signs already; or what the disk or the repository says.
pub(crate) fn new_key(repository: &Repository, settings: &SigningSettings, at: OffsetDateTime) -> Result<SigningKey, Failure> {
    if let Some(active) = active(repository)? {
        return Err(Failure::new(FailureCode::KeyPresent).at(Place::Typed { text: active.id.to_string() }));
    }
    let key = make(repository, settings, at)?;
    repository.catalog.put_keys(std::slice::from_ref(&key), at)?;
    Ok(key)
}

/// Makes a key that signs from now on, in the place of the one that did until now. What was not signed yet
/// is signed by the new one.
///
/// # Errors
/// What the disk or the repository says.
pub(crate) fn rotate(repository: &Repository, settings: &SigningSettings, at: OffsetDateTime) -> Result<SigningKey, Failure> {
    let retired = active(repository)?.map(|key| SigningKey { state: KeyState::Retired, ..key });
    let key = make(repository, settings, at)?;
    let keys: Vec<SigningKey> = retired.into_iter().chain([key.clone()]).collect();
    repository.catalog.put_keys(&keys, at)?;
    Ok(key)
}

/// The key that signs; none if manifests are not signed.
fn active(repository: &Repository) -> Result<Option<SigningKey>, RepositoryError> {
    Ok(repository.catalog.keys()?.into_iter().find(|key| key.state == KeyState::Active))
}

/// Makes a pair and puts its private half into a file that nobody else may read.
fn make(repository: &Repository, settings: &SigningSettings, at: OffsetDateTime) -> Result<SigningKey, Failure> {
    let password = password(settings)?;
    let unmade = |error: PError| Failure::new(FailureCode::StorageFailed).because(Cause::said(error));
    let KeyPair { pk, sk } = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
        None => KeyPair::generate_unencrypted_keypair(),
    }
    .map_err(unmade)?;
    let id = id_of(pk.keynum()).ok_or_else(|| Failure::new(FailureCode::StorageFailed))?;
    let folder = folder(repository, settings);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| RepositoryError::io(&folder, &error))?;
    let path = private_file(&folder, &id);
    let text = sk.to_box(Some(&format!("sohoa secret key {id}"))).map_err(unmade)?.into_string();
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        File::open(&folder)?.sync_all()
    });
    written.map_err(|error| RepositoryError::io(&path, &error))?;
    Ok(SigningKey { id, public: pk.to_base64(), state: KeyState::Active, made_at: at })
}

fn id_of(number: &[u8]) -> Option<KeyId> {
    number.try_into().ok().map(|bytes| KeyId::of_number(u64::from_le_bytes(bytes)))
}

/// Where private keys lie.
fn folder(repository: &Repository, settings: &SigningSettings) -> PathBuf {
    if settings.folder.as_os_str().is_empty() { repository.root().join("keys") } else { settings.folder.clone() }
}

fn private_file(folder: &Path, id: &KeyId) -> PathBuf {
    folder.join(format!("{id}.key"))
}

/// The first line of the file with the password; none if keys lie open.
fn password(settings: &SigningSettings) -> Result<Option<String>, Failure> {
    let path = &settings.password_file;
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let unusable = |cause: Cause| Failure::new(FailureCode::KeyUnusable).at_file(path.display()).because(cause);
    let password = secret::password(path).map_err(|error| unusable(error.into()))?;
    password.map(Some).ok_or_else(|| unusable(ExchangeFault::PasswordEmpty.into()))
}

/// Signs every released manifest of the repository that has no signature, and writes again the files of
/// signatures that are gone. Does nothing where there is no key.
///
/// # Errors
/// [`FailureCode::KeyMissing`] or [`FailureCode::KeyUnusable`] if the private key cannot be used; or what
/// the disk or the repository says.
pub(crate) fn sign_released(repository: &Repository, settings: &SigningSettings) -> Result<(), Failure> {
    let rows = repository.catalog.manifests()?;
    let series = Series { consumer: None, folder: &repository.exports_dir(), rows: &rows };
    series.sign(repository, settings, &|row| repository.catalog.manifest_reader(row.sequence))
}

/// The same for the manifests of a consumer, which lie in `folder` until they are taken away.
///
/// # Errors
/// As [`sign_released`].
pub(crate) fn sign_deliveries(
    repository: &Repository,
    settings: &SigningSettings,
    consumer: &ConsumerName,
    folder: &Path,
) -> Result<(), Failure> {
    let rows: Vec<ManifestRow> = repository.catalog.deliveries(consumer)?.into_iter().map(|row| row.manifest).collect();
    let series = Series { consumer: Some(consumer), folder, rows: &rows };
    series.sign(repository, settings, &|row| repository.catalog.delivery_reader(consumer, row.sequence))
}

/// Gives the settled bytes of a manifest.
type Content<'a> = dyn Fn(&ManifestRow) -> Result<Option<Box<dyn Read>>, RepositoryError> + 'a;

/// Manifests with one count of numbers.
struct Series<'a> {
    consumer: Option<&'a ConsumerName>,
    folder: &'a Path,
    rows: &'a [ManifestRow],
}

impl Series<'_> {
    fn sign(&self, repository: &Repository, settings: &SigningSettings, content: &Content<'_>) -> Result<(), Failure> {
        let mut kept = repository.catalog.signatures()?;
        kept.retain(|one| one.consumer.as_ref() == self.consumer);
        let mut signer = None;
        for row in self.rows.iter().filter(|row| row.state == ManifestState::Released) {
            // What a consumer took away stays away.
            if self.consumer.is_some() && fs::symlink_metadata(self.folder.join(&row.file_name)).is_err() {
                continue;
            }
            if let Some(kept) = kept.iter().find(|kept| kept.sequence == row.sequence) {
                write(repository, self.folder, &row.file_name, kept)?;
                continue;
            }
            if signer.is_none() {
                signer = Signer::open(repository, settings)?;
            }
            let Some(signer) = &signer else { return Ok(()) };
            let Some(bytes) = content(row)? else { continue };
            let signature = ManifestSignature {
                consumer: self.consumer.cloned(),
                sequence: row.sequence,
                key: signer.id.clone(),
                text: signer.sign(bytes, row, &self.comment(row))?,
            };
            match repository.catalog.put_signature(&signature) {
                Ok(()) => drop(write(repository, self.folder, &row.file_name, &signature)?),
                // Another export was faster, and writes the file.
                Err(RepositoryError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What is signed beside the bytes: which manifest it is, and whose.
    fn comment(&self, row: &ManifestRow) -> String {
        let whose = self.consumer.map(|name| format!(" for {name}")).unwrap_or_default();
        format!("sohoa manifest {}{whose} sha256:{}", row.file_name, row.sha256)
    }
}

/// Writes the file of a signature if there is none. Another file in its place is not touched: that is for a
/// person. Returns whether it was written.
///
/// # Errors
/// What the disk says.
pub(super) fn write(
    repository: &Repository,
    folder: &Path,
    signed: &str,
    kept: &ManifestSignature,
) -> Result<bool, RepositoryError> {
    let path = folder.join(signature_file_name(signed));
    let is_there = fs::symlink_metadata(&path).is_ok();
    if !is_there && folder.starts_with(repository.root()) {
        repository.write_file(&path, kept.text.as_bytes())?;
    } else if !is_there {
        // An outbox may lie on another disk, where nothing can be renamed to from here.
        write_beside(&path, kept.text.as_bytes()).map_err(|error| RepositoryError::io(&path, &error))?;
    }
    Ok(!is_there)
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = nameless(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// The private half of the key that signs.
pub(super) struct Signer {
    id: KeyId,
    public: PublicKey,
    secret: SecretKey,
}

impl Signer {
    /// The key that signs; none if there is none.
    pub(super) fn open(repository: &Repository, settings: &SigningSettings) -> Result<Option<Self>, Failure> {
        let Some(key) = active(repository)? else { return Ok(None) };
        let path = private_file(&folder(repository, settings), &key.id);
        let unusable = |cause: Cause| Failure::new(FailureCode::KeyUnusable).at_file(path.display()).because(cause);
        let said = |error: PError| unusable(Cause::said(error));
        let about =
            fs::metadata(&path).map_err(|error| Failure::new(FailureCode::KeyMissing).at_file(path.display()).because(error))?;
        if about.mode() & 0o077 != 0 {
            return Err(unusable(ExchangeFault::KeyOpen { mode: format!("{:04o}", about.mode() & 0o7777) }.into()));
        }
        let text = fs::read_to_string(&path).map_err(|error| unusable(error.into()))?;
        let sealed = SecretKeyBox::from_string(&text).map_err(said)?;
        let secret = match password(settings)? {
            // The library would ask for a password on the terminal if it were given none.
            Some(password) => sealed.into_secret_key(Some(password)),
            None => sealed.into_unencrypted_secret_key(),
        }
        .map_err(said)?;
        let public = PublicKey::from_secret_key(&secret).map_err(said)?;
        if public.to_base64() != key.public {
            return Err(unusable(ExchangeFault::OtherKey { key: key.id.to_string() }.into()));
        }
        Ok(Some(Self { id: key.id, public, secret }))
    }

    /// Signs bytes that must be those of this manifest.
    fn sign(&self, bytes: Box<dyn Read>, row: &ManifestRow, comment: &str) -> Result<String, Failure> {
        let mut hashed = Hashed { bytes, hasher: Hasher::new() };
        let untrusted = format!("signature by sohoa key {}", self.id);
        let signed = minisign::sign(Some(&self.public), &self.secret, &mut hashed, Some(comment), Some(&untrusted));
        let signed = signed.map_err(|error| Failure::new(FailureCode::KeyUnusable).because(Cause::said(error)))?;
        if Sha256::from_bytes(hashed.hasher.finalize().into()) != row.sha256 {
            let cause = StorageFault::ManifestContent;
            return Err(Failure::new(FailureCode::RepositoryDamaged).at_file(&row.file_name).because(cause));
        }
        Ok(signed.into_string())
    }
}

/// Hashes what is read.
struct Hashed {
    bytes: Box<dyn Read>,
    hasher: Hasher,
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Whether the signature is one of this key over this file.
pub(super) fn holds(key: &SigningKey, signature: &str, file: impl Read + Seek) -> bool {
    let parsed = PublicKey::from_base64(&key.public).ok().zip(SignatureBox::from_string(signature).ok());
    parsed.is_some_and(|(public, signature)| minisign::verify(&public, &signature, file, true, false, false).is_ok())
}

/// The two lines of a file with a public key, as minisign takes it with `-p`.
pub(crate) fn public_file(key: &SigningKey) -> String {
    format!("untrusted comment: minisign public key: {}\n{}\n", key.id, key.public)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use time::macros::datetime;

    use super::*;
    use crate::pipeline::export::export;
    use crate::repository::Mode;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
    use crate::settings::Settings;

    const NOW: OffsetDateTime = datetime!(2026-03-02 19:00 UTC);

    struct Place {
        folder: tempfile::TempDir,
        settings: Settings,
    }

    impl Place {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), settings: Settings::default() }
        }

        fn open(&self) -> Repository {
            Repository::open(&self.folder.path().join("kho"), Mode::Create).unwrap()
        }

        fn sealed(&self, text: &str) -> Repository {
            let repository = self.open();
            let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
            commit(&repository, batch, &code(CODE), recipe(1), &[text]);
            repository
        }

        fn export(&self, repository: &Repository) -> Result<usize, Failure> {
            export(repository, &self.settings, NOW).map(|written| written.len())
        }
    }

    fn signed_by(repository: &Repository) -> Vec<(u64, KeyId)> {
        repository.catalog.signatures().unwrap().into_iter().map(|one| (one.sequence, one.key)).collect()
    }

    fn hold(repository: &Repository) -> Vec<bool> {
        let keys = repository.catalog.keys().unwrap();
        let signatures = repository.catalog.signatures().unwrap();
        let holds_one = |one: &ManifestSignature| {
            let key = keys.iter().find(|key| key.id == one.key).unwrap();
            let file = File::open(repository.exports_dir().join(format!("{:06}.json", one.sequence))).unwrap();
            holds(key, &one.text, file)
        };
        signatures.iter().map(holds_one).collect()
    }

    #[test]
    fn the_key_of_the_time_signs_and_signatures_of_old_ones_hold() {
        let place = Place::new();
        let repository = place.sealed("một");
        place.export(&repository).unwrap();
        assert!(signed_by(&repository).is_empty(), "there is no key");
        let first = new_key(&repository, &place.settings.signing, NOW).unwrap();
        assert_eq!(new_key(&repository, &place.settings.signing, NOW).unwrap_err().code, FailureCode::KeyPresent);
        drop(place.sealed("hai"));
        assert_eq!(place.export(&repository), Ok(1));
        assert_eq!(signed_by(&repository), [(1, first.id.clone()), (2, first.id.clone())], "what came before it, too");
        let second = rotate(&repository, &place.settings.signing, NOW).unwrap();
        drop(place.sealed("ba"));
        place.export(&repository).unwrap();
        assert_eq!(signed_by(&repository)[2], (3, second.id.clone()));
        assert_eq!(hold(&repository), [true; 3]);
        let states: Vec<_> = repository.catalog.keys().unwrap().into_iter().map(|key| (key.id, key.state)).collect();
        assert!(states.contains(&(first.id, KeyState::Retired)) && states.contains(&(second.id, KeyState::Active)));
    }

    #[test]
    fn a_lost_signature_comes_back_as_it_was() {
        let place = Place::new();
        let repository = place.sealed("một");
        new_key(&repository, &place.settings.signing, NOW).unwrap();
        place.export(&repository).unwrap();
        let path = repository.exports_dir().join("000001.json.sig");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("trusted comment: sohoa manifest 000001.json sha256:"), "{text}");
        fs::remove_file(&path).unwrap();
        place.export(&repository).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    /// What is signed is what was settled, whatever lies in the folder.
    #[test]
    fn a_changed_manifest_is_not_what_is_signed() {
        let place = Place::new();
        let repository = place.sealed("một");
        place.export(&repository).unwrap();
        fs::write(repository.exports_dir().join("000001.json"), "{}").unwrap();
        new_key(&repository, &place.settings.signing, NOW).unwrap();
        place.export(&repository).unwrap();
        assert_eq!(hold(&repository), [false]);
    }

    #[test]
    fn a_private_key_is_for_its_owner_alone_and_may_have_a_password() {
        let mut place = Place::new();
        let word = place.folder.path().join("word");
        fs::write(&word, "mật khẩu\n").unwrap();
        place.settings.signing.password_file = word.clone();
        let repository = place.sealed("một");
        let key = new_key(&repository, &place.settings.signing, NOW).unwrap();
        let path = private_file(&repository.root().join("keys"), &key.id);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let refused = |place: &Place| place.export(&repository).unwrap_err().code;
        fs::write(&word, "khác\n").unwrap();
        assert_eq!(refused(&place), FailureCode::KeyUnusable);
        place.settings.signing.password_file = PathBuf::new();
        assert_eq!(refused(&place), FailureCode::KeyUnusable);
        place.settings.signing.password_file = word.clone();
        fs::write(&word, "mật khẩu\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(refused(&place), FailureCode::KeyUnusable);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(place.export(&repository), Ok(0), "the manifest was released before");
        assert_eq!(signed_by(&repository), [(1, key.id)]);
        fs::remove_file(&path).unwrap();
        assert_eq!(place.export(&place.sealed("hai")).unwrap_err().code, FailureCode::KeyMissing);
    }
}
