//! `sohoa search`

use std::path::Path;
use std::time::{Duration, Instant};

use super::args::Search;
use super::exit::Exit;
use super::output::{Output, columns, one_line, tell};
use super::{saved, search_table};
use crate::commands::access;
use crate::commands::search::{
    self as commands, Budget, Counting, Facets, Fit, Found, FoundPage, Lack, Meant, Reach, SearchOrder, Start, understood,
};
use crate::commands::table::{HitsTable, WrittenHits, format_of_name, write_hits};
use crate::model::document_state::DocumentState;
use crate::model::failure::{Failure, Language};
use crate::model::mask::Masking;
use crate::settings::Settings;
use crate::words::{document_state, explain, facet_name, facet_value, kind_name};

/// Prints the pages that fit best, writes them all to a file, or keeps and lists searches.
pub(super) fn search(arguments: &Search, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let language = output.language();
    if arguments.list_saved {
        saved::list(arguments, root, output)?;
        return Ok(Exit::Success);
    }
    let (text, sort, tones) = saved::asked(arguments, root)?;
    let order = SearchOrder {
        text,
        tones,
        reach: if arguments.all_versions { Reach::All } else { Reach::AsAsked },
        sort,
        limit: arguments.limit,
        start: arguments.after.clone().map_or(Start::List(arguments.page.max(1)), Start::After),
        counting: if arguments.facets { Counting::Register } else { Counting::None },
        // Whoever may read the repository on the disk may read what is in it.
        masking: Masking::Shown,
    };
    saved::save(arguments, root, &order, output)?;
    if arguments.explain {
        output.text(&explain(&understood(&order.text)?, language))?;
        return Ok(Exit::Success);
    }
    let repository = access::to_read(root)?;
    if let Some(path) = &arguments.export {
        let format = format_of_name(path, search_table::csv_settings(arguments))?;
        let row = |number, hit: &FoundPage| search_table::row(number, hit, settings, language);
        let table = HitsTable { heading: search_table::heading(language), row: &row };
        let WrittenHits { found, count } = write_hits(&repository, &order, &table, &format, path)?;
        notes(&found, count, &order.text, language).iter().for_each(|note| output.note(note));
        output.note(&one_line(&path.display().to_string()));
        return Ok(Exit::Success);
    }
    let (began, limit) = (Instant::now(), Duration::from_millis(settings.search.time_limit_ms));
    let found = commands::search(&repository, &order, &Budget::until(&|| began.elapsed() > limit))?;
    if output.json() {
        output.data(&found)?;
    } else {
        print(&found, &order, settings, output)?;
    }
    Ok(Exit::Success)
}

fn print(found: &Found, order: &SearchOrder, settings: &Settings, output: &Output) -> Result<(), Failure> {
    let language = output.language();
    let before = match &order.start {
        Start::List(number) => number.saturating_sub(1).saturating_mul(order.limit),
        Start::After(cursor) => cursor.hits,
    };
    for (place, hit) in (before.saturating_add(1)..).zip(&found.hits) {
        output.text(&shown(place, hit, language))?;
    }
    if let Some(facets) = &found.facets {
        output.text(&counted(facets, settings, language))?;
    }
    notes(found, found.hits.len(), &order.text, language).iter().for_each(|note| output.note(note));
    Ok(())
}

fn shown(place: usize, hit: &FoundPage, language: Language) -> String {
    let kind = kind_name(hit.kind, language);
    let (code, file, page) = (&hit.dossier_code, &hit.file_name, hit.page);
    let name = &hit.hit;
    let head = tell!(
        language,
        "{place}. {code} ({kind}), {file}, trang {page}  [{name}]",
        "{place}. {code} ({kind}), {file}, page {page}  [{name}]"
    );
    let state = match hit.state {
        DocumentState::Current => String::new(),
        state => {
            let (version, state) = (hit.version, document_state(state, language));
            tell!(language, "   (phiên bản {version}, {state})\n", "   (version {version}, {state})\n")
        }
    };
    let title = hit.title.as_ref().map(|title| format!("   {}\n", one_line(title))).unwrap_or_default();
    let other = match hit.from_other_reading.join(", ") {
        words if words.is_empty() => words,
        words => tell!(language, "   (theo cách đọc khác: {words})\n", "   (by another reading: {words})\n"),
    };
    let snippet = hit.snippet.marked("[", "]").split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{head}\n{state}{title}   {}\n{other}", one_line(&snippet))
}

/// What is to be said of the answer as a whole, most important last.
fn notes(found: &Found, count: usize, text: &str, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    let meant =
        |words: &[Meant]| words.iter().map(|word| format!("{} → {}", word.typed, word.meant)).collect::<Vec<_>>().join(", ");
    if found.lacks.contains(&Lack::Time) {
        notes.push(tell!(
            language,
            "Hết thời gian cho một lần tìm (search.time_limit_ms): chưa xem hết, có thể còn kết quả khác.",
            "The time of a search is over (search.time_limit_ms): not all was looked at, there may be more hits."
        ));
    }
    if found.lacks.contains(&Lack::Index) {
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
    if count > 0 {
        match found.fit {
            Fit::Exact => {}
            Fit::OtherMarks => notes.push(tell!(
                language,
                "Không trang nào có các từ với đúng dấu đã gõ; đây là các trang có từ khác dấu.",
                "No page has the words with the marks that were typed; these have them with other marks."
            )),
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
    if let Some(next) = &found.next {
        notes.push(tell!(language, "Xem tiếp: --after {next}", "More: --after {next}"));
    }
    notes.push(match found.total {
        Some(total) => tell!(language, "{count} trong {total} kết quả cho: {text}", "{count} of {total} hits for: {text}"),
        None if found.next.is_some() => {
            tell!(language, "{count} kết quả, chưa phải tất cả, cho: {text}", "{count} hits, and there are more, for: {text}")
        }
        None => tell!(language, "{count} kết quả cho: {text}", "{count} hits for: {text}"),
    });
    notes
}

/// How many pages have each value, one facet after the other.
fn counted(facets: &Facets, settings: &Settings, language: Language) -> String {
    let mut rows = Vec::new();
    for (name, values) in facets {
        for value in values {
            rows.push(vec![
                facet_name(name, language),
                [Some(facet_value(name, &value.value, settings, language)), value.name.as_deref().map(one_line)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
                value.pages.to_string(),
            ]);
        }
    }
    columns(&rows)
}
