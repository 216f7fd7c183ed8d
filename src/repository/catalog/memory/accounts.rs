//! Accounts, tokens, and what they were shown.

use time::OffsetDateTime;

use super::{MemoryCatalog, State, conflict, refused};
use crate::model::account::{Account, AccountName, ApiToken};
use crate::model::act::{Access, Deed, Warrant};
use crate::model::ids::{RecordId, Sha256};
use crate::repository::catalog::Accounts;
use crate::repository::error::RepositoryError;

impl Accounts for MemoryCatalog {
    fn add_account(&self, account: &Account) -> Result<(), RepositoryError> {
        self.write(|state| {
            if state.accounts.contains_key(&account.name) {
                return Err(conflict("there is an account of this name"));
            }
            state.set_account(account, &self.warrant)
        })
    }

    fn change_account(&self, before: &Account, account: &Account) -> Result<(), RepositoryError> {
        self.write(|state| {
            if state.accounts.get(&account.name) != Some(before) {
                return Err(conflict("the account was changed meanwhile"));
            }
            state.set_account(account, &self.warrant)
        })
    }

    fn account(&self, name: &AccountName) -> Result<Option<Account>, RepositoryError> {
        Ok(self.read().accounts.get(name).cloned())
    }

    fn accounts(&self) -> Result<Vec<Account>, RepositoryError> {
        Ok(self.read().accounts.values().cloned().collect())
    }

    fn put_token(&self, token: &ApiToken, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| {
            if !state.accounts.contains_key(&token.account) {
                return Err(refused("there is no such account"));
            }
            state.tokens.insert(token.secret, token.clone());
            let (account, digest) = (token.account.clone(), token.digest());
            let deed = Deed::TokenSet { account, token: token.name.clone(), state: token.state, digest };
            state.append(at, &self.warrant, deed)
        })
    }

    fn token(&self, secret: Sha256) -> Result<Option<ApiToken>, RepositoryError> {
        Ok(self.read().tokens.get(&secret).cloned())
    }

    fn tokens(&self) -> Result<Vec<ApiToken>, RepositoryError> {
        let mut tokens: Vec<ApiToken> = self.read().tokens.values().cloned().collect();
        tokens.sort_by(|a, b| (&a.account, &a.name).cmp(&(&b.account, &b.name)));
        Ok(tokens)
    }

    fn tell_access(
        &self,
        record: RecordId,
        document: Option<u32>,
        access: Access,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::Accessed { record, document, access }))
    }
}

impl State {
    fn set_account(&mut self, account: &Account, warrant: &Warrant) -> Result<(), RepositoryError> {
        self.accounts.insert(account.name.clone(), account.clone());
        let (name, digest) = (account.name.clone(), account.digest());
        let deed = Deed::AccountSet { account: name, role: account.role, state: account.state, digest };
        self.append(account.changed_at, warrant, deed)
    }
}
