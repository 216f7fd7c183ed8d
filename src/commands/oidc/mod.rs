//! Signing in by a service that knows the people: OpenID Connect, authorization code with PKCE.
//!
//! The service is asked where it is talked to ([discovery]) and for its keys; whoever comes back from it brings
//! a code, for which it gives a token that says who that is. What a token says is believed if it is signed by a
//! key of the service, is meant for this console, for this try of this browser, and for now.
//!
//! [discovery]: https://openid.net/specs/openid-connect-discovery-1_0.html

mod account;
mod claims;
mod keys;
mod provider;

use thiserror::Error;

pub(crate) use account::{Standing, account_of, standing};
pub(crate) use provider::{Provider, Returned};

use crate::model::account::Role;
use crate::model::failure::{Cause, Failure, FailureCode};

/// Who somebody is, as the service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Who says it.
    pub issuer: String,
    /// What the service calls somebody, always.
    pub subject: String,
    /// From which an account's name is made.
    pub name: Option<String>,
    /// What somebody is called.
    pub full_name: Option<String>,
    /// The role that the settings give by what the service says; none if it gives none.
    pub role: Option<Role>,
}

/// Why a sign-in is not believed. For the log: whoever tries learns that it failed and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("the token is none")]
    Form,
    #[error("the token is signed in another way than RS256 or ES256")]
    Algorithm,
    #[error("the token is signed by no key of the service")]
    Key,
    #[error("the signature does not hold")]
    Signature,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for somebody else")]
    Audience,
    #[error("the token is too old")]
    Expired,
    #[error("the token is not valid yet")]
    Early,
    #[error("the token answers another try")]
    Nonce,
    #[error("the token says of nobody")]
    Subject,
    #[error("the service does not take the code")]
    Code,
    #[error("the service gives no role that the settings know")]
    Role,
    #[error("the service tells no name that can be that of an account")]
    Name,
    #[error("an account of this name belongs to somebody else")]
    NameTaken,
    #[error("the account is disabled")]
    Disabled,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::new(FailureCode::SignInRefused).because(Cause::said(refusal))
    }
}
