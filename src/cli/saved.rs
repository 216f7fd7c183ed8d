//! `sohoa search --save`, `--saved`, `--list-saved`: searches that are kept by name.

use std::path::{Path, PathBuf};

use super::args::{Search, Sort};
use super::output::{Output, columns, one_line, tell};
use crate::commands::saved::{self as commands, SavedSearch};
use crate::commands::search::{SearchOrder, SortBy, Tones};
use crate::model::failure::Failure;
use crate::words;

fn folder(arguments: &Search, root: &Path) -> PathBuf {
    arguments.searches.clone().unwrap_or_else(|| commands::folder_in(root))
}

/// What is asked: what was typed, or what was kept where nothing else was typed beside it.
pub(super) fn asked(arguments: &Search, root: &Path) -> Result<(String, SortBy, Tones), Failure> {
    let sort = arguments.sort.map(|sort| match sort {
        Sort::Relevance => SortBy::Relevance,
        Sort::Date => SortBy::Date,
        Sort::Code => SortBy::Code,
    });
    let tones = if arguments.exact_tones { Some(Tones::Exact) } else { None };
    let kept = match &arguments.saved {
        Some(name) => commands::load(&folder(arguments, root), name)?,
        None => SavedSearch::new(arguments.words.join(" "), SortBy::default(), Tones::default()),
    };
    Ok((kept.query, sort.unwrap_or(kept.sort), tones.unwrap_or(kept.tones)))
}

/// Keeps what is asked, if `--save` asks for it.
pub(super) fn save(arguments: &Search, root: &Path, order: &SearchOrder, output: &Output) -> Result<(), Failure> {
    let Some(name) = &arguments.save else { return Ok(()) };
    let path = commands::save(&folder(arguments, root), name, order)?;
    let path = one_line(&path.display().to_string());
    output.note(&tell!(output.language(), "Đã lưu câu tìm: {path}", "Search kept: {path}"));
    Ok(())
}

/// Lists what is kept.
pub(super) fn list(arguments: &Search, root: &Path, output: &Output) -> Result<(), Failure> {
    let listed = commands::list(&folder(arguments, root))?;
    if output.json() {
        return output.sorted_data(&listed);
    }
    let language = output.language();
    let rows = listed.iter().map(|one| {
        let query = one.search.as_ref().map(|search| search.query.clone());
        let error = one.error.as_ref().map(|failure| words::describe(failure, language));
        vec![one.name.clone(), query.or(error).unwrap_or_default()]
    });
    output.text(&columns(&rows.collect::<Vec<_>>()))
}
