//! `sohoa search`

use std::path::Path;

use super::args::Search;
use super::exit::Exit;
use super::output::{Output, tell};
use super::report::kind_name;
use crate::model::failure::Failure;
use crate::repository::{Index, Query, Repository};

/// Prints the pages that fit best.
pub fn search(arguments: &Search, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root)?;
    let text = arguments.words.join(" ");
    let hits = Index::open(&repository.index_dir())?.search(&Query::new(&text, arguments.limit))?;
    if output.json() {
        output.data(&hits)?;
        return Ok(Exit::Good);
    }
    let language = output.language();
    for (place, hit) in (1..).zip(&hits) {
        let kind = kind_name(hit.kind, language);
        let (code, file, page) = (&hit.dossier_code, &hit.file_name, hit.page);
        let head =
            tell!(language, "{place}. {code} ({kind}), {file}, trang {page}", "{place}. {code} ({kind}), {file}, page {page}");
        let title = hit.title.as_ref().map(|title| format!("   {title}\n")).unwrap_or_default();
        let snippet = hit.snippet.marked("[", "]").split_whitespace().collect::<Vec<_>>().join(" ");
        output.text(&format!("{head}\n{title}   … {snippet} …\n"))?;
    }
    let count = hits.len();
    output.note(&tell!(language, "{count} kết quả cho: {text}", "{count} hits for: {text}"));
    Ok(Exit::Good)
}
