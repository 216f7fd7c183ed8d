//! Signing in by a service that knows the people: off to it, and back.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use time::OffsetDateTime;

use super::page;
use crate::commands::chance;
use crate::commands::oidc::{Provider, Returned, Standing, account_of, standing};
use crate::model::account::{Account, Right};
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::web::address::within;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::Chrome;
use crate::web::cookie;
use crate::web::pool::blocking;
use crate::web::refused::Refused;
use crate::web::signed::signed;
use crate::web::tries::Try;

/// Longest code that is taken to the service.
const LONGEST_CODE: usize = 4096;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Whence {
    next: String,
}

/// Sends a browser to the service.
pub(in crate::web) async fn begin(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    Query(whence): Query<Whence>,
) -> Result<Response, Refused> {
    let provider = app.provider.clone().ok_or_else(|| Refused::of(FailureCode::NotFound))?;
    // Two windows that sign in at once are of one browser.
    let is_ours = |known: &&str| known.len() == 64 && known.chars().all(|c| c.is_ascii_hexdigit());
    let browser = match cookie::find(&headers, cookie::SERVICE, asked.origin.secure).filter(is_ours) {
        Some(known) => known.to_owned(),
        None => chance::text()?,
    };
    let (state, nonce, verifier) = (chance::text()?, chance::text()?, chance::text()?);
    let next = within(&whence.next).to_owned();
    let one =
        Try { address: asked.origin.address, browser: browser.clone(), nonce: nonce.clone(), verifier: verifier.clone(), next };
    let of_try = state.clone();
    let to = blocking(&app.asking, move || provider.address(&of_try, &nonce, &verifier)).await.map_err(logged)?;
    app.tries.begin(&state, one, Instant::now());
    let mut response = Redirect::to(&to).into_response();
    response.headers_mut().append(SET_COOKIE, cookie::for_service(&browser, asked.origin.secure));
    Ok(response)
}

/// What the service sends along.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Brought {
    code: String,
    state: String,
    error: String,
    iss: Option<String>,
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedInPage<'a> {
    c: Chrome,
    next: &'a str,
}

/// Signs in whoever comes back from the service. The session's cookie goes to pages of ours only, and whoever is
/// sent on from elsewhere does not bring it: so a page of ours sends on.
pub(in crate::web) async fn back(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    Query(brought): Query<Brought>,
) -> Result<Response, Refused> {
    let provider = app.provider.clone().ok_or_else(|| Refused::of(FailureCode::NotFound))?;
    let browser = cookie::find(&headers, cookie::SERVICE, asked.origin.secure).unwrap_or_default();
    let begun = app.tries.end(&brought.state, browser, Instant::now()).ok_or_else(|| refused("no such try of this browser"))?;
    if brought.iss.as_deref().is_some_and(|issuer| issuer != provider.issuer()) {
        return Err(refused("another issuer answers"));
    }
    if !brought.error.is_empty() || brought.code.is_empty() || brought.code.len() > LONGEST_CODE {
        return Err(refused("the service gives no code"));
    }
    let at = app.settings.general.now();
    let Try { nonce, verifier, next, .. } = begun;
    let returned = Returned { code: brought.code, verifier, nonce, now: at.unix_timestamp() };
    let (account, token) = vouched_for(&app, asked.origin.address, provider, returned, at).await?;
    if !account.role.may(Right::Pages) {
        return Err(Refused::of(FailureCode::NotPermitted));
    }
    if let Some(old) = signed(&headers, asked.origin.secure, &app).await? {
        app.sessions.end(&old.session.key);
    }
    let secret = app.sessions.begin_by_service(&account, token, Instant::now())?;
    // The address of this page is used up.
    let asked = Asked { uri: next.clone(), ..asked };
    let mut response = page(&SignedInPage { c: Chrome::new(&asked), next: within(&next) })?;
    response.headers_mut().append(SET_COOKIE, cookie::set(cookie::SESSION, &secret, asked.origin.secure));
    Ok(response)
}

/// Whoever signed out at the service comes back here.
pub(in crate::web) async fn out() -> Redirect {
    Redirect::to("/login?over=signed-out")
}

/// The account of whom the service vouches for, and the token by which it does. Codes that are made up are not taken
/// there without end.
async fn vouched_for(
    app: &App,
    address: IpAddr,
    provider: Arc<Provider>,
    returned: Returned,
    at: OffsetDateTime,
) -> Result<(Account, String), Refused> {
    if let Err(wait) = app.throttle.begin_by_service(address, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        return Err(Refused { retry_after: Some(seconds), ..Refused::of(FailureCode::TooManyAttempts) });
    }
    let told = blocking(&app.asking, move || provider.identity(&returned)).await;
    if told.as_ref().err().is_none_or(|failure| failure.code != FailureCode::SignInRefused) {
        app.throttle.did_not_fail_by_service(address);
    }
    let (identity, token) = told.map_err(logged)?;
    let identity = Arc::new(identity);
    let looked = Arc::clone(&identity);
    let by = match app.pool.read(move |repository| standing(repository, &looked)).await.map_err(logged)? {
        Standing::Known(account) => return Ok((account, token)),
        Standing::News(by) => by.to_string(),
    };
    let reason = Some(identity.issuer.clone());
    let account = app.pool.write(by, reason, move |repository| account_of(repository, &identity, at)).await;
    Ok((account.map_err(logged)?, token))
}

fn refused(why: &str) -> Refused {
    logged(Failure::new(FailureCode::SignInRefused).because(Cause::said(why)))
}

/// Whoever tries learns that it failed; whoever keeps watch, why.
fn logged(failure: Failure) -> Refused {
    tracing::warn!(code = %failure.code, cause = ?failure.cause, "signing in by the service failed");
    failure.into()
}
