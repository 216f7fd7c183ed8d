//! The desk: what waits on the left, the page in the middle, its facts on the right.

mod acts;
mod document;
mod queue;
mod view;

pub(in crate::web) use acts::{beat, decide, done, rebase, take, undo};

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::page;
use super::record::tell_views;
use crate::commands::desk::{self, CompletionOrder, DeskDocument, Queue, QueueItem};
use crate::commands::page_image::{ImageOrder, ImageSize};
use crate::model::account::Right;
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::model::field::FieldName;
use crate::model::ids::{BlobId, RecordId};
use crate::model::mask::Masking;
use crate::model::record::DocumentName;
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::Part;
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed, chrome};
use crate::words::{DeskPhrases, tell};
use document::shown_document;
use queue::{ask, shown_queue};
pub(super) use view::ShownQueue as QueueBeside;
use view::{DeskPage, Note};

/// What the address says beside the document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Look {
    /// The page that is looked at; that of the first open fact if not told.
    page: Option<u32>,
    /// The kind of things that the list is of.
    kind: String,
    /// Whether sure facts can be edited too.
    edit: String,
    /// What was just done: a document, and the version that it made.
    done: String,
    version: u32,
    /// The fact that was refused, what was typed, and why: never from an address.
    #[serde(skip)]
    field: String,
    #[serde(skip)]
    typed: String,
    #[serde(skip)]
    error: String,
}

/// Where a document is decided about.
pub(super) fn desk_of(document: &DocumentName) -> String {
    format!("/desk/{}/{}", encoded(document.code.as_str()), document.ordinal)
}

/// Where a file that waits is seen to.
pub(super) fn file_of(scan: BlobId) -> String {
    format!("/desk/files/{scan}")
}

/// What waits, beside a file.
pub(super) async fn queue_beside(app: &App, scan: BlobId, language: Language) -> Result<QueueBeside, Refused> {
    let queue = ask(app, "").await?;
    Ok(shown_queue(&queue, &|item| item.scan() == Some(scan), "", &app.settings, language))
}

/// Where something that waits is seen to.
pub(super) fn address_of(item: &QueueItem) -> String {
    match item {
        QueueItem::Document { document, .. } => desk_of(document),
        QueueItem::File { scan: Some(scan), .. } => file_of(*scan),
        QueueItem::File { batch, .. } => format!("/batches/{}", batch.0),
        QueueItem::Dossier { code, has_papers: true, .. } => format!("/records/{}", encoded(code.as_str())),
        QueueItem::Dossier { code, .. } => format!("/search?q={}", encoded(code.as_str())),
    }
}

/// A document by what stands in an address.
pub(super) fn named(code: &str, ordinal: u32) -> Result<DocumentName, Refused> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Document { code: code.to_owned(), ordinal });
    let code = code.to_ascii_uppercase().parse().map_err(|_| Refused::from(not_found()))?;
    Ok(DocumentName { code, ordinal })
}

/// The desk without a document: the one that has waited longest is opened.
pub(in crate::web) async fn first(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Query(look): Query<Look>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let queue = ask(&app, &look.kind).await?;
    let is_document = |item: &&QueueItem| item.document().is_some();
    let first = queue.items.iter().find(is_document).or_else(|| queue.items.iter().find(|item| item.scan().is_some()));
    if let Some(first) = first.filter(|_| look.done.is_empty() || queue.items.iter().any(|item| is_document(&item))) {
        let query = asked.uri.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::to(&format!("{}{query}", address_of(first))).into_response());
    }
    app.leases.let_go(&signed.account.name);
    let note = done_note(&look, asked.language);
    Ok(page(&DeskPage {
        d: DeskPhrases::of(asked.language),
        csrf: signed.session.csrf.clone(),
        queue: shown_queue(&queue, &|_| false, &look.kind, &app.settings, asked.language),
        document: None,
        note,
        c: chrome(&asked, &signed, Part::Desk),
    })?)
}

/// The desk with a document.
pub(in crate::web) async fn document(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
    Query(look): Query<Look>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    rendered(&app, &asked, &signed, named(&code, ordinal)?, look).await
}

/// The page of a document. The lease of whoever looks begins.
async fn rendered(app: &App, asked: &Asked, signed: &Signed, name: DocumentName, look: Look) -> Result<Response, NotSigned> {
    let (inner, account) = (app.clone(), signed.account.name.clone());
    let looked =
        app.pool.read(move |repository| desk::look(repository, &inner.settings, &account, &name)).await.map_err(Refused::from)?;
    let queue = ask(app, &look.kind).await?;
    let who = (&signed.account.name, signed.account.full_name.as_str());
    let holder = app.leases.hold(&looked.document, who, (Instant::now(), app.settings.general.now()));
    tell_view(app, signed, looked.record).await?;
    let language = asked.language;
    let shown = shown_document(&looked, &queue, &look, holder.as_ref(), (app, language));
    draw_ahead(app, &looked, shown.page, &queue);
    Ok(page(&DeskPage {
        d: DeskPhrases::of(language),
        csrf: signed.session.csrf.clone(),
        queue: shown_queue(&queue, &|item| item.document() == Some(&looked.document), &look.kind, &app.settings, language),
        document: Some(shown),
        note: done_note(&look, language),
        c: chrome(asked, signed, Part::Desk),
    })?)
}

/// Draws what is likely looked at next, so that it is there by then: the page behind, and the first of the document
/// that comes next. Nobody is shown anything by it, so no act tells of it.
fn draw_ahead(app: &App, looked: &DeskDocument, number: u32, queue: &Queue) {
    // One at a time: whoever waits for a picture comes before all that.
    let Ok(turn) = Arc::clone(&app.ahead).try_acquire_owned() else { return };
    let order = |document: &DocumentName, page| {
        let (code, ordinal) = (document.code.to_string(), document.ordinal);
        ImageOrder { code, ordinal, page, size: ImageSize::Screen }
    };
    let behind = (number < looked.pages).then(|| order(&looked.document, number + 1));
    let next = queue.behind(|item| item.document() == Some(&looked.document)).and_then(QueueItem::document);
    let orders: Vec<ImageOrder> = next.map(|next| order(next, 1)).into_iter().chain(behind).collect();
    let app = app.clone();
    tokio::spawn(async move {
        let _turn = turn;
        for order in orders {
            let inner = app.clone();
            let drawn = app.drawing.read(move |repository| inner.images.image(repository, &order, |_| Masking::Shown));
            // Whoever asks for it is told what is wrong with it.
            drop(drawn.await);
        }
    });
}

/// Tells in an act that personal data of a record are shown, if it was not told just now.
async fn tell_view(app: &App, signed: &Signed, record: RecordId) -> Result<(), Refused> {
    Ok(tell_views(app, signed, vec![(record, Masking::Shown)]).await?)
}

/// The same for the record of a document, of which the script asks one thing after the other.
async fn tell_view_of(app: &App, signed: &Signed, document: &DocumentName) -> Result<(), Refused> {
    let document = document.clone();
    let (record, _) = app.pool.read(move |repository| desk::version_of(repository, &document)).await?;
    tell_view(app, signed, record).await
}

/// Says what was just done, with a way back.
fn done_note(look: &Look, language: Language) -> Option<Note> {
    let document: DocumentName = look.done.parse().ok()?;
    let version = look.version;
    let text = tell!(language, "Đã lưu phiên bản {version} của {document}.", "Version {version} of {document} was saved.");
    Some(Note { text, undo: format!("{}/undo", desk_of(&document)), version })
}

#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typing {
    field: String,
    #[serde(default)]
    typed: String,
}

/// Values that may be meant by what was typed so far, for the script.
pub(in crate::web) async fn complete(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
    Query(typing): Query<Typing>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let field: FieldName = typing.field.parse().map_err(|()| Refused::of(FailureCode::RequestInvalid))?;
    let typed: String = typing.typed.chars().take(200).collect();
    let order = CompletionOrder { document: named(&code, ordinal)?, field, typed };
    tell_view_of(&app, &signed, &order.document).await?;
    if document::is_blind(field, &app.settings) {
        return Ok(Json(json!([])).into_response());
    }
    let inner = app.clone();
    let read = app.pool.read(move |repository| desk::complete(repository, &inner.settings, &order));
    let found = read.await.map_err(Refused::from)?;
    let shown = found.iter().map(|one| document::shown_candidate(field, one, &app.settings, asked.language));
    Ok(Json(shown.collect::<Vec<_>>()).into_response())
}

/// The words of a page with their places, for the script: a word that is pointed at is typed.
pub(in crate::web) async fn words(
    State(app): State<App>,
    signed: Signed,
    Path((code, ordinal, number)): Path<(String, u32, u32)>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    tell_view_of(&app, &signed, &name).await?;
    let words = app.pool.read(move |repository| desk::words(repository, &name, number)).await.map_err(Refused::from)?;
    let placed = words.into_iter().map(|(word, place)| (word, document::thousandths(place)));
    Ok(Json(placed.collect::<Vec<_>>()).into_response())
}
