//! `sohoa document`, `sohoa page remove` and `sohoa page move`

use std::path::Path;

use super::args::{Document, Target};
use super::exit::Exit;
use super::output::{Output, tell};
use super::{progress, text};
use crate::commands::access;
use crate::commands::document::{DocumentOrder, DocumentWork, DocumentsView, change as carry_out};
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words;

/// Changes a whole document.
pub(super) fn document(arguments: &Document, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let (target, work) = match arguments {
        Document::Move { target, to, as_kind } => {
            (target, DocumentWork::Move { to: to.clone(), kind: (*as_kind).map(Into::into) })
        }
        Document::Void(target) => (target, DocumentWork::Void),
        Document::Restore(target) => (target, DocumentWork::Restore),
        Document::Split { target, before } => (target, DocumentWork::Split(before.clone())),
        Document::Merge { target, with } => (target, DocumentWork::Merge(with.clone())),
        Document::Rotate { target, pages, turn } => {
            return text::rotate(target, pages, (*turn).into(), root, settings, output);
        }
        Document::Reorder { target, order } => (target, DocumentWork::Reorder(order.clone())),
    };
    change(target, work, root, settings, output)
}

/// Carries out a change and tells what came of it.
pub(super) fn change(
    target: &Target,
    work: DocumentWork,
    root: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Exit, Failure> {
    let repository = access::to_write(root, &target.name.told())?;
    let order =
        DocumentOrder { document: target.document.clone(), kind: target.kind.map(Into::into), version: target.version, work };
    let shown = progress::display(output);
    let changed = carry_out(&repository, settings, &order, shown.as_ref());
    drop(shown);
    let view = changed?;
    if output.json() {
        output.data(&view)?;
    } else if !output.quiet() {
        output.text(&told(&view, output.language()))?;
    }
    Ok(Exit::Success)
}

fn told(view: &DocumentsView, language: Language) -> String {
    let mut text = String::new();
    for record in &view.records {
        let (code, version) = (&record.dossier_code, record.version);
        let change = record.change.as_ref().map(|change| words::change(record, change, language)).unwrap_or_default();
        text.push_str(&tell!(
            language,
            "{change}; {code} nay là phiên bản {version}\n",
            "{change}; {code} is now version {version}\n"
        ));
    }
    text
}
