//! `sohoa repair`

use std::path::Path;

use super::args::Repair;
use super::exit::Exit;
use super::output::{Output, tell};
use super::progress;
use super::verify::render;
use crate::model::failure::Failure;
use crate::pipeline::repair as pipeline;
use crate::repository::{Mode, Repository};
use crate::settings::Settings;
use crate::words;

/// Makes again what can be made and prints what cannot.
pub fn repair(arguments: &Repair, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    // Only a run makes a repository.
    let repository = arguments.name.sign(Repository::open(root, Mode::Write)?);
    let shown = progress::display(output);
    let repair = pipeline::repair(&repository, settings, shown.as_ref());
    drop(shown);
    let repair = repair?;
    let exit = if repair.remaining.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&repair))?;
        return Ok(exit);
    }
    let language = output.language();
    if !repair.pages.is_empty() {
        let pages = repair.pages.len();
        output.note(&tell!(language, "Đã đọc lại {pages} trang từ bản quét.", "{pages} pages were read again from their scans."));
    }
    if repair.index {
        output.note(&tell!(language, "Đã tạo lại chỉ mục tìm kiếm.", "The search index was made again."));
    }
    for name in &repair.manifests {
        output.note(&tell!(language, "Đã ghi lại bản kê {name}.", "Manifest {name} was written again."));
    }
    for path in &repair.set_aside {
        let path = path.display();
        output.note(&tell!(language, "Tệp hỏng được giữ tại {path}.", "The damaged file is kept at {path}."));
    }
    output.text(&render(&repair.remaining, language))?;
    let count = repair.remaining.len();
    output.note(&tell!(language, "Còn {count} sai lệch không tự sửa được.", "{count} findings cannot be made good here."));
    Ok(exit)
}
