//! The lists of the register against the acts that imported into them last: who writes into the catalog
//! what no import brought is met here.

use super::acts::{Import, Told};
use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use crate::repository::{Repository, RepositoryError};

/// Compares what is kept with what the acts tell.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let mut imports = std::mem::take(&mut told.register);
    let mut find = |damage, name: &str, seen| {
        findings.add(Subject::Act, damage, Item::Register { list: name.to_owned() }, seen, Remedy::RestoreCatalog);
    };
    for state in repository.catalog.register_states()? {
        let name = state.list.as_str();
        match imports.remove(&state.list) {
            Some(Import { rows, digest, .. }) if (rows, digest) == (state.rows, state.digest) => {}
            Some(Import { act, .. }) => find(Damage::Changed, name, Seen::RegisterOtherwise { act }),
            None => find(Damage::Orphaned, name, Seen::RegisterWithoutAct),
        }
    }
    for (list, Import { act, .. }) in imports {
        find(Damage::Missing, list.as_str(), Seen::RegisterOtherwise { act });
    }
    Ok(())
}
