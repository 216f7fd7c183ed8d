//! `sohoa upgrade`

use std::path::Path;

use super::args::Upgrade;
use super::exit::Exit;
use super::output::{Output, megabytes, tell};
use crate::commands::upgrade::{ChangedTable, UpgradeView, plan, upgrade as carry_out};
use crate::model::failure::{Failure, Language};
use crate::words::shell_word;

/// Brings a repository up to date, or tells what that would change.
pub(super) fn upgrade(arguments: &Upgrade, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let view = if arguments.dry_run { plan(root)? } else { carry_out(root, &arguments.name.told())? };
    if output.json() {
        output.data(&view)?;
    } else {
        output.text(&told(&view, output.language()))?;
    }
    Ok(Exit::Success)
}

fn told(view: &UpgradeView, language: Language) -> String {
    let UpgradeView { found, known, tables, .. } = view;
    let mut text = match &view.kept {
        None => tell!(
            language,
            "Danh mục đã ở phiên bản {known}, không có gì phải nâng cấp.\n",
            "The catalog is of version {known}: nothing is to be done to it.\n"
        ),
        Some(_) => tell!(language, "Danh mục: phiên bản {found} → {known}\n", "Catalog: version {found} → {known}\n"),
    };
    tables.iter().for_each(|table| text.push_str(&line(table, language)));
    if view.index_made_anew {
        text.push_str(&tell!(language, "  chỉ mục tìm kiếm: lập lại\n", "  search index: made anew\n"));
    }
    let Some(kept) = &view.kept else { return text };
    let (size, seconds) = (megabytes(view.catalog_bytes), format!("{:.1}", view.seconds));
    text.push_str(&match view.done {
        false => tell!(
            language,
            "Đã thử trên bản sao ({size} MB): {seconds} giây, thành công. Chưa thay đổi gì.\n",
            "Tried on a copy ({size} MB): it took {seconds} s and works. Nothing was changed.\n"
        ),
        true => tell!(language, "Xong sau {seconds} giây.\n", "Done in {seconds} s.\n"),
    });
    let (old, new) = (shell_word(&kept.display().to_string()), shell_word(&view.catalog.display().to_string()));
    text.push_str(&tell!(
        language,
        "Danh mục cũ được giữ ở {old}. Để quay lại: dừng mọi dịch vụ, cài gói cũ, rồi gõ (những gì làm sau khi nâng cấp sẽ mất):\n",
        "The catalog as it was is kept as {old}. To go back: stop all services, install the older package, then type (what was done after the upgrade is lost):\n"
    ));
    text.push_str(&format!("  cp {old} {new} && rm -f {new}-wal {new}-shm\n"));
    text
}

fn line(ChangedTable { table, columns, is_new }: &ChangedTable, language: Language) -> String {
    let columns = columns.join(", ");
    match is_new {
        true => tell!(language, "  bảng mới {table}: {columns}\n", "  new table {table}: {columns}\n"),
        false => tell!(language, "  bảng {table}, thêm cột: {columns}\n", "  table {table}, new columns: {columns}\n"),
    }
}
