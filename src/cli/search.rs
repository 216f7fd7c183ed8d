//! `sohoa search`

use std::path::Path;

use super::args::Search;
use super::exit::Exit;
use super::output::{Output, one_line, tell};
use super::report::kind_name;
use crate::model::failure::Failure;
use crate::repository::{Index, Query, Repository};

/// Prints the pages that fit best.
pub fn search(arguments: &Search, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root)?;
    let text = arguments.words.join(" ");
    let folder = repository.index_dir();
    // The first run makes the index at its end; until then nothing is sealed that could be found.
    let hits = if Index::is_at(&folder) || !repository.catalog.dossier_codes()?.is_empty() {
        Index::open(&folder)?.search(&Query::new(&text, arguments.limit))?
    } else {
        Vec::new()
    };
    if output.json() {
        output.data(&hits)?;
        return Ok(Exit::Success);
    }
    let language = output.language();
    for (place, hit) in (1..).zip(&hits) {
        let kind = kind_name(hit.kind, language);
        let (code, file, page) = (&hit.dossier_code, &hit.file_name, hit.page);
        let head =
            tell!(language, "{place}. {code} ({kind}), {file}, trang {page}", "{place}. {code} ({kind}), {file}, page {page}");
        let title = hit.title.as_ref().map(|title| format!("   {}\n", one_line(title))).unwrap_or_default();
        let snippet = hit.snippet.marked("[", "]").split_whitespace().collect::<Vec<_>>().join(" ");
        output.text(&format!("{head}\n{title}   {}\n", one_line(&snippet)))?;
    }
    let count = hits.len();
    output.note(&tell!(language, "{count} kết quả cho: {text}", "{count} hits for: {text}"));
    Ok(Exit::Success)
}
