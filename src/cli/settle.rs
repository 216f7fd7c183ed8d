//! `sohoa settle`

use std::path::Path;

use super::args::Settle;
use super::exit::Exit;
use super::output::{Output, one_line, tell};
use crate::commands::access;
use crate::commands::settle::settle as decide;
use crate::model::failure::Failure;
use crate::model::settlement::{Picture, Settlement};
use crate::settings::Settings;
use crate::words;

/// Keeps a decision about files that wait, for the next run to go by.
pub(super) fn settle(arguments: &Settle, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_write(root, &arguments.name.told())?;
    let settlement = Settlement {
        // Codes are kept in capitals; people type them as they like.
        code: arguments.dossier.as_ref().and_then(|code| code.as_str().to_ascii_uppercase().parse().ok()),
        kind: arguments.kind.map(Into::into),
        picture: if arguments.accept { Picture::Accepted } else { Picture::Judged },
        starts: arguments.split.clone(),
    };
    let settled = decide(&repository, settings, &arguments.files, &settlement)?;
    if output.json() {
        output.data(&settled)?;
        return Ok(Exit::Success);
    }
    if output.quiet() {
        return Ok(Exit::Success);
    }
    let language = output.language();
    for one in &settled {
        let (file, told) = (one_line(&one.file.display().to_string()), words::settlement(&one.settlement, language));
        output.text(&format!("{file}: {told}\n"))?;
    }
    output.note(&tell!(language, "Lần chạy sau sẽ làm theo.", "The next run goes by it."));
    Ok(Exit::Success)
}
