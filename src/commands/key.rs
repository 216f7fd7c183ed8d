//! Keys that manifests are signed with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;

use super::access::Repository;
use crate::model::failure::Failure;
use crate::model::signing::{KeyId, KeyState, SigningKey};
use crate::pipeline::signing;
use crate::settings::Settings;

/// A key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ShownKey {
    /// Its name.
    pub id: KeyId,
    /// Whether it signs.
    pub state: KeyState,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub made_at: OffsetDateTime,
    /// Its public half, as minisign takes it with `-P`.
    pub public: String,
    /// The manifests of the repository that it signed, by number.
    pub signed: Vec<u64>,
}

impl ShownKey {
    fn of(key: SigningKey, signed: Vec<u64>) -> Self {
        let SigningKey { id, public, state, made_at } = key;
        Self { id, state, made_at, public, signed }
    }

    /// The content of a file with the public half, as minisign takes it with `-p`.
    pub(crate) fn public_file(&self) -> String {
        let Self { id, state, made_at, public, .. } = self.clone();
        signing::public_file(&SigningKey { id, public, state, made_at })
    }
}

/// Makes the first key. `sohoa export` signs with it from then on, and what was exported before, too.
///
/// # Errors
/// As [`signing::new_key`].
pub(crate) fn new(repository: &Repository, settings: &Settings) -> Result<ShownKey, Failure> {
    let key = signing::new_key(repository, &settings.signing, settings.general.now())?;
    Ok(ShownKey::of(key, Vec::new()))
}

/// Makes a key in the place of the one that signs. Signatures of that hold.
///
/// # Errors
/// As [`signing::rotate`].
pub(crate) fn rotate(repository: &Repository, settings: &Settings) -> Result<ShownKey, Failure> {
    let key = signing::rotate(repository, &settings.signing, settings.general.now())?;
    Ok(ShownKey::of(key, Vec::new()))
}

/// All keys, the oldest first, and what each signed.
///
/// # Errors
/// What the repository says.
pub(crate) fn list(repository: &Repository) -> Result<Vec<ShownKey>, Failure> {
    let mut signed: BTreeMap<KeyId, Vec<u64>> = BTreeMap::new();
    for one in repository.catalog.signatures()?.into_iter().filter(|one| one.consumer.is_none()) {
        signed.entry(one.key).or_default().push(one.sequence);
    }
    let keys = repository.catalog.keys()?.into_iter();
    Ok(keys
        .map(|key| {
            let signed = signed.remove(&key.id).unwrap_or_default();
            ShownKey::of(key, signed)
        })
        .collect())
}
