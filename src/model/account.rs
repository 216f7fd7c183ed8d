//! Accounts of people and the tokens of programs that use the console, and what each may do.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

use super::ids::{AccountDigest, Sha256};

/// Most characters of an account's name.
const MAX_NAME: usize = 64;

/// Says why a text is no name of an account.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a user name has 1 to {MAX_NAME} of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit")]
pub struct NotAnAccountName;

/// The name that somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct AccountName(String);

impl AccountName {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = NotAnAccountName;

    /// Takes capitals for small letters: people type them as they like.
    fn from_str(text: &str) -> Result<Self, NotAnAccountName> {
        let name = text.trim().to_ascii_lowercase();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins && name.len() <= MAX_NAME && name.chars().all(fits) { Ok(Self(name)) } else { Err(NotAnAccountName) }
    }
}

impl TryFrom<String> for AccountName {
    type Error = NotAnAccountName;

    fn try_from(text: String) -> Result<Self, NotAnAccountName> {
        text.parse()
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Cán bộ số hóa: clears what waits, and sees papers as they are.
    Clerk,
    /// Cán bộ lưu trữ: searches and hands out; personal data are masked until a reason is given.
    Archivist,
    /// Hệ thống kết nối: a program that reads through the API.
    Integrator,
    /// Quản trị viên: looks after the service. Personal data are masked as for an archivist.
    Administrator,
}

/// Something that may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To sign in and use the pages.
    Pages,
    /// To search and to look at records.
    Read,
    /// To see batches, what waits and what was refused.
    Batches,
    /// To see personal data without giving a reason each time.
    SeePersonalData,
    /// To see personal data once a reason was given.
    Unmask,
    /// To decide what waits, to change documents, and to bring files into an inbox.
    Decide,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Clerk, Self::Archivist, Self::Integrator, Self::Administrator];

    /// The name as it stands in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Archivist => "archivist",
            Self::Integrator => "integrator",
            Self::Administrator => "administrator",
        }
    }

    /// Whether accounts of this role may do that.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Pages => self != Self::Integrator,
            Right::Batches => matches!(self, Self::Clerk | Self::Administrator | Self::Integrator),
            Right::SeePersonalData => matches!(self, Self::Clerk | Self::Integrator),
            Right::Unmask => matches!(self, Self::Archivist | Self::Administrator),
            Right::Decide => self == Self::Clerk,
        }
    }
}

/// Whether an account or a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It can.
    Active,
    /// Not any more. It stays, for its acts name it.
    Disabled,
}

impl AccountState {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// An account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// What its owner signs in with.
    pub name: AccountName,
    /// What its owner is called.
    pub full_name: String,
    /// What it is for.
    pub role: Role,
    /// Whether it can be used.
    pub state: AccountState,
    /// The hash of the password (argon2id, in the PHC string format).
    pub password: String,
    /// When it was changed last.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
}

impl Account {
    /// The digest over all of it, for the act that tells of it. The password's hash holds sixteen random
    /// bytes, so that nothing can be tried against the digest alone.
    pub fn digest(&self) -> AccountDigest {
        let Self { name, full_name, role, state, password, changed_at } = self;
        digest_of("sohoa 2026 account", [name.as_str(), full_name, role.as_str(), state.as_str(), password], *changed_at)
    }
}

impl fmt::Debug for Account {
    /// Leaves the password's hash out: what is debugged ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("name", &self.name).field("role", &self.role).field("state", &self.state).finish()
    }
}

/// A token by which a program uses the API in the name of an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiToken {
    /// SHA-256 of the secret: the secret itself is shown once and kept nowhere.
    pub secret: Sha256,
    /// Tells it from others of the account.
    pub name: String,
    /// In whose name.
    pub account: AccountName,
    /// Whether it can be used.
    pub state: AccountState,
    /// When it ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

impl ApiToken {
    /// The digest over all of it, for the act that tells of it.
    pub fn digest(&self) -> AccountDigest {
        let Self { secret, name, account, state, expires_at } = self;
        digest_of("sohoa 2026 token", [&secret.to_string(), name, account.as_str(), state.as_str(), ""], *expires_at)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiToken").field("account", &self.account).field("name", &self.name).finish_non_exhaustive()
    }
}

fn digest_of(context: &str, parts: [&str; 5], at: OffsetDateTime) -> AccountDigest {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&at.unix_timestamp_nanos().to_le_bytes());
    AccountDigest::from_bytes(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_accounts_are_small_and_lead_nowhere() {
        let name = |text: &str| text.parse::<AccountName>().map(String::from);
        assert_eq!(name(" Van-Thu.01 ").unwrap(), "van-thu.01");
        for wrong in ["", ".a", "-a", "a b", "a/b", "lan\u{301}", "nguyễn", "a\nb", &"a".repeat(65)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_role_may_do_what_it_is_for_and_no_more() {
        let rights = [Right::Pages, Right::Read, Right::Batches, Right::SeePersonalData, Right::Unmask, Right::Decide];
        let may = |role: Role| rights.map(|right| role.may(right));
        assert_eq!(may(Role::Clerk), [true, true, true, true, false, true]);
        assert_eq!(may(Role::Archivist), [true, true, false, false, true, false]);
        assert_eq!(may(Role::Integrator), [false, true, true, true, false, false]);
        assert_eq!(may(Role::Administrator), [true, true, true, false, true, false]);
    }

    #[test]
    fn a_digest_covers_all_of_an_account_and_logs_show_no_hash() {
        let account = Account {
            name: "lan".parse().unwrap(),
            full_name: "Nguyễn Thị Lan".into(),
            role: Role::Archivist,
            state: AccountState::Active,
            password: "$argon2id$secret".into(),
            changed_at: OffsetDateTime::UNIX_EPOCH,
        };
        let others = [
            Account { full_name: "Lan".into(), ..account.clone() },
            Account { role: Role::Clerk, ..account.clone() },
            Account { state: AccountState::Disabled, ..account.clone() },
            Account { password: "$argon2id$other".into(), ..account.clone() },
        ];
        assert!(others.iter().all(|other| other.digest() != account.digest()));
        assert!(!format!("{account:?}").contains("secret"));
    }
}
