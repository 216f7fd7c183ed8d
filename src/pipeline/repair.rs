//! Makes again what can be made from the rest: results of pages from their scans, the search index, manifests'
//! files, and what is noted of papers that are not as in the register.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::progress::Progress;
use super::read_again::read_again;
use super::signing;
use super::verify::{self, Finding, Remedy, Subject, Verification};
use crate::model::failure::Failure;
use crate::model::ids::PageId;
use crate::model::signing::{ManifestSignature, signature_file_name};
use crate::repository::{DeliveryRow, ManifestRow, Repository, RepositoryError, copy_settled, sha256_of};
use crate::settings::Settings;
use crate::stages::publish;

/// What was made again, and what could not be.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Repair {
    /// Pages that were read again, whose results were lost.
    pub pages: Vec<PageId>,
    /// Whether the search index was made again.
    pub index: bool,
    /// Whether papers were held against the register again.
    pub differences: bool,
    /// Manifests whose files were written again.
    pub manifests: Vec<String>,
    /// Where damaged files of manifests were moved to.
    pub set_aside: Vec<PathBuf>,
    /// What is wrong still.
    pub remaining: Vec<Finding>,
}

/// Verifies the repository, makes again what can be made, and verifies it once more.
///
/// Nothing that the catalog says is changed, and nothing is deleted but the index. What was made again
/// is told in acts.
///
/// # Errors
/// When something could not be written.
pub(crate) fn repair(repository: &Repository, settings: &Settings, progress: &dyn Progress) -> Result<Repair, Failure> {
    let mut found = verify::verify(repository, None, progress);
    let mut repair = Repair::default();
    if found.findings.iter().any(|one| one.remedy == Remedy::ReadAgain) {
        repair.pages = read_again(repository, settings)?;
        if !repair.pages.is_empty() {
            found = verify::verify(repository, None, progress);
        }
    }
    let can = |subject| found.findings.iter().any(|one| one.subject == subject && one.remedy == Remedy::Repair);
    if can(Subject::Manifest) {
        manifests_again(repository, &mut repair)?;
    }
    if can(Subject::Catalog) {
        repository.catalog.renew_differences()?;
        repair.differences = true;
    }
    let index = repository.search.open();
    if can(Subject::IndexEntry) || matches!(index, Err(RepositoryError::Outdated { .. })) {
        drop(index);
        match repository.search.rebuild(repository.catalog.as_ref()) {
            Ok(()) => repair.index = true,
            // It cannot be made from what is damaged itself, which the findings name.
            Err(error @ RepositoryError::Damaged { .. }) => tracing::warn!(%error, "the search index cannot be made again"),
            Err(error) => return Err(error.into()),
        }
    }
    let index = repair.index.then(|| "index".to_owned());
    let differences = repair.differences.then(|| "differences".to_owned());
    let made: Vec<String> = repair.manifests.iter().cloned().chain(index).chain(differences).collect();
    if !made.is_empty() {
        repository.catalog.tell_made_again(settings.general.now(), made)?;
    }
    let nothing_done = !repair.index && !repair.differences && repair.manifests.is_empty();
    let Verification { findings, .. } = if nothing_done { found } else { verify::verify(repository, None, progress) };
    repair.remaining = findings;
    Ok(repair)
}

/// Writes again the files of manifests and signatures that are not what was settled. Those for a consumer are its own,
/// who may have taken them away: only what lies in its outbox is made good.
fn manifests_again(repository: &Repository, repair: &mut Repair) -> Result<(), Failure> {
    let catalog = &repository.catalog;
    let exports = repository.exports_dir();
    for row in catalog.manifests()? {
        write_again(repository, (&exports, ""), &row, &|| catalog.manifest_reader(row.sequence), repair)?;
    }
    for consumer in catalog.consumers()? {
        let outbox = consumer.outbox(repository.root());
        for DeliveryRow { manifest, .. } in catalog.deliveries(&consumer)? {
            if outbox.join(&manifest.file_name).exists() {
                let settled = || catalog.delivery_reader(&consumer, manifest.sequence);
                write_again(repository, (&outbox, &format!("{consumer}/")), &manifest, &settled, repair)?;
            }
        }
    }
    for signature in catalog.signatures()? {
        let folder = signature.consumer.as_ref().map_or_else(|| exports.clone(), |consumer| consumer.outbox(repository.root()));
        let name = signature_file_name(&publish::file_name(signature.sequence));
        if signature.consumer.is_none() || folder.join(name).exists() {
            let of = signature.consumer.as_ref().map(|consumer| format!("{consumer}/")).unwrap_or_default();
            sign_again(repository, (&folder, &of), &signature, repair)?;
        }
    }
    Ok(())
}

/// Writes a manifest's file again if it is not what was settled; `of` is what its name is told with. What lies in its place is kept:
/// it may tell how it came about.
fn write_again(
    repository: &Repository,
    (folder, of): (&Path, &str),
    row: &ManifestRow,
    settled: &dyn Fn() -> Result<Option<Box<dyn Read>>, RepositoryError>,
    repair: &mut Repair,
) -> Result<(), Failure> {
    let path = folder.join(&row.file_name);
    let hash = (row.sha256, row.bytes_len);
    let there = fs::File::open(&path).and_then(sha256_of);
    if there.as_ref().is_ok_and(|there| *there == hash) {
        return Ok(());
    }
    let Some(content) = settled()? else { return Ok(()) };
    if sha256_of(content).ok() != Some(hash) {
        // The catalog has no better one: verify says so.
        return Ok(());
    }
    if let Ok((sha256, _)) = there {
        set_aside(repository, &path, &format!("{}.{sha256}", row.file_name), repair)?;
    }
    repository.write_with(&path, |file| copy_settled(settled()?, row, file))?;
    repair.manifests.push(format!("{of}{}", row.file_name));
    Ok(())
}

/// Writes the file of a signature again if it is not what was made.
fn sign_again(
    repository: &Repository,
    (folder, of): (&Path, &str),
    signature: &ManifestSignature,
    repair: &mut Repair,
) -> Result<(), Failure> {
    let signed = publish::file_name(signature.sequence);
    let name = signature_file_name(&signed);
    let path = folder.join(&name);
    match fs::read(&path) {
        Ok(there) if there == signature.text.as_bytes() => return Ok(()),
        Ok(there) => {
            let (sha256, _) = sha256_of(there.as_slice()).map_err(|error| RepositoryError::io(&path, &error))?;
            set_aside(repository, &path, &format!("{name}.{sha256}"), repair)?;
        }
        Err(_) => {}
    }
    if signing::write(repository, folder, &signed, signature)? {
        repair.manifests.push(format!("{of}{name}"));
    }
    Ok(())
}

/// Moves what lies in the place of a manifest or a signature to where it is kept.
fn set_aside(repository: &Repository, path: &Path, name: &str, repair: &mut Repair) -> Result<(), Failure> {
    let aside = repository.quarantine_dir().join("damaged-manifests").join(name);
    let failed = |error| RepositoryError::io(&aside, &error);
    fs::create_dir_all(aside.parent().unwrap_or(&aside)).map_err(failed)?;
    fs::rename(path, &aside).map_err(failed)?;
    repair.set_aside.push(aside);
    Ok(())
}
