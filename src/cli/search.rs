//! `sohoa search`

use std::path::Path;

use super::args::{Search, Sort};
use super::exit::Exit;
use super::explain::explain;
use super::output::{Output, columns, one_line, tell};
use super::report::kind_name;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Language};
use crate::model::query;
use crate::pipeline::find::{Found, FoundPage, find};
use crate::repository::{Counting, Facets, Fit, Meant, Mode, Query, Repository, SortBy, Tones};

/// Prints the pages that fit best.
pub fn search(arguments: &Search, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let language = output.language();
    let text = arguments.words.join(" ");
    let condition = query::parse(&text)
        .map_err(|error| Failure::new(FailureCode::QueryInvalid).at(one_line(&text)).because(error.describe(language)))?;
    if arguments.explain {
        output.text(&explain(&condition, language))?;
        return Ok(Exit::Success);
    }
    let repository = Repository::open(root, Mode::Read)?;
    let page = arguments.page.max(1) - 1;
    let query = Query {
        condition,
        tones: if arguments.exact_tones { Tones::Exact } else { Tones::Any },
        limit: arguments.limit,
        offset: page.saturating_mul(arguments.limit),
        sort: match arguments.sort {
            Sort::Relevance => SortBy::Relevance,
            Sort::Date => SortBy::Date,
            Sort::Code => SortBy::Code,
        },
        counting: if arguments.facets { Counting::Facets } else { Counting::None },
    };
    let found = find(&repository, &query)?;
    if output.json() {
        output.data(&found)?;
        return Ok(Exit::Success);
    }
    for (place, hit) in (query.offset.saturating_add(1)..).zip(&found.hits) {
        output.text(&shown(place, hit, language))?;
    }
    if let Some(facets) = &found.facets {
        output.text(&counted(facets, language))?;
    }
    for note in notes(&found, &text, language) {
        output.note(&note);
    }
    Ok(Exit::Success)
}

fn shown(place: usize, hit: &FoundPage, language: Language) -> String {
    let kind = kind_name(hit.kind, language);
    let (code, file, page) = (&hit.dossier_code, &hit.file_name, hit.page);
    let head = tell!(language, "{place}. {code} ({kind}), {file}, trang {page}", "{place}. {code} ({kind}), {file}, page {page}");
    let title = hit.title.as_ref().map(|title| format!("   {}\n", one_line(title))).unwrap_or_default();
    let snippet = hit.snippet.marked("[", "]").split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{head}\n{title}   {}\n", one_line(&snippet))
}

/// What is to be said of the answer as a whole, most important last.
fn notes(found: &Found, text: &str, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    let meant =
        |words: &[Meant]| words.iter().map(|word| format!("{} → {}", word.typed, word.meant)).collect::<Vec<_>>().join(", ");
    if !found.complete {
        notes.push(tell!(
            language,
            "Chỉ mục chưa có đủ: lần chạy đang diễn ra hoặc đã dừng giữa chừng; lần chạy sau sẽ bổ sung.",
            "The index is not complete: a run goes on or was stopped; the next one adds what is missing."
        ));
    }
    if !found.understood.is_empty() {
        let words = meant(&found.understood);
        notes.push(tell!(language, "Hiểu là: {words}", "Understood as: {words}"));
    }
    if !found.did_you_mean.is_empty() {
        let words = meant(&found.did_you_mean);
        notes.push(tell!(language, "Có phải bạn muốn tìm: {words}", "Did you mean: {words}"));
    }
    if !found.hits.is_empty() {
        match found.fit {
            Fit::Exact => {}
            Fit::Similar => notes.push(tell!(
                language,
                "Không trang nào có đúng mọi từ; đây là các trang có từ khác một chữ cái.",
                "No page has all the words; these have words that differ by a letter."
            )),
            Fit::Partial => notes.push(tell!(
                language,
                "Không trang nào có đủ các từ; đây là các trang có phần lớn các từ.",
                "No page has all the words; these have most of them."
            )),
        }
    }
    let count = found.hits.len();
    notes.push(match found.total {
        Some(total) => tell!(language, "{count} trong {total} kết quả cho: {text}", "{count} of {total} hits for: {text}"),
        None => tell!(language, "{count} kết quả cho: {text}", "{count} hits for: {text}"),
    });
    notes
}

/// How many pages have each value, one facet after the other.
fn counted(facets: &Facets, language: Language) -> String {
    let mut rows = Vec::new();
    for (name, values) in facets {
        for value in values {
            rows.push(vec![facet_name(name, language), value_name(name, &value.value, language), value.pages.to_string()]);
        }
    }
    columns(&rows)
}

fn facet_name(name: &str, language: Language) -> String {
    match name {
        "kind" => tell!(language, "loại hồ sơ", "kind"),
        "document_type" => tell!(language, "loại văn bản", "type"),
        "issuing_body" => tell!(language, "cơ quan ban hành", "issuing body"),
        "year" => tell!(language, "năm", "year"),
        _ => tell!(language, "chờ xác nhận", "waits for confirmation"),
    }
}

fn value_name(facet: &str, value: &str, language: Language) -> String {
    match (facet, value) {
        ("kind", "dossier") => kind_name(RecordKind::Dossier, language).to_owned(),
        ("kind", _) => kind_name(RecordKind::Result, language).to_owned(),
        ("document_type", key) => key.replace('_', " "),
        ("waits", "0") => tell!(language, "không", "no"),
        ("waits", _) => tell!(language, "có", "yes"),
        _ => value.to_owned(),
    }
}
