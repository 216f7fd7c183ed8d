//! `sohoa export`

use std::path::Path;

use serde_json::json;

use super::args::Export;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::Failure;
use crate::pipeline::export as pipeline;
use crate::repository::{ManifestRow, Mode, Repository};
use crate::settings::Settings;

/// Writes the manifests of what is new and prints their paths.
pub fn export(arguments: &Export, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    // Only a run makes a repository.
    let repository = arguments.name.sign(Repository::open(root, Mode::Write)?);
    let written = pipeline::export(&repository, &settings.export, settings.general.now())?;
    let path = |row: &ManifestRow| repository.exports_dir().join(&row.file_name);
    if output.json() {
        let told = |row: &ManifestRow| json!({ "manifest": path(row), "sequence": row.sequence, "sha256": row.sha256 });
        // The last one alone, too, as when there was never more than one.
        let last = written.last();
        output.data(&json!({
            "manifest": last.map(path),
            "sequence": last.map(|row| row.sequence),
            "sha256": last.map(|row| row.sha256),
            "manifests": written.iter().map(told).collect::<Vec<_>>(),
        }))?;
    } else if written.is_empty() {
        output.note(&tell!(output.language(), "Không có gì mới để xuất.", "Nothing new to export."));
    } else {
        written.iter().try_for_each(|row| output.text(&format!("{}\n", path(row).display())))?;
    }
    Ok(Exit::Success)
}
