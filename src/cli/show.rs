//! `sohoa show`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::args::{PictureOptions, Show};
use super::exit::Exit;
use super::open::draw;
use super::output::{Output, columns, columns_from, one_line, tell};
use super::page::describe;
use super::report::kind_name;
use super::signatures::signature_lines;
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::failure::cause::{StorageFault, WorkFault};
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::model::field::{Decision, Field, FieldName, FieldStatus};
use crate::model::ids::PageId;
use crate::model::page::RecognisedPage;
use crate::model::quality::{PageQuality, Shortcoming};
use crate::model::record::{Record, Voided, sealed_file_name};
use crate::model::text::TextSource;
use crate::model::worst_region::WorstRegion;
use crate::pipeline::hand_out::{HandOutError, hand_out};
use crate::pipeline::hit::HitName;
use crate::pipeline::notices::{read_pages, repeated_pages};
use crate::repository::{Mode, Repository};
use crate::settings::Settings;
use crate::stages::assemble::FieldSettings;
use crate::stages::check::judge_quality;
use crate::words;
pub(super) use crate::words::field_name;

/// A record as it is shown.
#[derive(Debug, Serialize)]
struct ShownRecord<'a> {
    /// Whether no later version took its place.
    current: bool,
    #[serde(flatten)]
    record: &'a Record,
    files: Vec<ShownFile>,
}

/// Where a document's files lie, and what was read on its pages.
#[derive(Debug, Serialize)]
struct ShownFile {
    ordinal: u32,
    name: String,
    path: PathBuf,
    source_path: PathBuf,
    more_source_paths: Vec<PathBuf>,
    pages: Vec<ShownPage>,
}

#[derive(Debug, Serialize)]
struct ShownPage {
    page: u32,
    id: PageId,
    /// Mean of its words.
    confidence: Confidence,
    /// What the mean hides; null if it has no words.
    worst_region: Option<WorstRegion>,
    /// What was measured on its picture; null if it was read before that was done.
    quality: Option<PageQuality>,
    /// Where its picture is below the present floors.
    shortcomings: Vec<Shortcoming>,
    /// Where its text comes from.
    text_source: TextSource,
    /// The first page before it that it looks like, if one does.
    looks_like: Option<u32>,
    /// Whether it shows what is to be kept from strangers.
    sensitive: bool,
    text: String,
}

/// Prints a dossier, its text, or writes out its PDFs; lists all dossiers where none is named.
pub fn show(arguments: &Show, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root, Mode::Read)?;
    let Some(code) = &arguments.code else { return list(&repository, arguments, output) };
    let (code, records) = find_records(&repository, code)?;
    if let (Some(path), Some(ordinal), Some(page)) = (&arguments.png, arguments.document, arguments.page) {
        let hit = HitName { dossier_code: code, ordinal, page };
        let picture = PictureOptions { mark: arguments.mark.clone(), kind: arguments.kind, sensitive: arguments.sensitive };
        return draw(&repository, &hit, &picture, path, settings, output);
    }
    let current: Vec<&Record> = records.iter().filter(|record| is_current(record, &records)).collect();
    if let Some(folder) = &arguments.pdf {
        write_pdfs(&repository, &current, folder, output)?;
    }
    if arguments.text {
        print_text(&repository, &current, output)?;
    } else if output.json() {
        let shown: Vec<ShownRecord<'_>> =
            records.iter().map(|record| shown_record(&repository, record, &records, settings)).collect::<Result<_, _>>()?;
        output.data(&serde_json::json!({ "dossier_code": code, "records": shown }))?;
    } else if arguments.pdf.is_none() {
        for record in &records {
            output.text(&render(&repository, record, &records, settings, output.language())?)?;
        }
    }
    Ok(Exit::Success)
}

/// All versions of a dossier's records, and its code as the repository has it.
///
/// # Errors
/// [`FailureCode::NotFound`] when there are none.
pub fn find_records(repository: &Repository, typed: &str) -> Result<(DossierCode, Vec<Record>), Failure> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Dossier { code: typed.to_owned() });
    let code: DossierCode = typed.parse().map_err(|error| not_found().because(WorkFault::from(error)))?;
    let records = repository.catalog.records_of(&code)?;
    if !records.is_empty() {
        return Ok((code, records));
    }
    // Codes are kept in capitals; people type them as they like.
    let upper: DossierCode = typed.to_ascii_uppercase().parse().map_err(|error| not_found().because(WorkFault::from(error)))?;
    let records = repository.catalog.records_of(&upper)?;
    if records.is_empty() { Err(not_found()) } else { Ok((upper, records)) }
}

/// Dossiers that are read from the catalog and printed at once.
const LISTED_AT_ONCE: usize = 500;

/// Prints one line for each dossier and kind, the code first. However many there are, few are held
/// in memory at a time.
fn list(repository: &Repository, arguments: &Show, output: &Output) -> Result<Exit, Failure> {
    let mut after = arguments.after.clone().map(|code| (code.to_ascii_uppercase(), None));
    let mut left = arguments.limit.unwrap_or(usize::MAX);
    let mut lines = ListedLines::default();
    if output.json() {
        output.text("[")?;
    }
    loop {
        let page = repository.catalog.current_records(after.as_ref(), left.min(LISTED_AT_ONCE))?;
        let Some(last) = page.last() else { break };
        after = Some((last.dossier_code.to_string(), Some(last.kind)));
        left = left.saturating_sub(page.len());
        lines.print(&page, output)?;
    }
    if output.json() {
        output.text(if lines.begun { "\n]\n" } else { "]\n" })?;
    }
    Ok(Exit::Success)
}

/// A list that is printed in pieces.
#[derive(Default)]
struct ListedLines {
    begun: bool,
    /// Characters of the widest cell so far, by column.
    widths: Vec<usize>,
}

impl ListedLines {
    fn print(&mut self, records: &[Record], output: &Output) -> Result<(), Failure> {
        if output.json() {
            for record in records {
                output.text(if self.begun { ",\n" } else { "\n" })?;
                self.begun = true;
                output.element(record)?;
            }
            return Ok(());
        }
        let language = output.language();
        let rows: Vec<Vec<String>> = records
            .iter()
            .map(|record| {
                let (documents, pages) = (record.documents.len(), record.sealed_pages());
                vec![
                    record.dossier_code.to_string(),
                    kind_name(record.kind, language).to_owned(),
                    tell!(language, "{documents} tài liệu", "{documents} documents"),
                    tell!(language, "{pages} trang", "{pages} pages"),
                ]
            })
            .collect();
        output.text(&columns_from(&rows, &mut self.widths))
    }
}

fn is_current(record: &Record, all: &[Record]) -> bool {
    !all.iter().any(|other| other.supersedes == Some(record.id))
}

fn shown_record<'a>(
    repository: &Repository,
    record: &'a Record,
    all: &[Record],
    settings: &Settings,
) -> Result<ShownRecord<'a>, Failure> {
    let mut files = Vec::new();
    for document in &record.documents {
        let read = read_pages(repository, record, document)?;
        let repeated: BTreeMap<u32, u32> = repeated_pages(&read, settings).into_iter().collect();
        let pages = (1..)
            .zip(read)
            .map(|(page, (id, read))| ShownPage {
                page,
                id,
                confidence: read.confidence(),
                worst_region: read.worst_region(),
                quality: read.quality,
                shortcomings: judge_quality(&read, &settings.quality),
                looks_like: repeated.get(&page).copied(),
                sensitive: document.sensitive_pages.contains(&id),
                text_source: read.text_source,
                text: read.text(),
            })
            .collect();
        files.push(ShownFile {
            ordinal: document.ordinal,
            name: document.file.name.clone(),
            path: repository.blobs.place_of(document.file.blake3),
            source_path: document
                .shareable_sources()
                .next()
                .map(|source| repository.blobs.place_of(source.blake3))
                .unwrap_or_default(),
            more_source_paths: document.more_sources.iter().map(|source| repository.blobs.place_of(source.blake3)).collect(),
            pages,
        });
    }
    Ok(ShownRecord { current: is_current(record, all), record, files })
}

/// Prints pages one after the other with a form feed between, as `pdftotext` does.
fn print_text(repository: &Repository, records: &[&Record], output: &Output) -> Result<(), Failure> {
    let mut first = true;
    for record in records {
        for document in &record.documents {
            for (_, page) in read_pages(repository, record, document)? {
                if !first {
                    output.text("\u{c}")?;
                }
                first = false;
                output.text(&page.text())?;
            }
        }
    }
    Ok(())
}

/// Why a file was not handed out, in words.
pub fn written_or_taken(error: HandOutError) -> Failure {
    match error {
        HandOutError::Failed(failure) => failure,
        HandOutError::Taken(path) => {
            Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(StorageFault::NameTaken)
        }
    }
}

fn write_pdfs(repository: &Repository, records: &[&Record], folder: &Path, output: &Output) -> Result<(), Failure> {
    let written = hand_out(repository, records, folder).map_err(written_or_taken)?;
    if !output.json() {
        written.iter().for_each(|path| output.note(&path.display().to_string()));
    }
    Ok(())
}

fn render(
    repository: &Repository,
    record: &Record,
    all: &[Record],
    settings: &Settings,
    language: Language,
) -> Result<String, Failure> {
    let (code, kind, version) = (&record.dossier_code, kind_name(record.kind, language), record.version);
    let mut text = tell!(language, "{code} – {kind}, phiên bản {version}", "{code} – {kind}, version {version}");
    let change = record.change.as_ref().map(|change| format!("  {}\n", describe(record, change, language))).unwrap_or_default();
    if !is_current(record, all) {
        text.push_str(&tell!(language, " (đã được thay bằng phiên bản mới hơn)\n", " (a later version took its place)\n"));
        return Ok(text + &change);
    }
    text.push('\n');
    text.push_str(&change);
    for document in &record.documents {
        let pages = document.file.pages;
        let confidence = percent(document.text_confidence);
        text.push_str(&tell!(
            language,
            "\n  {} – {pages} trang, độ tin cậy chữ {confidence}\n",
            "\n  {} – {pages} pages, text confidence {confidence}\n",
            document.file.name
        ));
        let mut rows = Vec::new();
        for (name, field) in &document.fields {
            rows.push(vec![
                format!("  {}", field_name(*name, language)),
                if field.status.has_value() {
                    value_of(*name, &field.value, &settings.fields, language)
                } else {
                    "–".to_owned()
                },
                if field.status.has_value() { percent(field.confidence) } else { String::new() },
                state_of(*name, field, &settings.fields, language),
            ]);
        }
        text.push_str(&columns(&rows));
        let read = read_pages(repository, record, document)?;
        for (page, like) in repeated_pages(&read, settings) {
            text.push_str(&tell!(
                language,
                "    trang {page} giống trang {like}: có thể một tờ đã được quét hai lần\n",
                "    page {page} looks like page {like}: a sheet may have been scanned twice\n"
            ));
        }
        for (page, (id, read)) in (1..).zip(read) {
            text.push_str(&confidence_of(page, &read, language));
            if document.sensitive_pages.contains(&id) {
                text.push_str(&tell!(
                    language,
                    "    trang {page} nhạy cảm: có thẻ căn cước\n",
                    "    page {page} is sensitive: an identity card\n"
                ));
            }
            text.push_str(&below_floor(page, &judge_quality(&read, &settings.quality), language));
        }
        text.push_str(&format!("    {}\n", repository.blobs.place_of(document.file.blake3).display()));
        for source in document.shareable_sources() {
            text.push_str(&tell!(
                language,
                "    bản quét gốc {}: {}\n",
                "    original scan {}: {}\n",
                one_line(&source.name),
                repository.blobs.place_of(source.blake3).display()
            ));
        }
        text.push_str(&signature_lines(&document.signatures, &settings.general, language));
    }
    for one in &record.voided {
        text.push_str(&voided_line(one, language));
    }
    text.push('\n');
    Ok(text)
}

/// Names a document that was taken out, with when, by whom and why, and where it is now.
fn voided_line(one: &Voided, language: Language) -> String {
    let Voided { document, at, by, reason, became } = one;
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

/// Says whether a fact waits for a person, and all that such a one has to know: why, what it was made
/// from, and what else it may be.
pub(super) fn state_of(name: FieldName, field: &Field, settings: &FieldSettings, language: Language) -> String {
    let mut state = match field.status {
        FieldStatus::Accepted | FieldStatus::NotOnPaper => return decision_of(name, field, settings, language),
        FieldStatus::NeedsPerson => tell!(language, "cần người xác nhận", "needs a person"),
        FieldStatus::Absent => return tell!(language, "không tìm thấy, cần người nhập", "not found, needs a person"),
    };
    if !field.doubts.is_empty() {
        let reasons = field.doubts.iter().map(|doubt| doubt.message().get(language)).collect::<Vec<_>>().join(", ");
        state.push_str(&format!(": {reasons}"));
    }
    if let Some(raw) = &field.raw {
        state.push_str(&tell!(language, " (đọc được: {raw})", " (as read: {raw})"));
    }
    if !field.others.is_empty() {
        let others = field.others.iter().map(|other| value_of(name, other, settings, language)).collect::<Vec<_>>().join(", ");
        state.push_str(&tell!(language, " (hoặc: {others})", " (or: {others})"));
    }
    state
}

/// What a person decided about a fact, who and when; nothing where nobody had to.
fn decision_of(name: FieldName, field: &Field, settings: &FieldSettings, language: Language) -> String {
    let Some(Decision { verdict, by, at, reading }) = &field.decision else { return String::new() };
    let (verdict, day) = (words::verdict(*verdict, language), day_of(*at));
    let by = one_line(by);
    let read = reading.as_ref().filter(|reading| reading.status.has_value() && reading.value != field.value);
    let read = read.map(|reading| value_of(name, &reading.value, settings, language));
    let read = read.map(|read| tell!(language, " (máy đọc: {read})", " (read: {read})")).unwrap_or_default();
    format!("{verdict}: {by}, {day}{read}")
}

fn day_of(at: OffsetDateTime) -> String {
    at.format(format_description!("[day]/[month]/[year]")).unwrap_or_default()
}

/// A value as people write it: a type by its name, a date in the order of the language.
pub(super) fn value_of(name: FieldName, value: &str, settings: &FieldSettings, language: Language) -> String {
    let told = match name {
        FieldName::DocumentType => settings.document_types.iter().find(|kind| kind.key == value).map(|kind| kind.name.clone()),
        FieldName::IssueDate | FieldName::OwnerBirthDate if language == Language::Vi => {
            let day = Date::parse(value, format_description!("[year]-[month]-[day]")).ok();
            day.and_then(|day| day.format(format_description!("[day]/[month]/[year]")).ok())
        }
        _ => None,
    };
    told.unwrap_or_else(|| value.to_owned())
}

/// Says how surely a page was read, and where it was read worst.
fn confidence_of(page: u32, read: &RecognisedPage, language: Language) -> String {
    let Some(worst) = read.worst_region() else {
        return tell!(language, "    trang {page}: không đọc được chữ nào\n", "    page {page}: no words were read\n");
    };
    let (mean, lowest, text) = (percent(read.confidence()), percent(worst.confidence), one_line(&worst.text));
    let down = read.share_down(&worst.place) * 100.0;
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

fn percent(confidence: Confidence) -> String {
    format!("{:.0} %", confidence.share() * 100.0)
}

/// Says in what a sealed page, which a person accepted as it is, is below the floors of quality.
fn below_floor(page: u32, shortcomings: &[Shortcoming], language: Language) -> String {
    if shortcomings.is_empty() {
        return String::new();
    }
    let reasons = shortcomings.iter().map(|found| found.describe(language)).collect::<Vec<_>>().join(", ");
    tell!(
        language,
        "    trang {page} dưới ngưỡng chất lượng ảnh: {reasons}\n",
        "    page {page} is below the floor of image quality: {reasons}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let settings = FieldSettings::default();
        let vi = |name, value: &str| value_of(name, value, &settings, Language::Vi);
        assert_eq!(vi(FieldName::DocumentType, "quyet_dinh"), "Quyết định");
        assert_eq!(vi(FieldName::IssueDate, "2026-03-05"), "05/03/2026");
        assert_eq!(value_of(FieldName::IssueDate, "2026-03-05", &settings, Language::En), "2026-03-05");
        // What is no key and no date stays as it is.
        assert_eq!((vi(FieldName::DocumentType, "x"), vi(FieldName::IssueDate, "05/03")), ("x".into(), "05/03".into()));
        assert_eq!(vi(FieldName::Number, "2026-03-05"), "2026-03-05");
    }
}
