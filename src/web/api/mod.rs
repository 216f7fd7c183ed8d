//! The program interface: search, records, files, pages and batches as JSON (`docs/console.md` tells what of it).

mod acts;
mod bearer;
mod openapi;

use std::collections::BTreeMap;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::App;
use super::pages::page_images::{sent, tell_handed};
use super::refused::Refused;
use crate::commands::batches::{self, BatchHead, BatchLine, Behind, DossierList, ExceptionList};
use crate::commands::dossier::{self, Dossier, WhichFile};
use crate::commands::list::{After, ListOrder, list};
use crate::commands::page_image::{ImageOrder, ImageSize};
use crate::commands::register::differences_of;
use crate::commands::search::{self, Found, SearchOrder};
use crate::model::account::Right;
use crate::model::batch::ExceptionLine;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::FailureCode;
use crate::model::field::{Field, FieldName, FieldSource, Fields};
use crate::model::ids::{BatchId, RecordId, Sha256};
use crate::model::mask::{Masking, mask_fields};
use crate::model::register::Difference;
use crate::model::scan::MediaType;
use crate::model::signature::Signature;
use crate::model::site::Origin;
use bearer::Program;

/// Most hits or records in an answer.
const MOST: usize = 200;
/// As many where nothing is said.
const USUAL: usize = 20;
/// The last list of hits that can be asked for.
const LAST_LIST: usize = 1_000_000;

/// All routes below `/api/v1`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(|| async { Json(openapi::document()) }))
        .route("/search", get(find))
        .route("/records", get(records))
        .route("/records/{code}", get(record))
        .route("/records/{code}/documents/{ordinal}/file", get(sealed))
        .route("/records/{code}/documents/{ordinal}/original", get(original))
        .route("/records/{code}/documents/{ordinal}/pages/{page}", get(page))
        .route("/records/{code}/documents/{ordinal}/pages/{page}/image", get(image))
        .route("/records/{code}/unmask", post(acts::unmask))
        .route("/records/{code}/documents/{ordinal}/fields", post(acts::decide))
        .route("/records/{code}/documents/{ordinal}/text", post(acts::correct))
        .route("/records/{code}/documents/{ordinal}/changes", post(acts::change))
        .route("/pending", get(acts::pending))
        .route("/pending/files/{scan}", post(acts::settle))
        .route("/pending/files/{scan}/pages/{page}/image", get(acts::picture))
        .route("/inbox/{name}", put(acts::bring).layer(DefaultBodyLimit::disable()))
        .route("/batches", get(all_batches))
        .route("/batches/{batch}", get(batch))
        .route("/batches/{batch}/exceptions", get(exceptions))
        .route("/batches/{batch}/dossiers", get(dossiers))
}

/// How many are wanted in a list.
fn limit(asked: Option<usize>) -> Result<usize, Refused> {
    within(asked.unwrap_or(USUAL), MOST)
}

fn within(asked: usize, most: usize) -> Result<usize, Refused> {
    if (1..=most).contains(&asked) { Ok(asked) } else { Err(Refused::of(FailureCode::RequestInvalid)) }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sought {
    q: String,
    limit: Option<usize>,
    page: Option<usize>,
    #[serde(default)]
    sort: Sort,
}

/// What comes first in a list of hits.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Relevance,
    Date,
    Code,
}

async fn find(State(app): State<App>, program: Program, Query(sought): Query<Sought>) -> Result<Json<Found>, Refused> {
    program.must(Right::Read)?;
    let order = SearchOrder {
        text: sought.q,
        tones: search::Tones::Any,
        reach: search::Reach::Newest,
        sort: match sought.sort {
            Sort::Date => search::SortBy::Date,
            Sort::Code => search::SortBy::Code,
            Sort::Relevance => search::SortBy::Relevance,
        },
        limit: limit(sought.limit)?,
        start: search::Start::List(within(sought.page.unwrap_or(1), LAST_LIST)?),
        counting: search::Counting::Register,
        // A list shows many people's papers at once; a record shows its own, and an act tells of it.
        masking: Masking::Masked,
    };
    let longest = app.settings.search.time_limit_ms;
    let mut found = app.pool.read(move |repository| search::search_within(repository, &order, longest)).await?;
    // What was looked for and not found has no value, and is for whoever looks after the record.
    found.hits.iter_mut().for_each(|hit| hit.fields.retain(|_, field| !field.value.is_empty()));
    Ok(Json(found))
}

/// A record in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct RecordLine {
    /// Its dossier.
    dossier_code: DossierCode,
    /// Handed in or given back.
    kind: RecordKind,
    /// Its newest version.
    version: u32,
    /// The id of that version.
    id: RecordId,
    /// Documents in it.
    documents: usize,
    /// Pages in their sealed files.
    pages: u64,
}

/// Records by code and kind.
#[derive(Debug, Serialize, JsonSchema)]
struct RecordList {
    /// The newest version of each.
    records: Vec<RecordLine>,
    /// What to send as `after` for those that come after these; null where there are no more.
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    after: Option<String>,
    limit: Option<usize>,
}

async fn records(State(app): State<App>, program: Program, Query(listed): Query<Listed>) -> Result<Json<RecordList>, Refused> {
    program.must(Right::Read)?;
    let limit = limit(listed.limit)?;
    let after = listed.after.map(|after| match after.rsplit_once('/') {
        Some((code, "dossier")) => After { code: code.to_owned(), kind: Some(RecordKind::Dossier) },
        Some((code, "result")) => After { code: code.to_owned(), kind: Some(RecordKind::Result) },
        _ => After { code: after, kind: None },
    });
    let read = app.pool.read(move |repository| {
        let order = ListOrder { after, limit: Some(limit) };
        let mut found = Vec::new();
        for piece in list(repository, &order) {
            found.extend(piece?);
        }
        Ok(found)
    });
    let found = read.await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| format!("{}/{}", last.dossier_code, last.kind.as_str()));
    let line = |record: &crate::model::record::Record| RecordLine {
        dossier_code: record.dossier_code.clone(),
        kind: record.kind,
        version: record.version,
        id: record.id,
        documents: record.documents.len(),
        pages: record.sealed_pages().into(),
    };
    Ok(Json(RecordList { records: found.iter().map(line).collect(), next }))
}

/// A dossier with the newest version of its records.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiDossier {
    /// Its code.
    dossier_code: DossierCode,
    /// Whether personal data are masked for this account.
    masked: bool,
    /// One of what was handed in, one of what was given back.
    records: Vec<ApiRecord>,
    /// Where its papers and the dossier register disagree.
    differences: Vec<Difference>,
}

/// A record.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiRecord {
    /// Its id.
    id: RecordId,
    /// Handed in or given back.
    kind: RecordKind,
    /// Counts from 1.
    version: u32,
    /// When it was sealed.
    sealed_at: String,
    /// Its documents.
    documents: Vec<ApiDocument>,
}

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiDocument {
    /// Its number in the dossier.
    ordinal: u32,
    /// The sealed file.
    file: ApiFile,
    /// The scan, or what was cut out of it.
    original: Option<ApiFile>,
    /// Where the scan was taken in; null where that is not told.
    origin: Option<Origin>,
    /// Pages that show an identity card, by their numbers in the sealed file.
    sensitive_pages: Vec<u32>,
    /// Its facts.
    fields: BTreeMap<FieldName, ApiField>,
    /// Digital signatures of the scan.
    signatures: Vec<Signature>,
}

/// A fact that was found.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiField {
    /// What it says; dates as `YYYY-MM-DD`.
    value: String,
    /// Where it was found.
    source: FieldSource,
    /// How sure, from 0 to 1.
    confidence: f64,
    /// Whether it is only a suggestion, which a person has to confirm.
    waits: bool,
}

/// The facts that have values.
fn api_fields(fields: &Fields) -> BTreeMap<FieldName, ApiField> {
    let found = fields.iter().filter(|(_, field)| !field.value.is_empty());
    let told = |field: &Field| ApiField {
        value: field.value.clone(),
        source: field.source,
        confidence: field.confidence.share(),
        waits: field.status.is_open(),
    };
    found.map(|(name, field)| (*name, told(field))).collect()
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiFile {
    /// The name it goes by.
    name: String,
    /// What it holds.
    media_type: MediaType,
    /// Its size.
    bytes: u64,
    /// Number of pages.
    pages: u32,
    /// SHA-256 of its bytes.
    sha256: Sha256,
    /// Where it is to be had.
    href: String,
}

async fn record(State(app): State<App>, program: Program, Path(code): Path<String>) -> Result<Json<ApiDossier>, Refused> {
    program.must(Right::Read)?;
    let inner = app.clone();
    let found = app.pool.read(move |repository| {
        let found = dossier::find(repository, &code)?;
        let differences = differences_of(repository, &inner.settings, &found.code)?;
        Ok((found, differences))
    });
    let (Dossier { code, versions }, differences) = found.await?;
    let (at, ids) = (app.settings.general.now(), dossier::current(&versions).map(|record| record.id).collect::<Vec<_>>());
    let is_masked = ids.iter().any(|id| program.masking(&app, *id) == Masking::Masked);
    let masking = if is_masked { Masking::Masked } else { Masking::Shown };
    let told = app.pool.write(program.account.name.to_string(), None, move |repository| {
        ids.iter().try_for_each(|id| dossier::tell_view(repository, *id, masking, at))
    });
    told.await?;
    let file = |file: &crate::model::record::StoredFile, ordinal: u32, last: &str| ApiFile {
        name: masking.text(&file.name),
        media_type: file.media_type,
        bytes: file.bytes,
        pages: file.pages,
        sha256: file.sha256,
        href: format!("/api/v1/records/{code}/documents/{ordinal}/{last}"),
    };
    let document = |document: &crate::model::record::RecordDocument| ApiDocument {
        ordinal: document.ordinal,
        file: file(&document.file, document.ordinal, "file"),
        original: document.shareable_sources().next().map(|source| file(source, document.ordinal, "original")),
        origin: document.origin().cloned(),
        sensitive_pages: (1..)
            .zip(&document.pages)
            .filter(|(_, id)| document.sensitive_pages.contains(id))
            .map(|(n, _)| n)
            .collect(),
        fields: match masking {
            Masking::Shown => api_fields(&document.fields),
            Masking::Masked => api_fields(&mask_fields(&document.fields)),
        },
        signatures: document.signatures.clone(),
    };
    let record = |record: &crate::model::record::Record| ApiRecord {
        id: record.id,
        kind: record.kind,
        version: record.version,
        sealed_at: record.sealed_at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        documents: record.documents.iter().map(document).collect(),
    };
    let records = dossier::current(&versions).map(record).collect();
    Ok(Json(ApiDossier { records, differences, masked: masking == Masking::Masked, dossier_code: code.clone() }))
}

async fn sealed(state: State<App>, program: Program, path: Path<(String, u32)>) -> Result<Response, Refused> {
    file(state, program, path, WhichFile::Sealed).await
}

async fn original(state: State<App>, program: Program, path: Path<(String, u32)>) -> Result<Response, Refused> {
    file(state, program, path, WhichFile::Original).await
}

async fn file(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal)): Path<(String, u32)>,
    which: WhichFile,
) -> Result<Response, Refused> {
    program.must(Right::Read)?;
    let (inner, by) = (app.clone(), program.account.name.to_string());
    let proven = app.pool.read(move |repository| {
        let may = |record| program.masking(&inner, record) == Masking::Shown;
        dossier::prove_file(repository, &code, ordinal, which, &may)
    });
    let proven = proven.await?;
    tell_handed(&app, by, &proven).await?;
    Ok(sent(proven))
}

/// What was read on a page.
#[derive(Debug, Serialize, JsonSchema)]
struct ApiPage {
    /// Its number in the sealed file.
    page: u32,
    /// Whether it shows an identity card.
    sensitive: bool,
    /// Mean confidence of its words, from 0 to 1.
    confidence: f64,
    /// Its text; empty where a sensitive page is masked for this account.
    text: String,
}

async fn page(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal, page)): Path<(String, u32, u32)>,
) -> Result<Json<ApiPage>, Refused> {
    program.must(Right::Read)?;
    let (inner, at) = (app.clone(), app.settings.general.now());
    let by = program.account.name.to_string();
    let read = app.pool.read(move |repository| {
        let (record, is_sensitive, read) = dossier::read_page(repository, &code, ordinal, page)?;
        let masking = program.masking(&inner, record);
        let text = match masking {
            Masking::Masked if is_sensitive => String::new(),
            _ => masking.text(&read.text()),
        };
        Ok((record, masking, ApiPage { page, sensitive: is_sensitive, confidence: read.confidence().share(), text }))
    });
    let (record, masking, page) = read.await?;
    app.pool.write(by, None, move |repository| dossier::tell_view(repository, record, masking, at)).await?;
    Ok(Json(page))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sized {
    size: Option<String>,
}

async fn image(
    State(app): State<App>,
    program: Program,
    Path((code, ordinal, page)): Path<(String, u32, u32)>,
    Query(sized): Query<Sized>,
) -> Result<Response, Refused> {
    program.must(Right::Read)?;
    let size = ImageSize::of(sized.size.as_deref().unwrap_or("1240")).ok_or_else(|| Refused::of(FailureCode::RequestInvalid))?;
    let order = ImageOrder { code, ordinal, page, size };
    let (inner, by) = (app.clone(), program.account.name.to_string());
    let drawn =
        app.drawing.read(move |repository| inner.images.image(repository, &order, |record| program.masking(&inner, record)));
    let drawn = drawn.await?;
    if size != ImageSize::Thumbnail {
        let (record, masking, at) = (drawn.record, drawn.masking, app.settings.general.now());
        app.pool.write(by, None, move |repository| dossier::tell_view(repository, record, masking, at)).await?;
    }
    Ok(([(axum::http::header::CONTENT_TYPE, "image/jpeg")], drawn.jpeg.as_ref().clone()).into_response())
}

/// Batches, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
struct BatchList {
    /// One line each.
    batches: Vec<BatchLine>,
}

async fn all_batches(State(app): State<App>, program: Program) -> Result<Json<BatchList>, Refused> {
    program.must(Right::Batches)?;
    Ok(Json(BatchList { batches: app.pool.read(|repository| batches::list(repository, MOST)).await? }))
}

async fn batch(State(app): State<App>, program: Program, Path(batch): Path<i64>) -> Result<Json<BatchHead>, Refused> {
    program.must(Right::Batches)?;
    Ok(Json(app.pool.read(move |repository| batches::head(repository, BatchId(batch))).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Skipped {
    skip: Option<u32>,
    limit: Option<usize>,
}

async fn exceptions(
    State(app): State<App>,
    program: Program,
    Path(batch): Path<i64>,
    Query(skipped): Query<Skipped>,
) -> Result<Json<ExceptionList>, Refused> {
    program.must(Right::Batches)?;
    let (skip, limit) = (skipped.skip.unwrap_or_default() as usize, limit(skipped.limit)?);
    let read = app.pool.read(move |repository| {
        batches::head(repository, BatchId(batch))?;
        batches::exceptions(repository, BatchId(batch), skip, limit)
    });
    let mut list = read.await?;
    if !program.account.role.may(Right::SeePersonalData) {
        list.exceptions.iter_mut().for_each(mask_line);
    }
    Ok(Json(list))
}

/// Files are called after numbers of people; where they lie tells their names again.
fn mask_line(line: &mut ExceptionLine) {
    line.path = Masking::Masked.text(&line.path);
    line.failure.place = None;
    line.moved_to = None;
    line.poor_pages.iter_mut().for_each(|poor| poor.picture = None);
}

async fn dossiers(
    State(app): State<App>,
    program: Program,
    Path(batch): Path<i64>,
    Query(listed): Query<Listed>,
) -> Result<Json<DossierList>, Refused> {
    program.must(Right::Batches)?;
    let after = listed.after.map(|after| after.parse::<Behind>()).transpose();
    let (after, limit) = (after.map_err(|_| Refused::of(FailureCode::RequestInvalid))?, limit(listed.limit)?);
    let read = app.pool.read(move |repository| {
        batches::head(repository, BatchId(batch))?;
        batches::dossiers(repository, BatchId(batch), after, limit)
    });
    Ok(Json(read.await?))
}
