//! `sohoa show`

use std::path::Path;

use time::OffsetDateTime;

use super::args::{PictureOptions, Show};
use super::exit::Exit;
use super::open::draw;
use super::output::{Output, columns, columns_from, date_time, tell};
use super::record;
use super::register::offered;
use crate::commands::access;
use crate::commands::list::{After, ListOrder, Listing, list};
use crate::commands::show::{HandOutOrder, PagesOf, ShowOrder, ShownDossier, code_of, hand_out, show as show_dossier, texts};
use crate::model::failure::{Failure, Language};
use crate::model::hit::HitName;
use crate::model::record::Record;
use crate::settings::Settings;
use crate::words::{channel_name, difference, kind_name, status_name};

/// Prints a dossier, its text, or writes out its PDFs; lists all dossiers where none is named.
pub(super) fn show(arguments: &Show, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let Some(code) = &arguments.code else {
        let after = arguments.after.clone().map(|code| After { code, kind: None });
        print_list(list(&repository, &ListOrder { after, limit: arguments.limit }), output)?;
        return Ok(Exit::Success);
    };
    if let (Some(path), Some(ordinal), Some(page)) = (&arguments.png, arguments.document, arguments.page) {
        let hit = HitName { dossier_code: code_of(&repository, code)?, ordinal, page, version: None };
        let picture = PictureOptions { mark: arguments.mark.clone(), kind: arguments.kind, sensitive: arguments.sensitive };
        return draw(&repository, hit, &picture, path, settings, output);
    }
    if let Some(folder) = &arguments.pdf {
        let written = hand_out(&repository, &HandOutOrder { code: code.clone(), folder: folder.clone() })?;
        if !output.json() {
            written.iter().for_each(|path| output.note(&path.display().to_string()));
        }
    }
    let shown = |pages| show_dossier(&repository, settings, &ShowOrder { code: code.clone(), pages });
    if arguments.text {
        print_text(texts(&repository, code)?, output)?;
    } else if output.json() {
        output.sorted_data(&shown(PagesOf::All)?)?;
    } else if arguments.pdf.is_none() {
        let dossier = shown(PagesOf::Current)?;
        output.text(&register_lines(&dossier, settings, output.language()))?;
        for record in dossier.records {
            output.text(&record::render(&record, settings, output.language()))?;
        }
    }
    Ok(Exit::Success)
}

/// What the register says of the dossier, and where its papers say otherwise.
fn register_lines(dossier: &ShownDossier, settings: &Settings, language: Language) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |vi: &str, en: &str, value: Option<String>| {
        let title = if language == Language::Vi { vi } else { en };
        rows.extend(value.map(|value| vec![title.to_owned(), value]));
    };
    if let Some(entry) = &dossier.register {
        let time = |at: Option<OffsetDateTime>| at.map(|at| date_time(settings.general.local(at)));
        let procedure = entry.procedure.as_ref().map(|code| match &entry.procedure_name {
            Some(name) => format!("{code} – {name}"),
            None => code.to_string(),
        });
        row("Thủ tục", "Procedure", procedure);
        row("Chủ hồ sơ", "Applicant", entry.applicant.clone());
        row("Số định danh", "Identity number", entry.identity.as_ref().map(|identity| identity.number.clone()));
        row("Kênh", "Channel", entry.channel.map(|channel| channel_name(channel, language).to_owned()));
        row("Tiếp nhận", "Received", time(entry.received_at));
        row("Hẹn trả", "Due", time(entry.due_at));
        row("Kết thúc", "Ended", time(entry.ended_at()));
        row("Trạng thái", "Status", entry.status.map(|status| status_name(status, language).to_owned()));
    }
    for what in &dossier.differences {
        row("Không khớp", "Differs", Some(difference(what, language)));
    }
    for said in dossier.reused.values() {
        let (component, ordinal) = (&said.component, said.ordinal);
        row(
            "Dùng lại",
            "Used again",
            Some(tell!(language, "thành phần {component}: tài liệu {ordinal}", "component {component}: document {ordinal}")),
        );
    }
    for offer in &dossier.offers {
        row("Đã có trong kho", "Held already", Some(offered(offer, settings, language)));
    }
    if rows.is_empty() {
        return String::new();
    }
    let heading = tell!(language, "Sổ theo dõi hồ sơ", "Dossier register");
    format!("{heading}\n{}\n", columns(&rows))
}

/// Prints one line for each dossier and kind, the code first. However many there are, few are held
/// in memory at a time.
fn print_list(listing: Listing<'_>, output: &Output) -> Result<(), Failure> {
    let mut lines = ListedLines::default();
    if output.json() {
        output.text("[")?;
    }
    for records in listing {
        lines.print(&records?, output)?;
    }
    if output.json() {
        output.text(if lines.begun { "\n]\n" } else { "]\n" })?;
    }
    Ok(())
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
        let rows: Vec<Vec<String>> = records.iter().map(|record| listed(record, output.language())).collect();
        output.text(&columns_from(&rows, &mut self.widths))
    }
}

fn listed(record: &Record, language: Language) -> Vec<String> {
    let (documents, pages) = (record.documents.len(), record.sealed_pages());
    vec![
        record.dossier_code.to_string(),
        kind_name(record.kind, language).to_owned(),
        tell!(language, "{documents} tài liệu", "{documents} documents"),
        tell!(language, "{pages} trang", "{pages} pages"),
    ]
}

/// Prints pages one after the other with a form feed between, as `pdftotext` does.
fn print_text(pages: impl Iterator<Item = Result<String, Failure>>, output: &Output) -> Result<(), Failure> {
    let mut is_first = true;
    for text in pages {
        let text = text?;
        if !is_first {
            output.text("\u{c}")?;
        }
        is_first = false;
        output.text(&text)?;
    }
    Ok(())
}
