//! Accounts and tokens against the acts that put them last: who writes another password or role into the
//! catalog is met here.

use std::collections::BTreeMap;

use super::acts::Told;
use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use crate::model::ids::AccountDigest;
use crate::repository::{Repository, RepositoryError};

/// Compares what is kept with what the acts tell.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let accounts = repository.catalog.accounts()?.into_iter().map(|account| (account.name.to_string(), account.digest()));
    let tokens = repository.catalog.tokens()?.into_iter();
    let tokens = tokens.map(|token| (format!("{} {}", token.account, token.name), token.digest()));
    compare(accounts.chain(tokens), std::mem::take(&mut told.accounts), findings);
    Ok(())
}

fn compare(
    kept: impl Iterator<Item = (String, AccountDigest)>,
    mut told: BTreeMap<String, (u64, AccountDigest)>,
    findings: &mut Findings,
) {
    let mut find = |damage, name, seen| {
        findings.add(Subject::Act, damage, Item::Account { name }, seen, Remedy::RestoreCatalog);
    };
    for (name, digest) in kept {
        match told.remove(&name) {
            Some((_, put)) if put == digest => {}
            Some((act, _)) => find(Damage::Changed, name, Seen::AccountOtherwise { act }),
            None => find(Damage::Orphaned, name, Seen::AccountWithoutAct),
        }
    }
    for (name, (act, _)) in told {
        find(Damage::Missing, name, Seen::AccountOtherwise { act });
    }
}
