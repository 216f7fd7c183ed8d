//! `sohoa open`, and `sohoa show --png`: the picture of a page.

use std::path::{Path, PathBuf};

use super::args::{Open, PictureOptions};
use super::exit::Exit;
use super::output::{Output, one_line, tell};
use crate::commands::access::{self, Repository};
use crate::commands::open::{PictureOrder, Sensitive, draw_to};
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::hit::HitName;
use crate::settings::Settings;

/// Draws the page of a hit.
pub(super) fn open(arguments: &Open, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let hit = &arguments.hit;
    // From the code and the numbers alone: what is stored as a name could lead anywhere.
    let version = hit.version.map(|version| format!(".v{version}")).unwrap_or_default();
    let name = || PathBuf::from(format!("{}.{:03}.trang-{}{version}.png", hit.dossier_code, hit.ordinal, hit.page));
    let path = arguments.png.clone().unwrap_or_else(name);
    draw(&repository, hit.clone(), &arguments.picture, &path, settings, output)
}

/// Draws a page at `path` and says so.
pub(super) fn draw(
    repository: &Repository,
    hit: HitName,
    options: &PictureOptions,
    path: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Exit, Failure> {
    let order = PictureOrder {
        hit,
        kind: options.kind.map(RecordKind::from),
        mark: options.mark.clone(),
        sensitive: if options.sensitive { Sensitive::Drawn } else { Sensitive::Withheld },
    };
    let written = draw_to(repository, settings, &order, path)?;
    if output.json() {
        output.data(&written)?;
        return Ok(Exit::Success);
    }
    let (shown, marks) = (one_line(&path.display().to_string()), written.marks);
    output.note(&match &order.mark {
        Some(_) => tell!(output.language(), "{shown}: {marks} chỗ được đánh dấu", "{shown}: {marks} places marked"),
        None => shown,
    });
    Ok(Exit::Success)
}
