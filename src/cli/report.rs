//! `sohoa report`, and the report at the end of a run.

use std::path::Path;

use super::args::Report;
use super::exit::Exit;
use super::output::{Output, columns, date_time, one_line, tell};
use crate::commands::access;
use crate::commands::report::{self as commands, ReportOrder};
use crate::model::batch::{
    AttachedFiles, BatchReport, BlankPage, CardOwners, ExceptionLine, InterruptedBatch, LittleRead, OpenFact, PageNote,
    PageOutcome, RepeatedPage, SheetCount,
};
use crate::model::failure::{Failure, FailureCode, Language};
use crate::model::ids::BatchId;
use crate::model::register::DossierDifferences;
use crate::settings::Settings;
use crate::words::{self, field_name, kind_name, state_name};

/// Prints the report of a batch.
pub(super) fn report(arguments: &Report, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let report = commands::report(&repository, settings, ReportOrder { batch: arguments.batch.map(BatchId) })?;
    if output.json() {
        output.data(&report)?;
    } else {
        output.text(&render(&report, root, settings, output.language()))?;
    }
    Ok(Exit::Success)
}

/// The report as text for people.
pub(super) fn render(report: &BatchReport, root: &Path, settings: &Settings, language: Language) -> String {
    let mut text = heading(report, settings, language);
    text.push_str(&dossiers(report, language));
    text.push_str(&ledger(report, language));
    text.push_str(&blank_files(report, language));
    text.push_str(&notices(report, language));
    text.push_str(&repetitions(report, language));
    text.push_str(&miscounts(report, language));
    text.push_str(&exceptions(report, language));
    text.push_str(&open_facts(report, language));
    text.push_str(&differences(report, language));
    text.push_str(&cost(report, language));
    if let Some(manifest) = &report.manifest {
        let path = commands::manifest_path(root, manifest);
        text.push_str(&tell!(language, "Bản kê: {}\n", "Manifest: {}\n", path.display()));
    }
    text
}

/// The dossiers of the batch that the register has otherwise.
fn differences(report: &BatchReport, language: Language) -> String {
    if report.differences.is_empty() {
        return String::new();
    }
    let row = |one: &DossierDifferences| {
        let code = one.dossier_code.to_string();
        one.differences.iter().map(|what| vec![format!("  {code}"), words::difference(what, language)]).collect::<Vec<_>>()
    };
    let rows = columns(&report.differences.iter().flat_map(row).collect::<Vec<_>>());
    tell!(language, "\nKhác với sổ hồ sơ:\n{rows}", "\nNot as in the register:\n{rows}")
}

fn heading(report: &BatchReport, settings: &Settings, language: Language) -> String {
    let batch = report.batch;
    let state = state_name(report.state, language);
    let began = date_time(settings.general.local(report.started_at));
    let inbox = &report.inbox;
    tell!(
        language,
        "Lô {batch}: {state}, bắt đầu {began}\nHộp đến: {inbox}\n",
        "Batch {batch}: {state}, began {began}\nInbox: {inbox}\n"
    )
}

fn dossiers(report: &BatchReport, language: Language) -> String {
    if report.dossiers.is_empty() {
        return tell!(language, "\nKhông có hồ sơ mới.\n", "\nNo new dossiers.\n");
    }
    let head: [&str; 6] = match language {
        Language::Vi => ["Mã hồ sơ", "Loại", "Phiên bản", "Tài liệu", "Trang", "Trường cần người xác nhận"],
        Language::En => ["Dossier", "Kind", "Version", "Documents", "Pages", "Fields to confirm"],
    };
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(report.dossiers.iter().map(|line| {
        vec![
            line.code.to_string(),
            kind_name(line.kind, language).to_owned(),
            line.version.to_string(),
            line.documents.to_string(),
            line.pages.to_string(),
            line.fields_to_confirm.to_string(),
        ]
    }));
    format!("\n{}", columns(&rows))
}

fn ledger(report: &BatchReport, language: Language) -> String {
    let ledger = report.ledger;
    let (scanned, sealed, separators) = (ledger.scanned, ledger.sealed, ledger.separators);
    let (blank, waiting, refused) = (ledger.blank, ledger.waiting, ledger.refused);
    let (unchanged, left) = (report.unchanged_files, report.left_files);
    let sign = if ledger.balances() { "=" } else { "≠" };
    let mut text = tell!(
        language,
        "\nSổ đối soát: {scanned} trang quét {sign} {sealed} đã lưu + {separators} phân cách + {blank} trắng + {waiting} chờ xử lý + {refused} từ chối\n",
        "\nLedger: {scanned} pages scanned {sign} {sealed} sealed + {separators} separators + {blank} blank + {waiting} waiting + {refused} refused\n"
    );
    if unchanged + left > 0 {
        text.push_str(&tell!(
            language,
            "Ngoài ra: {unchanged} tệp đã xử lý từ trước, {left} tệp để lại cho lần sau\n",
            "Besides: {unchanged} files done before, {left} left for the next run\n"
        ));
    }
    text
}

fn blank_files(report: &BatchReport, language: Language) -> String {
    if report.blank_files.is_empty() {
        return String::new();
    }
    let files = report.blank_files.iter().map(|path| one_line(path)).collect::<Vec<_>>().join(", ");
    tell!(language, "Tệp chỉ có trang trắng: {files}\n", "Files of blank pages only: {files}\n")
}

/// What was left out of sealed files, and what could hardly be read: nothing is done about it, but
/// somebody should know.
fn notices(report: &BatchReport, language: Language) -> String {
    let mut text = String::new();
    if !report.separator_files.is_empty() {
        let files = report.separator_files.iter().map(|path| one_line(path)).collect::<Vec<_>>().join(", ");
        text.push_str(&tell!(
            language,
            "Tệp chỉ có tờ phân cách, không có giấy tờ: {files}\n",
            "Files of separator sheets only, without papers: {files}\n"
        ));
    }
    for AttachedFiles { path, names } in &report.attachments {
        let (path, count, names) = (one_line(path), names.len(), one_line(&names.join(", ")));
        text.push_str(&tell!(
            language,
            "{path}: {count} tệp đính kèm không được lưu: {names}\n",
            "{path}: {count} attached file(s) not sealed: {names}\n"
        ));
    }
    for PageNote { path, page, text: said } in &report.notes {
        let (path, said) = (one_line(path), one_line(said));
        text.push_str(&tell!(
            language,
            "{path}: ghi chú trên trang {page} không được lưu: {said}\n",
            "{path}: a note on page {page} is not sealed: {said}\n"
        ));
    }
    let blank = report.blank_pages.len();
    if blank > 0 {
        text.push_str(&tell!(
            language,
            "{blank} trang trắng được bỏ ra khỏi tài liệu:\n",
            "{blank} blank page(s) left out of documents:\n"
        ));
    }
    for BlankPage { path, page, picture } in &report.blank_pages {
        let path = one_line(path);
        let picture = picture.as_ref().map(|picture| format!(" ({})", one_line(picture))).unwrap_or_default();
        text.push_str(&tell!(language, "  {path}: trang {page}{picture}\n", "  {path}: page {page}{picture}\n"));
    }
    let count = report.little_read.len();
    if count > 0 {
        text.push_str(&tell!(
            language,
            "{count} trang đã lưu nhưng đọc được ít (ảnh ngược gương, chữ mờ, viết tay…):\n",
            "{count} page(s) sealed of which little could be read (mirrored, faint, handwritten …):\n"
        ));
    }
    for LittleRead { file, page, confidence, unread_letters } in &report.little_read {
        let share = (confidence * 100.0).round();
        text.push_str(&tell!(
            language,
            "  {file}: trang {page} ({share} %, {unread_letters} chữ chưa đọc được)\n",
            "  {file}: page {page} ({share} %, {unread_letters} letters not read)\n"
        ));
    }
    text
}

/// What came twice: files that were not sealed again, and pages that somebody may want to look at.
fn repetitions(report: &BatchReport, language: Language) -> String {
    let mut text = String::new();
    if !report.duplicate_files.is_empty() {
        let files = report.duplicate_files.iter().map(|path| one_line(path)).collect::<Vec<_>>().join(", ");
        text.push_str(&tell!(
            language,
            "Tệp có cùng hình ảnh với tài liệu đã lưu, không lưu lại: {files}\n",
            "Files with the same pictures as a sealed document, not sealed again: {files}\n"
        ));
    }
    let count = report.repeated_pages.len();
    if count > 0 {
        text.push_str(&tell!(
            language,
            "{count} trang giống một trang trước đó (có thể quét hai lần; vẫn được lưu):\n",
            "{count} page(s) look like one before (perhaps scanned twice; sealed all the same):\n"
        ));
    }
    for RepeatedPage { file, page, like } in &report.repeated_pages {
        text.push_str(&tell!(
            language,
            "  {file}: trang {page} giống trang {like}\n",
            "  {file}: page {page} looks like page {like}\n"
        ));
    }
    text
}

/// Dossiers whose papers do not go together: cards of several people, sheets too few or too many.
fn miscounts(report: &BatchReport, language: Language) -> String {
    let mut text = String::new();
    for CardOwners { code, kind, owners } in &report.card_owners {
        let kind = kind_name(*kind, language);
        text.push_str(&tell!(
            language,
            "{code} ({kind}): thẻ căn cước của {owners} người khác nhau; xem có giấy tờ để nhầm không\n",
            "{code} ({kind}): identity cards of {owners} different people; see whether a paper went astray\n"
        ));
    }
    for SheetCount { scan, code, told, found } in &report.sheet_counts {
        let scan = one_line(scan);
        text.push_str(&tell!(
            language,
            "{scan}: tờ bìa của {code} ghi {told} tờ, sau đó có {found} trang; xem có tờ bị sót hoặc kẹp đôi không\n",
            "{scan}: the cover sheet of {code} tells of {told} sheets, {found} pages follow; see whether one is missing or was fed double\n"
        ));
    }
    text
}

/// The facts that wait for a person, by document.
fn open_facts(report: &BatchReport, language: Language) -> String {
    let mut text = String::new();
    for code in [FailureCode::FactMissing, FailureCode::FactDoubtful] {
        let facts: Vec<&OpenFact> = report.open_facts.iter().filter(|fact| fact.code == code).collect();
        if facts.is_empty() {
            continue;
        }
        let (count, message) = (facts.len(), words::message(code, language));
        text.push_str(&tell!(language, "\n[{code}] {count} thông tin. {message}\n", "\n[{code}] {count} fact(s). {message}\n"));
        for facts in facts.chunk_by(|one, next| one.file == next.file) {
            let names = facts.iter().map(|fact| field_name(fact.field, language)).collect::<Vec<_>>().join("; ");
            let file = facts.first().map_or("", |fact| fact.file.as_str());
            text.push_str(&format!("  {file}: {names}\n"));
        }
        text.push_str(&format!("  → {}\n", words::remedy(code, language)));
    }
    text
}

/// What batches refused that this one went on with.
fn interrupted(report: &BatchReport, language: Language) -> String {
    let line = |InterruptedBatch { batch, refused_files }: &InterruptedBatch| {
        tell!(
            language,
            "\nLô {batch} bị gián đoạn trước lô này, đã từ chối {refused_files} tệp\n  → sohoa report {batch}\n",
            "\nBatch {batch}, interrupted before this one, refused {refused_files} file(s)\n  → sohoa report {batch}\n"
        )
    };
    report.interrupted.iter().map(line).collect()
}

fn exceptions(report: &BatchReport, language: Language) -> String {
    let mut text = interrupted(report, language);
    for (code, files) in report.failures_by_code() {
        let message = words::message(code, language);
        text.push_str(&tell!(language, "\n[{code}] {files} tệp. {message}\n", "\n[{code}] {files} file(s). {message}\n"));
        for line in report.exceptions.iter().filter(|line| line.failure.code == code) {
            let state = match (line.outcome, language) {
                (PageOutcome::Waiting, Language::Vi) => "chờ",
                (PageOutcome::Waiting, Language::En) => "waits",
                (_, Language::Vi) => "từ chối",
                (_, Language::En) => "refused",
            };
            let stays = match (line.outcome == PageOutcome::Refused && line.moved_to.is_none(), language) {
                (false, _) => "",
                (true, Language::Vi) => " (vẫn nằm trong hộp đến)",
                (true, Language::En) => " (still in the inbox)",
            };
            let mut where_to = String::new();
            if let Some(place) = &line.failure.place {
                // What the line begins with need not be said again.
                let place = words::place(place, language);
                let rest = place.strip_prefix(&line.path).unwrap_or(&place).trim_start_matches(", ");
                where_to.push_str(&if rest.is_empty() { String::new() } else { format!(" ({rest})") });
            }
            if let Some(cause) = &line.failure.cause {
                where_to.push_str(&format!(": {}", words::cause(cause, language)));
            }
            text.push_str(&format!("  {state}  {}\n", one_line(&format!("{}{stays}{where_to}", line.path))));
            text.push_str(&poor_pages(line, language));
        }
        text.push_str(&format!("  → {}\n", words::remedy(code, language)));
    }
    text
}

/// What is wrong with the pages of a file, and where their pictures lie.
fn poor_pages(line: &ExceptionLine, language: Language) -> String {
    let mut text = String::new();
    for poor in &line.poor_pages {
        let (page, reasons) = (poor.page, words::shortcomings(&poor.shortcomings, language));
        text.push_str(&tell!(language, "        trang {page}: {reasons}\n", "        page {page}: {reasons}\n"));
        if let Some(picture) = &poor.picture {
            let picture = one_line(picture);
            text.push_str(&tell!(language, "        ảnh: {picture}\n", "        picture: {picture}\n"));
        } else if poor.sensitive {
            text.push_str(&tell!(
                language,
                "        không tạo ảnh thu nhỏ vì trang có thẻ căn cước\n",
                "        no picture is made: an identity card is on the page\n"
            ));
        }
    }
    text
}

fn cost(report: &BatchReport, language: Language) -> String {
    let cost = &report.cost;
    let read = cost.pages_read;
    let minutes = cost.wall_seconds / 60.0;
    let rate = if minutes > 0.0 { read as f64 / minutes } else { 0.0 };
    let each = if read > 0 { cost.cpu_seconds / read as f64 } else { 0.0 };
    let [seconds, each] =
        [format!("{:.1}", cost.wall_seconds), format!("{each:.2}")].map(|number| words::decimal(number, language));
    let engine = format!("{} {} {}", report.engine.name, report.engine.version, report.engine.language);
    let recipe: String = report.recipe.to_string().chars().take(12).collect();
    tell!(
        language,
        "\nĐã đọc {read} trang trong {seconds} giây ({rate:.0} trang/phút, {each} giây CPU mỗi trang) bằng {engine}, công thức {recipe}\n",
        "\nRead {read} pages in {seconds} s ({rate:.0} pages/min, {each} CPU s a page) with {engine}, recipe {recipe}\n"
    )
}
