//! `sohoa page`

use std::path::Path;

use super::args::{ChangedPage, MovedPage, Page};
use super::document;
use super::exit::Exit;
use super::output::{Output, tell};
use super::progress;
use crate::commands::access;
use crate::commands::document::DocumentWork;
use crate::commands::page::{Acceptance, PageOrder, change_pages};
use crate::commands::show::code_of;
use crate::model::failure::Failure;
use crate::model::record::PageAction;
use crate::settings::Settings;
use crate::words;

/// Puts pages into a sealed document, or one in the place of another.
pub(super) fn page(arguments: &Page, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let (action, typed) = match arguments {
        Page::Insert(typed) => (PageAction::Inserted, typed),
        Page::Replace(typed) => (PageAction::Replaced, typed),
        Page::Remove(typed) => {
            return document::change(&typed.target, DocumentWork::RemovePage(typed.page), root, settings, output);
        }
        Page::Move(MovedPage { target, page, to, before }) => {
            let work = DocumentWork::MovePage { page: *page, to: *to, before: *before };
            return document::change(target, work, root, settings, output);
        }
    };
    let ChangedPage { code, document, page, scan, kind, accept, name } = typed;
    let repository = access::to_write(root, &name.told())?;
    let order = PageOrder {
        code: code_of(&repository, code)?,
        kind: kind.map(Into::into),
        ordinal: *document,
        page: *page,
        action,
        scan: scan.clone(),
        acceptance: if *accept { Acceptance::AsItIs } else { Acceptance::Judged },
    };
    let shown = progress::display(output);
    let changed = change_pages(&repository, settings, &order, shown.as_ref());
    drop(shown);
    let record = changed?;
    if output.json() {
        output.data(&record)?;
    } else if !output.quiet() {
        let version = record.version;
        let told = record.change.as_ref().map(|change| words::change(&record, change, output.language())).unwrap_or_default();
        output.text(&tell!(output.language(), "{told}; nay là phiên bản {version}\n", "{told}; now version {version}\n"))?;
    }
    Ok(Exit::Success)
}
