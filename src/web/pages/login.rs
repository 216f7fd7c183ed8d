//! Signing in and out.

use std::time::Instant;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page;
use crate::commands::{chance, user};
use crate::model::account::Right;
use crate::model::failure::FailureCode;
use crate::web::address::{encoded, within};
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::Chrome;
use crate::web::cookie;
use crate::web::pool::blocking;
use crate::web::refused::Refused;
use crate::web::signed::{Fields, Posted, comes_from_here, is_same, signed};

/// What the address of the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Whence {
    next: String,
    over: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    c: Chrome,
    csrf: &'a str,
    next: &'a str,
    name: &'a str,
    failed: bool,
    note: &'static str,
    is_empty: bool,
    /// Where signing in by the service begins; empty where there is none.
    service: String,
}

/// The form, for whoever is not signed in yet.
pub(in crate::web) async fn form(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    Query(whence): Query<Whence>,
) -> Result<Response, Refused> {
    if signed(&headers, asked.origin.secure, &app).await?.is_some() {
        return Ok(Redirect::to(within(&whence.next)).into_response());
    }
    let c = Chrome::new(&asked);
    let note = match whence.over.as_str() {
        "signed-out" => c.w.signed_out,
        "session" => c.w.session_over,
        _ => "",
    };
    shown(&app, &asked, &headers, &whence.next, Shown { note, ..Shown::default() }).await
}

/// What the form shows beside its fields.
#[derive(Default)]
struct Shown {
    name: String,
    note: &'static str,
    failed: Option<StatusCode>,
}

async fn shown(app: &App, asked: &Asked, headers: &HeaderMap, next: &str, shown: Shown) -> Result<Response, Refused> {
    let is_empty = app.pool.read(|repository| Ok(repository.catalog.accounts()?.is_empty())).await?;
    // The cookie stays while the browser is open, so that two windows with the form both work.
    let known = cookie::find(headers, cookie::SIGN_IN, asked.origin.secure).filter(|known| known.len() == 64).map(str::to_owned);
    let browser = match known {
        Some(known) => known,
        None => chance::text()?,
    };
    let csrf = token_for(app, &browser);
    let mut response = page(&LoginPage {
        c: Chrome::new(asked),
        csrf: &csrf,
        next: within(next),
        name: &shown.name,
        failed: shown.failed.is_some(),
        note: shown.note,
        is_empty,
        service: app.provider.as_ref().map(|_| format!("/login/oidc?next={}", encoded(within(next)))).unwrap_or_default(),
    })?;
    if let Some(status) = shown.failed {
        *response.status_mut() = status;
    }
    response.headers_mut().append(SET_COOKIE, cookie::set(cookie::SIGN_IN, &safe(&browser), asked.origin.secure));
    Ok(response)
}

/// What is set again is only ever what we could have set.
fn safe(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).collect()
}

/// What the form of a browser holds: nobody can make it for another one.
fn token_for(app: &App, browser: &str) -> String {
    blake3::keyed_hash(&app.key, safe(browser).as_bytes()).to_hex().to_string()
}

/// Signs in. An unknown name, a wrong password and an account that cannot be used here get the same answer.
pub(in crate::web) async fn sign_in(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Refused> {
    comes_from_here(&headers)?;
    let form = Fields::of(request, &app).await?;
    let browser = cookie::find(&headers, cookie::SIGN_IN, asked.origin.secure).unwrap_or_default();
    if browser.is_empty() || !is_same(form.typed("csrf"), &token_for(&app, browser)) {
        return Err(Refused { status: StatusCode::FORBIDDEN, ..Refused::of(FailureCode::RequestInvalid) });
    }
    let (name, password) = (form.get("name").to_owned(), form.typed("password").to_owned());
    let address = asked.origin.address;
    if let Err(wait) = app.throttle.begin(&name, address, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        return Err(Refused { retry_after: Some(seconds), ..Refused::of(FailureCode::TooManyAttempts) });
    }
    let account = {
        let (app, name) = (app.clone(), name.clone());
        let looked = app.pool.read(move |repository| user::find_for_sign_in(repository, &name)).await?;
        blocking(&app.passwords, move || Ok(user::check_password(looked, &password))).await?
    };
    let Some(account) = account.filter(|account| account.role.may(Right::Pages)) else {
        // Whoever keeps watch reads this; what was typed as a name may be a password.
        tracing::warn!(%address, "signing in failed");
        let failed = Shown { name, failed: Some(StatusCode::UNAUTHORIZED), ..Shown::default() };
        return shown(&app, &asked, &headers, form.get("next"), failed).await;
    };
    app.throttle.succeeded(&name, address);
    if let Some(old) = signed(&headers, asked.origin.secure, &app).await? {
        app.sessions.end(&old.session.key);
    }
    let secret = app.sessions.begin(&account, Instant::now())?;
    let mut response = Redirect::to(within(form.get("next"))).into_response();
    response.headers_mut().append(SET_COOKIE, cookie::set(cookie::SESSION, &secret, asked.origin.secure));
    Ok(response)
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    c: Chrome,
    there: &'a str,
}

/// Signs out, and there too where somebody came by the service: else whoever comes next to this machine is in again
/// by one click.
pub(in crate::web) async fn sign_out(State(app): State<App>, asked: Asked, posted: Posted) -> Result<Response, Refused> {
    let ended = app.sessions.end(&posted.signed.session.key);
    let there = match ended.zip(app.provider.clone()) {
        // Whether the service answers or not: here it is over.
        Some((token, provider)) => blocking(&app.asking, move || provider.sign_out(&token)).await.ok().flatten(),
        None => None,
    };
    // A browser does not let a form of ours end at another site; a page of ours sends on.
    let mut response = match &there {
        Some(there) => page(&SignedOutPage { c: Chrome::new(&Asked { uri: "/login".to_owned(), ..asked.clone() }), there })?,
        None => Redirect::to("/login?over=signed-out").into_response(),
    };
    let removed: HeaderValue = cookie::remove(cookie::SESSION, asked.origin.secure);
    response.headers_mut().append(SET_COOKIE, removed);
    Ok(response)
}
