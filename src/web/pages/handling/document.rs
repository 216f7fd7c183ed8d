//! The thumbnails of a document: another order, split here, turn, leave out, move. Each change is shown first
//! and then done in one act.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{reason, takes_out, work};
use crate::commands::change::{self, ChangeOrder, Preview, PreviewDocument, Work};
use crate::commands::dossier;
use crate::commands::progress::Silent;
use crate::model::account::Right;
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::model::field::FieldName;
use crate::model::mask::Masking;
use crate::model::record::{DocumentName, Record, RecordDocument};
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::pages::desk::{desk_of, named};
use crate::web::pages::page;
use crate::web::pages::record::{short, tell_views};
use crate::web::refused::Refused;
use crate::web::signed::{Fields, NotSigned, Posted, Signed, chrome};
use crate::words::{self, HandlingPhrases};

/// Fields of the form that say what is done: they go from the preview to what is carried out.
const CARRIED: [&str; 12] = ["work", "version", "order", "starts", "turned", "by", "out", "moved", "to", "merge", "code", "as"];

struct ShownThumb {
    page: u32,
    /// In which document it stands now.
    ordinal: u32,
    image: String,
    large: String,
    degrees: u16,
}

struct ShownDocument {
    name: String,
    pages: Vec<ShownThumb>,
}

struct ShownPreview {
    documents: Vec<ShownDocument>,
    out: Vec<ShownThumb>,
    /// Names and values of what is carried out.
    fields: Vec<(&'static str, String)>,
    reason: String,
    needs_reason: bool,
}

#[derive(Template)]
#[template(path = "sheets.html")]
struct SheetsPage {
    c: Chrome,
    h: &'static HandlingPhrases,
    csrf: String,
    name: String,
    base: String,
    desk: String,
    record: String,
    version: u32,
    title: String,
    thumbs: Vec<ShownThumb>,
    others: Vec<(u32, String)>,
    order: String,
    error: String,
    preview: Option<ShownPreview>,
}

/// A document, the version that is looked at, and the other documents of its record.
struct Looked {
    record: Record,
    document: RecordDocument,
}

async fn look(app: &App, name: &DocumentName) -> Result<Looked, Refused> {
    let name = name.clone();
    let read = app.pool.read(move |repository| {
        let dossier = dossier::find(repository, name.code.as_str())?;
        let not_found =
            || Failure::new(FailureCode::NotFound).at(Place::Document { code: name.code.to_string(), ordinal: name.ordinal });
        let (record, document) = dossier::document_of(&dossier.versions, name.ordinal).ok_or_else(not_found)?;
        Ok(Looked { record: record.clone(), document: document.clone() })
    });
    Ok(read.await?)
}

fn thumb(record: &Record, ordinal: u32, page: u32, degrees: u16) -> ShownThumb {
    let base = format!("/records/{}/{ordinal}/pages/{page}", encoded(record.dossier_code.as_str()));
    let version = short(record.id);
    ShownThumb { page, ordinal, image: format!("{base}/160?v={version}s"), large: format!("{base}/1240?v={version}s"), degrees }
}

impl Looked {
    fn page(&self, signed: &Signed, asked: &Asked, app: &App) -> SheetsPage {
        let Self { record, document } = self;
        let name = DocumentName { code: record.dossier_code.clone(), ordinal: document.ordinal };
        let title = |one: &RecordDocument| {
            let kind = one.fields.get(&FieldName::DocumentType).filter(|field| field.status.has_value());
            let kind = kind.map(|field| words::type_name(&field.value, &app.settings)).unwrap_or_default();
            format!("{:03} {kind}", one.ordinal)
        };
        let others = record.documents.iter().filter(|one| one.ordinal != document.ordinal);
        let last = document.file.pages;
        SheetsPage {
            h: HandlingPhrases::of(asked.language),
            csrf: signed.session.csrf.clone(),
            base: format!("{}/pages", desk_of(&name)),
            desk: desk_of(&name),
            record: format!("/records/{}?document={}", encoded(name.code.as_str()), name.ordinal),
            version: record.version,
            title: title(document),
            thumbs: (1..=last).map(|page| thumb(record, document.ordinal, page, 0)).collect(),
            others: others.map(|one| (one.ordinal, title(one))).collect(),
            order: (1..=last).map(|page| page.to_string()).collect::<Vec<_>>().join(" "),
            error: String::new(),
            preview: None,
            name: name.to_string(),
            c: chrome(asked, signed, Part::Desk),
        }
    }
}

/// The page.
pub(in crate::web) async fn sheets(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let looked = look(&app, &named(&code, ordinal)?).await?;
    tell_views(&app, &signed, vec![(looked.record.id, Masking::Shown)]).await.map_err(Refused::from)?;
    Ok(page(&looked.page(&signed, &asked, &app))?)
}

/// Shows how things would be.
pub(in crate::web) async fn preview(
    State(app): State<App>,
    asked: Asked,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let looked = look(&app, &name).await?;
    tell_views(&app, &signed, vec![(looked.record.id, Masking::Shown)]).await.map_err(Refused::from)?;
    let mut shown = looked.page(&signed, &asked, &app);
    let previewed = async {
        let order = order_of(&form, name)?;
        let work = order.work.clone();
        Ok::<_, Refused>((app.pool.read(move |repository| change::preview(repository, &order)).await?, work))
    };
    match previewed.await {
        Ok((preview, work)) => {
            shown.preview = Some(looked.preview(&preview, &work, &form, asked.language));
            Ok(page(&shown)?)
        }
        Err(refused) => Ok(refused_page(shown, &refused, asked.language)?),
    }
}

fn order_of(form: &Fields, document: DocumentName) -> Result<ChangeOrder, Refused> {
    let version = form.get("version").parse().map_err(|_| Refused::of(FailureCode::RequestInvalid))?;
    Ok(ChangeOrder { document, version, work: work(form)? })
}

/// The page again, with why nothing was done.
fn refused_page(mut shown: SheetsPage, refused: &Refused, language: Language) -> Result<Response, Refused> {
    let failure = &refused.failure;
    let is_of_the_form = matches!(
        failure.code,
        FailureCode::DocumentInvalid | FailureCode::RequestInvalid | FailureCode::CodeInvalid | FailureCode::Conflict
    );
    if !is_of_the_form {
        return Err(refused.clone());
    }
    shown.error = match (failure.code, &failure.cause) {
        (FailureCode::Conflict, _) => shown.h.conflict.to_owned(),
        (_, Some(cause)) => words::cause(cause, language),
        (code, None) => words::message(code, language).to_owned(),
    };
    let mut response = page(&shown)?;
    *response.status_mut() =
        if failure.code == FailureCode::Conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(response)
}

impl Looked {
    fn preview(&self, preview: &Preview, work: &Work, form: &Fields, language: Language) -> ShownPreview {
        let h = HandlingPhrases::of(language);
        let document = |one: &PreviewDocument| ShownDocument {
            name: match one.ordinal {
                Some(ordinal) => format!("{}.{ordinal:03}", one.code),
                None => format!("{} ({}, {})", one.code, words::kind_name(one.kind, language), h.new_number),
            },
            pages: one.pages.iter().map(|page| thumb(&self.record, page.ordinal, page.page, page.degrees)).collect(),
        };
        ShownPreview {
            documents: preview.documents.iter().map(document).collect(),
            out: preview.out.iter().map(|page| thumb(&self.record, self.document.ordinal, *page, 0)).collect(),
            fields: CARRIED.into_iter().map(|name| (name, form.get(name).to_owned())).collect(),
            reason: form.get("reason").to_owned(),
            needs_reason: takes_out(work),
        }
    }
}

/// Carries a change out.
pub(in crate::web) async fn carry_out(
    State(app): State<App>,
    asked: Asked,
    Path((code, ordinal)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Decide)?;
    let name = named(&code, ordinal)?;
    let looked = look(&app, &name).await?;
    let mut shown = looked.page(&signed, &asked, &app);
    let why = reason(&form);
    let order = match order_of(&form, name.clone()) {
        Ok(order) => order,
        Err(refused) => return Ok(refused_page(shown, &refused, asked.language)?),
    };
    if takes_out(&order.work) && why.is_none() {
        shown.error = shown.h.reason_needed.to_owned();
        let mut response = page(&shown)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let inner = app.clone();
    let done = app.deciding.write(signed.account.name.to_string(), why, move |repository| {
        change::carry_out(repository, &inner.settings, &order, &Silent)
    });
    match done.await {
        Ok(changed) => Ok(Redirect::to(&after(&name, &changed.records, &changed.made)).into_response()),
        Err(failure) => Ok(refused_page(shown, &Refused::from(failure), asked.language)?),
    }
}

/// Where to go on: to the document, where it went, or its dossier; to the desk if nothing is left of that.
fn after(name: &DocumentName, records: &[Record], made: &[DocumentName]) -> String {
    let is_there = |document: &DocumentName| {
        let of = records.iter().filter(|record| record.dossier_code == document.code);
        of.flat_map(|record| &record.documents).any(|one| one.ordinal == document.ordinal)
    };
    let found = [name].into_iter().chain(made).find(|document| is_there(document));
    let left = records.iter().find(|record| !record.documents.is_empty()).map(|record| &record.dossier_code);
    match (found, left) {
        (Some(document), _) => format!("/records/{}?document={}", encoded(document.code.as_str()), document.ordinal),
        (None, Some(code)) => format!("/records/{}", encoded(code.as_str())),
        (None, None) => "/desk".to_owned(),
    }
}
