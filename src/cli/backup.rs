//! `sohoa backup` and `sohoa restore`

use std::path::Path;

use super::args::{Backup, Restore};
use super::exit::Exit;
use super::output::{Output, columns, date_time, megabytes, tell};
use super::{findings, progress};
use crate::commands::backup::{self as commands, RestoreOrder, Target};
use crate::model::failure::Failure;
use crate::settings::Settings;
use crate::words;

/// Takes a snapshot and says what was copied.
pub(super) fn backup(arguments: &Backup, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = commands::open(root, &arguments.name.told())?;
    let to = Target { address: &arguments.to, identities: &arguments.identity };
    let shown = progress::display(output);
    let done = commands::back_up(&repository, &to, settings, shown.as_ref());
    drop(shown);
    let done = done?;
    let exit = if done.findings.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&done))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&findings::render(&done.findings, language))?;
    let (snapshot, blobs, copied, files, removed) = (&done.snapshot, done.blobs, done.copied, done.files, done.removed.len());
    let (size, copied_size) = (megabytes(done.bytes), megabytes(done.copied_bytes));
    output.note(&tell!(
        language,
        "Đã sao lưu {snapshot}: {blobs} tệp ({size} MB) và {files} tệp ngoài danh mục; chép mới {copied} tệp ({copied_size} MB), đã đọc lại và khớp. Đã bỏ {removed} lần chụp cũ.",
        "Backed up as {snapshot}: {blobs} blobs ({size} MB) and {files} files beside the catalog; copied {copied} files ({copied_size} MB), read back and equal. Removed {removed} old snapshots."
    ));
    Ok(exit)
}

/// Lists or proves what a backup holds, or makes a repository from it.
pub(super) fn restore(arguments: &Restore, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    if arguments.list {
        return list(arguments, settings, output);
    }
    if arguments.check {
        return check(arguments, settings, output);
    }
    let order = RestoreOrder { from: target(arguments), snapshot: arguments.snapshot.clone(), root };
    let shown = progress::display(output);
    let done = commands::restore(&order, &arguments.name.told(), settings, shown.as_ref());
    drop(shown);
    let done = done?;
    let is_whole = done.findings.is_empty() && done.repair.remaining.is_empty();
    let exit = if is_whole { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&done))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&findings::render(&done.findings, language))?;
    output.text(&findings::render(&done.repair.remaining, language))?;
    let (copied, size, root) = (done.copied, megabytes(done.copied_bytes), root.display());
    let taken = date_time(settings.general.local(done.taken_at));
    let findings = done.findings.len() + done.repair.remaining.len();
    output.note(&tell!(
        language,
        "Đã khôi phục kho {root} như lúc {taken}: chép {copied} tệp ({size} MB), {findings} sai lệch. Những gì làm sau lúc đó không còn: báo cho nơi nhận các bản kê đã xuất sau {taken}.",
        "Restored the repository {root} as of {taken}: copied {copied} files ({size} MB), {findings} findings. What was done since is lost: tell the receivers of manifests that were exported after {taken}."
    ));
    Ok(exit)
}

fn target(arguments: &Restore) -> Target<'_> {
    Target { address: &arguments.from, identities: &arguments.identity }
}

fn list(arguments: &Restore, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let snapshots = commands::list(&target(arguments), settings)?;
    if output.json() {
        output.data(&snapshots)?;
        return Ok(Exit::Success);
    }
    let language = output.language();
    let rows: Vec<Vec<String>> = snapshots
        .iter()
        .map(|line| {
            let (blobs, size, missing) = (line.blobs, megabytes(line.bytes), line.missing);
            vec![
                line.snapshot.to_string(),
                date_time(settings.general.local(line.taken_at)),
                tell!(language, "{blobs} tệp", "{blobs} blobs"),
                format!("{size} MB"),
                if missing == 0 { String::new() } else { tell!(language, "thiếu {missing}", "{missing} missing") },
            ]
        })
        .collect();
    output.text(&columns(&rows))?;
    Ok(Exit::Success)
}

fn check(arguments: &Restore, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let shown = progress::display(output);
    let checked = commands::check(&target(arguments), arguments.snapshot.as_ref(), settings, shown.as_ref());
    drop(shown);
    let checked = checked?;
    let exit = if checked.findings.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&checked))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&findings::render(&checked.findings, language))?;
    let (snapshot, blobs, size, findings) = (&checked.snapshot, checked.blobs, megabytes(checked.bytes), checked.findings.len());
    output.note(&tell!(
        language,
        "Đã đọc lại {snapshot}: danh mục và {blobs} tệp ({size} MB), {findings} sai lệch.",
        "Read {snapshot} again: the catalog and {blobs} files ({size} MB), {findings} findings."
    ));
    Ok(exit)
}
