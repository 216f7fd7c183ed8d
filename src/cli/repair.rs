//! `sohoa repair`

use std::path::Path;

use super::args::Repair as Arguments;
use super::exit::Exit;
use super::output::{Output, tell};
use super::{findings, progress};
use crate::commands::access;
use crate::commands::repair::{self as commands, Repair};
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words;

/// Makes again what can be made and prints what cannot.
pub(super) fn repair(arguments: &Arguments, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_write(root, &arguments.name.told())?;
    let shown = progress::display(output);
    let repair = commands::repair(&repository, settings, shown.as_ref());
    drop(shown);
    let repair = repair?;
    let exit = if repair.remaining.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&repair))?;
        return Ok(exit);
    }
    let language = output.language();
    made_again(&repair, language).iter().for_each(|note| output.note(note));
    output.text(&findings::render(&repair.remaining, language))?;
    let count = repair.remaining.len();
    output.note(&tell!(language, "Còn {count} sai lệch không tự sửa được.", "{count} findings cannot be made good here."));
    Ok(exit)
}

fn made_again(repair: &Repair, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    if !repair.pages.is_empty() {
        let pages = repair.pages.len();
        notes.push(tell!(language, "Đã đọc lại {pages} trang từ bản quét.", "{pages} pages were read again from their scans."));
    }
    if repair.index {
        notes.push(tell!(language, "Đã tạo lại chỉ mục tìm kiếm.", "The search index was made again."));
    }
    if repair.differences {
        notes.push(tell!(language, "Đã đối chiếu lại giấy tờ với sổ hồ sơ.", "Papers were held against the register again."));
    }
    for name in &repair.manifests {
        notes.push(tell!(language, "Đã ghi lại bản kê {name}.", "Manifest {name} was written again."));
    }
    for path in &repair.set_aside {
        let path = path.display();
        notes.push(tell!(language, "Tệp hỏng được giữ tại {path}.", "The damaged file is kept at {path}."));
    }
    notes
}
