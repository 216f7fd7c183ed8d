//! The text of a page, put right line by line.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::commands::dossier;
use crate::commands::progress::Silent;
use crate::commands::text::{LineCorrection, LineView, TextOrder, correct, lines};
use crate::model::account::Right;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::RecordId;
use crate::model::mask::Masking;
use crate::model::record::DocumentName;
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::escape::on_page;
use crate::web::pages::desk::named;
use crate::web::pages::page;
use crate::web::pages::record::{short, tell_views};
use crate::web::refused::Refused;
use crate::web::signed::{Fields, NotSigned, Posted, Signed, chrome};
use crate::words::{self, HandlingPhrases};

/// Lines with less confidence are marked.
const UNSURE: f64 = 0.8;
/// Lines behind the last one that are looked for in what was typed on an older version.
const GONE: u32 = 1000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Look {
    page: Option<u32>,
}

struct ShownLine {
    number: u32,
    text: String,
    is_unsure: bool,
    /// What else it may be: what was typed, or what stands there now.
    beside: String,
}

#[derive(Template)]
#[template(path = "text.html")]
struct TextPage {
    c: Chrome,
    h: &'static HandlingPhrases,
    csrf: String,
    name: String,
    base: String,
    record: String,
    image: String,
    page: u32,
    pages: u32,
    version: u32,
    lines: Vec<ShownLine>,
    /// What is told of what stands beside a line.
    beside: &'static str,
    /// What was typed in lines that are no more.
    gone: Vec<String>,
    error: String,
}

struct Looked {
    record: RecordId,
    version: u32,
    pages: u32,
    lines: Vec<LineView>,
}

async fn look(app: &App, name: &DocumentName, number: u32) -> Result<Looked, Refused> {
    let name = name.clone();
    let read = app.pool.read(move |repository| {
        let found = dossier::find(repository, name.code.as_str())?;
        let not_found =
            || Failure::new(FailureCode::NotFound).at(Place::Document { code: name.code.to_string(), ordinal: name.ordinal });
        let (record, document) = dossier::document_of(&found.versions, name.ordinal).ok_or_else(not_found)?;
        let lines = lines(repository, &name, number)?;
        Ok(Looked { record: record.id, version: record.version, pages: document.file.pages, lines })
    });
    Ok(read.await?)
}

fn shown(asked: &Asked, signed: &Signed, (name, number): (&DocumentName, u32), looked: &Looked) -> TextPage {
    let base = format!("/records/{}/{}", encoded(name.code.as_str()), name.ordinal);
    let line = |line: &LineView| ShownLine {
        number: line.line,
        text: line.words.join(" "),
        is_unsure: line.confidence.share() < UNSURE,
        beside: String::new(),
    };
    TextPage {
        h: HandlingPhrases::of(asked.language),
        csrf: signed.session.csrf.clone(),
        name: name.to_string(),
        record: format!("/records/{}?document={}&page={number}", encoded(name.code.as_str()), name.ordinal),
        image: format!("{base}/pages/{number}/1240?v={}s", short(looked.record)),
        base: format!("{base}/text"),
        page: number,
        pages: looked.pages,
        version: looked.version,
        lines: looked.lines.iter().map(line).collect(),
        beside: "",
        gone: Vec::new(),
        error: String::new(),
        c: chrome(asked, signed, Part::Search),
    }
}

/// The page.
pub(in crate::web) async fn text(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
    Query(look_at): Query<Look>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let (name, number) = (named(&code, ordinal)?, look_at.page.unwrap_or(1));
    let looked = look(&app, &name, number).await?;
    tell_views(&app, &signed, vec![(looked.record, Masking::Shown)]).await.map_err(Refused::from)?;
    Ok(page(&shown(&asked, &signed, (&name, number), &looked))?)
}

/// Corrects the lines that were changed, in one act.
pub(in crate::web) async fn save(
    State(app): State<App>,
    asked: Asked,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let invalid = || Refused::of(FailureCode::RequestInvalid);
    let number: u32 = form.get("page").parse().map_err(|_| invalid())?;
    let version: u32 = form.get("version").parse().map_err(|_| invalid())?;
    let looked = look(&app, &name, number).await?;
    let was = |line: &LineView| line.words.join(" ");
    let changed = looked.lines.iter().filter(|line| form.has(&format!("line-{}", line.line)));
    let changed = changed.map(|line| (line, form.get(&format!("line-{}", line.line)).to_owned()));
    let corrections: Vec<LineCorrection> = changed
        .filter(|(line, text)| *text != was(line) && *text != on_page(&was(line)))
        .map(|(line, text)| LineCorrection { page: number, line: line.line, word: None, text })
        .collect();
    let made = shown(&asked, &signed, (&name, number), &looked);
    if version != looked.version {
        return Ok(stale(&app, &signed, (made, looked.record), &form).await?);
    }
    if corrections.is_empty() {
        let why = made.h.nothing_changed.to_owned();
        return Ok(refused(&app, &signed, (made, looked.record), &form, why).await?);
    }
    let order = TextOrder { document: name.clone(), kind: None, version: Some(version), corrections };
    let inner = app.clone();
    let done = app
        .deciding
        .write(signed.account.name.to_string(), None, move |repository| correct(repository, &inner.settings, &order, &Silent));
    match done.await {
        Ok(_) => Ok(Redirect::to(&made.record).into_response()),
        Err(failure) if failure.code == FailureCode::Conflict => {
            let looked = look(&app, &name, number).await?;
            let made = shown(&asked, &signed, (&name, number), &looked);
            Ok(stale(&app, &signed, (made, looked.record), &form).await?)
        }
        Err(failure) if failure.code == FailureCode::DocumentInvalid => {
            let cause = failure.cause.as_ref().map(|cause| words::cause(cause, asked.language));
            let why = cause.unwrap_or_else(|| words::message(failure.code, asked.language).to_owned());
            Ok(refused(&app, &signed, (made, looked.record), &form, why).await?)
        }
        Err(failure) => Err(Refused::from(failure).into()),
    }
}

/// The page again after another version came between: the lines as they are now, and beside them what was
/// typed. Lines of another version may be others: nothing is put right that was not seen.
async fn stale(app: &App, signed: &Signed, (mut made, record): (TextPage, RecordId), form: &Fields) -> Result<Response, Refused> {
    for line in &mut made.lines {
        let typed = form.get(&format!("line-{}", line.number));
        if typed != line.text {
            line.beside = typed.to_owned();
        }
    }
    let last = made.lines.len() as u32;
    let typed = (last.saturating_add(1)..=last.saturating_add(GONE)).map(|number| form.get(&format!("line-{number}")));
    made.gone = typed.filter(|typed| !typed.is_empty()).map(str::to_owned).collect();
    (made.beside, made.error) = (made.h.you_typed, made.h.conflict.to_owned());
    again(app, signed, (made, record), StatusCode::CONFLICT).await
}

/// The page again with what was typed in it, and beside that what stands there.
async fn refused(
    app: &App,
    signed: &Signed,
    (mut made, record): (TextPage, RecordId),
    form: &Fields,
    why: String,
) -> Result<Response, Refused> {
    for line in &mut made.lines {
        let name = format!("line-{}", line.number);
        if form.has(&name) && form.get(&name) != line.text {
            line.beside = std::mem::replace(&mut line.text, form.typed(&name).to_owned());
        }
    }
    (made.beside, made.error) = (made.h.stands_now, why);
    again(app, signed, (made, record), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The text is shown here too, which is told in an act.
async fn again(
    app: &App,
    signed: &Signed,
    (made, record): (TextPage, RecordId),
    status: StatusCode,
) -> Result<Response, Refused> {
    tell_views(app, signed, vec![(record, Masking::Shown)]).await?;
    let mut response = page(&made)?;
    *response.status_mut() = status;
    Ok(response)
}
