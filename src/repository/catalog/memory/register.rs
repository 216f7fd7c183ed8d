//! The dossier register.

use time::OffsetDateTime;

use super::{MemoryCatalog, refused};
use crate::model::act::Deed;
use crate::model::codes::ProcedureCode;
use crate::model::ids::RegisterDigest;
use crate::model::register::{ImportCounts, ListState, RegisterDossier, RegisterList, RegisterRow};
use crate::repository::catalog::{Register, RegisterImport, RegisterRows};
use crate::repository::error::RepositoryError;

impl Register for MemoryCatalog {
    fn import_register(&self, import: &RegisterImport<'_>, rows: &mut RegisterRows<'_>) -> Result<ImportCounts, RepositoryError> {
        self.write(|state| {
            let mut counts = ImportCounts::default();
            let act = state.acts.len() as u64 + 1;
            for row in rows {
                let mut row = row?;
                if row.list() != import.list {
                    return Err(refused("the row belongs to another list"));
                }
                let key = (import.list, row.key());
                if let (Some(told), Some((_, kept))) = (import.told, state.register.get(&key)) {
                    row = row.keeping(kept, told).map_err(|error| refused(error.to_string()))?;
                }
                let count = match state.register.get(&key) {
                    Some((_, kept)) if *kept == row => {
                        counts.unchanged += 1;
                        continue;
                    }
                    Some(_) => &mut counts.changed,
                    None => &mut counts.added,
                };
                *count += 1;
                state.register.insert(key, (act, row));
            }
            if counts.added == 0 && counts.changed == 0 {
                return Ok(counts);
            }
            let (rows, digest) = state.list(import.list);
            let deed = Deed::RegisterImported {
                list: import.list,
                file: import.file.to_owned(),
                sha256: import.sha256,
                added: counts.added,
                changed: counts.changed,
                rows,
                digest,
            };
            state.append(import.at, &self.warrant, deed)?;
            Ok(counts)
        })
    }

    fn register_row(&self, list: RegisterList, key: &str) -> Result<Option<RegisterRow>, RepositoryError> {
        Ok(self.read().register.get(&(list, key.to_owned())).map(|(_, row)| row.clone()))
    }

    fn procedures_of(
        &self,
        dossiers: &[&str],
        see: &mut dyn FnMut(&str, &ProcedureCode, Option<String>) -> bool,
    ) -> Result<bool, RepositoryError> {
        let state = self.read();
        let mut known =
            dossiers.iter().filter_map(|code| match state.register.get(&(RegisterList::Dossiers, (*code).to_owned()))? {
                (_, RegisterRow::Dossier(dossier)) => Some((*code, dossier.procedure.as_ref()?, dossier.procedure_name.clone())),
                _ => None,
            });
        Ok(known.all(|(code, procedure, name)| see(code, procedure, name)))
    }

    fn register_rows_after(&self, list: RegisterList, after: &str, limit: usize) -> Result<Vec<RegisterRow>, RepositoryError> {
        let state = self.read();
        let rows = state.register.iter().filter(|((of, key), _)| *of == list && key.as_str() > after);
        Ok(rows.take(limit).map(|(_, (_, row))| row.clone()).collect())
    }

    fn register_between(
        &self,
        list: RegisterList,
        between: (OffsetDateTime, OffsetDateTime),
        see: &mut dyn FnMut(RegisterRow) -> Result<(), RepositoryError>,
    ) -> Result<(), RepositoryError> {
        let state = self.read();
        let mut rows: Vec<&RegisterRow> = state.between(list, between).collect();
        rows.sort_by_key(|row| (row.at(), row.key()));
        rows.into_iter().cloned().try_for_each(see)
    }

    fn count_register(&self, list: RegisterList, between: (OffsetDateTime, OffsetDateTime)) -> Result<u64, RepositoryError> {
        Ok(self.read().between(list, between).count() as u64)
    }

    fn register_of_owner(&self, number: &str, limit: usize) -> Result<Vec<RegisterDossier>, RepositoryError> {
        let state = self.read();
        let dossier = |(_, row): &(u64, RegisterRow)| match row {
            RegisterRow::Dossier(dossier) if row.owner() == Some(number) => Some(RegisterDossier::clone(dossier)),
            _ => None,
        };
        Ok(state.register.values().filter_map(dossier).take(limit).collect())
    }

    fn dossiers_with_papers(&self, between: (OffsetDateTime, OffsetDateTime)) -> Result<Vec<String>, RepositoryError> {
        let state = self.read();
        let has_papers = |code: &String| state.records.iter().any(|kept| kept.record.dossier_code.as_str() == code);
        Ok(state.between(RegisterList::Dossiers, between).map(RegisterRow::key).filter(has_papers).collect())
    }

    fn register_states(&self) -> Result<Vec<ListState>, RepositoryError> {
        let state = self.read();
        let mut lists = RegisterList::ALL;
        lists.sort_by_key(|list| list.as_str());
        let states = lists.into_iter().map(|list| (list, state.list(list)));
        Ok(states.filter(|(_, (rows, _))| *rows > 0).map(|(list, (rows, digest))| ListState { list, rows, digest }).collect())
    }
}

impl super::State {
    fn between(
        &self,
        list: RegisterList,
        (from, before): (OffsetDateTime, OffsetDateTime),
    ) -> impl Iterator<Item = &RegisterRow> {
        let rows = self.register.iter().filter(move |((of, _), _)| *of == list).map(|(_, (_, row))| row);
        rows.filter(move |row| row.at().is_some_and(|at| at >= from && at < before))
    }

    fn list(&self, list: RegisterList) -> (u64, RegisterDigest) {
        let (mut hasher, mut rows) = (blake3::Hasher::new(), 0);
        for (_, (act, row)) in self.register.iter().filter(|((of, _), _)| *of == list) {
            hasher.update(format!("{act} {row:?}\n").as_bytes());
            rows += 1;
        }
        (rows, RegisterDigest::from_bytes(*hasher.finalize().as_bytes()))
    }
}
