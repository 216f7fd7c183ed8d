//! `sohoa pending`

use std::path::Path;

use super::args::Pending;
use super::exit::Exit;
use super::output::{Output, columns, one_line, tell};
use crate::commands::access;
use crate::commands::pending::{PendingItem, PendingOrder, PendingView, Waiting, pending as ask};
use crate::model::failure::{Failure, FailureCode, Language};
use crate::model::register::Difference;
use crate::settings::Settings;
use crate::words::{self, field_name, pending_kind, type_name};

/// Lists what waits for a person, each with the command that settles it.
pub(super) fn pending(arguments: &Pending, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let order = PendingOrder {
        kinds: arguments.kind.iter().map(|kind| (*kind).into()).collect(),
        inbox: arguments.inbox.clone(),
        document_type: arguments.document_type.as_ref().map(|typed| key_of(typed, settings)),
        day: arguments.day,
        limit: arguments.limit,
        after: arguments.after.clone(),
    };
    let view = ask(&repository, settings, &order)?;
    if output.json() {
        output.data(&view)?;
        return Ok(Exit::Success);
    }
    let language = output.language();
    for item in &view.items {
        output.text(&shown(item, settings, language))?;
    }
    output.note(&summary(&view, language));
    if let Some(next) = &view.next {
        output.note(&tell!(language, "Xem tiếp: --after '{next}'", "More: --after '{next}'"));
    }
    Ok(Exit::Success)
}

/// The key of a type that was typed by key or name.
fn key_of(typed: &str, settings: &Settings) -> String {
    let wanted = crate::model::vietnamese::fold_words(typed);
    let known = settings.fields.document_types.iter();
    let mut known = known.filter(|kind| kind.key == typed || crate::model::vietnamese::fold_words(&kind.name) == wanted);
    known.next().map_or_else(|| typed.to_owned(), |kind| kind.key.clone())
}

fn shown(item: &PendingItem, settings: &Settings, language: Language) -> String {
    let (kind, days) = (pending_kind(item.kind, language), item.days);
    let age = tell!(language, "{days} ngày", "{days} d");
    let batch = item.batch.map(|batch| batch.to_string()).unwrap_or_default();
    match &item.what {
        Waiting::Fact { document, document_type, field, value: read, doubts, others, .. } => {
            let name = field_name(*field, language);
            let kind_of_paper = document_type.as_ref().map(|key| type_name(key, settings)).unwrap_or_default();
            let said = if read.is_empty() { String::new() } else { words::value(*field, read, settings, language) };
            let mut text = format!("{age}  {kind}  {document}  {kind_of_paper}  {name}");
            if !said.is_empty() {
                text.push_str(&format!(": {said}"));
            }
            let mut told: Vec<String> = doubts.iter().map(|known| words::doubt(*known, language).to_owned()).collect();
            told.extend(others.iter().map(|other| {
                let other = words::value(*field, other, settings, language);
                tell!(language, "hoặc: {other}", "or: {other}")
            }));
            if !told.is_empty() && !said.is_empty() {
                text.push_str(&format!(" ({})", told.join(", ")));
            }
            let field = field.as_str();
            let command = if read.is_empty() {
                tell!(language, "sohoa field set {document} {field} 'GIÁ TRỊ'", "sohoa field set {document} {field} 'VALUE'")
            } else {
                format!("sohoa field confirm {document} {field}")
            };
            format!("{}\n    {command}\n", one_line(&text))
        }
        Waiting::Dossier { dossier, differences } => {
            let told = differences.iter().map(|one| words::difference(one, language)).collect::<Vec<_>>().join("; ");
            let is_here = !differences.iter().any(|one| matches!(one, Difference::NoPapers { .. }));
            let command = if is_here {
                format!("sohoa show {dossier}")
            } else {
                tell!(language, "(chờ giấy tờ đến hộp đến)", "(its papers have to come into an inbox)")
            };
            format!("{}\n    {command}\n", one_line(&format!("{age}  {kind}  {dossier}  {told}")))
        }
        Waiting::File { path, place, failure, poor_pages, .. } => {
            let cause = failure.cause.as_ref().map(|cause| format!(": {}", words::cause(cause, language))).unwrap_or_default();
            let head =
                tell!(language, "{age}  {kind}  {path} (lô {batch}){cause}", "{age}  {kind}  {path} (batch {batch}){cause}");
            let mut text = one_line(&head);
            for poor in poor_pages {
                let (page, reasons) = (poor.page, words::shortcomings(&poor.shortcomings, language));
                text.push_str(&tell!(language, "\n    trang {page}: {reasons}", "\n    page {page}: {reasons}"));
            }
            format!("{text}\n    {}\n", settles(failure.code, place, language))
        }
    }
}

/// What settles a file: the command where one does, and in any case what to do.
fn settles(code: FailureCode, place: &Path, language: Language) -> String {
    let place = one_line(&quoted(&place.display().to_string()));
    let dossier = tell!(language, "MÃ-HỒ-SƠ", "CODE");
    let command = match code {
        FailureCode::Rescan => format!("sohoa settle {place} --accept"),
        FailureCode::DossierUnknown | FailureCode::DossierConflict => format!("sohoa settle {place} --dossier {dossier}"),
        FailureCode::StackUnclear => format!("sohoa settle {place} --split 1={dossier},P={dossier}"),
        _ => place,
    };
    format!("{command}\n    → {}", words::remedy(code, language))
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn summary(view: &PendingView, language: Language) -> String {
    let total = view.total;
    if total == 0 {
        return tell!(language, "Không còn việc chờ xử lý.", "Nothing waits.");
    }
    let rows: Vec<Vec<String>> =
        view.counts.iter().map(|(kind, count)| vec![count.to_string(), pending_kind(*kind, language).to_owned()]).collect();
    let counted = columns(&rows);
    let counted = counted.trim_end();
    tell!(language, "Chờ xử lý: {total}\n{counted}", "Waiting: {total}\n{counted}")
}
