//! Accounts of people, tokens of programs, and what they were shown.

use time::OffsetDateTime;

use crate::model::account::{Account, AccountName, ApiToken};
use crate::model::act::Access;
use crate::model::ids::{RecordId, Sha256};
use crate::repository::error::RepositoryError;

/// Who may use the console. Accounts and tokens are never removed, for acts name them; an act tells of
/// each that is put, in the same transaction.
pub trait Accounts {
    /// Makes an account.
    ///
    /// # Errors
    /// `Conflict` if there is one of this name; or what the store says.
    fn add_account(&self, account: &Account) -> Result<(), RepositoryError>;

    /// Puts an account in the place of the one that is there.
    ///
    /// # Errors
    /// `Conflict` if that is not `before` any more; or what the store says.
    fn change_account(&self, before: &Account, account: &Account) -> Result<(), RepositoryError>;

    /// The account of this name.
    ///
    /// # Errors
    /// What the store says.
    fn account(&self, name: &AccountName) -> Result<Option<Account>, RepositoryError>;

    /// All accounts, by name.
    ///
    /// # Errors
    /// What the store says.
    fn accounts(&self) -> Result<Vec<Account>, RepositoryError>;

    /// Makes a token, or puts it in the place of the one with this secret.
    ///
    /// # Errors
    /// `Storage` if there is no such account; or what the store says.
    fn put_token(&self, token: &ApiToken, at: OffsetDateTime) -> Result<(), RepositoryError>;

    /// The token whose secret has this hash.
    ///
    /// # Errors
    /// What the store says.
    fn token(&self, secret: Sha256) -> Result<Option<ApiToken>, RepositoryError>;

    /// All tokens, by account and name.
    ///
    /// # Errors
    /// What the store says.
    fn tokens(&self) -> Result<Vec<ApiToken>, RepositoryError>;

    /// Tells in an act what somebody was shown or given.
    ///
    /// # Errors
    /// What the store says.
    fn tell_access(
        &self,
        record: RecordId,
        document: Option<u32>,
        access: Access,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError>;
}
