//! `sohoa export`

use std::path::Path;

use super::args::Export;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::commands::{access, export as commands};
use crate::model::failure::Failure;
use crate::settings::Settings;

/// Writes the manifests of what is new and prints their paths.
pub(super) fn export(arguments: &Export, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_write(root, &arguments.name.told())?;
    let exported = commands::export(&repository, settings)?;
    if output.json() {
        output.data(&exported)?;
    } else if exported.manifests.is_empty() {
        output.note(&tell!(output.language(), "Không có gì mới để xuất.", "Nothing new to export."));
    } else {
        exported.manifests.iter().try_for_each(|written| output.text(&format!("{}\n", written.manifest.display())))?;
    }
    Ok(Exit::Success)
}
