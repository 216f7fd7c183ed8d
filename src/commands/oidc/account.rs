//! The account of somebody whom the service vouches for. It belongs to who the service says that is, and not to
//! whoever bears its name: else whoever chooses a name there would choose an account here.

use time::OffsetDateTime;

use super::{Identity, Refusal};
use crate::model::account::{Account, AccountName, AccountState};
use crate::model::failure::Failure;
use crate::repository::Repository;

/// What stands in the place of a password's hash. No password has it.
fn bond(identity: &Identity) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 account of a sign-in service");
    for part in [&identity.issuer, &identity.subject] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    format!("oidc:{}", hasher.finalize().to_hex())
}

/// How somebody stands here.
pub(crate) enum Standing {
    /// As the service says.
    Known(Account),
    /// There is something to write, in the name of this account: what somebody is called there may be the name of
    /// somebody else here.
    News(AccountName),
}

/// How this person stands here.
///
/// # Errors
/// As [`account_of`].
pub(crate) fn standing(repository: &Repository, identity: &Identity) -> Result<Standing, Failure> {
    let role = identity.role.ok_or(Refusal::Role)?;
    let Some(before) = known(repository, identity)? else {
        return Ok(Standing::News(free_name(repository, identity)?));
    };
    let is_same = before.role == role && before.full_name == full_name(identity, &before);
    Ok(if is_same { Standing::Known(before) } else { Standing::News(before.name) })
}

/// The account of this person, made or brought up to date where the service says otherwise than before.
///
/// # Errors
/// A [`Refusal`] if the service gives no role here, the name belongs to somebody else or the account is disabled;
/// what the repository says.
pub(crate) fn account_of(repository: &Repository, identity: &Identity, at: OffsetDateTime) -> Result<Account, Failure> {
    let role = identity.role.ok_or(Refusal::Role)?;
    let Some(before) = known(repository, identity)? else {
        let name = free_name(repository, identity)?;
        let full_name = identity.full_name.clone().unwrap_or_else(|| name.to_string());
        let account = Account { name, full_name, role, state: AccountState::Active, password: bond(identity), changed_at: at };
        repository.catalog.add_account(&account)?;
        return Ok(account);
    };
    let full_name = full_name(identity, &before);
    if before.role == role && before.full_name == full_name {
        return Ok(before);
    }
    let after = Account { role, full_name, changed_at: at, ..before.clone() };
    repository.catalog.change_account(&before, &after)?;
    Ok(after)
}

/// The account that belongs to this person, if there is one.
fn known(repository: &Repository, identity: &Identity) -> Result<Option<Account>, Failure> {
    let bond = bond(identity);
    let known = repository.catalog.accounts()?.into_iter().find(|account| account.password == bond);
    if known.as_ref().is_some_and(|account| account.state != AccountState::Active) {
        return Err(Refusal::Disabled.into());
    }
    Ok(known)
}

fn full_name(identity: &Identity, before: &Account) -> String {
    identity.full_name.clone().unwrap_or_else(|| before.full_name.clone())
}

/// The name of an account that is to be made.
fn free_name(repository: &Repository, identity: &Identity) -> Result<AccountName, Failure> {
    let name = name_of(identity)?;
    if repository.catalog.account(&name)?.is_some() { Err(Refusal::NameTaken.into()) } else { Ok(name) }
}

/// A name as accounts have it: of an address what stands before the @.
fn name_of(identity: &Identity) -> Result<AccountName, Refusal> {
    let told = identity.name.as_deref().ok_or(Refusal::Name)?;
    let name = told.split_once('@').map_or(told, |(name, _)| name);
    name.parse().map_err(|_| Refusal::Name)
}
