//! Manifests: the settled bytes in the catalog, the files under `exports/`, the acts that settled
//! them, the head of the chain that each names, and the records in them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::acts::Told;
use super::finding::{Damage, Detail, Findings, Remedy, Seen, Subject};
use crate::model::act::ActHead;
use crate::model::failure::Cause;
use crate::model::ids::Sha256;
use crate::repository::{ManifestRow, ManifestState, Repository, RepositoryError, sha256_of};
use crate::stages::publish::{self, v4};

/// A manifest up to this size is checked against its schema again, for which it has to fit into
/// memory several times. A larger one was checked when it was released.
const SCHEMA_UP_TO: u64 = 8 << 20;

/// Returns the number of manifests.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<u64, RepositoryError> {
    let folder = repository.exports_dir();
    let mut expected = BTreeSet::new();
    let mut before = Before::default();
    let rows = repository.catalog.manifests()?;
    for row in &rows {
        expected.insert(row.file_name.clone());
        file(&folder, row, findings);
        let done = Check { repository, row, told: &mut *told, findings: &mut *findings }.content(&mut before);
        findings.unless_done(done);
    }
    for (sequence, export) in &told.exports {
        let detail = Seen::SettledWith { records: export.records };
        findings.add(Subject::Manifest, Damage::Missing, publish::file_name(*sequence), detail, Remedy::RestoreCatalog);
    }
    // Manifests that are gone with their folder are named above.
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !expected.contains(&name) {
            let detail = Seen::UnknownFile;
            let remedy = if name.ends_with(".json") { Remedy::CompareManifests } else { Remedy::LookAtFile };
            findings.add(Subject::Manifest, Damage::Orphaned, name, detail, remedy);
        }
    }
    Ok(rows.len() as u64)
}

/// Compares a manifest's file with what the catalog settled.
fn file(folder: &Path, row: &ManifestRow, findings: &mut Findings) {
    let name = &row.file_name;
    let mut find = |damage, detail: Detail, remedy| findings.add(Subject::Manifest, damage, name, detail, remedy);
    let hashed = File::open(folder.join(name)).and_then(sha256_of);
    match hashed {
        Ok(found) if found == (row.sha256, row.bytes_len) => {}
        Ok(_) => find(Damage::Changed, Seen::OtherHash.into(), Remedy::Repair),
        Err(error) if error.kind() == io::ErrorKind::NotFound && row.state == ManifestState::Prepared => {
            find(Damage::Missing, Seen::PreparedOnly.into(), Remedy::Export);
        }
        Err(error) => find(Damage::Missing, Cause::from(error).into(), Remedy::Repair),
    }
}

/// What the manifest before said.
#[derive(Default)]
struct Before {
    sequence: u64,
    sha256: Option<Sha256>,
    acts: Option<ActHead>,
}

struct Check<'a> {
    repository: &'a Repository,
    row: &'a ManifestRow,
    told: &'a mut Told,
    findings: &'a mut Findings,
}

impl Check<'_> {
    /// Checks the bytes that the catalog keeps and all that they say.
    fn content(mut self, before: &mut Before) -> Result<(), RepositoryError> {
        let (catalog, row) = (&self.repository.catalog, self.row);
        let Before { sequence: last, sha256: previous, acts: head } =
            std::mem::replace(before, Before { sequence: row.sequence, sha256: Some(row.sha256), acts: before.acts });
        if row.sequence != last.saturating_add(1) || row.file_name != publish::file_name(row.sequence) {
            self.changed(Seen::NumberDoesNotFollow, Remedy::RestoreCatalog);
        }
        let adopted = self.told.adopted.as_ref().map_or(0, |adopted| adopted.manifests);
        let act = self.told.exports.remove(&row.sequence);
        match &act {
            Some(act) if act.sha256 == row.sha256 => {}
            None if row.sequence <= adopted => {}
            _ => self.changed(Seen::NoActSettled, Remedy::CompareManifests),
        }
        let Some(reader) = catalog.manifest_reader(row.sequence)? else { return Ok(()) };
        // Bytes that are not those that were settled need not be read.
        if sha256_of(reader).ok() != Some((row.sha256, row.bytes_len)) {
            self.changed(Seen::KeptBytesOtherHash, Remedy::RestoreCatalog);
            return Ok(());
        }
        if row.bytes_len <= SCHEMA_UP_TO
            && let Some(content) = catalog.manifest_content(row.sequence)?
            && let Err(error) = publish::validate(&content)
        {
            self.changed(Cause::from(error.cause()), Remedy::CompareManifests);
        }
        let Some(reader) = catalog.manifest_reader(row.sequence)? else { return Ok(()) };
        let (mut wrong, mut failed) = (Vec::new(), Ok(()));
        let read = publish::read(reader, &mut |record| {
            if failed.is_ok() {
                failed = self.repository.catalog.record_row(record.id.as_bytes()).map(|kept| {
                    let same = kept.is_some_and(|kept| {
                        kept.manifest == i64::try_from(row.sequence).ok()
                            && kept.record.is_ok_and(|kept| v4::Record::from(kept) == record)
                    });
                    if !same {
                        wrong.push(record.id);
                    }
                });
            }
        });
        failed?;
        for id in wrong {
            let detail = Seen::ToldOtherwise { manifest: row.file_name.clone() };
            self.findings.add(Subject::Record, Damage::Changed, id.to_string(), detail, Remedy::CompareManifests);
        }
        let outline = match read {
            Ok(outline) => outline,
            Err(error) => {
                self.changed(Cause::from(error.cause()), Remedy::CompareManifests);
                return Ok(());
            }
        };
        if outline.sequence != row.sequence || outline.previous_sha256 != previous || outline.created_at != row.created_at {
            self.changed(Seen::ManifestChainBroken, Remedy::CompareManifests);
        }
        let kept = catalog.records_in_manifest(row.sequence)?;
        if outline.records != kept || act.is_some_and(|act| act.records != kept) {
            let detail = Seen::RecordCount { found: outline.records, kept };
            self.changed(detail, Remedy::CompareManifests);
        }
        if let Some(named) = outline.acts {
            if !self.told.goes_through(named) {
                let detail = Seen::NamesOtherActs { named: named.count, kept: self.told.acts };
                self.findings.add(Subject::Act, Damage::Changed, &row.file_name, detail, Remedy::CompareManifests);
            }
            if head.is_some_and(|head| head.count > named.count) {
                self.changed(Seen::NamesFewerActs, Remedy::CompareManifests);
            }
            before.acts = Some(named);
        }
        Ok(())
    }

    fn changed(&mut self, detail: impl Into<Detail>, remedy: Remedy) {
        self.findings.add(Subject::Manifest, Damage::Changed, &self.row.file_name, detail, remedy);
    }
}
