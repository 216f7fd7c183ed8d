//! Somebody's own account: who is signed in, and another password.

use std::time::Instant;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::page;
use crate::commands::access::Repository;
use crate::commands::user;
use crate::model::failure::{Failure, FailureCode};
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::cookie;
use crate::web::pool::blocking;
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Posted, Signed, chrome};
use crate::words;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    c: Chrome,
    csrf: &'a str,
    name: &'a str,
    full_name: &'a str,
    role: &'static str,
    error: String,
    done: bool,
}

/// The page.
pub(in crate::web) async fn shown(asked: Asked, signed: Signed) -> Result<Response, NotSigned> {
    Ok(answer(&asked, &signed, String::new(), false)?)
}

fn answer(asked: &Asked, signed: &Signed, error: String, done: bool) -> Result<Response, Refused> {
    page(&AccountPage {
        c: chrome(asked, signed, Part::None),
        csrf: &signed.session.csrf,
        name: signed.account.name.as_str(),
        full_name: &signed.account.full_name,
        role: words::role_name(signed.account.role, asked.language),
        error,
        done,
    })
}

/// Changes the password of whoever is signed in and knows the one before. All other sessions of the account
/// are over by that, and this one goes on under another name.
pub(in crate::web) async fn change_password(State(app): State<App>, asked: Asked, posted: Posted) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    let name = signed.account.name.clone();
    // Whoever sits down at somebody's screen is no better off than at the door.
    let throttled = app.throttle.begin(name.as_str(), asked.origin.address, Instant::now());
    if let Err(wait) = throttled {
        return Err(Refused { retry_after: Some(wait.as_secs() + 1), ..Refused::of(FailureCode::TooManyAttempts) }.into());
    }
    let (old, new) = (form.typed("old").to_owned(), form.typed("new").to_owned());
    let looked = {
        let name = name.clone();
        app.pool.read(move |repository| user::find_for_sign_in(repository, name.as_str())).await.map_err(Refused::from)?
    };
    let right = blocking(&app.passwords, move || Ok(user::check_password(looked, &old))).await.map_err(Refused::from)?;
    let refused = |error: &str| {
        let mut response = answer(&asked, &signed, error.to_owned(), false)?;
        *response.status_mut() = StatusCode::BAD_REQUEST;
        Ok(response)
    };
    if right.is_none() {
        return refused(Chrome::new(&asked).w.password_wrong);
    }
    app.throttle.succeeded(name.as_str(), asked.origin.address);
    let now = app.settings.general.now();
    let changed = {
        let name = name.clone();
        let change = move |repository: &Repository| -> Result<_, Failure> {
            user::set_password(repository, name.as_str(), &new, now)?;
            user::find_for_sign_in(repository, name.as_str())
        };
        app.pool.write(signed.account.name.to_string(), None, change).await
    };
    let account = match changed {
        Ok(Some(account)) => account,
        Ok(None) => return Err(Refused::of(FailureCode::NotFound).into()),
        Err(failure) if failure.code == FailureCode::PasswordUnfit => {
            return refused(&words::describe_without_place(&failure, asked.language));
        }
        Err(failure) => return Err(Refused::from(failure).into()),
    };
    app.sessions.end(&signed.session.key);
    let secret = app.sessions.begin(&account, Instant::now()).map_err(Refused::from)?;
    let session = app.sessions.find(&secret, Instant::now()).ok_or_else(|| Refused::of(FailureCode::SignInRequired))?;
    let mut response = answer(&asked, &Signed { account: account.into(), session }, String::new(), true)?;
    response.headers_mut().append(SET_COOKIE, cookie::set(cookie::SESSION, &secret, asked.origin.secure));
    Ok(response)
}
