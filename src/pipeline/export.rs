//! Writes the manifests of all records sealed since the last one.
//!
//! A manifest is prepared in the catalog with its whole content before its file is written, and
//! released after. Whoever dies in between leaves a prepared manifest, which the next export
//! finishes byte for byte. It goes from the catalog into its file as a stream, and is hashed on the
//! way: what is not as it was prepared is never released.

use std::fs;
use std::io::{self, BufWriter, Write};

use rayon::prelude::*;
use sha2::{Digest, Sha256 as Sha256Hasher};
use time::OffsetDateTime;

use super::known::Knowing;
use super::telling::Teller;
use super::{consumers, signing};
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::Sha256;
use crate::repository::{ManifestOrder, ManifestPacker, ManifestRow, ManifestState, Repository, RepositoryError, digest_of};
use crate::settings::Settings;
use crate::stages::publish;

/// A manifest has no more records once it is this large, in bytes, so that readers can hold it.
const LARGE_ENOUGH: u64 = 128 << 20;
/// Records read from the catalog and validated at once.
const RECORDS_AT_ONCE: usize = 256;
/// How often an export begins again because another one was faster.
const TRIES: u32 = 10;

/// Exports and signs what is new, gives consumers what is new for them, and returns the manifests that were written, by number: none if there is
/// nothing new, several if there is more than one may hold.
///
/// # Errors
/// When a manifest does not fit its schema or cannot be written; it is not released then.
/// [`FailureCode::Conflict`] when others export at the same time, again and again. Or as
/// [`signing::sign_released`], when all is written and some of it is not signed.
pub fn export(repository: &Repository, settings: &Settings, now: OffsetDateTime) -> Result<Vec<ManifestRow>, Failure> {
    let written = write(repository, settings, now)?;
    // A key that cannot be used keeps nothing from consumers.
    let signed = signing::sign_released(repository, &settings.signing);
    let delivered = consumers::deliver(repository, settings, now);
    signed.and(delivered)?;
    Ok(written)
}

fn write(repository: &Repository, settings: &Settings, now: OffsetDateTime) -> Result<Vec<ManifestRow>, Failure> {
    let mut written = Vec::new();
    for row in repository.catalog.manifests()? {
        let prepared = row.state == ManifestState::Prepared;
        // The catalog keeps what was released: a lost file comes back byte for byte.
        if prepared || fs::symlink_metadata(repository.exports_dir().join(&row.file_name)).is_err() {
            let row = release(repository, row)?;
            written.extend(prepared.then_some(row));
        }
    }
    let mut tries = 0;
    loop {
        match prepare(repository, settings, now) {
            Ok(Some(row)) => written.push(release(repository, row)?),
            Ok(None) => return Ok(written),
            Err(failure) if failure.code == FailureCode::Conflict && tries < TRIES => tries += 1,
            Err(failure) => return Err(failure),
        }
    }
}

/// Settles the next manifest; none if there is nothing new.
fn prepare(repository: &Repository, settings: &Settings, now: OffsetDateTime) -> Result<Option<ManifestRow>, Failure> {
    let catalog = &repository.catalog;
    let mut ids = catalog.unexported(settings.export.records_per_manifest)?;
    if ids.is_empty() {
        return Ok(None);
    }
    // Read after the records: it then stands for the sealing of all of them.
    let acts = catalog
        .act_head()?
        .ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).because(StorageFault::RecordWithoutAct))?;
    let last = match catalog.last_manifest()? {
        // Another process is about to release it, or has died.
        Some(row) if row.state == ManifestState::Prepared => Some(release(repository, row)?),
        last => last,
    };
    let sequence = last.as_ref().map_or(1, |row| row.sequence.saturating_add(1));
    let before = last.as_ref().map(|row| catalog.manifest_reader(row.sequence)).transpose()?.flatten();
    let (teller, knowing) = (Teller::of_all(settings).after(before)?, Knowing::new(repository));
    let frame = teller.frame(sequence, last.map(|row| row.sha256), acts, now)?;
    let mut packer = ManifestPacker::default();
    packer.write(frame.head())?;
    let mut count = 0;
    'records: for part in ids.chunks(RECORDS_AT_ONCE) {
        let records = catalog.records(part)?.into_iter();
        let known: Vec<_> =
            records.map(|record| knowing.of(&record.dossier_code).map(|known| (record, known))).collect::<Result<_, _>>()?;
        let pieces = known.into_par_iter().map(|(record, known)| teller.record(&frame, record, &known));
        let pieces: Vec<Vec<u8>> = pieces.collect::<Result<_, _>>()?;
        for piece in pieces {
            if count > 0 {
                if packer.bytes_len().saturating_add(piece.len() as u64) > LARGE_ENOUGH {
                    break 'records;
                }
                packer.write(b",")?;
            }
            packer.write(&piece)?;
            count += 1;
        }
    }
    ids.truncate(count);
    packer.write(frame.tail())?;
    let (packed, sha256, bytes_len) = packer.finish()?;
    let file_name = publish::file_name(sequence);
    let row = ManifestRow { sequence, sha256, bytes_len, state: ManifestState::Prepared, created_at: now, file_name };
    catalog.prepare_manifest(&ManifestOrder { row: &row, packed: &packed, records: &ids })?;
    Ok(Some(row))
}

fn release(repository: &Repository, row: ManifestRow) -> Result<ManifestRow, Failure> {
    let path = repository.exports_dir().join(&row.file_name);
    let damaged = |cause: StorageFault| Failure::new(FailureCode::RepositoryDamaged).at_file(path.display()).because(cause);
    match digest_of(&path) {
        Ok(there) if there.sha256 == row.sha256 => {}
        // A manifest is never changed; one that is there is ours, or something is very wrong.
        Ok(_) => return Err(damaged(StorageFault::ManifestReleased)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            repository.write_with(&path, |file| {
                let mut file = BufWriter::new(file);
                repository.catalog.copy_manifest(&row, &mut file)?;
                file.flush().map_err(|error| RepositoryError::io(&path, &error))
            })?;
        }
        Err(error) => return Err(RepositoryError::io(&path, &error).into()),
    }
    repository.catalog.release_manifest(row.sequence)?;
    Ok(ManifestRow { state: ManifestState::Released, ..row })
}

/// The SHA-256 of these bytes.
pub fn sha256_of(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(Sha256Hasher::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
    use crate::settings::ExportSettings;

    const NOW: OffsetDateTime = datetime!(2026-03-02 19:00 UTC);

    #[test]
    fn records_go_out_once_in_manifests_of_a_set_size() {
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        for text in ["một", "hai", "ba"] {
            commit(&repository, batch, &code(CODE), recipe(1), &[text]);
        }
        let settings =
            Settings { export: ExportSettings { records_per_manifest: 2, ..ExportSettings::default() }, ..Settings::default() };
        let rows = export(&repository, &settings, NOW).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.sequence, row.state, row.file_name.as_str())).collect();
        assert_eq!(told, [(1, ManifestState::Released, "000001.json"), (2, ManifestState::Released, "000002.json")]);
        for row in &rows {
            let there = digest_of(&repository.exports_dir().join(&row.file_name)).unwrap();
            assert_eq!((there.sha256, there.bytes), (row.sha256, row.bytes_len));
        }
        assert_eq!(export(&repository, &settings, NOW).unwrap(), []);
    }

    /// Killed between settling a manifest and writing it, an export is taken up byte for byte.
    #[test]
    fn what_was_settled_is_released_by_the_next_export_as_it_was() {
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
        let settings = Settings::default();
        let settled = prepare(&repository, &settings, NOW).unwrap().unwrap();
        commit(&repository, batch, &code(CODE), recipe(1), &["hai"]);
        let later = NOW + time::Duration::days(1);
        let rows = export(&shared.open(Mode::Write), &settings, later).unwrap();
        assert_eq!(rows[0], ManifestRow { state: ManifestState::Released, ..settled });
        assert_eq!((rows.len(), rows[1].sequence, rows[1].created_at), (2, 2, later));
    }
}
