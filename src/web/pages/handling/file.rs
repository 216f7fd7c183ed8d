//! A file that waits, with its pages beside what can be decided about it.

use std::time::Instant;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{reason, settlement};
use crate::commands::page_image::ImageSize;
use crate::commands::waiting::{WaitingView, settle_scan, tell_file_view, waiting, would_be_settled};
use crate::model::account::Right;
use crate::model::failure::{FailureCode, Language};
use crate::model::ids::BlobId;
use crate::model::pending::PendingKind;
use crate::model::settlement::Settlement;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::pages::desk::{QueueBeside, file_of, queue_beside};
use crate::web::pages::page;
use crate::web::refused::Refused;
use crate::web::signed::{Fields, NotSigned, Posted, Signed, chrome};
use crate::words::{self, DeskPhrases, HandlingPhrases};

/// Pages that are shown: a scan may have thousands.
const SHOWN: u64 = 500;

struct ShownPage {
    page: u64,
    image: String,
    large: String,
    /// What is wrong with its picture.
    poor: String,
}

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage {
    c: Chrome,
    d: &'static DeskPhrases,
    h: &'static HandlingPhrases,
    csrf: String,
    queue: QueueBeside,
    base: String,
    name: String,
    kind: &'static str,
    count: u64,
    pages: Vec<ShownPage>,
    message: &'static str,
    cause: String,
    remedy: &'static str,
    can_be_settled: bool,
    is_poor: bool,
    settled: String,
    /// What was typed and chosen.
    typed: Typed,
    /// The digest of what was decided when this was looked at.
    seen: String,
    error: String,
    preview: Vec<ShownPart>,
}

/// What a form says, to stand in it again.
#[derive(Default)]
struct Typed {
    code: String,
    starts: String,
    kind: String,
    is_accepted: bool,
    reason: String,
}

impl Typed {
    fn of(form: &Fields) -> Self {
        Self {
            code: form.get("code").to_owned(),
            starts: form.get("starts").to_owned(),
            kind: form.get("as").to_owned(),
            is_accepted: !form.get("accept").is_empty(),
            reason: form.get("reason").to_owned(),
        }
    }
}

/// Papers of one dossier, as they would be.
struct ShownPart {
    code: String,
    documents: Vec<(u64, u64)>,
}

/// A scan by what stands in an address.
fn scan_of(text: &str) -> Result<BlobId, Refused> {
    text.parse().map_err(|_| Refused::of(FailureCode::NotFound))
}

async fn look(app: &App, scan: BlobId) -> Result<WaitingView, Refused> {
    Ok(app.pool.read(move |repository| waiting(repository, scan)).await?)
}

async fn shown(app: &App, asked: &Asked, signed: &Signed, view: &WaitingView) -> Result<FilePage, Refused> {
    let language = asked.language;
    let base = file_of(view.scan);
    let poor = |number: u64| {
        let found = view.poor_pages.iter().find(|poor| u64::from(poor.page) == number);
        found.map(|poor| words::shortcomings(&poor.shortcomings, language)).unwrap_or_default()
    };
    // A file that was refused could not be opened or drawn.
    let drawn = if view.kind == PendingKind::Refused { 0 } else { view.pages.min(SHOWN) };
    let pages = (1..=drawn).map(|number| ShownPage {
        page: number,
        image: format!("{base}/pages/{number}/160"),
        large: format!("{base}/pages/{number}/1240"),
        poor: poor(number),
    });
    let settled = view.settled.as_ref().map(|settled| words::settlement(settled, language));
    Ok(FilePage {
        d: DeskPhrases::of(language),
        h: HandlingPhrases::of(language),
        csrf: signed.session.csrf.clone(),
        queue: queue_beside(app, view.scan, language).await?,
        name: view.path.clone(),
        kind: words::pending_kind(view.kind, language),
        count: view.pages,
        pages: pages.collect(),
        message: words::message(view.failure.code, language),
        cause: view.failure.cause.as_ref().map(|cause| words::cause(cause, language)).unwrap_or_default(),
        remedy: words::remedy(view.failure.code, language),
        can_be_settled: view.can_be_settled(),
        is_poor: !view.poor_pages.is_empty(),
        settled: settled.unwrap_or_default(),
        typed: Typed::default(),
        seen: view.seen(),
        error: String::new(),
        preview: Vec::new(),
        c: chrome(asked, signed, Part::Desk),
        base,
    })
}

/// The page.
pub(in crate::web) async fn file(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path(scan): Path<String>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let view = look(&app, scan_of(&scan)?).await?;
    Ok(page(&shown(&app, &asked, &signed, &view).await?)?)
}

/// Tells in an act that pages of a file were shown, if it was not told just now.
async fn tell_view(app: &App, signed: &Signed, scan: BlobId) -> Result<(), Refused> {
    if !app.sessions.is_file_news(&signed.session.key, scan, Instant::now()) {
        return Ok(());
    }
    let at = app.settings.general.now();
    let by = signed.account.name.to_string();
    let told = app.pool.write(by, None, move |repository| tell_file_view(repository, scan, at)).await;
    if told.is_err() {
        app.sessions.was_file_not_told(&signed.session.key, scan);
    }
    Ok(told?)
}

/// The picture of a page of a file that waits.
pub(in crate::web) async fn picture(
    State(app): State<App>,
    signed: Signed,
    Path((scan, number, size)): Path<(String, u32, String)>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let scan = scan_of(&scan)?;
    let size = ImageSize::of(&size).ok_or_else(|| Refused::of(FailureCode::NotFound))?;
    let inner = app.clone();
    let drawn = app.drawing.read(move |repository| inner.images.scan_image(repository, (scan, number), size));
    let jpeg = drawn.await.map_err(Refused::from)?;
    if size != ImageSize::Thumbnail {
        tell_view(&app, &signed, scan).await?;
    }
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (CACHE_CONTROL, HeaderValue::from_static("private, no-store"))];
    Ok((headers, jpeg.as_ref().clone()).into_response())
}

/// Shows what would come of a decision, or carries it out.
pub(in crate::web) async fn settle(
    State(app): State<App>,
    asked: Asked,
    Path(scan): Path<String>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let scan = scan_of(&scan)?;
    let done = async {
        let (inner, told, seen) = (app.clone(), settlement(&form)?, form.get("seen").to_owned());
        if form.get("does") == "preview" {
            let read = app.pool.read(move |repository| would_be_settled(repository, &inner.settings, scan, &told));
            return Ok(Some(read.await.map_err(Refused::from)?));
        }
        let settled = app.pool.write(signed.account.name.to_string(), reason(&form), move |repository| {
            settle_scan(repository, &inner.settings, scan, &told, &seen)
        });
        settled.await.map(|_| None).map_err(Refused::from)
    };
    let done = done.await;
    if matches!(done, Ok(None)) {
        return Ok(Redirect::to(&file_of(scan)).into_response());
    }
    let view = look(&app, scan).await?;
    let mut made = shown(&app, &asked, &signed, &view).await?;
    made.typed = Typed::of(&form);
    let status = match &done {
        Ok(would_be) => {
            // What is carried out is what was shown here, and after what was shown here.
            made.preview = would_be.as_ref().map(|would_be| parts(&view, would_be)).unwrap_or_default();
            StatusCode::OK
        }
        Err(refused) => match refused.failure.code {
            FailureCode::SettleInvalid | FailureCode::RequestInvalid | FailureCode::CodeInvalid => {
                made.error = reason_of(refused, asked.language);
                StatusCode::UNPROCESSABLE_ENTITY
            }
            FailureCode::Conflict => {
                made.error = made.h.file_conflict.to_owned();
                StatusCode::CONFLICT
            }
            _ => return Err(refused.clone().into()),
        },
    };
    let mut response = page(&made)?;
    *response.status_mut() = status;
    Ok(response)
}

fn reason_of(refused: &Refused, language: Language) -> String {
    let failure = &refused.failure;
    let cause = failure.cause.as_ref().map(|cause| words::cause(cause, language));
    cause.unwrap_or_else(|| words::message(failure.code, language).to_owned())
}

/// The documents that a stack would fall into, by dossier.
fn parts(view: &WaitingView, told: &Settlement) -> Vec<ShownPart> {
    let code = told.code.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut parts: Vec<ShownPart> = Vec::new();
    let mut starts: Vec<(u64, Option<String>)> =
        told.starts.iter().map(|start| (u64::from(start.page), start.code.as_ref().map(ToString::to_string))).collect();
    if starts.first().is_none_or(|(page, _)| *page > 1) {
        starts.insert(0, (1, None));
    }
    let ends: Vec<u64> = starts.iter().skip(1).map(|(page, _)| page.saturating_sub(1)).chain([view.pages]).collect();
    for ((from, whose), to) in starts.into_iter().zip(ends) {
        let before = parts.last().map_or_else(|| code.clone(), |part| part.code.clone());
        let whose = whose.unwrap_or(before);
        match parts.last_mut().filter(|part| part.code == whose) {
            Some(part) => part.documents.push((from, to)),
            None => parts.push(ShownPart { code: whose, documents: vec![(from, to)] }),
        }
    }
    parts
}
