//! `sohoa register`

use std::path::Path;

use super::args::{CheckRegister, ImportRegister, Register, ReuseRegister};
use super::exit::Exit;
use super::output::{Output, columns, one_line, tell};
use crate::commands::access;
use crate::commands::register::{
    BadRow, DossierDifferences, ImportOrder, Imported, Offer, differences, expect_file, import, offers, reuse_document,
    write_bad_rows,
};
use crate::commands::table::{Cell, CsvSettings, Heading, format_of_name};
use crate::model::failure::{Cause, Failure, Language};
use crate::settings::Settings;
use crate::words::{cause, day_of, difference, list_name};

/// Bad rows that are shown; a file of them holds all.
const SHOWN: usize = 20;

/// Imports into the register.
pub(crate) fn register(arguments: &Register, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    match arguments {
        Register::Import(typed) => import_file(typed, root, settings, output),
        Register::Check(typed) => check(typed, root, settings, output),
        Register::Reuse(typed) => reuse(typed, root, settings, output),
    }
}

fn import_file(typed: &ImportRegister, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let language = output.language();
    let errors = typed.errors.as_ref().map(|path| format_of_name(path, CsvSettings::default()).map(|format| (path, format)));
    let errors = errors.transpose()?;
    // A repository is made only for what can be put into it.
    expect_file(&typed.file)?;
    let repository = access::to_create(root, &typed.name.told())?;
    let order = ImportOrder {
        file: typed.file.clone(),
        list: typed.list.map(Into::into),
        layout: typed.layout.clone(),
        sheet: typed.sheet.clone(),
    };
    let imported = import(&repository, settings, &order, settings.general.now())?;
    if let Some((path, format)) = &errors {
        let heading = heading(language);
        write_bad_rows(&imported.bad_rows, &heading, &|bad| cells(bad, language), (path, format))?;
    }
    if output.json() {
        output.data(&imported)?;
    } else if !output.quiet() {
        output.text(&told(&imported, language))?;
    }
    Ok(if imported.refused > 0 { Exit::Exceptions } else { Exit::Success })
}

/// Lists the dossiers in which papers and register disagree.
fn check(typed: &CheckRegister, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let found = differences(&repository, settings, &typed.period, settings.general.now())?;
    let language = output.language();
    if output.json() {
        output.data(&found)?;
    } else {
        let rows = |one: &DossierDifferences| {
            let code = one.dossier_code.to_string();
            one.differences.iter().map(|what| vec![code.clone(), difference(what, language)]).collect::<Vec<_>>()
        };
        output.text(&columns(&found.iter().flat_map(rows).collect::<Vec<_>>()))?;
        let count = found.len();
        output.note(&tell!(language, "{count} hồ sơ không khớp", "{count} dossiers disagree"));
    }
    Ok(if found.is_empty() { Exit::Success } else { Exit::Exceptions })
}

/// Lists what may stand for components of a dossier, or says that one does.
fn reuse(typed: &ReuseRegister, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let language = output.language();
    let found = match (&typed.component, &typed.from) {
        (Some(component), Some(from)) => {
            let repository = access::to_write(root, &typed.name.told())?;
            vec![reuse_document(&repository, settings, (&typed.code, component.as_str(), from))?]
        }
        _ => offers(&access::to_read(root)?, settings, &typed.code)?,
    };
    if output.json() {
        output.data(&found)?;
        return Ok(Exit::Success);
    }
    for offer in &found {
        let Offer { component, document, .. } = offer;
        output.text(&format!("{}\n", offered(offer, settings, language)))?;
        if typed.component.is_none() {
            let code = &typed.code;
            output.text(&format!("    sohoa register reuse {code} --component {component} --from {document}\n"))?;
        }
    }
    Ok(Exit::Success)
}

/// A document that is held, and what it may stand for.
pub(super) fn offered(offer: &Offer, settings: &Settings, language: Language) -> String {
    let Offer { component, name, document, title, owner, number, valid_until, .. } = offer;
    let end = match valid_until {
        Some(end) => {
            let day = day_of(settings.general.local(*end));
            tell!(language, "có hiệu lực đến {day}", "valid until {day}")
        }
        None => tell!(language, "không ghi thời hạn", "no end is told"),
    };
    let told: Vec<&str> =
        [title.as_deref(), Some(number.as_str()), owner.as_deref(), Some(end.as_str())].into_iter().flatten().collect();
    one_line(&format!("{component} {name}: {document} ({})", told.join(", ")))
}

fn heading(language: Language) -> Heading {
    let columns = match language {
        Language::Vi => ["Dòng", "Cột", "Lý do"],
        Language::En => ["Line", "Column", "Reason"],
    };
    Heading { name: tell!(language, "Dòng lỗi", "Bad rows"), columns: columns.map(str::to_owned).to_vec() }
}

fn cells(bad: &BadRow, language: Language) -> Vec<Cell> {
    let column = bad.column.clone().map_or(Cell::Empty, Cell::Text);
    vec![Cell::Number(u32::try_from(bad.line).unwrap_or(u32::MAX)), column, Cell::Text(reason(bad, language))]
}

fn reason(bad: &BadRow, language: Language) -> String {
    cause(&Cause::from(bad.fault.0.clone()), language)
}

fn told(imported: &Imported, language: Language) -> String {
    let Imported { file, list, layout, rows, counts, repeated, refused, bad_rows, ignored_columns } = imported;
    let (list, file) = (list_name(*list, language), one_line(file));
    let (added, changed, unchanged) = (counts.added, counts.changed, counts.unchanged);
    let mut text = tell!(
        language,
        "{file}: {rows} dòng, danh sách {list}, mẫu {layout}\n  thêm {added}, sửa {changed}, không đổi {unchanged}, trùng lặp {repeated}, không nhập được {refused}\n",
        "{file}: {rows} rows, list of {list}, layout {layout}\n  {added} added, {changed} changed, {unchanged} unchanged, {repeated} repeated, {refused} refused\n"
    );
    if !ignored_columns.is_empty() {
        let ignored = one_line(&ignored_columns.join(", "));
        text.push_str(&tell!(language, "  Cột không dùng: {ignored}\n", "  Columns not used: {ignored}\n"));
    }
    let row = |bad: &BadRow| {
        let line = bad.line;
        vec![
            tell!(language, "dòng {line}", "line {line}"),
            bad.column.as_deref().map_or_else(String::new, one_line),
            reason(bad, language),
        ]
    };
    text.push_str(&columns(&bad_rows.iter().take(SHOWN).map(row).collect::<Vec<_>>()));
    if let Some(more @ 1..) = refused.checked_sub(SHOWN as u64) {
        text.push_str(&tell!(
            language,
            "  … và {more} dòng nữa; ghi tất cả ra tệp bằng --errors\n",
            "  … and {more} more; write all to a file with --errors\n"
        ));
    }
    text
}
