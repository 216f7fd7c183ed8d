//! Keys and signatures.

use time::OffsetDateTime;

use super::{MemoryCatalog, conflict, refused};
use crate::model::act::{Bundle, Deed};
use crate::model::signing::{KeyState, ManifestSignature, SigningKey};
use crate::repository::catalog::Signing;
use crate::repository::error::RepositoryError;

impl Signing for MemoryCatalog {
    fn put_keys(&self, keys: &[SigningKey], at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.keys.extend(keys.iter().map(|key| (key.id.clone(), key.clone())));
            if state.keys.values().filter(|key| key.state == KeyState::Active).count() > 1 {
                return Err(conflict("another key is active"));
            }
            keys.iter().try_for_each(|key| state.append(at, &self.warrant, Deed::of_key(key)))
        })
    }

    fn keys(&self) -> Result<Vec<SigningKey>, RepositoryError> {
        let mut keys: Vec<SigningKey> = self.read().keys.values().cloned().collect();
        keys.sort_by(|a, b| a.age().cmp(&b.age()));
        Ok(keys)
    }

    fn put_signature(&self, signature: &ManifestSignature) -> Result<(), RepositoryError> {
        self.write(|state| {
            if !state.keys.contains_key(&signature.key) {
                return Err(refused("there is no such key"));
            }
            let place = (signature.consumer.clone(), signature.sequence);
            match state.signatures.insert(place, signature.clone()) {
                Some(_) => Err(conflict("the manifest has a signature")),
                None => Ok(()),
            }
        })
    }

    fn tell_bundled(&self, at: OffsetDateTime, bundle: Bundle) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::Bundled(bundle)))
    }

    fn signatures(&self) -> Result<Vec<ManifestSignature>, RepositoryError> {
        Ok(self.read().signatures.values().cloned().collect())
    }
}
