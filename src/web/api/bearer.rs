//! Programs that bring a token.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::commands::token;
use crate::commands::user::ShownAccount;
use crate::model::account::Right;
use crate::model::failure::FailureCode;
use crate::model::mask::Masking;
use crate::web::app::App;
use crate::web::refused::Refused;

/// A program, and in whose name it acts.
#[derive(Debug)]
pub(super) struct Program {
    /// The account.
    pub account: ShownAccount,
}

impl Program {
    /// Whether this may be done.
    pub(super) fn must(&self, right: Right) -> Result<(), Refused> {
        if self.account.role.may(right) { Ok(()) } else { Err(Refused::of(FailureCode::NotPermitted)) }
    }

    /// Whether it sees personal data. There is nobody who could give a reason.
    pub(super) fn masking(&self) -> Masking {
        if self.account.role.may(Right::SeePersonalData) { Masking::Shown } else { Masking::Masked }
    }
}

impl FromRequestParts<App> for Program {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let required = || Refused::of(FailureCode::SignInRequired);
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(required)?;
        let secret = header.strip_prefix("Bearer ").ok_or_else(required)?.trim().to_owned();
        let at = app.settings.general.now();
        let account = app.pool.read(move |repository| token::account_of(repository, &secret, at)).await?;
        Ok(Self { account: account.ok_or_else(required)? })
    }
}
