//! There is nothing that could be damaged: only what is kept is told.

use super::{Kept, MemoryCatalog, State};
use crate::model::batch::Ledger;
use crate::model::finding::Detail;
use crate::model::ids::{BatchId, LedgerDigest, RecordId};
use crate::repository::catalog::{BatchRow, DocumentRow, RecordRow, Survey};
use crate::repository::error::RepositoryError;

impl Survey for MemoryCatalog {
    fn integrity_errors(&self) -> Result<Vec<Detail>, RepositoryError> {
        Ok(Vec::new())
    }

    fn tables(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn changed_rows(&self, _: &str, _: usize) -> Result<Vec<String>, RepositoryError> {
        Ok(Vec::new())
    }

    fn contradicting_rows(&self, _: &str, _: usize) -> Result<Vec<String>, RepositoryError> {
        Ok(Vec::new())
    }

    fn schema_differences(&self) -> Result<Vec<Detail>, RepositoryError> {
        Ok(Vec::new())
    }

    fn counter_errors(&self) -> Result<Vec<Detail>, RepositoryError> {
        Ok(Vec::new())
    }

    fn misnoted_acts(&self, _: usize) -> Result<Vec<u64>, RepositoryError> {
        // Nothing is noted of acts here.
        Ok(Vec::new())
    }

    fn sighting_errors(&self, limit: usize) -> Result<Vec<String>, RepositoryError> {
        let state = self.read();
        let wrong = state
            .sightings
            .iter()
            .filter(|(_, (stamp, scan))| state.blobs.get(scan).is_some_and(|(blob, _)| blob.bytes != stamp.bytes));
        Ok(wrong.map(|(path, _)| path.clone()).take(limit).collect())
    }

    fn record_rows_after(&self, after: (&str, &str, i64), limit: usize) -> Result<Vec<RecordRow>, RepositoryError> {
        let state = self.read();
        let rows = state.sorted().into_iter().map(|kept| state.row(kept));
        Ok(rows.filter(|row| (row.code.as_str(), row.kind.as_str(), row.version) > after).take(limit).collect())
    }

    fn record_row(&self, id: &[u8; 32]) -> Result<Option<RecordRow>, RepositoryError> {
        let state = self.read();
        Ok(state.records.iter().find(|kept| kept.record.id.as_bytes() == id).map(|kept| state.row(kept)))
    }

    fn records_in_manifest(&self, sequence: u64) -> Result<u64, RepositoryError> {
        Ok(self.read().records.iter().filter(|kept| kept.manifest == Some(sequence)).count() as u64)
    }

    fn batch_rows(&self) -> Result<Vec<BatchRow>, RepositoryError> {
        let state = self.read();
        let rows =
            (1..).zip(&state.batches).map(|(id, batch)| BatchRow { id: BatchId(id), state: batch.state.as_str().to_owned() });
        Ok(rows.collect())
    }

    fn ledger(&self, batch: BatchId) -> Result<Ledger, RepositoryError> {
        Ok(self.read().ledger(batch))
    }

    fn ledger_digest(&self, batch: BatchId) -> Result<(u64, LedgerDigest), RepositoryError> {
        Ok(self.read().ledger_digest(batch))
    }

    fn ledgers_digest(&self, up_to: BatchId) -> Result<LedgerDigest, RepositoryError> {
        let (state, mut hasher) = (self.read(), blake3::Hasher::new());
        for id in 1..=up_to.0.min(state.batches.len() as i64) {
            hasher.update(state.ledger_digest(BatchId(id)).1.as_bytes());
        }
        Ok(LedgerDigest::from_bytes(*hasher.finalize().as_bytes()))
    }

    fn old_records_digest(&self) -> Result<(u64, LedgerDigest), RepositoryError> {
        let (state, mut hasher) = (self.read(), blake3::Hasher::new());
        let old: Vec<_> = state.records.iter().filter(|kept| matches!(kept.record.id, RecordId::V1(_))).collect();
        for kept in &old {
            hasher.update(format!("{:?}", kept.record).as_bytes());
        }
        Ok((old.len() as u64, LedgerDigest::from_bytes(*hasher.finalize().as_bytes())))
    }
}

impl State {
    fn row(&self, kept: &Kept) -> RecordRow {
        let record = &kept.record;
        let change = (1..).zip(&self.records).find(|(_, other)| other.record.id == record.id).map_or(0, |(change, _)| change);
        let document = |(document, recipe): (&crate::model::record::RecordDocument, &crate::model::ids::RecipeId)| DocumentRow {
            ordinal: document.ordinal.into(),
            id: *document.id.as_bytes(),
            file: document.file.blake3,
            file_blob: self.blobs.get(&document.file.blake3).map(|(blob, _)| *blob),
            source: document.source.blake3,
            source_blob: self.blobs.get(&document.source.blake3).map(|(blob, _)| *blob),
            recipe: *recipe,
        };
        RecordRow {
            change,
            id: *record.id.as_bytes(),
            format: record.id.format(),
            batch: kept.batch,
            code: record.dossier_code.to_string(),
            kind: record.kind.as_str().to_owned(),
            version: record.version.into(),
            supersedes: record.supersedes.as_ref().map(|id| *id.as_bytes()),
            manifest: kept.manifest.and_then(|manifest| i64::try_from(manifest).ok()),
            content: serde_json::to_string(record).unwrap_or_default(),
            record: Ok(record.clone()),
            documents: record.kept_documents().into_iter().zip(&kept.recipes).map(document).collect(),
        }
    }
}
