//! Papers held against the register, whenever somebody asks.

use std::collections::BTreeSet;
use std::convert::Infallible;

use time::OffsetDateTime;

use super::{MemoryCatalog, State};
use crate::model::act::{Act, Deed};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::record::Record;
use crate::model::register::{
    ComponentEntry, Disagreement, RegisterDossier, RegisterList, RegisterRow, SaidToStand, Sides, disagreements, expects_papers,
};
use crate::repository::catalog::{DifferenceFilter, Differences, SaidReuse, standing};
use crate::repository::error::RepositoryError;

impl Differences for MemoryCatalog {
    fn differences(
        &self,
        filter: &DifferenceFilter,
        after: Option<(OffsetDateTime, &str)>,
        limit: usize,
    ) -> Result<Vec<Disagreement>, RepositoryError> {
        let state = self.read();
        let mut all = state.all_differences(filter);
        all.retain(|one| after.is_none_or(|after| (one.since, one.code.as_str()) > after));
        all.sort_by(|one, other| (one.since, one.code.as_str()).cmp(&(other.since, other.code.as_str())));
        all.truncate(limit);
        Ok(all)
    }

    fn count_differences(&self, filter: &DifferenceFilter) -> Result<u64, RepositoryError> {
        Ok(self.read().all_differences(filter).len() as u64)
    }

    fn differences_of(&self, code: &DossierCode) -> Result<Option<Disagreement>, RepositoryError> {
        let state = self.read();
        let has_register = state.has_register();
        Ok(state.difference(code).filter(|one| one.sides != Sides::Papers || has_register))
    }

    fn reuses_of(&self, code: &DossierCode) -> Result<Vec<SaidReuse>, RepositoryError> {
        Ok(self.read().reuses().filter(|one| one.said.dossier == *code).collect())
    }

    fn count_reuses(&self, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<u64, RepositoryError> {
        let state = self.read();
        let said = state.reuses().filter(|one| one.at >= from && one.at < before);
        Ok(said.map(|one| (one.said.dossier, one.said.component)).collect::<BTreeSet<_>>().len() as u64)
    }

    fn misnoted_differences(&self, _: usize) -> Result<Vec<(&'static str, String)>, RepositoryError> {
        // Nothing is noted here.
        Ok(Vec::new())
    }

    fn renew_differences(&self) -> Result<(), RepositoryError> {
        self.write(|_| Ok(()))
    }
}

impl State {
    fn has_register(&self) -> bool {
        self.register.keys().any(|(list, _)| *list == RegisterList::Dossiers)
    }

    fn reuses(&self) -> impl Iterator<Item = SaidReuse> + '_ {
        self.acts.iter().filter_map(|row| match serde_json::from_str::<Act>(&row.content).ok()? {
            Act { number, at, deed: Deed::ComponentReused(said), .. } => Some(SaidReuse { act: number, at, said }),
            _ => None,
        })
    }

    fn all_differences(&self, filter: &DifferenceFilter) -> Vec<Disagreement> {
        let entries = self.register.values().filter_map(|(_, row)| match row {
            RegisterRow::Dossier(dossier) => Some(dossier.code.clone()),
            _ => None,
        });
        let papers = self.records.iter().map(|kept| kept.record.dossier_code.clone());
        let codes: BTreeSet<DossierCode> = entries.chain(papers).collect();
        let has_register = self.has_register();
        codes.iter().filter_map(|code| self.difference(code)).filter(|one| filter.takes(one, has_register)).collect()
    }

    fn entry(&self, code: &DossierCode) -> Option<&RegisterDossier> {
        match self.register.get(&(RegisterList::Dossiers, code.to_string())) {
            Some((_, RegisterRow::Dossier(entry))) => Some(entry),
            _ => None,
        }
    }

    fn difference(&self, code: &DossierCode) -> Option<Disagreement> {
        let entry = self.entry(code);
        let first: Vec<_> =
            self.records.iter().filter(|kept| kept.record.dossier_code == *code && kept.record.version == 1).collect();
        let code = code.clone();
        let Some(since) = first.iter().map(|kept| kept.record.sealed_at).min() else {
            let at = expects_papers(entry?)?;
            return Some(Disagreement { code, at: Some(at), since: at, sides: Sides::Entry, differences: Vec::new() });
        };
        let Some(entry) = entry else {
            let at = first.iter().filter_map(|kept| self.batch(kept.batch)).map(|batch| batch.began.started_at).max();
            return Some(Disagreement { code, at, since, sides: Sides::Papers, differences: Vec::new() });
        };
        let kinds = [RecordKind::Dossier, RecordKind::Result];
        let records: Vec<Record> =
            kinds.into_iter().filter_map(|kind| self.current(&code, kind)).map(|kept| kept.record.clone()).collect();
        let differences = disagreements(entry, &self.demanded(entry), &records, &self.said_to_stand(entry));
        (!differences.is_empty()).then_some(Disagreement { code, at: entry.received_at, since, sides: Sides::Both, differences })
    }

    fn demanded(&self, entry: &RegisterDossier) -> Vec<ComponentEntry> {
        let procedure = entry.procedure.as_ref().map(|code| code.short().to_owned());
        let component = |(_, row): &(u64, RegisterRow)| match row {
            RegisterRow::Component(component) if Some(component.procedure.short()) == procedure.as_deref() => {
                Some(component.clone())
            }
            _ => None,
        };
        self.register.values().filter_map(component).collect()
    }

    fn said_to_stand(&self, entry: &RegisterDossier) -> SaidToStand {
        let now = |id| {
            let then = self.records.iter().map(|kept| &kept.record).find(|record| record.id == id);
            let record = then.and_then(|then| self.current(&then.dossier_code, then.kind)).map(|kept| kept.record.clone());
            Ok::<_, Infallible>((record, then.and_then(|then| self.entry(&then.dossier_code)).cloned()))
        };
        let said = self.reuses().filter(|one| one.said.dossier == entry.code).collect();
        let all = standing(entry, said, now).unwrap_or_default();
        all.into_iter().map(|(component, (_, lapse))| (component, lapse)).collect()
    }
}
