//! Bringing files into an inbox: a page to drop them on, and the way of each.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use askama::Template;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::commands::upload::{Upload, UploadOrder, Uploaded, tell_brought};
use crate::model::account::{AccountName, Right};
use crate::model::failure::{Cause, Failure, FailureCode, Language, Place};
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::pages::page;
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed, chrome, comes_from_here, is_same};
use crate::words::{self, HandlingPhrases};

/// Pieces that are taken before they are written.
const AHEAD: usize = 4;
/// Longest that a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// Fewest bytes a second, over the whole file.
const SLOWEST: f64 = 4096.0;

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage {
    c: Chrome,
    h: &'static HandlingPhrases,
    csrf: String,
    is_set: bool,
    most: u64,
    brought: Vec<Brought>,
}

/// A file of a form, and what became of it.
pub(super) struct Brought {
    /// What it is called.
    pub name: String,
    /// Its path in the inbox, or why it was not taken.
    pub done: Result<String, String>,
}

impl Brought {
    /// Whether it is in the inbox.
    pub(super) fn is_taken(&self) -> bool {
        self.done.is_ok()
    }
}

/// The page.
pub(in crate::web) async fn shown(State(app): State<App>, asked: Asked, signed: Signed) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    Ok(upload_page(&app, &asked, &signed, Vec::new())?)
}

/// The page with what became of the files of a form.
pub(super) fn upload_page(app: &App, asked: &Asked, signed: &Signed, brought: Vec<Brought>) -> Result<Response, Refused> {
    page(&UploadPage {
        h: HandlingPhrases::of(asked.language),
        csrf: signed.session.csrf.clone(),
        is_set: !app.settings.console.upload_inbox.trim().is_empty(),
        most: app.settings.limits.file_mib,
        brought,
        c: chrome(asked, signed, Part::Upload),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct About {
    code: String,
}

/// What the script is told of a file that was not taken.
#[derive(Serialize)]
struct NotTaken {
    error: String,
}

/// Takes a file that the page sends: its bytes are the body, and the token of the session a header, which no
/// form of another site can send.
pub(in crate::web) async fn take(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path(name): Path<String>,
    Query(about): Query<About>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    comes_from_here(&headers)?;
    let token = headers.get("x-csrf").and_then(|token| token.to_str().ok()).unwrap_or_default();
    if !is_same(token, &signed.session.csrf) {
        return Err(Refused { status: StatusCode::FORBIDDEN, ..Refused::of(FailureCode::RequestInvalid) }.into());
    }
    match taken(&app, &signed.account.name, (name, &about.code), body).await {
        Ok(uploaded) => Ok((StatusCode::CREATED, Json(uploaded)).into_response()),
        Err(refused) => {
            let error = reason(&refused, asked.language);
            Ok((refused.status, Json(NotTaken { error })).into_response())
        }
    }
}

/// Why a file was not taken, in words.
pub(super) fn reason(refused: &Refused, language: Language) -> String {
    let failure = &refused.failure;
    let cause = failure.cause.as_ref().filter(|_| !refused.status.is_server_error());
    let cause = cause.map(|cause| words::cause(cause, language));
    cause.unwrap_or_else(|| words::message(failure.code, language).to_owned())
}

/// Brings the bytes of a request into the inbox, a piece at a time. Whoever sends none for too long, or goes
/// away, leaves nothing behind.
///
/// An act tells who brought what.
pub(in crate::web) async fn taken(
    app: &App,
    by: &AccountName,
    (name, code): (String, &str),
    body: Body,
) -> Result<Uploaded, Refused> {
    let mut bringing = Bringing::begin(app, name, code).await?;
    let patience = Duration::from_secs_f64(app.settings.console.request_seconds);
    let mut pieces = body.into_data_stream();
    let (began, mut bytes) = (Instant::now(), 0);
    while is_fast_enough(bytes, began.elapsed(), patience) {
        let next = timeout(patience, poll_fn(|context| Pin::new(&mut pieces).poll_next(context))).await;
        match next {
            Ok(Some(Ok(piece))) => {
                bytes += piece.len();
                if !bringing.write(piece).await {
                    break;
                }
            }
            Ok(None) => return bringing.end(app, by).await,
            Ok(Some(Err(_))) | Err(_) => break,
        }
    }
    bringing.give_up().await
}

/// A file on its way into the inbox: written on a thread that may wait.
pub(super) struct Bringing {
    sender: Sender<Option<Bytes>>,
    written: JoinHandle<Result<Uploaded, Failure>>,
    /// Held until all is written.
    _turn: OwnedSemaphorePermit,
}

impl Bringing {
    /// Begins, once there is a turn.
    ///
    /// # Errors
    /// [`FailureCode::CodeInvalid`], or [`FailureCode::ServerBusy`].
    pub(super) async fn begin(app: &App, name: String, code: &str) -> Result<Self, Refused> {
        let wrong = || Failure::new(FailureCode::CodeInvalid).at(Place::Dossier { code: code.chars().take(100).collect() });
        let code = match code.trim() {
            "" => None,
            code => Some(code.to_ascii_uppercase().parse().map_err(|_| Refused::from(wrong()))?),
        };
        let busy = || Refused::of(FailureCode::ServerBusy);
        let turn = timeout(PATIENCE, Arc::clone(&app.uploads).acquire_owned()).await.map_err(|_| busy())?.map_err(|_| busy())?;
        let settings = app.settings.clone();
        let (sender, mut receiver) = channel::<Option<Bytes>>(AHEAD);
        let written = spawn_blocking(move || {
            let mut upload = Upload::begin(&settings, &UploadOrder { name, code })?;
            while let Some(piece) = receiver.blocking_recv() {
                match piece {
                    Some(piece) => upload.write(&piece)?,
                    None => return upload.finish(),
                }
            }
            // The other side has gone before its end.
            Err(Failure::new(FailureCode::RequestInvalid))
        });
        Ok(Self { sender, written, _turn: turn })
    }

    /// Takes the next bytes; no if whoever writes takes no more, and has said why.
    pub(super) async fn write(&mut self, piece: Bytes) -> bool {
        self.sender.send(Some(piece)).await.is_ok()
    }

    /// All bytes are there. An act tells who brought what.
    ///
    /// # Errors
    /// Why the file is not in the inbox.
    pub(super) async fn end(self, app: &App, by: &AccountName) -> Result<Uploaded, Refused> {
        drop(self.sender.send(None).await);
        let (uploaded, at) = (self.give_up().await?, app.settings.general.now());
        let brought = uploaded.clone();
        let told = app.pool.write(by.to_string(), None, move |repository| tell_brought(repository, &brought, at)).await;
        if let Err(failure) = told {
            // The file is there and a batch may have seen it: it cannot be taken back. The log tells in its place.
            tracing::warn!(account = %by, path = uploaded.path, scan = %uploaded.scan, %failure, "a file was brought and no act tells of it");
        }
        Ok(uploaded)
    }

    /// No more bytes come: of what was not whole nothing stays.
    async fn give_up(self) -> Result<Uploaded, Refused> {
        drop(self.sender);
        let said = |error| Refused::from(Failure::new(FailureCode::StorageFailed).because(Cause::said(error)));
        Ok(self.written.await.map_err(said)??)
    }
}

/// Whether whoever sends may keep one of the few turns. A short while is given to everybody.
pub(super) fn is_fast_enough(bytes: usize, elapsed: Duration, patience: Duration) -> bool {
    let counted = elapsed.saturating_sub(patience);
    bytes as f64 >= counted.as_secs_f64() * SLOWEST
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few who sent a byte now and then kept everybody else from bringing files.
    #[test]
    fn whoever_sends_next_to_nothing_loses_the_turn() {
        let seconds = Duration::from_secs;
        assert!(is_fast_enough(0, seconds(29), seconds(30)));
        assert!(!is_fast_enough(40, seconds(60), seconds(30)));
        assert!(is_fast_enough(30 << 20, seconds(600), seconds(30)));
    }
}
