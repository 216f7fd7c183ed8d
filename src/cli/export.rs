//! `sohoa export`

use std::path::Path;

use super::args::Export;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::Failure;
use crate::pipeline::export as pipeline;
use crate::repository::Repository;
use crate::settings::Settings;

/// Writes the manifest of what is new and prints its path.
pub fn export(arguments: &Export, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    // Only a run makes a repository.
    drop(Repository::open(root)?);
    let repository = arguments.name.sign(Repository::create_or_open(root)?);
    let written = pipeline::export(&repository, settings.general.now())?;
    let path = written.as_ref().map(|row| repository.exports_dir().join(&row.file_name));
    if output.json() {
        let sequence = written.as_ref().map(|row| row.sequence);
        let sha256 = written.as_ref().map(|row| row.sha256);
        output.data(&serde_json::json!({ "manifest": path, "sequence": sequence, "sha256": sha256 }))?;
    } else if let Some(path) = path {
        output.text(&format!("{}\n", path.display()))?;
    } else {
        output.note(&tell!(output.language(), "Không có gì mới để xuất.", "Nothing new to export."));
    }
    Ok(Exit::Success)
}
