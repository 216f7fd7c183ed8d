//! `sohoa field`

use std::path::Path;

use super::args::{DecidedFields, Field, SetField};
use super::exit::Exit;
use super::output::{Output, columns, tell};
use super::progress;
use crate::commands::access;
use crate::commands::field::{FieldDecision, FieldOrder, FieldsView, Ruling, decide};
use crate::model::failure::{Failure, Language};
use crate::model::field::FieldStatus;
use crate::settings::Settings;
use crate::words::{fact_state, field_name, value, verdict};

/// Settles facts of a document.
pub(super) fn field(arguments: &Field, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let (target, decisions) = match arguments {
        Field::Set(SetField { target, field, value }) => {
            let ruling = Ruling::Set(value.join(" "));
            (target, vec![FieldDecision { field: (*field).into(), ruling }])
        }
        Field::Confirm(typed) => (&typed.target, all_of(typed, &Ruling::Confirm)),
        Field::Absent(typed) => (&typed.target, all_of(typed, &Ruling::NotOnPaper)),
        Field::Withdraw(typed) => (&typed.target, all_of(typed, &Ruling::Withdraw)),
    };
    let repository = access::to_write(root, &target.name.told())?;
    let order =
        FieldOrder { document: target.document.clone(), kind: target.kind.map(Into::into), version: target.version, decisions };
    let shown = progress::display(output);
    let decided = decide(&repository, settings, &order, shown.as_ref());
    drop(shown);
    let view = decided?;
    if output.json() {
        output.data(&view)?;
    } else if !output.quiet() {
        output.text(&told(&view, settings, output.language()))?;
    }
    Ok(Exit::Success)
}

fn all_of(typed: &DecidedFields, ruling: &Ruling) -> Vec<FieldDecision> {
    typed.fields.iter().map(|field| FieldDecision { field: (*field).into(), ruling: ruling.clone() }).collect()
}

fn told(view: &FieldsView, settings: &Settings, language: Language) -> String {
    let FieldsView { document, version, decided, fields, open, .. } = view;
    if decided.is_empty() {
        return tell!(
            language,
            "{document}: đã như vậy từ trước, vẫn là phiên bản {version}\n",
            "{document}: it is so already, still version {version}\n"
        );
    }
    let rows: Vec<Vec<String>> = decided
        .iter()
        .map(|(name, found)| {
            let field = fields.get(name);
            let said = field.filter(|field| field.status.has_value());
            let said = said.map_or_else(|| "–".to_owned(), |field| value(*name, &field.value, settings, language));
            let state = field.filter(|field| field.status == FieldStatus::NeedsPerson);
            let state = state.map(|field| fact_state(*name, field, settings, language)).unwrap_or_default();
            vec![field_name(*name, language).to_owned(), said, verdict(*found, language).to_owned(), state]
        })
        .collect();
    let mut text = tell!(language, "{document}: nay là phiên bản {version}\n", "{document}: now version {version}\n");
    text.push_str(&columns(&rows));
    let waiting = open.iter().map(|name| field_name(*name, language)).collect::<Vec<_>>().join("; ");
    text.push_str(&if open.is_empty() {
        tell!(language, "Tài liệu không còn trường chờ xử lý.\n", "Nothing of the document waits any more.\n")
    } else {
        tell!(language, "Còn chờ xử lý: {waiting}\n", "Still waiting: {waiting}\n")
    });
    text
}
