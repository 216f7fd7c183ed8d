//! `sohoa search`

use std::path::Path;

use super::args::Search;
use super::exit::Exit;
use super::output::{Output, tell};
use super::report::kind_name;
use crate::model::failure::Failure;
use crate::repository::{Query, Repository};

/// Prints the pages that fit best.
pub fn search(arguments: &Search, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root)?;
    let text = arguments.words.join(" ");
    let hits = repository.index()?.search(&Query { text: text.clone(), limit: arguments.limit })?;
    if output.json() {
        output.data(&hits)?;
        return Ok(Exit::Good);
    }
    let language = output.language();
    for (place, hit) in (1..).zip(&hits) {
        let kind = kind_name(hit.kind, language);
        let (code, file, page, title) = (&hit.dossier_code, &hit.file_name, hit.page, &hit.title);
        let head = tell!(language, "{place}. {code} ({kind}), {file}, trang {page}", "{place}. {code} ({kind}), {file}, page {page}");
        let title = if title.is_empty() { String::new() } else { format!("   {title}\n") };
        output.text(&format!("{head}\n{title}   … {} …\n", hit.snippet.replace('\n', " ")))?;
    }
    let count = hits.len();
    output.note(&tell!(language, "{count} kết quả cho: {text}", "{count} hits for: {text}"));
    Ok(Exit::Good)
}
