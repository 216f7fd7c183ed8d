//! `sohoa search --save`, `--saved`, `--list-saved`: searches that are kept by name.

use std::path::{Path, PathBuf};

use super::args::{Search, Sort};
use super::output::{Output, columns, one_line, tell};
use super::search::understood;
use crate::commands::search::SearchOrder;
use crate::model::failure::Failure;
use crate::pipeline::saved_searches::{self, SavedSearch};
use crate::repository::{SortBy, Tones};

/// Searches lie here unless a folder is named.
const FOLDER: &str = "searches";

fn folder(arguments: &Search, root: &Path) -> PathBuf {
    arguments.searches.clone().unwrap_or_else(|| root.join(FOLDER))
}

/// What is asked: what was typed, or what was kept where nothing else was typed beside it.
pub fn asked(arguments: &Search, root: &Path) -> Result<(String, SortBy, Tones), Failure> {
    let sort = arguments.sort.map(|sort| match sort {
        Sort::Relevance => SortBy::Relevance,
        Sort::Date => SortBy::Date,
        Sort::Code => SortBy::Code,
    });
    let tones = if arguments.exact_tones { Some(Tones::Exact) } else { None };
    let kept = match &arguments.saved {
        Some(name) => saved_searches::load(&folder(arguments, root), name)?,
        None => SavedSearch::new(arguments.words.join(" "), SortBy::default(), Tones::default()),
    };
    Ok((kept.query, sort.unwrap_or(kept.sort), tones.unwrap_or(kept.tones)))
}

/// Keeps what is asked, if `--save` asks for it and it can be understood.
pub fn save(arguments: &Search, root: &Path, order: &SearchOrder, output: &Output) -> Result<(), Failure> {
    let Some(name) = &arguments.save else { return Ok(()) };
    understood(&order.text)?;
    let search = SavedSearch::new(order.text.clone(), order.sort, order.tones);
    let path = saved_searches::save(&folder(arguments, root), name, &search)?;
    let path = one_line(&path.display().to_string());
    output.note(&tell!(output.language(), "Đã lưu câu tìm: {path}", "Search kept: {path}"));
    Ok(())
}

/// Lists what is kept.
pub fn list(arguments: &Search, root: &Path, output: &Output) -> Result<(), Failure> {
    let listed = saved_searches::list(&folder(arguments, root))?;
    let language = output.language();
    if output.json() {
        let shown = listed.iter().map(|one| match &one.search {
            Ok(search) => serde_json::json!({ "name": one.name, "search": search, "error": null }),
            Err(failure) => serde_json::json!({ "name": one.name, "search": null, "error": failure }),
        });
        return output.data(&shown.collect::<Vec<_>>());
    }
    let rows = listed.iter().map(|one| match &one.search {
        Ok(search) => vec![one.name.clone(), search.query.clone()],
        Err(failure) => vec![one.name.clone(), crate::words::describe(failure, language)],
    });
    output.text(&columns(&rows.collect::<Vec<_>>()))
}
