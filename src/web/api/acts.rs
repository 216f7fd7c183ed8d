//! What programs may do as people do it on the pages: decide, correct, change, settle, bring files, and see
//! personal data for a reason.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bearer::Program;
use super::{ApiField, api_fields, limit};
use crate::commands::change::{self, ChangeOrder, Work};
use crate::commands::desk;
use crate::commands::document::DocumentWork;
use crate::commands::dossier;
use crate::commands::field::{self, FieldDecision, FieldOrder};
use crate::commands::page_image::ImageSize;
use crate::commands::pending::{PendingKind, PendingOrder, PendingView, pending as ask};
use crate::commands::progress::Silent;
use crate::commands::text::{self, LineCorrection, TextOrder};
use crate::commands::upload::Uploaded;
use crate::commands::waiting::{settle_scan, tell_file_view};
use crate::model::account::Right;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::{FieldName, Verdict};
use crate::model::ids::{BlobId, RecordId};
use crate::model::mask::Masking;
use crate::model::record::{DocumentName, Record};
use crate::model::settlement::Settlement;
use crate::web::app::App;
use crate::web::pages::handling::upload::taken;
use crate::web::refused::Refused;

/// Shortest reason that is one.
const REASON: usize = 5;

fn named(code: &str, ordinal: u32) -> Result<DocumentName, Refused> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Document { code: code.to_owned(), ordinal });
    let code = code.to_ascii_uppercase().parse().map_err(|_| Refused::from(not_found()))?;
    Ok(DocumentName { code, ordinal })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    kind: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

/// What waits for a person.
pub(super) async fn pending(
    State(app): State<App>,
    program: Program,
    Query(listed): Query<Listed>,
) -> Result<Json<PendingView>, Refused> {
    // Values and names of files stand in it.
    program.must(Right::Batches)?;
    program.must(Right::SeePersonalData)?;
    let invalid = || Refused::of(FailureCode::RequestInvalid);
    let kind = listed.kind.map(|kind| serde_json::from_value::<PendingKind>(kind.into()).map_err(|_| invalid())).transpose()?;
    let after = listed.after.map(|after| after.parse().map_err(|_| invalid())).transpose()?;
    let order = PendingOrder { kinds: kind.into_iter().collect(), limit: limit(listed.limit)?, after, ..PendingOrder::default() };
    let inner = app.clone();
    Ok(Json(app.pool.read(move |repository| ask(repository, &inner.settings, &order)).await?))
}

/// Decisions about facts of a document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decisions {
    /// The version that was looked at; if it is not the newest, nothing is done.
    version: u32,
    /// Each is an act; together they make one version.
    decisions: Vec<FieldDecision>,
    /// Why, for the acts.
    reason: Option<String>,
}

/// A document's facts after decisions about them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Decided {
    /// The newest version.
    version: u32,
    /// What was decided just now.
    decided: BTreeMap<FieldName, Verdict>,
    /// Facts that still wait.
    open: Vec<FieldName>,
    /// The facts that have values.
    fields: BTreeMap<FieldName, ApiField>,
}

/// Decides about facts.
pub(super) async fn decide(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal)): Path<(String, u32)>,
    Json(told): Json<Decisions>,
) -> Result<Json<Decided>, Refused> {
    program.must(Right::Decide)?;
    let Decisions { version, decisions, reason } = told;
    let order = FieldOrder { document: named(&code, ordinal)?, kind: None, version: Some(version), decisions };
    let inner = app.clone();
    let done = app.deciding.write(program.account.name.to_string(), reason, move |repository| {
        let view = field::decide(repository, &inner.settings, &order, &Silent)?;
        // All facts are shown, also those that nothing was decided about.
        let (record, _) = desk::version_of(repository, &view.document)?;
        dossier::tell_view(repository, record, Masking::Shown, inner.settings.general.now())?;
        Ok(view)
    });
    let view = done.await?;
    let fields = api_fields(&view.fields);
    Ok(Json(Decided { version: view.version, decided: view.decided, open: view.open, fields }))
}

/// Corrections of a document's text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Corrections {
    /// The version that was looked at; if it is not the newest, nothing is done.
    version: u32,
    /// Carried out one after the other, in one act.
    corrections: Vec<LineCorrection>,
    /// Why, for the act.
    reason: Option<String>,
}

/// New versions of records.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Made {
    /// That of the document's own record first.
    records: Vec<MadeRecord>,
    /// Documents that were made or came to another dossier, as `CODE.NNN`.
    documents: Vec<String>,
}

/// A new version of a record.
#[derive(Debug, Serialize, JsonSchema)]
struct MadeRecord {
    /// Its dossier.
    dossier_code: DossierCode,
    /// Handed in or given back.
    kind: RecordKind,
    /// Its number.
    version: u32,
    /// Its id.
    id: RecordId,
}

fn made(records: &[Record], documents: &[DocumentName]) -> Json<Made> {
    let record = |record: &Record| MadeRecord {
        dossier_code: record.dossier_code.clone(),
        kind: record.kind,
        version: record.version,
        id: record.id,
    };
    let documents = documents.iter().map(ToString::to_string).collect();
    Json(Made { records: records.iter().map(record).collect(), documents })
}

/// Corrects text.
pub(super) async fn correct(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal)): Path<(String, u32)>,
    Json(told): Json<Corrections>,
) -> Result<Json<Made>, Refused> {
    program.must(Right::Decide)?;
    let Corrections { version, corrections, reason } = told;
    let order = TextOrder { document: named(&code, ordinal)?, kind: None, version: Some(version), corrections };
    let inner = app.clone();
    let done = app.deciding.write(program.account.name.to_string(), reason, move |repository| {
        text::correct(repository, &inner.settings, &order, &Silent)
    });
    Ok(made(&[done.await?], &[]))
}

/// A change to a document or its pages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The version that was looked at; if it is not the newest, nothing is done.
    version: u32,
    /// What is done.
    work: Work,
    /// Why, for the act. What is taken out needs one.
    reason: Option<String>,
}

/// Changes a document or its pages.
pub(super) async fn change(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal)): Path<(String, u32)>,
    Json(told): Json<Change>,
) -> Result<Json<Made>, Refused> {
    program.must(Right::Decide)?;
    let Change { version, work, reason } = told;
    let is_restored = work == Work::Document(DocumentWork::Restore);
    let order = ChangeOrder { document: named(&code, ordinal)?, version, work };
    let inner = app.clone();
    let done = app.deciding.write(program.account.name.to_string(), reason, move |repository| {
        if !is_restored {
            change::preview(repository, &order)?;
        }
        change::carry_out(repository, &inner.settings, &order, &Silent)
    });
    let done = done.await?;
    Ok(made(&done.records, &done.made))
}

/// A decision about a file that waits.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    /// What is so, for the next run to go by.
    settlement: Settlement,
    /// The digest of what was decided before, as it was seen; left out if nothing was. If something else is
    /// decided by now, nothing is done.
    #[serde(default)]
    seen: String,
    /// Why, for the act.
    reason: Option<String>,
}

/// What was decided about a file that waits.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Settled {
    /// The bytes that it is about.
    scan: BlobId,
    /// Together with what was decided before.
    settlement: Settlement,
    /// Its digest, for whoever decides again.
    digest: String,
}

/// Decides about a file that waits.
pub(super) async fn settle(
    State(app): State<App>,
    program: Program,
    Path(scan): Path<String>,
    Json(told): Json<Settle>,
) -> Result<Json<Settled>, Refused> {
    program.must(Right::Decide)?;
    let scan: BlobId = scan.parse().map_err(|_| Refused::of(FailureCode::NotFound))?;
    let inner = app.clone();
    let done = app.pool.write(program.account.name.to_string(), told.reason, move |repository| {
        settle_scan(repository, &inner.settings, scan, &told.settlement, &told.seen)
    });
    let settled = done.await?;
    Ok(Json(Settled { scan: settled.scan, digest: settled.settlement.digest(), settlement: settled.settlement }))
}

/// The picture of a page of a file that waits.
pub(super) async fn picture(
    State(app): State<App>,
    program: Program,
    Path((scan, page)): Path<(String, u32)>,
) -> Result<Response, Refused> {
    program.must(Right::Decide)?;
    let scan: BlobId = scan.parse().map_err(|_| Refused::of(FailureCode::NotFound))?;
    let inner = app.clone();
    let drawn = app.drawing.read(move |repository| inner.images.scan_image(repository, (scan, page), ImageSize::Screen));
    let jpeg = drawn.await?;
    let (by, at) = (program.account.name.to_string(), app.settings.general.now());
    app.pool.write(by, None, move |repository| tell_file_view(repository, scan, at)).await?;
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (CACHE_CONTROL, HeaderValue::from_static("private, no-store"))];
    Ok((headers, jpeg.as_ref().clone()).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    code: String,
}

/// Brings a file into the inbox.
pub(super) async fn bring(
    State(app): State<App>,
    program: Program,
    Path(name): Path<String>,
    Query(about): Query<About>,
    body: Body,
) -> Result<(StatusCode, Json<Uploaded>), Refused> {
    program.must(Right::Decide)?;
    Ok((StatusCode::CREATED, Json(taken(&app, &program.account.name, (name, &about.code), body).await?)))
}

/// Why personal data are looked at.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// At least 5 characters.
    reason: String,
}

/// That personal data are shown.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Unmasked {
    /// For so many seconds, to this token and for this dossier.
    seconds: u64,
}

/// Shows the personal data of a dossier to this token for a while; an act for each record tells why.
pub(super) async fn unmask(
    State(app): State<App>,
    program: Program,
    Path(code): Path<String>,
    Json(told): Json<Reason>,
) -> Result<Json<Unmasked>, Refused> {
    program.must(Right::Unmask)?;
    let reason: String = told.reason.trim().chars().take(500).collect();
    if reason.chars().count() < REASON {
        return Err(Refused::of(FailureCode::RequestInvalid));
    }
    let at = app.settings.general.now();
    let told = app.pool.write(program.account.name.to_string(), Some(reason), move |repository| {
        let dossier = dossier::find(repository, &code)?;
        let ids: Vec<RecordId> = dossier::current(&dossier.versions).map(|record| record.id).collect();
        ids.iter().try_for_each(|id| dossier::tell_view(repository, *id, Masking::Shown, at))?;
        Ok(ids)
    });
    let ids = told.await?;
    Ok(Json(Unmasked { seconds: app.unmasked.unmask(&program.key, &ids).as_secs() }))
}
