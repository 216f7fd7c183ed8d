//! Manifests: the settled bytes in the catalog, the files under `exports/`, the acts that settled
//! them, the head of the chain that each names, and the records in them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::acts::{Export, Published, Told};
use super::again;
use super::finding::{Damage, Detail, Findings, Remedy, Seen, Subject, cause_of};
use crate::model::act::ActHead;
use crate::model::failure::Cause;
use crate::model::ids::{RecordId, Sha256};
use crate::model::record::Record;
use crate::model::signing::signature_file_name;
use crate::repository::{ManifestRow, ManifestState, Repository, RepositoryError, sha256_of};
use crate::stages::publish::{self, Edition, Outline, Pieces, PublishError, v5, v6};

/// A manifest up to this size is looked at as a whole. Larger ones were made before manifests were
/// split.
const IN_MEMORY_UP_TO: u64 = 32 << 20;
/// A manifest of an older version up to this size is checked against its schema again, for which it has
/// to fit into memory several times.
const SCHEMA_UP_TO: u64 = 8 << 20;

/// Returns the number of manifests.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<u64, RepositoryError> {
    let folder = repository.exports_dir();
    let mut expected = BTreeSet::new();
    let mut before = Before::default();
    let rows = repository.catalog.manifests()?;
    let signatures = repository.catalog.signatures()?;
    expected.extend(signatures.iter().map(|one| signature_file_name(&publish::file_name(one.sequence))));
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
    for (id, Published { manifest, .. }) in &told.published {
        let detail = Seen::NotInManifest { manifest: *manifest };
        findings.add(Subject::Record, Damage::Changed, id.to_string(), detail, Remedy::CompareManifests);
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
    let is_sure = |seen: &io::Result<(Sha256, u64)>| match seen {
        Ok(found) => *found == (row.sha256, row.bytes_len),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let hashed = again::look(|| File::open(folder.join(name)).and_then(sha256_of), is_sure);
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

/// A manifest's number as rows of records have it.
fn to_manifest(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
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
        let row = self.row;
        let this = Before { sequence: row.sequence, sha256: Some(row.sha256), acts: before.acts };
        let previous = std::mem::replace(before, this);
        if row.sequence != previous.sequence.saturating_add(1) || row.file_name != publish::file_name(row.sequence) {
            self.changed(Seen::NumberDoesNotFollow, Remedy::RestoreCatalog);
        }
        let act = self.settled_by_an_act();
        let read = if row.bytes_len <= IN_MEMORY_UP_TO { self.records_in_memory()? } else { self.records_in_passing()? };
        let outline = match read {
            Some(Ok(outline)) => outline,
            unread => {
                if let Some(Err(error)) = unread {
                    self.changed(Cause::from(error.cause()), Remedy::CompareManifests);
                }
                // One finding stands for all its records.
                self.told.published.retain(|_, published| published.manifest != to_manifest(row.sequence));
                return Ok(());
            }
        };
        self.outline(&outline, act.as_ref(), &previous);
        before.acts = outline.acts.or(before.acts);
        Ok(())
    }

    /// The act that settled it; that there is none is told.
    fn settled_by_an_act(&mut self) -> Option<Export> {
        let row = self.row;
        let adopted = self.told.adopted.as_ref().map_or(0, |adopted| adopted.manifests);
        let act = self.told.exports.remove(&row.sequence);
        match &act {
            Some(act) if act.sha256 == row.sha256 => {}
            None if row.sequence <= adopted => {}
            _ => self.changed(Seen::NoActSettled, Remedy::CompareManifests),
        }
        act
    }

    /// Checks what it says besides its records.
    fn outline(&mut self, outline: &Outline, act: Option<&Export>, previous: &Before) {
        let row = self.row;
        if outline.sequence != row.sequence || outline.previous_sha256 != previous.sha256 || outline.created_at != row.created_at
        {
            self.changed(Seen::ManifestChainBroken, Remedy::CompareManifests);
        }
        let kept = self.told.in_manifests.remove(&to_manifest(row.sequence)).unwrap_or_default();
        if outline.records != kept || act.is_some_and(|act| act.records != kept) {
            let detail = Seen::RecordCount { found: outline.records, kept };
            self.changed(detail, Remedy::CompareManifests);
        }
        let Some(named) = outline.acts else { return };
        if !self.told.goes_through(named) {
            let detail = Seen::NamesOtherActs { named: named.count, kept: self.told.acts };
            self.findings.add(Subject::Act, Damage::Changed, &row.file_name, detail, Remedy::CompareManifests);
        }
        if previous.acts.is_some_and(|head| head.count > named.count) {
            self.changed(Seen::NamesFewerActs, Remedy::CompareManifests);
        }
    }

    /// Compares the records of a manifest that fits into memory; none if its bytes are not those that
    /// were settled, which is told.
    fn records_in_memory(&mut self) -> Result<Option<Result<Outline, PublishError>>, RepositoryError> {
        let content = match self.repository.catalog.manifest_content(self.row.sequence) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            Err(error @ RepositoryError::Damaged { .. }) => {
                self.changed(cause_of(&error), Remedy::RestoreCatalog);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if !self.is_settled(content.as_slice()) {
            return Ok(None);
        }
        let pieces = std::str::from_utf8(&content).ok().and_then(publish::split);
        let Some(pieces) = pieces else {
            if self.row.bytes_len <= SCHEMA_UP_TO
                && let Err(error) = publish::validate(&content)
            {
                self.changed(Cause::from(error.cause()), Remedy::CompareManifests);
            }
            return self.read(content.as_slice()).map(Some);
        };
        let Pieces { outline, edition, records } = match pieces {
            Ok(pieces) => pieces,
            Err(error) => return Ok(Some(Err(error))),
        };
        for bytes in records {
            let read = match edition {
                Edition::V5 if self.is_kept_in_these_bytes(bytes) => continue,
                Edition::V5 => serde_json::from_str::<v5::Record>(bytes).map(|record| self.record_of_version_5(&record)),
                Edition::V6 => serde_json::from_str::<v6::Record>(bytes).map(|record| {
                    if record.fits(outline.personal) {
                        return self.record(record);
                    }
                    self.told.published.remove(&record.id);
                    self.is_told_otherwise(&record.id);
                    Ok(())
                }),
            };
            match read {
                Ok(done) => done?,
                Err(error) => self.changed(Cause::said(error), Remedy::CompareManifests),
            }
        }
        Ok(Some(Ok(outline)))
    }

    /// The same for a larger one, which is read record by record.
    fn records_in_passing(&mut self) -> Result<Option<Result<Outline, PublishError>>, RepositoryError> {
        let catalog = &self.repository.catalog;
        let Some(reader) = catalog.manifest_reader(self.row.sequence)? else { return Ok(None) };
        // Bytes that are not those that were settled need not be read.
        if !self.is_settled(reader) {
            return Ok(None);
        }
        let Some(reader) = catalog.manifest_reader(self.row.sequence)? else { return Ok(None) };
        self.read(reader).map(Some)
    }

    fn is_settled(&mut self, content: impl Read) -> bool {
        let settled = sha256_of(content).ok() == Some((self.row.sha256, self.row.bytes_len));
        if !settled {
            self.changed(Seen::KeptBytesOtherHash, Remedy::RestoreCatalog);
        }
        settled
    }

    fn read(&mut self, content: impl Read) -> Result<Result<Outline, PublishError>, RepositoryError> {
        let mut done = Ok(());
        let read = publish::read(content, &mut |record| {
            if done.is_ok() {
                done = self.record(record);
            }
        });
        done.map(|()| read)
    }

    /// Whether a record of the catalog is said to be in this manifest and would be written there in just
    /// these bytes.
    fn is_kept_in_these_bytes(&mut self, bytes: &str) -> bool {
        // Nothing that comes after a record's own id has an id.
        let id = bytes.rsplit_once("\"id\":\"").and_then(|(_, rest)| rest.split_once('"')).and_then(|(id, _)| id.parse().ok());
        let Some(id) = id else { return false };
        let is_kept = |kept: &Published| {
            kept.manifest == to_manifest(self.row.sequence) && kept.bytes == Some(*blake3::hash(bytes.as_bytes()).as_bytes())
        };
        let is_kept = self.told.published.get(&id).is_some_and(is_kept);
        is_kept && self.told.published.remove(&id).is_some()
    }

    /// Compares a record of the manifest with the one that the catalog has.
    fn record(&mut self, record: v6::Record) -> Result<(), RepositoryError> {
        self.compare(record.id, |kept| record.agrees_with(kept))
    }

    fn record_of_version_5(&mut self, record: &v5::Record) -> Result<(), RepositoryError> {
        self.compare(record.id, |kept| v5::Record::from(kept) == *record)
    }

    fn compare(&mut self, id: RecordId, is_told: impl FnOnce(Record) -> bool) -> Result<(), RepositoryError> {
        let row = self.repository.catalog.record_row(id.as_bytes())?;
        // That it does not read is told of the record.
        if row.as_ref().is_some_and(|row| row.record.is_err() && row.manifest == Some(to_manifest(self.row.sequence))) {
            return Ok(());
        }
        let is_in_this = self.told.published.remove(&id).is_some_and(|kept| kept.manifest == to_manifest(self.row.sequence));
        if !(is_in_this && row.is_some_and(|row| row.record.is_ok_and(is_told))) {
            self.is_told_otherwise(&id);
        }
        Ok(())
    }

    fn is_told_otherwise(&mut self, id: &RecordId) {
        let detail = Seen::ToldOtherwise { manifest: self.row.file_name.clone() };
        self.findings.add(Subject::Record, Damage::Changed, id.to_string(), detail, Remedy::CompareManifests);
    }

    fn changed(&mut self, detail: impl Into<Detail>, remedy: Remedy) {
        self.findings.add(Subject::Manifest, Damage::Changed, &self.row.file_name, detail, remedy);
    }
}
