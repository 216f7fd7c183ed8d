//! Accounts, tokens, and what they were shown.

use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::acts;
use super::digests::{ACCOUNT, API_TOKEN};
use super::rows::{from_json, to_json};
use crate::model::account::{Account, AccountName, ApiToken};
use crate::model::act::{Access, Deed};
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{RecordId, Sha256};
use crate::repository::catalog::Accounts;
use crate::repository::error::RepositoryError;

impl Accounts for SqliteCatalog {
    fn add_account(&self, account: &Account) -> Result<(), RepositoryError> {
        self.write(|tx| {
            if account_of(tx, &account.name)?.is_some() {
                return Err(conflict(StorageFault::AccountTaken { name: account.name.to_string() }));
            }
            put(tx, account)?;
            acts::append(tx, account.changed_at, &self.warrant, told(account))
        })
    }

    fn change_account(&self, before: &Account, account: &Account) -> Result<(), RepositoryError> {
        self.write(|tx| {
            if account_of(tx, &account.name)?.as_ref() != Some(before) {
                return Err(conflict(StorageFault::AccountChanged { name: account.name.to_string() }));
            }
            put(tx, account)?;
            acts::append(tx, account.changed_at, &self.warrant, told(account))
        })
    }

    fn account(&self, name: &AccountName) -> Result<Option<Account>, RepositoryError> {
        self.read(|db| account_of(db, name))
    }

    fn accounts(&self) -> Result<Vec<Account>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM account ORDER BY name")?;
            query.query_and_then([], |row| from_json(&row.get::<_, String>(0)?))?.collect()
        })
    }

    fn put_token(&self, token: &ApiToken, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let sql = format!(
                "{} ON CONFLICT (secret) DO UPDATE SET content = excluded.content, row_digest = excluded.row_digest",
                API_TOKEN.insert()
            );
            tx.prepare_cached(&sql)?.execute(params![token.secret.as_bytes(), token.account.as_str(), to_json(token)?])?;
            let deed = Deed::TokenSet {
                account: token.account.clone(),
                token: token.name.clone(),
                state: token.state,
                digest: token.digest(),
            };
            acts::append(tx, at, &self.warrant, deed)
        })
    }

    fn token(&self, secret: Sha256) -> Result<Option<ApiToken>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM api_token WHERE secret = ?1")?;
            let content: Option<String> = query.query_row([secret.as_bytes()], |row| row.get(0)).optional()?;
            content.map(|content| from_json(&content)).transpose()
        })
    }

    fn tokens(&self) -> Result<Vec<ApiToken>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM api_token")?;
            let tokens: Result<Vec<ApiToken>, RepositoryError> =
                query.query_and_then([], |row| from_json(&row.get::<_, String>(0)?))?.collect();
            let mut tokens = tokens?;
            tokens.sort_by(|a, b| (&a.account, &a.name).cmp(&(&b.account, &b.name)));
            Ok(tokens)
        })
    }

    fn tell_access(
        &self,
        record: RecordId,
        document: Option<u32>,
        access: Access,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::Accessed { record, document, access }))
    }
}

fn account_of(db: &Connection, name: &AccountName) -> Result<Option<Account>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT content FROM account WHERE name = ?1")?;
    let content: Option<String> = query.query_row([name.as_str()], |row| row.get(0)).optional()?;
    content.map(|content| from_json(&content)).transpose()
}

fn put(db: &Connection, account: &Account) -> Result<(), RepositoryError> {
    let sql = format!(
        "{} ON CONFLICT (name) DO UPDATE SET content = excluded.content, row_digest = excluded.row_digest",
        ACCOUNT.insert()
    );
    db.prepare_cached(&sql)?.execute(params![account.name.as_str(), to_json(account)?])?;
    Ok(())
}

fn told(account: &Account) -> Deed {
    Deed::AccountSet { account: account.name.clone(), role: account.role, state: account.state, digest: account.digest() }
}

fn conflict(cause: impl Into<Cause>) -> RepositoryError {
    RepositoryError::Conflict { place: String::new(), cause: cause.into() }
}
