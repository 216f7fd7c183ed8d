//! Accounts: making, listing, disabling them, changing passwords, and signing in.

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;

use super::password;
use crate::model::account::{Account, AccountName, AccountState, Role};
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::repository::Repository;

/// An account to be made.
#[derive(Debug)]
pub(crate) struct NewAccount<'a> {
    /// What its owner signs in with.
    pub name: &'a str,
    /// What its owner is called; the name where that is not told.
    pub full_name: Option<&'a str>,
    /// What it is for.
    pub role: Role,
    /// What its owner will type.
    pub password: &'a str,
}

/// An account as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ShownAccount {
    /// What its owner signs in with.
    pub name: AccountName,
    /// What its owner is called.
    pub full_name: String,
    /// What it is for.
    pub role: Role,
    /// Whether it can be used.
    pub state: AccountState,
    /// When it was changed last.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub changed_at: OffsetDateTime,
}

impl From<Account> for ShownAccount {
    fn from(account: Account) -> Self {
        let Account { name, full_name, role, state, changed_at, .. } = account;
        Self { name, full_name, role, state, changed_at }
    }
}

/// Whether an account could be made with this name and password, whoever has one already.
///
/// # Errors
/// [`FailureCode::AccountNameInvalid`] or [`FailureCode::PasswordUnfit`].
pub(crate) fn expect_fit(new: &NewAccount<'_>) -> Result<(), Failure> {
    password::expect_fit(new.password, &name_of(new.name)?)
}

/// Makes an account.
///
/// # Errors
/// [`FailureCode::AccountNameInvalid`], [`FailureCode::PasswordUnfit`], [`FailureCode::AccountExists`], or
/// what the repository says.
pub(crate) fn add(repository: &Repository, new: &NewAccount<'_>, at: OffsetDateTime) -> Result<ShownAccount, Failure> {
    let name = name_of(new.name)?;
    if repository.catalog.account(&name)?.is_some() {
        return Err(Failure::new(FailureCode::AccountExists).at(Place::Typed { text: name.to_string() }));
    }
    let password = password::hash(new.password, &name)?;
    let full_name = new.full_name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(name.as_str()).to_owned();
    let account = Account { full_name, role: new.role, state: AccountState::Active, password, changed_at: at, name };
    repository.catalog.add_account(&account)?;
    Ok(account.into())
}

/// All accounts, by name.
///
/// # Errors
/// What the repository says.
pub(crate) fn list(repository: &Repository) -> Result<Vec<ShownAccount>, Failure> {
    Ok(repository.catalog.accounts()?.into_iter().map(ShownAccount::from).collect())
}

/// Lets an account be used, or not any more.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none, or what the repository says.
pub(crate) fn set_state(
    repository: &Repository,
    name: &str,
    state: AccountState,
    at: OffsetDateTime,
) -> Result<ShownAccount, Failure> {
    change(repository, name, |account| Ok(Account { state, changed_at: at, ..account }))
}

/// Gives an account another password.
///
/// # Errors
/// [`FailureCode::NotFound`], [`FailureCode::PasswordUnfit`], or what the repository says.
pub(crate) fn set_password(
    repository: &Repository,
    name: &str,
    password: &str,
    at: OffsetDateTime,
) -> Result<ShownAccount, Failure> {
    change(repository, name, |account| {
        let password = password::hash(password, &account.name)?;
        Ok(Account { password, changed_at: at, ..account })
    })
}

fn change(
    repository: &Repository,
    name: &str,
    changed: impl FnOnce(Account) -> Result<Account, Failure>,
) -> Result<ShownAccount, Failure> {
    let before = find(repository, name)?;
    let after = changed(before.clone())?;
    repository.catalog.change_account(&before, &after)?;
    Ok(after.into())
}

/// The account of this name, as it was typed.
pub(super) fn find(repository: &Repository, typed: &str) -> Result<Account, Failure> {
    let name = name_of(typed)?;
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Typed { text: name.to_string() });
    repository.catalog.account(&name)?.ok_or_else(not_found)
}

fn name_of(typed: &str) -> Result<AccountName, Failure> {
    typed.parse().map_err(|_| {
        let name = typed.chars().take(80).collect();
        Failure::new(FailureCode::AccountNameInvalid).because(WorkFault::AccountNameForm { name })
    })
}

/// The account that somebody wants to sign in to; none if no account has that name.
///
/// # Errors
/// What the repository says.
pub(crate) fn find_for_sign_in(repository: &Repository, name: &str) -> Result<Option<Account>, Failure> {
    match name.parse::<AccountName>() {
        Ok(name) => Ok(repository.catalog.account(&name)?),
        Err(_) => Ok(None),
    }
}

/// Gives back the account if the password is its own and it can be used. Whether there is such an account,
/// whether it can be used or whether the password is another shows neither in the answer nor in the time
/// that it takes.
pub(crate) fn check_password(account: Option<Account>, password: &str) -> Option<Account> {
    let is_right = password::is_right(password, account.as_ref().map(|account| account.password.as_str()));
    account.filter(|account| is_right && account.state == AccountState::Active)
}
