//! `sohoa page`

use std::path::Path;

use super::args::{ChangedPage, MovedPage, Page};
use super::document::change;
use super::exit::Exit;
use super::output::{Output, tell};
use super::progress;
use super::show::find_records;
use crate::commands::document::DocumentWork;
use crate::model::failure::{Failure, Language};
use crate::model::field::{FieldName, Verdict};
use crate::model::record::{Change, FieldsChange, PageAction, PageChange, Record, sealed_file_name};
use crate::pipeline::batch::{self, PageOrder};
use crate::repository::{Mode, Repository};
use crate::settings::Settings;
use crate::stages::assemble::Acceptance;
use crate::words::{self, field_name};

/// Puts pages into a sealed document, or one in the place of another.
pub fn page(arguments: &Page, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let (action, typed) = match arguments {
        Page::Insert(typed) => (PageAction::Inserted, typed),
        Page::Replace(typed) => (PageAction::Replaced, typed),
        Page::Remove(typed) => {
            return change(&typed.target, DocumentWork::RemovePage(typed.page), root, settings, output);
        }
        Page::Move(MovedPage { target, page, to, before }) => {
            let work = DocumentWork::MovePage { page: *page, to: *to, before: *before };
            return change(target, work, root, settings, output);
        }
    };
    // Only a run makes a repository.
    let repository = typed.name.sign(Repository::open(root, Mode::Write)?);
    let (code, _) = find_records(&repository, &typed.code)?;
    let ChangedPage { document, page, scan, kind, accept, .. } = typed;
    let order = PageOrder {
        code,
        kind: kind.map(Into::into),
        ordinal: *document,
        page: *page,
        action,
        scan: scan.clone(),
        acceptance: if *accept { Acceptance::AsItIs } else { Acceptance::Judged },
    };
    let shown = progress::display(output);
    let changed = batch::change_pages(&repository, settings, &order, shown.as_ref());
    drop(shown);
    let record = changed?;
    if output.json() {
        output.data(&record)?;
    } else if !output.quiet() {
        let version = record.version;
        let told = record.change.as_ref().map(|change| describe(&record, change, output.language())).unwrap_or_default();
        output.text(&tell!(output.language(), "{told}; nay là phiên bản {version}\n", "{told}; now version {version}\n"))?;
    }
    Ok(Exit::Success)
}

/// What a person did to a document, in one line.
pub fn describe(record: &Record, change: &Change, language: Language) -> String {
    let file = record.documents.iter().find(|document| document.ordinal == change.ordinal());
    let (name, pages) = file.map_or(("", 0), |document| (document.file.name.as_str(), document.file.pages));
    match change {
        Change::Pages(PageChange { action: PageAction::Inserted, page, brought, .. }) => {
            let count = brought.len();
            tell!(
                language,
                "{name}: đã chèn {count} trang từ vị trí {page}, tổng cộng {pages} trang",
                "{name}: {count} page(s) put in from page {page} on, {pages} in all"
            )
        }
        Change::Pages(PageChange { action: PageAction::Replaced, page, .. }) => {
            tell!(language, "{name}: đã thay trang {page}", "{name}: page {page} was replaced")
        }
        Change::Fields(FieldsChange { fields, .. }) => {
            let told = |(field, verdict): (&FieldName, &Verdict)| {
                format!("{} {}", field_name(*field, language), words::verdict(*verdict, language))
            };
            format!("{name}: {}", fields.iter().map(told).collect::<Vec<_>>().join("; "))
        }
        Change::Documents(change) => {
            let ordinal = change.ordinal;
            let name = sealed_file_name(&record.dossier_code, ordinal);
            let done = words::document_action(change.action, language);
            let with = change.with.iter().map(|place| sealed_file_name(&place.dossier_code, place.ordinal));
            let with = with.collect::<Vec<_>>().join(", ");
            let page = change.page.map(|page| tell!(language, " (trang {page})", " (page {page})")).unwrap_or_default();
            let separator = if with.is_empty() { "" } else { ": " };
            format!("{name}{page} {done}{separator}{with}")
        }
    }
}
