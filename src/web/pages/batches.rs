//! Batches: the ledger of each, what waits and what was refused, and how the running one comes along.

use std::path::Path as FilePath;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::time::sleep;

use super::page;
use crate::commands::batches::{self, BatchHead, BatchLine, Behind};
use crate::model::account::Right;
use crate::model::batch::{BatchState, ExceptionLine, PageOutcome};
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::model::ids::BatchId;
use crate::model::mask::Masking;
use crate::web::address::encoded;
use crate::web::app::{App, Shared};
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed, chrome};
use crate::web::stream::events;
use crate::words;

/// Batches in the list.
const LISTED: usize = 50;
/// Files that wait or were refused on the page of a batch.
const FILES: usize = 200;
/// Dossiers on it, with all facts of them that wait.
const DOSSIERS: usize = 50;
/// Pause between two looks at a running batch.
const PAUSE: Duration = Duration::from_secs(2);

struct ShownBatch {
    number: i64,
    state: &'static str,
    is_running: bool,
    began: String,
    ended: String,
    line: BatchLine,
    balances: bool,
}

#[derive(Template)]
#[template(path = "batches.html")]
struct BatchesPage {
    c: Chrome,
    batches: Vec<ShownBatch>,
}

struct ShownException {
    path: String,
    state: &'static str,
    is_refused: bool,
    pages: u64,
    code: &'static str,
    message: String,
    cause: String,
    remedy: String,
    pictures: Vec<(u32, String, String)>,
}

#[derive(Template)]
#[template(path = "batch.html")]
struct BatchPage {
    c: Chrome,
    batch: ShownBatch,
    inbox: String,
    exceptions: Vec<ShownException>,
    open_facts: Vec<(String, String, String)>,
    dossiers: Vec<(String, String, &'static str, u32, u32, u32)>,
    /// Ways to the beginning of the files and of the dossiers, and to those behind; empty where there are none.
    files_ways: Ways,
    dossiers_ways: Ways,
}

/// Where a list is looked at before and behind what is shown.
struct Ways {
    first: String,
    next: String,
}

/// Where the lists of a page begin.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Look {
    skip: usize,
    after: String,
}

impl Look {
    /// The page with the lists from there on.
    fn way(&self, number: i64, to: &str) -> String {
        format!("/batches/{number}?skip={}&after={}#{to}", self.skip, encoded(&self.after))
    }

    fn ways(&self, number: i64, next: (Option<usize>, Option<String>)) -> (Ways, Ways) {
        let files = |skip| Self { skip, after: self.after.clone() }.way(number, "files");
        let dossiers = |after| Self { skip: self.skip, after }.way(number, "dossiers");
        let first = |is_first: bool, way: String| if is_first { String::new() } else { way };
        (
            Ways { first: first(self.skip == 0, files(0)), next: next.0.map(files).unwrap_or_default() },
            Ways { first: first(self.after.is_empty(), dossiers(String::new())), next: next.1.map(dossiers).unwrap_or_default() },
        )
    }
}

/// The list.
pub(in crate::web) async fn all(State(app): State<App>, asked: Asked, signed: Signed) -> Result<Response, NotSigned> {
    signed.must(Right::Batches)?;
    let lines = app.pool.read(|repository| batches::list(repository, LISTED)).await.map_err(Refused::from)?;
    let batches = lines.into_iter().map(|line| shown(line, &app, asked.language)).collect();
    Ok(page(&BatchesPage { c: chrome(&asked, &signed, Part::Batches), batches })?)
}

fn shown(line: BatchLine, app: &Shared, language: Language) -> ShownBatch {
    let format = time::macros::format_description!("[day]/[month]/[year] [hour]:[minute]");
    let text = |at: time::OffsetDateTime| app.settings.general.local(at).format(format).unwrap_or_default();
    ShownBatch {
        number: line.batch.0,
        state: words::state_name(line.state, language),
        is_running: line.state == BatchState::Running,
        began: text(line.started_at),
        ended: line.ended_at.map(text).unwrap_or_default(),
        balances: line.ledger.balances(),
        line,
    }
}

/// One batch.
pub(in crate::web) async fn one(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path(number): Path<i64>,
    Query(look): Query<Look>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Batches)?;
    let after = Some(&look.after).filter(|after| !after.is_empty()).map(|after| after.parse::<Behind>());
    let after = after.transpose().map_err(|_| Refused::of(FailureCode::RequestInvalid))?;
    let skip = look.skip;
    let read = app.pool.read(move |repository| {
        let batch = BatchId(number);
        let head = batches::head(repository, batch)?;
        let files = batches::exceptions(repository, batch, skip, FILES)?;
        Ok((head, files, batches::dossiers(repository, batch, after, DOSSIERS)?))
    });
    let (BatchHead { line, inbox, .. }, files, listed) = read.await.map_err(Refused::from)?;
    let language = asked.language;
    let (files_ways, dossiers_ways) = look.ways(number, (files.next, listed.next.map(|next| next.to_string())));
    let dossier = |line: &crate::model::batch::DossierLine| {
        let code = line.code.to_string();
        let address = format!("/records/{}", encoded(&code));
        (address, code, words::kind_name(line.kind, language), line.documents, line.pages, line.fields_to_confirm)
    };
    let fact = |fact: &crate::model::batch::OpenFact| {
        let doubts: Vec<String> = fact.doubts.iter().map(|doubt| words::doubt(*doubt, language).to_owned()).collect();
        (fact.file.clone(), words::field_name(fact.field, language).to_owned(), doubts.join(", "))
    };
    Ok(page(&BatchPage {
        c: chrome(&asked, &signed, Part::Batches),
        batch: shown(line, &app, language),
        inbox,
        exceptions: exceptions(&files.exceptions, (number, skip), seen_by(&signed), language),
        open_facts: listed.open_facts.iter().map(fact).collect(),
        dossiers: listed.dossiers.iter().map(dossier).collect(),
        files_ways,
        dossiers_ways,
    })?)
}

fn line_of(repository: &crate::commands::access::Repository, number: i64) -> Result<BatchLine, Failure> {
    batches::line(repository, BatchId(number))?.ok_or_else(|| Failure::new(FailureCode::NotFound).at(Place::Batch { number }))
}

/// Files of a batch, the first of which stands behind so many others.
fn exceptions(lines: &[ExceptionLine], (batch, skip): (i64, usize), masking: Masking, language: Language) -> Vec<ShownException> {
    let shown = |(at, line): (usize, &ExceptionLine)| {
        let failure = &line.failure;
        let picture = |(place, poor): (usize, &crate::model::quality::PoorPage)| {
            let seen = poor.picture.as_ref().filter(|_| masking == Masking::Shown);
            let address = seen.map(|_| format!("/batches/{batch}/pictures/{at}/{place}"));
            (poor.page, words::shortcomings(&poor.shortcomings, language), address.unwrap_or_default())
        };
        ShownException {
            path: masking.text(&line.path),
            state: words::outcome_name(line.outcome, language),
            is_refused: line.outcome == PageOutcome::Refused,
            pages: line.pages,
            code: failure.code.as_str(),
            message: words::message(failure.code, language).to_owned(),
            cause: failure.cause.as_ref().map(|cause| words::cause(cause, language)).unwrap_or_default(),
            remedy: words::remedy(failure.code, language).to_owned(),
            pictures: line.poor_pages.iter().enumerate().map(picture).collect(),
        }
    };
    (skip..).zip(lines).map(shown).collect()
}

/// Whether names of files and pictures are shown as they are.
fn seen_by(signed: &Signed) -> Masking {
    if signed.account.role.may(Right::SeePersonalData) { Masking::Shown } else { Masking::Masked }
}

/// The small picture of a page that waits, by its place in the report: no path ever comes from an address.
pub(in crate::web) async fn picture(
    State(app): State<App>,
    signed: Signed,
    Path((number, at, place)): Path<(i64, usize, usize)>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Batches)?;
    // It is large enough to be read.
    signed.must(Right::SeePersonalData)?;
    let read = app.pool.read(move |repository| {
        let not_found = || Failure::new(FailureCode::NotFound).at(Place::Batch { number });
        let line = repository.catalog.batch_exceptions(BatchId(number), at, 1)?.into_iter().next();
        let picture = line.and_then(|line| line.poor_pages.into_iter().nth(place)).and_then(|poor| poor.picture);
        let picture = picture.ok_or_else(not_found)?;
        let path = FilePath::new(&picture);
        if path.parent() != Some(repository.exceptions_dir().as_path()) {
            return Err(not_found());
        }
        std::fs::read(path).map_err(|_| not_found())
    });
    let jpeg = read.await.map_err(Refused::from)?;
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (CACHE_CONTROL, HeaderValue::from_static("private, no-store"))];
    Ok((headers, jpeg).into_response())
}

/// How a batch comes along, as server-sent events until it has ended.
pub(in crate::web) async fn progress(
    State(app): State<App>,
    signed: Signed,
    Path(number): Path<i64>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Batches)?;
    let first = app.pool.read(move |repository| line_of(repository, number)).await.map_err(Refused::from)?;
    let (sender, body) = events();
    tokio::spawn(async move {
        let mut line = first;
        loop {
            let Ok(data) = serde_json::to_string(&line) else { return };
            if sender.send(Ok(format!("data: {data}\n\n").into())).await.is_err() || line.state != BatchState::Running {
                return;
            }
            sleep(PAUSE).await;
            match app.pool.read(move |repository| line_of(repository, number)).await {
                Ok(next) => line = next,
                Err(_) => return,
            }
        }
    });
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/event-stream")), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    // A proxy that gathers an answer before it hands it on would show nothing until the end.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    let headers = (headers, unbuffered);
    Ok((headers, body).into_response())
}
