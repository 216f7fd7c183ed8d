//! A record in lines: its documents with their facts, pages, files and signatures.

use std::collections::BTreeSet;

use super::output::{columns, one_line, tell};
use crate::commands::show::{ShownFile, ShownPage, ShownRecord};
use crate::model::failure::Language;
use crate::model::field::{Field, FieldName};
use crate::model::record::{RecordDocument, Voided, sealed_file_name};
use crate::settings::Settings;
use crate::words::{change, day_of, fact_state, field_name, kind_name, origin, percent, shortcomings, signature_lines, value};

/// The record as text for people. Of a version whose place a later one took only that is told.
pub(super) fn render(shown: &ShownRecord, settings: &Settings, language: Language) -> String {
    let record = &shown.record;
    let (code, kind, version) = (&record.dossier_code, kind_name(record.kind, language), record.version);
    let mut text = tell!(language, "{code} – {kind}, phiên bản {version}", "{code} – {kind}, version {version}");
    if !shown.current {
        text.push_str(&tell!(language, " (đã được thay bằng phiên bản mới hơn)", " (a later version took its place)"));
    }
    text.push('\n');
    if let Some(done) = &record.change {
        text.push_str(&format!("  {}\n", change(record, done, language)));
    }
    if !shown.current {
        return text;
    }
    for (document, file) in record.documents.iter().zip(&shown.files) {
        text.push_str(&heading(document, language));
        text.push_str(&origins(document, language));
        text.push_str(&facts(document, settings, language));
        text.push_str(&pages(&file.pages, language));
        text.push_str(&files(file, language));
        text.push_str(&signature_lines(&document.signatures, &settings.general, language));
    }
    for gone in &record.voided {
        text.push_str(&voided(gone, language));
    }
    text.push('\n');
    text
}

/// Names a document that was taken out, with when, by whom and why, and where it is now.
fn voided(gone: &Voided, language: Language) -> String {
    let Voided { document, at, by, reason, became } = gone;
    let (name, day, by) = (&document.file.name, day_of(*at), one_line(by));
    let reason = reason.as_ref().map(|reason| format!(": {}", one_line(reason))).unwrap_or_default();
    let place = became.as_ref().map(|place| sealed_file_name(&place.dossier_code, place.ordinal));
    let place = place.map(|place| tell!(language, " (nay ở {place})", " (now in {place})")).unwrap_or_default();
    tell!(
        language,
        "\n  {name} – đã loại ngày {day}, {by}{reason}{place}\n",
        "\n  {name} – taken out on {day} by {by}{reason}{place}\n"
    )
}

fn heading(document: &RecordDocument, language: Language) -> String {
    let (name, pages, confidence) = (&document.file.name, document.file.pages, percent(document.text_confidence));
    tell!(
        language,
        "\n  {name} – {pages} trang, độ tin cậy chữ {confidence}\n",
        "\n  {name} – {pages} pages, text confidence {confidence}\n"
    )
}

/// Where its scans were taken in, as far as that is told.
fn origins(document: &RecordDocument, language: Language) -> String {
    let told: BTreeSet<String> =
        document.scans().filter_map(|scan| scan.origin.as_ref()).map(|of| one_line(&origin(of, language))).collect();
    let line = |site: String| tell!(language, "    nơi tiếp nhận: {site}\n", "    taken in at: {site}\n");
    told.into_iter().map(line).collect()
}

fn facts(document: &RecordDocument, settings: &Settings, language: Language) -> String {
    let rows: Vec<Vec<String>> = document.fields.iter().map(|(name, field)| fact(*name, field, settings, language)).collect();
    columns(&rows)
}

fn fact(name: FieldName, field: &Field, settings: &Settings, language: Language) -> Vec<String> {
    let (told, confidence) = if field.status.has_value() {
        (value(name, &field.value, settings, language), percent(field.confidence))
    } else {
        ("–".to_owned(), String::new())
    };
    vec![format!("  {}", field_name(name, language)), told, confidence, fact_state(name, field, settings, language)]
}

fn pages(pages: &[ShownPage], language: Language) -> String {
    let mut text = String::new();
    for (page, like) in pages.iter().filter_map(|page| Some((page.page, page.looks_like?))) {
        text.push_str(&tell!(
            language,
            "    trang {page} giống trang {like}: có thể một tờ đã được quét hai lần\n",
            "    page {page} looks like page {like}: a sheet may have been scanned twice\n"
        ));
    }
    for shown in pages {
        let page = shown.page;
        text.push_str(&confidence_of(shown, language));
        if shown.sensitive {
            text.push_str(&tell!(
                language,
                "    trang {page} nhạy cảm: có thẻ căn cước\n",
                "    page {page} is sensitive: an identity card\n"
            ));
        }
        text.push_str(&below_floor(shown, language));
    }
    text
}

/// Says how surely a page was read, and where it was read worst.
fn confidence_of(shown: &ShownPage, language: Language) -> String {
    let page = shown.page;
    let Some(worst) = &shown.worst_region else {
        return tell!(language, "    trang {page}: không đọc được chữ nào\n", "    page {page}: no words were read\n");
    };
    let (mean, lowest, text) = (percent(shown.confidence), percent(worst.confidence), one_line(&worst.text));
    let down = shown.worst_down.unwrap_or_default() * 100.0;
    let lines = match (worst.first_line, worst.last_line) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}–{last}"),
    };
    tell!(
        language,
        "    trang {page}: độ tin cậy chữ {mean}, thấp nhất {lowest} ở dòng {lines} (cách mép trên {down:.0} % chiều cao trang): {text}\n",
        "    page {page}: text confidence {mean}, lowest {lowest} in line {lines} ({down:.0} % down the page): {text}\n"
    )
}

/// Says in what a sealed page, which a person accepted as it is, is below the floors of quality.
fn below_floor(shown: &ShownPage, language: Language) -> String {
    if shown.shortcomings.is_empty() {
        return String::new();
    }
    let page = shown.page;
    let reasons = shortcomings(&shown.shortcomings, language);
    tell!(
        language,
        "    trang {page} dưới ngưỡng chất lượng ảnh: {reasons}\n",
        "    page {page} is below the floor of image quality: {reasons}\n"
    )
}

fn files(file: &ShownFile, language: Language) -> String {
    let mut text = format!("    {}\n", file.path.display());
    for original in &file.originals {
        let (name, path) = (one_line(&original.name), original.path.display());
        text.push_str(&tell!(language, "    bản quét gốc {name}: {path}\n", "    original scan {name}: {path}\n"));
    }
    text
}
