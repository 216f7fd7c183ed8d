//! Programs that bring a token.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::commands::token;
use crate::commands::user::ShownAccount;
use crate::model::account::Right;
use crate::model::failure::FailureCode;
use crate::model::ids::RecordId;
use crate::model::mask::Masking;
use crate::web::app::{App, Shared};
use crate::web::refused::Refused;
use crate::web::unmasked::ProgramKey;

/// A program, and in whose name it acts.
#[derive(Debug)]
pub(super) struct Program {
    /// The account.
    pub account: ShownAccount,
    /// Tells its token from others.
    pub key: ProgramKey,
}

impl Program {
    /// Whether this may be done.
    pub(super) fn must(&self, right: Right) -> Result<(), Refused> {
        if self.account.role.may(right) { Ok(()) } else { Err(Refused::of(FailureCode::NotPermitted)) }
    }

    /// Whether it sees the personal data of a record: by its role, or because it gave a reason just now.
    pub(super) fn masking(&self, app: &Shared, record: RecordId) -> Masking {
        let role = self.account.role;
        let sees = role.may(Right::SeePersonalData) || (role.may(Right::Unmask) && app.unmasked.is_unmasked(&self.key, record));
        if sees { Masking::Shown } else { Masking::Masked }
    }
}

impl FromRequestParts<App> for Program {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let required = || Refused::of(FailureCode::SignInRequired);
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(required)?;
        let secret = header.strip_prefix("Bearer ").ok_or_else(required)?.trim().to_owned();
        let (at, key) = (app.settings.general.now(), *blake3::hash(secret.as_bytes()).as_bytes());
        let account = app.pool.read(move |repository| token::account_of(repository, &secret, at)).await?;
        Ok(Self { account: account.ok_or_else(required)?, key })
    }
}
