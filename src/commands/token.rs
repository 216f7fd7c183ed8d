//! Tokens by which programs use the API in the name of an account.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256 as Hasher};
use time::{Duration, OffsetDateTime};

use super::access::Repository;
use super::chance;
use super::user::{self, ShownAccount};
use crate::model::account::{AccountName, AccountState, ApiToken};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::Sha256;

/// What every secret begins with, so that one that got into a wrong place is recognised.
const PREFIX: &str = "sohoa_";

/// A token as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ShownToken {
    /// In whose name.
    pub account: AccountName,
    /// Tells it from others of the account.
    pub name: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// When it ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub expires_at: OffsetDateTime,
    /// What a program sends; told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl From<ApiToken> for ShownToken {
    fn from(token: ApiToken) -> Self {
        let ApiToken { account, name, state, expires_at, .. } = token;
        Self { account, name, state, expires_at, secret: None }
    }
}

/// Makes a token that lasts so many days.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is no such account, [`FailureCode::AccountExists`] if the account has a
/// token of this name, or what the repository says.
pub(crate) fn add(
    repository: &Repository,
    account: &str,
    name: &str,
    days: u32,
    at: OffsetDateTime,
) -> Result<ShownToken, Failure> {
    let account = user::find(repository, account)?.name;
    let is_taken = |token: &ApiToken| token.account == account && token.name == name;
    if repository.catalog.tokens()?.iter().any(is_taken) {
        return Err(Failure::new(FailureCode::AccountExists).at(Place::Typed { text: format!("{account} {name}") }));
    }
    let secret = format!("{PREFIX}{}", chance::text()?);
    let expires_at = at.saturating_add(Duration::days(days.into()));
    let token = ApiToken { secret: hash_of(&secret), name: name.to_owned(), account, state: AccountState::Active, expires_at };
    repository.catalog.put_token(&token, at)?;
    Ok(ShownToken { secret: Some(secret), ..token.into() })
}

/// All tokens, by account and name.
///
/// # Errors
/// What the repository says.
pub(crate) fn list(repository: &Repository) -> Result<Vec<ShownToken>, Failure> {
    Ok(repository.catalog.tokens()?.into_iter().map(ShownToken::from).collect())
}

/// Takes a token back.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none, or what the repository says.
pub(crate) fn revoke(repository: &Repository, account: &str, name: &str, at: OffsetDateTime) -> Result<ShownToken, Failure> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Typed { text: format!("{account} {name}") });
    let found = repository.catalog.tokens()?.into_iter().find(|token| token.account.as_str() == account && token.name == name);
    let token = ApiToken { state: AccountState::Disabled, ..found.ok_or_else(not_found)? };
    repository.catalog.put_token(&token, at)?;
    Ok(token.into())
}

/// The account in whose name a program acts that sends this secret; none if it opens nothing (any more).
///
/// # Errors
/// What the repository says.
pub(crate) fn account_of(repository: &Repository, secret: &str, at: OffsetDateTime) -> Result<Option<ShownAccount>, Failure> {
    let Some(token) = repository.catalog.token(hash_of(secret))? else { return Ok(None) };
    if token.state != AccountState::Active || token.expires_at <= at {
        return Ok(None);
    }
    let account = repository.catalog.account(&token.account)?;
    Ok(account.filter(|account| account.state == AccountState::Active).map(ShownAccount::from))
}

fn hash_of(secret: &str) -> Sha256 {
    Sha256::from_bytes(Hasher::digest(secret.as_bytes()).into())
}
