//! `sohoa open`, and `sohoa show --png`: the picture of a page.

use std::path::{Path, PathBuf};

use super::args::{Open, PictureOptions};
use super::exit::Exit;
use super::output::{Output, one_line, tell};
use super::search::understood;
use super::show::written_or_taken;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::pipeline::hit::HitName;
use crate::pipeline::page_picture::{PageToDraw, Sensitive, draw_page};
use crate::repository::{Mode, Repository};
use crate::settings::Settings;

/// Draws the page of a hit.
pub fn open(arguments: &Open, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root, Mode::Read)?;
    let hit = &arguments.hit;
    // From the code and the numbers alone: what is stored as a name could lead anywhere.
    let name = || PathBuf::from(format!("{}.{:03}.trang-{}.png", hit.dossier_code, hit.ordinal, hit.page));
    let path = arguments.png.clone().unwrap_or_else(name);
    draw(&repository, hit, &arguments.picture, &path, settings, output)
}

/// Draws a page at `path` and says so.
pub fn draw(
    repository: &Repository,
    hit: &HitName,
    options: &PictureOptions,
    path: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Exit, Failure> {
    let condition = options.mark.as_deref().map(understood).transpose()?;
    let page = PageToDraw {
        hit,
        kind: options.kind.map(RecordKind::from),
        marked: condition.as_ref(),
        sensitive: if options.sensitive { Sensitive::Drawn } else { Sensitive::Withheld },
    };
    let marks = draw_page(repository, settings, &page, path).map_err(written_or_taken)?;
    if output.json() {
        output.data(&serde_json::json!({ "hit": hit.to_string(), "path": path, "marks": marks }))?;
        return Ok(Exit::Success);
    }
    let shown = one_line(&path.display().to_string());
    output.note(&match &condition {
        Some(_) => tell!(output.language(), "{shown}: {marks} chỗ được đánh dấu", "{shown}: {marks} places marked"),
        None => shown,
    });
    Ok(Exit::Success)
}
