//! Who is signed in, and forms that really come from their pages.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::address::encoded;
use super::app::App;
use super::asked::Asked;
use super::chrome::{Chrome, Part};
use super::cookie;
use super::refused::Refused;
use super::session::Known;
use crate::commands::user::ShownAccount;
use crate::model::account::{AccountState, Right};
use crate::model::failure::{Failure, FailureCode};

/// Somebody who is signed in on the pages.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    /// The account as it is now.
    pub account: ShownAccount,
    /// The session.
    pub session: Known,
}

impl Signed {
    /// Whether this may be done.
    ///
    /// # Errors
    /// That it may not.
    pub(super) fn must(&self, right: Right) -> Result<(), Refused> {
        if self.account.role.may(right) { Ok(()) } else { Err(Refused::of(FailureCode::NotPermitted)) }
    }
}

/// Sends whoever has to sign in there, and back afterwards.
#[derive(Debug)]
pub(super) enum NotSigned {
    SignIn(String),
    Refused(Refused),
}

impl IntoResponse for NotSigned {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(next) => {
                let next = encoded(&next);
                Redirect::to(&format!("/login?next={next}")).into_response()
            }
            Self::Refused(refused) => refused.into_response(),
        }
    }
}

impl From<Refused> for NotSigned {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = NotSigned;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSigned> {
        let uri = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let signed = signed(&parts.headers, is_secure(&parts.extensions), app).await?;
        signed.ok_or_else(|| {
            // What was sent by a form is lost; its page is not where to go back to.
            if parts.method == Method::GET { NotSigned::SignIn(uri) } else { NotSigned::SignIn("/".to_owned()) }
        })
    }
}

/// Whether a request came by TLS.
fn is_secure(extensions: &Extensions) -> bool {
    extensions.get::<Asked>().is_some_and(|asked| asked.origin.secure)
}

/// Who a cookie stands for, if the account is still as it was when it was set.
pub(super) async fn signed(headers: &HeaderMap, secure: bool, app: &App) -> Result<Option<Signed>, Refused> {
    let session = cookie::find(headers, cookie::SESSION, secure).and_then(|secret| app.sessions.find(secret, Instant::now()));
    still_signed(session, app).await
}

/// Whose session it is, if the account is still as it was when it began.
async fn still_signed(session: Option<Known>, app: &App) -> Result<Option<Signed>, Refused> {
    let Some(session) = session else { return Ok(None) };
    let name = session.account.clone();
    let account = app.pool.read(move |repository| Ok(repository.catalog.account(&name)?)).await?;
    match account {
        Some(account) if account.digest() == session.digest && account.state == AccountState::Active => {
            Ok(Some(Signed { account: account.into(), session }))
        }
        _ => {
            app.sessions.end(&session.key);
            Ok(None)
        }
    }
}

/// A form that was sent from a page of whoever is signed in.
#[derive(Debug)]
pub(super) struct Posted {
    /// By whom.
    pub signed: Signed,
    /// What it holds.
    pub form: Fields,
}

/// The values of a form.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A value, without blanks around it; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map(|value| value.trim()).unwrap_or_default()
    }

    /// Whether there is such a value, even an empty one.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A form with these values.
    #[cfg(test)]
    pub(super) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A value as it was typed.
    pub(super) fn typed(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Reads the form of a request.
    ///
    /// # Errors
    /// That it is none, or too large.
    pub(super) async fn of(request: Request, app: &App) -> Result<Self, Refused> {
        match Form::<BTreeMap<String, String>>::from_request(request, app).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => {
                let status = match &rejection {
                    FormRejection::BytesRejection(bytes) => bytes.status(),
                    _ => StatusCode::BAD_REQUEST,
                };
                Err(Refused { status, ..Failure::new(FailureCode::RequestInvalid).into() })
            }
        }
    }
}

impl FromRequest<App> for Posted {
    type Rejection = NotSigned;

    async fn from_request(request: Request, app: &App) -> Result<Self, NotSigned> {
        comes_from_here(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, app).await?;
        posted(signed, Request::from_parts(parts, body), app).await
    }
}

async fn posted(signed: Signed, request: Request, app: &App) -> Result<Posted, NotSigned> {
    let form = Fields::of(request, app).await?;
    if !is_same(form.typed("csrf"), &signed.session.csrf) {
        return Err(Refused { status: StatusCode::FORBIDDEN, ..Refused::of(FailureCode::RequestInvalid) }.into());
    }
    Ok(Posted { signed, form })
}

/// What a page sends by itself, as a form: it shows that the page is open and not that somebody is there, so
/// that the session lasts no longer by it.
#[derive(Debug)]
pub(super) struct SentByPage(pub Signed);

impl FromRequest<App> for SentByPage {
    type Rejection = NotSigned;

    async fn from_request(request: Request, app: &App) -> Result<Self, NotSigned> {
        comes_from_here(request.headers())?;
        let secret = cookie::find(request.headers(), cookie::SESSION, is_secure(request.extensions()));
        let session = secret.and_then(|secret| app.sessions.peek(secret, Instant::now()));
        let signed = still_signed(session, app).await?.ok_or_else(|| NotSigned::SignIn("/".to_owned()))?;
        Ok(Self(posted(signed, request, app).await?.signed))
    }
}

/// Refuses what browsers say to come from other sites. Browsers that say nothing are held by the token.
pub(super) fn comes_from_here(headers: &HeaderMap) -> Result<(), Refused> {
    let text = |value: Option<&axum::http::HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let is_ours = match (text(headers.get("sec-fetch-site")), text(headers.get(ORIGIN))) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = text(headers.get(HOST)).unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, authority)| authority == host)
        }
        (None, None) => true,
    };
    if is_ours {
        return Ok(());
    }
    Err(Refused { status: StatusCode::FORBIDDEN, ..Refused::of(FailureCode::RequestInvalid) })
}

/// Compares without telling by the time it takes where the difference lies.
pub(super) fn is_same(given: &str, known: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(known.as_bytes())
}

/// What every page of somebody who is signed in is made from.
pub(super) fn chrome(asked: &Asked, signed: &Signed, part: Part) -> Chrome {
    Chrome::signed(asked, &signed.account, &signed.session.csrf, part)
}
