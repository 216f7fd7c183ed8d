//! `sohoa export`

use std::path::Path;

use super::args::Export;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::commands::export::{BundleWish, Bundled};
use crate::commands::{access, export as commands};
use crate::model::failure::Failure;
use crate::settings::Settings;

/// Writes the manifests of what is new and prints their paths, or bundles them with their files.
pub(super) fn export(arguments: &Export, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_write(root, &arguments.name.told())?;
    let exported = commands::export(&repository, settings)?;
    if let Some(to) = &arguments.bundle {
        let wish = BundleWish {
            to: to.clone(),
            first: arguments.from,
            last: arguments.until,
            part_megabytes: arguments.part_mb,
            file_megabytes: arguments.file_mb,
        };
        return bundled(&commands::bundle(&repository, settings, &wish)?, output);
    }
    if output.json() {
        output.data(&exported)?;
    } else if exported.manifests.is_empty() {
        output.note(&tell!(output.language(), "Không có gì mới để xuất.", "Nothing new to export."));
    } else {
        exported.manifests.iter().try_for_each(|written| output.text(&format!("{}\n", written.manifest.display())))?;
    }
    Ok(Exit::Success)
}

fn bundled(made: &Bundled, output: &Output) -> Result<Exit, Failure> {
    let exit = if made.left_out.is_empty() { Exit::Success } else { Exit::Exceptions };
    if output.json() {
        output.data(made)?;
        return Ok(exit);
    }
    made.parts.iter().try_for_each(|part| output.text(&format!("{}\n", part.display())))?;
    let Bundled { manifests, records, files, bytes, parts, list, left_out } = made;
    let (size, parts, list) = (format!("{:.1}", *bytes as f64 / 1e6), parts.len(), list.display());
    output.note(&tell!(
        output.language(),
        "Đã đóng gói {manifests} bản kê, {records} bản ghi, {files} tệp ({size} MB) thành {parts} phần; danh sách các phần: {list}.",
        "Bundled {manifests} manifests, {records} records, {files} files ({size} MB) in {parts} parts; they are listed in {list}."
    ));
    left_out.iter().for_each(|failure| output.failure(failure));
    Ok(exit)
}
