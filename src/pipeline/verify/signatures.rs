//! Keys and signatures: the acts that put keys, the files beside manifests, and whether each signature is one
//! of its key over its manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _};

use super::acts::Told;
use super::deliveries::in_outbox;
use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use crate::model::consumer::ConsumerName;
use crate::model::failure::Cause;
use crate::model::signing::{KeyId, ManifestSignature, SigningKey, signature_file_name};
use crate::pipeline::signing::holds;
use crate::repository::{ManifestRow, ManifestState, Repository, RepositoryError, digest_of};
use crate::stages::publish;

/// Compares what is kept with acts and files.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let keys: BTreeMap<KeyId, SigningKey> = repository.catalog.keys()?.into_iter().map(|key| (key.id.clone(), key)).collect();
    compare(&keys, std::mem::take(&mut told.keys), findings);
    let rows: BTreeMap<u64, _> = repository.catalog.manifests()?.into_iter().map(|row| (row.sequence, row)).collect();
    let signatures = repository.catalog.signatures()?;
    unsigned(&signatures, &rows, findings);
    for signature in &signatures {
        if let Some(consumer) = &signature.consumer {
            of_consumer(repository, consumer, signature, &keys, findings)?;
            continue;
        }
        let name = signature_file_name(&publish::file_name(signature.sequence));
        file(repository, &name, signature, findings);
        let path = repository.exports_dir().join(publish::file_name(signature.sequence));
        // A manifest that is gone or was changed is told of as such.
        let Some(row) = rows.get(&signature.sequence) else { continue };
        if digest_of(&path).is_ok_and(|there| there.sha256 == row.sha256)
            && let Ok(file) = File::open(&path)
            && !keys.get(&signature.key).is_some_and(|key| holds(key, &signature.text, file))
        {
            let seen = Seen::SignatureWrong { key: signature.key.to_string() };
            findings.add(Subject::Manifest, Damage::Changed, &name, seen, Remedy::RestoreCatalog);
        }
    }
    Ok(())
}

/// Tells of manifests of the repository that have no signature although later ones do: an export signs all that
/// are released, in their order. What a consumer took away before it was signed stays unsigned.
fn unsigned(signatures: &[ManifestSignature], rows: &BTreeMap<u64, ManifestRow>, findings: &mut Findings) {
    let signed: BTreeSet<u64> = signatures.iter().filter(|one| one.consumer.is_none()).map(|one| one.sequence).collect();
    let Some(last) = signed.last() else { return };
    let released = rows.values().filter(|row| row.state == ManifestState::Released && row.sequence < *last);
    for row in released.filter(|row| !signed.contains(&row.sequence)) {
        findings.add(
            Subject::Manifest,
            Damage::Missing,
            signature_file_name(&row.file_name),
            Seen::Unsigned,
            Remedy::RestoreCatalog,
        );
    }
}

/// Holds the signature of a consumer's manifest against the bytes that were settled; its file is the consumer's, and
/// is compared where it lies in an outbox of the repository.
fn of_consumer(
    repository: &Repository,
    consumer: &ConsumerName,
    signature: &ManifestSignature,
    keys: &BTreeMap<KeyId, SigningKey>,
    findings: &mut Findings,
) -> Result<(), RepositoryError> {
    let name = format!("{consumer}/{}", signature_file_name(&publish::file_name(signature.sequence)));
    let mut find = |seen: Seen| findings.add(Subject::Manifest, Damage::Changed, &name, seen, Remedy::RestoreCatalog);
    let Some(mut reader) = repository.catalog.delivery_reader(consumer, signature.sequence)? else {
        find(Seen::SignatureOfNone);
        return Ok(());
    };
    let mut bytes = Vec::new();
    // Bytes that do not unpack are told of with their manifest.
    if reader.read_to_end(&mut bytes).is_ok()
        && !keys.get(&signature.key).is_some_and(|key| holds(key, &signature.text, Cursor::new(&bytes)))
    {
        find(Seen::SignatureWrong { key: signature.key.to_string() });
    }
    let is_same = |file: File| {
        let mut there = Vec::new();
        file.take(signature.text.len() as u64 + 1).read_to_end(&mut there).map(|_| there == signature.text.as_bytes())
    };
    in_outbox(repository, consumer, &signature_file_name(&publish::file_name(signature.sequence)), is_same, findings);
    Ok(())
}

fn compare(kept: &BTreeMap<KeyId, SigningKey>, mut told: BTreeMap<KeyId, (u64, SigningKey)>, findings: &mut Findings) {
    let mut find = |damage, id: &KeyId, seen| {
        findings.add(Subject::Act, damage, Item::Key { id: id.to_string() }, seen, Remedy::RestoreCatalog);
    };
    for (id, key) in kept {
        match told.remove(id) {
            Some((_, put)) if put == *key => {}
            Some((act, _)) => find(Damage::Changed, id, Seen::AccountOtherwise { act }),
            None => find(Damage::Orphaned, id, Seen::AccountWithoutAct),
        }
    }
    for (id, (act, _)) in &told {
        find(Damage::Missing, id, Seen::AccountOtherwise { act: *act });
    }
}

/// Compares the file of a signature with what was made.
fn file(repository: &Repository, name: &str, signature: &ManifestSignature, findings: &mut Findings) {
    match fs::read(repository.exports_dir().join(name)) {
        Ok(there) if there == signature.text.as_bytes() => {}
        Ok(_) => findings.add(Subject::Manifest, Damage::Changed, name, Seen::OtherHash, Remedy::Repair),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            findings.add(Subject::Manifest, Damage::Missing, name, Seen::NoSuchFile, Remedy::Repair);
        }
        Err(error) => findings.add(Subject::Manifest, Damage::Missing, name, Cause::from(error), Remedy::Repair),
    }
}
