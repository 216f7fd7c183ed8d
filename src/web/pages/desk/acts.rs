//! What is done at the desk: each a form that works without script.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::document::{about, held, is_blind, saved, state_of, value_of};
use super::queue::{ask, filter_in};
use super::view::FactState;
use super::{Look, address_of, desk_of, named, rendered, tell_view};
use crate::commands::desk::{self, DeskDocument, DraftOrder};
use crate::commands::field::{FieldDecision, Ruling};
use crate::commands::progress::Silent;
use crate::model::account::Right;
use crate::model::failure::{Failure, FailureCode, Language};
use crate::model::field::FieldName;
use crate::model::record::DocumentName;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::refused::Refused;
use crate::web::signed::{Fields, NotSigned, Posted, SentByPage, Signed};
use crate::words::{self, DeskPhrases};

/// What the script is told of a draft.
#[derive(Serialize)]
struct Drafted {
    saved: String,
    open: usize,
    facts: Vec<DraftedFact>,
}

#[derive(Serialize)]
struct DraftedFact {
    name: &'static str,
    state: FactState,
    value: String,
    about: String,
}

/// Why something was not kept, for the script.
#[derive(Serialize)]
struct NotKept {
    error: String,
    /// The page has to be looked at anew.
    stale: bool,
}

fn told(looked: &DeskDocument, app: &App, language: Language) -> Drafted {
    let fact = |fact| DraftedFact {
        name: desk_name(fact),
        state: state_of(fact),
        value: value_of(fact, &app.settings, language),
        about: about(fact, &app.settings, language),
    };
    Drafted { saved: saved(looked, app, language), open: looked.open(), facts: looked.facts.iter().map(fact).collect() }
}

fn desk_name(fact: &desk::DeskFact) -> &'static str {
    fact.name.as_str()
}

fn invalid() -> Refused {
    Refused::of(FailureCode::RequestInvalid)
}

/// What a form says of a fact; none takes back what the draft says.
fn ruling_in(form: &Fields) -> Option<Ruling> {
    let chosen = form.typed("take");
    let value = if chosen.is_empty() { form.typed("value") } else { chosen }.trim();
    match form.get("does") {
        "absent" => Some(Ruling::NotOnPaper),
        "clear" => None,
        // What stands there and was left as it was is confirmed, not keyed.
        _ if !value.is_empty() && value == form.get("sealed") => Some(Ruling::Confirm),
        _ => Some(Ruling::Set(value.to_owned())),
    }
}

/// Whether a value, where one is decided, was keyed a second time just so.
fn is_keyed_twice(ruling: Option<&Ruling>, form: &Fields) -> bool {
    match ruling {
        Some(Ruling::Set(value)) => value.trim() == form.get("again"),
        Some(Ruling::Confirm) => form.get("value") == form.get("again"),
        _ => true,
    }
}

/// Keeps a decision in the draft.
pub(in crate::web) async fn decide(
    State(app): State<App>,
    asked: Asked,
    Path((code, ordinal)): Path<(String, u32)>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let field: FieldName = form.get("field").parse().map_err(|()| invalid())?;
    let version: u32 = form.get("version").parse().map_err(|_| invalid())?;
    let ruling = ruling_in(&form);
    let language = asked.language;
    let typed = Typed { form: &form, field, headers: &headers };
    if is_blind(field, &app.settings) && !is_keyed_twice(ruling.as_ref(), &form) {
        let error = DeskPhrases::of(language).not_the_same.to_owned();
        return refused(&app, &asked, &signed, name, (typed, error)).await;
    }
    let (inner, account, document) = (app.clone(), signed.account.name.clone(), name.clone());
    let kept = app.pool.write(signed.account.name.to_string(), None, move |repository| {
        match ruling {
            Some(ruling) => {
                let decision = FieldDecision { field, ruling };
                let order = DraftOrder { document: document.clone(), version, decision };
                drop(desk::keep(repository, &inner.settings, &account, &order)?);
            }
            None => desk::forget(repository, &inner.settings, &account, (&document, field))?,
        }
        desk::look(repository, &inner.settings, &account, &document)
    });
    let is_script = typed.is_script();
    let place = format!("{}{}#f-{}", desk_of(&name), filter_in(form.get("kind")), field.as_str());
    match kept.await {
        Ok(looked) if is_script => {
            tell_view(&app, &signed, looked.record).await?;
            Ok(Json(told(&looked, &app, language)).into_response())
        }
        Ok(looked) => {
            let next = looked.facts.iter().find(|fact| fact.is_open()).map_or("done", |fact| fact.name.as_str());
            Ok(Redirect::to(&format!("{}{}#f-{next}", desk_of(&name), filter_in(form.get("kind")))).into_response())
        }
        Err(failure) if failure.code == FailureCode::Conflict => {
            if is_script {
                let told = NotKept { error: reason(&failure, language), stale: true };
                return Ok((StatusCode::CONFLICT, Json(told)).into_response());
            }
            Ok(Redirect::to(&place).into_response())
        }
        Err(failure) if failure.code == FailureCode::FieldInvalid => {
            let error = reason(&failure, language);
            refused(&app, &asked, &signed, name, (typed, error)).await
        }
        Err(failure) => Err(Refused::from(failure).into()),
    }
}

/// What was typed about a fact, and how it came.
struct Typed<'a> {
    form: &'a Fields,
    field: FieldName,
    headers: &'a HeaderMap,
}

impl Typed<'_> {
    fn is_script(&self) -> bool {
        self.headers.get(ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json"))
    }
}

/// Tells why what was typed is not kept: to the script, or on the page, where it stands to be put right.
async fn refused(
    app: &App,
    asked: &Asked,
    signed: &Signed,
    name: DocumentName,
    (typed, error): (Typed<'_>, String),
) -> Result<Response, NotSigned> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if typed.is_script() {
        return Ok((status, Json(NotKept { error, stale: false })).into_response());
    }
    let (kind, field) = (typed.form.get("kind").to_owned(), typed.field.as_str().to_owned());
    let look = Look { kind, field, typed: typed.form.typed("value").to_owned(), error, ..Look::default() };
    let mut response = rendered(app, asked, signed, name, look).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// Why a decision cannot be so, in words.
fn reason(failure: &Failure, language: Language) -> String {
    match &failure.cause {
        Some(cause) => words::cause(cause, language),
        None => words::message(failure.code, language).to_owned(),
    }
}

/// Carries the draft out and goes on to what waits next.
pub(in crate::web) async fn done(
    State(app): State<App>,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let kind = form.get("kind");
    let queue = ask(&app, kind).await?;
    let filter = filter_in(kind);
    let next = queue.behind(|item| item.document() == Some(&name)).map_or_else(|| "/desk".to_owned(), address_of);
    let (inner, account, document) = (app.clone(), signed.account.name.clone(), name.clone());
    let finished = app.deciding.write(signed.account.name.to_string(), None, move |repository| {
        desk::finish(repository, &inner.settings, &account, &document, &Silent)
    });
    let sign = if filter.is_empty() { '?' } else { '&' };
    match finished.await {
        Ok(view) => {
            app.leases.let_go(&signed.account.name);
            let made = view.filter(|view| !view.decided.is_empty());
            let told = made.map(|view| format!("{sign}done={}&version={}", view.document, view.version)).unwrap_or_default();
            Ok(Redirect::to(&format!("{next}{filter}{told}")).into_response())
        }
        // The page tells what changed and asks.
        Err(failure) if failure.code == FailureCode::Conflict => {
            Ok(Redirect::to(&format!("{}{filter}", desk_of(&name))).into_response())
        }
        Err(failure) => Err(Refused::from(failure).into()),
    }
}

/// Undoes what the newest version of a document decided.
pub(in crate::web) async fn undo(
    State(app): State<App>,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let version: u32 = form.get("version").parse().map_err(|_| invalid())?;
    let (inner, document) = (app.clone(), name.clone());
    let undone = app.deciding.write(signed.account.name.to_string(), None, move |repository| {
        desk::undo(repository, &inner.settings, (&document, version), &Silent)
    });
    let view = undone.await.map_err(Refused::from)?;
    Ok(Redirect::to(&format!("{}?done={}&version={}", desk_of(&name), view.document, view.version)).into_response())
}

/// Makes a draft about an older version one about the newest, with the decisions that were chosen.
pub(in crate::web) async fn rebase(
    State(app): State<App>,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let is_mine = |field: &FieldName| form.get(&format!("pick-{}", field.as_str())) == "mine";
    let mine: Vec<FieldName> = FieldName::ALL.into_iter().filter(is_mine).collect();
    let version: u32 = form.get("version").parse().map_err(|_| invalid())?;
    let (inner, account, document) = (app.clone(), signed.account.name.clone(), name.clone());
    let done = app.pool.write(signed.account.name.to_string(), None, move |repository| {
        desk::rebase(repository, &inner.settings, &account, (&document, version), &mine)
    });
    match done.await {
        Ok(()) => {}
        // There is one that nobody has seen yet: the page tells of it and asks again.
        Err(failure) if failure.code == FailureCode::Conflict => {}
        Err(failure) => return Err(Refused::from(failure).into()),
    }
    Ok(Redirect::to(&format!("{}{}", desk_of(&name), filter_in(form.get("kind")))).into_response())
}

/// Takes a document over from whoever is working on it, which is an act.
pub(in crate::web) async fn take(
    State(app): State<App>,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let who = (&signed.account.name, signed.account.full_name.as_str());
    let moment = (Instant::now(), app.settings.general.now());
    if let Some(from) = app.leases.hold(&name, who, moment) {
        let (inner, document) = (app.clone(), name.clone());
        let told = app.pool.write(signed.account.name.to_string(), None, move |repository| {
            desk::take_over(repository, &inner.settings, &document, &from.account)
        });
        told.await.map_err(Refused::from)?;
        app.leases.take(&name, who, moment);
    }
    Ok(Redirect::to(&format!("{}{}", desk_of(&name), filter_in(form.get("kind")))).into_response())
}

/// Who else works on a document, and its newest version.
#[derive(Serialize)]
struct Beat {
    held: Option<String>,
    version: u32,
}

/// A sign of life from a page that is open: the lease goes on, the session does not.
pub(in crate::web) async fn beat(
    State(app): State<App>,
    asked: Asked,
    Path((code, ordinal)): Path<(String, u32)>,
    SentByPage(signed): SentByPage,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let name: DocumentName = named(&code, ordinal)?;
    let document = name.clone();
    let (_, version) = app.pool.read(move |repository| desk::version_of(repository, &document)).await.map_err(Refused::from)?;
    let who = (&signed.account.name, signed.account.full_name.as_str());
    let holder = app.leases.hold(&name, who, (Instant::now(), app.settings.general.now()));
    Ok(Json(Beat { held: holder.map(|holder| held(&holder, &app, asked.language)), version }).into_response())
}
