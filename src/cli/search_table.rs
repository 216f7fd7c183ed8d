//! Hits as a table for spreadsheet programs, its columns named in the language of the user.

use super::args::{Search, Separator};
use super::output::tell;
use crate::commands::search::FoundPage;
use crate::commands::table::{ByteOrderMark, Cell, CsvSettings, Heading};
use crate::model::failure::Language;
use crate::model::field::{Field, FieldName};
use crate::model::query::period_of;
use crate::settings::Settings;
use crate::words::{document_state, field_name, kind_name, type_name};

/// The facts that have columns; the dossier's code has one of its own.
const FACTS: [FieldName; 9] = [
    FieldName::DocumentType,
    FieldName::Number,
    FieldName::Symbol,
    FieldName::IssueDate,
    FieldName::IssuingBody,
    FieldName::Title,
    FieldName::OwnerName,
    FieldName::OwnerNumber,
    FieldName::OwnerBirthDate,
];

/// How CSV is written, as typed.
pub(super) fn csv_settings(arguments: &Search) -> CsvSettings {
    CsvSettings {
        separator: match arguments.separator {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab => b'\t',
        },
        mark: if arguments.no_bom { ByteOrderMark::LeftOut } else { ByteOrderMark::Written },
    }
}

/// The titles of the columns.
pub(super) fn heading(language: Language) -> Heading {
    let mut columns = vec![
        tell!(language, "STT", "No."),
        tell!(language, "Mã hồ sơ", "Dossier code"),
        tell!(language, "Loại hồ sơ", "Kind"),
        tell!(language, "Phiên bản", "Version"),
        tell!(language, "Trạng thái", "State"),
        tell!(language, "Tài liệu số", "Document"),
        tell!(language, "Trang", "Page"),
        tell!(language, "Tên tệp", "File"),
    ];
    columns.extend(FACTS.iter().map(|name| capitalised(field_name(*name, language))));
    columns.extend([
        tell!(language, "Chờ xác nhận", "Waits for confirmation"),
        tell!(language, "Độ tin cậy thấp nhất", "Lowest confidence"),
        tell!(language, "Trích đoạn", "Snippet"),
        tell!(language, "Kết quả (sohoa open)", "Hit (sohoa open)"),
        tell!(language, "Đường dẫn", "Path"),
    ]);
    Heading { name: tell!(language, "Kết quả tìm kiếm", "Search results"), columns }
}

/// The cells of a hit.
pub(super) fn row(number: u32, hit: &FoundPage, settings: &Settings, language: Language) -> Vec<Cell> {
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let mut cells = vec![
        Cell::Number(number),
        text(hit.dossier_code.as_str()),
        text(kind_name(hit.kind, language)),
        Cell::Number(hit.version),
        text(document_state(hit.state, language)),
        Cell::Number(hit.ordinal),
        Cell::Number(hit.page),
        text(&hit.file_name),
    ];
    let found = |name: FieldName| hit.fields.get(&name).filter(|field| field.status.has_value());
    cells.extend(FACTS.iter().map(|name| found(*name).map_or(Cell::Empty, |field| fact(*name, field, settings))));
    let waiting: Vec<String> = hit
        .fields
        .iter()
        .filter(|(_, field)| field.status.is_open())
        .map(|(name, _)| field_name(*name, language).to_owned())
        .collect();
    let lowest = FACTS.iter().filter_map(|name| found(*name)).map(|field| field.confidence.share()).reduce(f64::min);
    cells.extend([
        text(&waiting.join("; ")),
        lowest.map_or(Cell::Empty, Cell::Share),
        text(&hit.snippet.text),
        text(&hit.hit),
        text(&hit.path.to_string_lossy()),
    ]);
    cells
}

/// A fact as people write it: days as days, types by their words.
fn fact(name: FieldName, field: &Field, settings: &Settings) -> Cell {
    match name {
        FieldName::IssueDate | FieldName::OwnerBirthDate => match period_of(&field.value) {
            Some((first, last)) if first == last => Cell::Day(first),
            _ => Cell::Text(field.value.clone()),
        },
        FieldName::DocumentType => Cell::Text(type_name(&field.value, settings)),
        _ => Cell::Text(field.value.clone()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
