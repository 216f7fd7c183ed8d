//! A record: its documents, the page that is looked at, facts with their sources, versions, signatures, who
//! saw it, and where its files lie.

use std::time::Instant;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page;
use crate::commands::access::Repository;
use crate::commands::dossier::{self, Change, Dossier};
use crate::commands::register::differences_of;
use crate::model::account::Right;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::model::field::FieldStatus;
use crate::model::ids::RecordId;
use crate::model::mask::{Masking, is_personal, mask_fields, mask_text, mask_value};
use crate::model::record::{Record, RecordDocument};
use crate::web::address::encoded;
use crate::web::app::{App, Shared};
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Posted, Signed, chrome};
use crate::words;

/// Shortest reason that is one.
const REASON: usize = 5;
/// Longest reason that is kept.
const LONGEST_REASON: usize = 500;

/// What the address says beside the code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Look {
    document: Option<u32>,
    page: Option<u32>,
    q: String,
    tab: String,
    asked: String,
}

struct ShownDocument {
    ordinal: u32,
    title: String,
    pages: u32,
    address: String,
    is_shown: bool,
    is_sensitive: bool,
    waits: bool,
}

struct ShownPage {
    number: u32,
    pages: u32,
    image: String,
    width: u32,
    height: u32,
    marks: Vec<String>,
    is_blurred: bool,
    back: Option<String>,
    on: Option<String>,
}

struct ShownFact {
    name: &'static str,
    value: String,
    source: String,
    state: String,
    is_masked: bool,
}

struct ShownVersion {
    version: u32,
    kind: &'static str,
    at: String,
    is_current: bool,
    changes: Vec<String>,
}

struct ShownFile {
    name: String,
    what: &'static str,
    bytes: u64,
    sha256: String,
    path: String,
    is_sound: bool,
}

struct ShownAct {
    number: u64,
    at: String,
    who: String,
    what: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    c: Chrome,
    code: String,
    heading: String,
    tab: &'static str,
    csrf: String,
    q: String,
    base: String,
    here: String,
    back: String,
    documents: Vec<ShownDocument>,
    shown: Option<ShownPage>,
    facts: Vec<ShownFact>,
    versions: Vec<ShownVersion>,
    signatures: Vec<(String, Vec<String>)>,
    files: Vec<ShownFile>,
    acts: Vec<ShownAct>,
    is_masked: bool,
    may_unmask: bool,
    asks_reason: bool,
    reason_missing: bool,
    pdf: String,
    original: String,
    decides: bool,
    desk: String,
    text: String,
    /// Where papers and register disagree.
    differences: Vec<String>,
}

/// Whether somebody sees the personal data of a record.
pub(in crate::web) fn masking(app: &Shared, signed: &Signed, record: RecordId) -> Masking {
    let sees = signed.account.role.may(Right::SeePersonalData)
        || (signed.account.role.may(Right::Unmask) && app.sessions.is_unmasked(&signed.session.key, record, Instant::now()));
    if sees { Masking::Shown } else { Masking::Masked }
}

/// Tells in acts that somebody looks at records, unless that was told just now.
pub(in crate::web) async fn tell_views(app: &App, signed: &Signed, records: Vec<(RecordId, Masking)>) -> Result<(), Failure> {
    let key = signed.session.key;
    let is_news = |(record, masking): &(RecordId, Masking)| app.sessions.is_news(&key, *record, *masking, Instant::now());
    let news: Vec<_> = records.into_iter().filter(is_news).collect();
    if news.is_empty() {
        return Ok(());
    }
    let (at, all) = (app.settings.general.now(), news.clone());
    let told = app.pool.write(signed.account.name.to_string(), None, move |repository| {
        for (record, masking) in all {
            dossier::tell_view(repository, record, masking, at)?;
        }
        Ok(())
    });
    let told = told.await;
    if told.is_err() {
        news.iter().for_each(|(record, masking)| app.sessions.was_not_told(&key, *record, *masking));
    }
    told
}

/// The page.
pub(in crate::web) async fn record(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Path(code): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Read)?;
    let (inner, viewer, language) = (app.clone(), signed.clone(), asked.language);
    let c = chrome(&asked, &signed, Part::Search);
    let made = app.pool.read(move |repository| {
        let dossier = dossier::find(repository, &code)?;
        let views: Vec<(RecordId, Masking)> =
            dossier::current(&dossier.versions).map(|record| (record.id, masking(&inner, &viewer, record.id))).collect();
        let shown = shown(repository, &inner, &viewer, &dossier, &look, c, language)?;
        Ok((views, shown))
    });
    let (views, shown) = made.await.map_err(Refused::from)?;
    // Who cannot be noted down does not look.
    tell_views(&app, &signed, views).await.map_err(Refused::from)?;
    Ok(page(&shown)?)
}

fn shown(
    repository: &Repository,
    app: &Shared,
    signed: &Signed,
    dossier: &Dossier,
    look: &Look,
    c: Chrome,
    language: Language,
) -> Result<RecordPage, Failure> {
    let Dossier { code, versions } = dossier;
    let base = format!("/records/{}", encoded(code.as_str()));
    let all: Vec<(&Record, &RecordDocument)> =
        dossier::current(versions).flat_map(|record| record.documents.iter().map(move |document| (record, document))).collect();
    let wanted = look.document.or_else(|| all.first().map(|(_, document)| document.ordinal)).unwrap_or(1);
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Document { code: code.to_string(), ordinal: wanted });
    let (record, document) = dossier::document_of(versions, wanted).ok_or_else(not_found)?;
    let masking = masking(app, signed, record.id);
    let query = if look.q.is_empty() { String::new() } else { format!("&q={}", encoded(&look.q)) };
    let tab = tab_of(&look.tab);
    let mut made = RecordPage {
        csrf: signed.session.csrf.clone(),
        heading: heading(record, app, language),
        tab,
        q: look.q.clone(),
        documents: all
            .iter()
            .map(|(_, one)| shown_document(one, wanted, &format!("{base}?document={}{query}", one.ordinal), app, language))
            .collect(),
        shown: None,
        facts: facts(document, masking, app, language),
        versions: Vec::new(),
        signatures: Vec::new(),
        files: Vec::new(),
        acts: Vec::new(),
        is_masked: masking == Masking::Masked,
        may_unmask: signed.account.role.may(Right::Unmask),
        asks_reason: !look.asked.is_empty(),
        reason_missing: look.asked == "missing",
        decides: signed.account.role.may(Right::Decide),
        desk: format!("/desk/{}/{wanted}", encoded(code.as_str())),
        text: format!("{base}/{wanted}/text?page={}", look.page.unwrap_or(1)),
        pdf: format!("{base}/{wanted}/file.pdf"),
        original: format!("{base}/{wanted}/original"),
        here: format!("{base}?document={wanted}{query}"),
        back: format!("{base}?document={wanted}&page={}{query}", look.page.unwrap_or(1)),
        differences: differences(repository, app, dossier, language)?,
        code: code.to_string(),
        base,
        c,
    };
    match tab {
        "versions" => made.versions = shown_versions(versions, masking, app, language),
        "signatures" => {
            let of = |one: &RecordDocument| {
                let lines = words::signature_lines(&one.signatures, &app.settings.general, language);
                (title_of(one, app, language), lines.lines().map(|line| line.trim().to_owned()).collect())
            };
            made.signatures = all.iter().map(|(_, one)| of(one)).collect();
        }
        "log" => made.acts = shown_acts(repository, versions, (app, masking), language)?,
        "files" => made.files = shown_files(repository, document, &made.c, masking),
        _ => {
            made.shown = Some(shown_page(repository, (record, document), look, &made, app.settings.search.time_limit_ms)?);
        }
    }
    Ok(made)
}

/// Where the papers of the dossier and the register disagree.
fn differences(repository: &Repository, app: &Shared, dossier: &Dossier, language: Language) -> Result<Vec<String>, Failure> {
    let found = differences_of(repository, &app.settings, &dossier.code)?;
    Ok(found.iter().map(|one| words::difference(one, language)).collect())
}

/// A part of the page by its name in the address.
fn tab_of(name: &str) -> &'static str {
    ["versions", "signatures", "log", "files"].into_iter().find(|tab| *tab == name).unwrap_or("documents")
}

fn shown_document(one: &RecordDocument, wanted: u32, address: &str, app: &Shared, language: Language) -> ShownDocument {
    ShownDocument {
        ordinal: one.ordinal,
        title: title_of(one, app, language),
        pages: one.file.pages,
        address: address.to_owned(),
        is_shown: one.ordinal == wanted,
        is_sensitive: !one.sensitive_pages.is_empty(),
        waits: one.fields.values().any(|field| field.status.is_open()),
    }
}

/// The page that is looked at.
fn shown_page(
    repository: &Repository,
    (record, document): (&Record, &RecordDocument),
    look: &Look,
    made: &RecordPage,
    millis: u64,
) -> Result<ShownPage, Failure> {
    let (number, ordinal) = (look.page.unwrap_or(1), document.ordinal);
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Typed { text: format!("{}/{ordinal}/{number}", made.code) });
    let (id, read) = dossier::page_of(repository, record, document, number)?.ok_or_else(not_found)?;
    let is_blurred = made.is_masked && document.sensitive_pages.contains(&id);
    let marks = dossier::marks(repository, &read, if is_blurred { "" } else { &look.q }, millis)?;
    let query = if look.q.is_empty() { String::new() } else { format!("&q={}", encoded(&look.q)) };
    let to = |number: u32| format!("{}?document={ordinal}&page={number}{query}", made.base);
    let state = if made.is_masked { "m" } else { "s" };
    Ok(ShownPage {
        number,
        pages: document.file.pages,
        image: format!("{}/{ordinal}/pages/{number}/1240?v={}{state}", made.base, short(record.id)),
        width: marks.width,
        height: marks.height,
        marks: marks.places.iter().map(points).collect(),
        is_blurred,
        back: (number > 1).then(|| to(number - 1)),
        on: (number < document.file.pages).then(|| to(number + 1)),
    })
}

/// What tells one version from another in the address of a picture.
pub(in crate::web) fn short(record: RecordId) -> String {
    record.as_bytes().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn points(corners: &[crate::model::geometry::Point; 4]) -> String {
    corners.iter().map(|point| format!("{:.0},{:.0}", point.x, point.y)).collect::<Vec<_>>().join(" ")
}

fn heading(record: &Record, app: &Shared, language: Language) -> String {
    let at = day_time(app, record.sealed_at);
    let version = record.version;
    match record.kind {
        RecordKind::Dossier => words::tell!(language, "phiên bản {version}, {at}", "version {version}, {at}"),
        RecordKind::Result => words::tell!(language, "kết quả, phiên bản {version}, {at}", "result, version {version}, {at}"),
    }
}

fn day_time(app: &Shared, at: time::OffsetDateTime) -> String {
    let format = time::macros::format_description!("[day]/[month]/[year] [hour]:[minute]");
    app.settings.general.local(at).format(format).unwrap_or_default()
}

/// The type of a document by its name, else its title, else its number.
fn title_of(document: &RecordDocument, app: &Shared, language: Language) -> String {
    use crate::model::field::FieldName::{DocumentType, Title};
    let value = |name| document.fields.get(&name).filter(|field| field.status != FieldStatus::Absent && !field.value.is_empty());
    match (value(DocumentType), value(Title)) {
        (Some(kind), _) => words::value(DocumentType, &kind.value, &app.settings, language),
        (None, Some(title)) => mask_text(&title.value),
        (None, None) => document.file.name.clone(),
    }
}

fn facts(document: &RecordDocument, masking: Masking, app: &Shared, language: Language) -> Vec<ShownFact> {
    let fields = match masking {
        Masking::Shown => document.fields.clone(),
        Masking::Masked => mask_fields(&document.fields),
    };
    let shown = |(name, field): (&crate::model::field::FieldName, &crate::model::field::Field)| {
        let is_there = !field.value.is_empty();
        ShownFact {
            name: words::field_name(*name, language),
            value: if is_there { words::value(*name, &field.value, &app.settings, language) } else { "–".to_owned() },
            source: if is_there {
                format!("{} {}", words::source_name(field.source, language), words::percent(field.confidence))
            } else {
                String::new()
            },
            state: words::fact_state(*name, field, &app.settings, language),
            is_masked: masking == Masking::Masked && is_there && is_personal(*name),
        }
    };
    fields.iter().map(shown).collect()
}

fn shown_versions(versions: &[Record], masking: Masking, app: &Shared, language: Language) -> Vec<ShownVersion> {
    let shown = |record: &Record| {
        let before = versions.iter().find(|other| Some(other.id) == record.supersedes);
        let changes = before.map(|before| dossier::changes(before, record)).unwrap_or_default();
        let value = |name, value: &Option<String>| {
            let value = value.as_deref().map(|value| match masking {
                Masking::Shown => value.to_owned(),
                Masking::Masked => mask_value(name, value),
            });
            value.map_or_else(|| "–".to_owned(), |value| words::value(name, &value, &app.settings, language))
        };
        let told = |change: Change| match change {
            Change::Added(ordinal) => words::tell!(language, "thêm tài liệu {ordinal}", "document {ordinal} was added"),
            Change::Removed(ordinal) => words::tell!(language, "bỏ tài liệu {ordinal}", "document {ordinal} was taken out"),
            Change::Pages { ordinal, before, after } => words::tell!(
                language,
                "tài liệu {ordinal}: các trang thay đổi ({before} → {after} trang)",
                "document {ordinal}: its pages changed ({before} → {after} pages)"
            ),
            Change::Field { ordinal, name, before, after } => {
                let field = words::field_name(name, language);
                let (before, after) = (value(name, &before), value(name, &after));
                words::tell!(
                    language,
                    "tài liệu {ordinal}, {field}: {before} → {after}",
                    "document {ordinal}, {field}: {before} → {after}"
                )
            }
        };
        ShownVersion {
            version: record.version,
            kind: words::kind_name(record.kind, language),
            at: day_time(app, record.sealed_at),
            is_current: dossier::is_current(record, versions),
            changes: changes.into_iter().map(told).collect(),
        }
    };
    versions.iter().rev().map(shown).collect()
}

fn shown_files(repository: &Repository, document: &RecordDocument, c: &Chrome, masking: Masking) -> Vec<ShownFile> {
    let shown = |file: &crate::model::record::StoredFile, what| ShownFile {
        name: masking.text(&file.name),
        what,
        bytes: file.bytes,
        sha256: file.sha256.to_string(),
        path: dossier::path_of(repository, file).display().to_string(),
        is_sound: dossier::is_sound(repository, file),
    };
    let sealed = std::iter::once(shown(&document.file, c.w.sealed_file));
    sealed.chain(document.shareable_sources().map(|file| shown(file, c.w.original))).collect()
}

fn shown_acts(
    repository: &Repository,
    versions: &[Record],
    (app, masking): (&Shared, Masking),
    language: Language,
) -> Result<Vec<ShownAct>, Failure> {
    let name_of = |id: RecordId| versions.iter().find(|record| record.id == id).map(dossier::name_of);
    let shown = |act: crate::model::act::Act| ShownAct {
        number: act.number,
        at: day_time(app, act.at),
        who: act.actor.by.clone().unwrap_or_else(|| act.actor.account.clone()),
        what: words::deed(&act.deed, &name_of, language),
        reason: masking.text(&act.reason.unwrap_or_default()),
    };
    Ok(dossier::acts(repository, versions)?.into_iter().map(shown).collect())
}

/// Shows the personal data of a dossier for a while, for a reason, as an act.
pub(in crate::web) async fn unmask(
    State(app): State<App>,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, NotSigned> {
    let Posted { signed, form } = posted;
    signed.must(Right::Unmask)?;
    let back = form.get("back");
    let own = format!("/records/{}", encoded(&code));
    let back = if back.starts_with(&own) { back.to_owned() } else { own };
    let reason: String = form.get("reason").chars().take(LONGEST_REASON).collect();
    if reason.chars().count() < REASON {
        let sign = if back.contains('?') { '&' } else { '?' };
        return Ok(Redirect::to(&format!("{back}{sign}asked=missing#reason")).into_response());
    }
    let at = app.settings.general.now();
    let told = app.pool.write(signed.account.name.to_string(), Some(reason), move |repository| {
        let dossier = dossier::find(repository, &code)?;
        let ids: Vec<RecordId> = dossier::current(&dossier.versions).map(|record| record.id).collect();
        for id in &ids {
            dossier::tell_view(repository, *id, Masking::Shown, at)?;
        }
        Ok(ids)
    });
    for id in told.await.map_err(Refused::from)? {
        app.sessions.unmask(&signed.session.key, id, Instant::now());
        app.sessions.is_news(&signed.session.key, id, Masking::Shown, Instant::now());
    }
    Ok(Redirect::to(&back).into_response())
}
