//! `sohoa portal`

use std::path::Path;

use super::args::Portal;
use super::exit::Exit;
use super::output::{Output, columns, tell};
use crate::commands::access::{to_read, to_write};
use crate::commands::portal::{self, ConsumerStatus, Pass, SendMode, SendOrder};
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words::{describe, fact_source, item_state, remedy, shortfall};

/// Sends, takes acknowledgements, lets rejected dossiers go again, or tells how far everything has come.
pub(super) fn portal(arguments: &Portal, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    match arguments {
        Portal::Status(asked) => {
            let status = portal::status(&to_read(root)?, settings, asked.consumer.as_deref())?;
            show_status(&status, output)
        }
        Portal::Send(asked) => {
            let mode = if asked.dry_run { SendMode::Show } else { SendMode::Send };
            let repository = if asked.dry_run { to_read(root)? } else { to_write(root, &asked.name.told())? };
            let order = SendOrder { consumer: asked.consumer.clone(), mode };
            show_passes(&portal::send(&repository, settings, &order)?, mode, output)
        }
        Portal::Acknowledge(asked) => {
            let repository = to_write(root, &asked.name.told())?;
            let taken = portal::acknowledge(&repository, settings, asked.consumer.as_deref(), &asked.files)?;
            let are_refused = taken.iter().any(|one| one.failure.is_some());
            if output.json() {
                output.data(&taken)?;
            } else {
                for one in &taken {
                    let (file, records) = (one.file.display(), one.records);
                    let told = match &one.failure {
                        Some(failure) => describe(failure, output.language()),
                        None => tell!(output.language(), "{records} bản ghi", "{records} records"),
                    };
                    output.text(&format!("{file}: {told}\n"))?;
                }
            }
            Ok(if are_refused { Exit::Exceptions } else { Exit::Success })
        }
        Portal::Retry(asked) => {
            let repository = to_write(root, &asked.name.told())?;
            let records = portal::retry(&repository, settings, &asked.consumer, asked.code.as_deref())?;
            output.note(&tell!(output.language(), "{records} bản ghi sẽ được gửi lại.", "{records} records go again."));
            Ok(Exit::Success)
        }
    }
}

fn show_status(status: &[ConsumerStatus], output: &Output) -> Result<Exit, Failure> {
    if output.json() {
        output.data(&status)?;
        return Ok(Exit::Success);
    }
    let language = output.language();
    for one in status {
        let (name, last, outbox) = (&one.consumer, one.last_manifest, one.outbox.display());
        output.text(&tell!(language, "{name}: {last} bản kê, {outbox}\n", "{name}: {last} manifests, {outbox}\n"))?;
        let row = |(state, count): (&_, &u64)| vec![String::new(), item_state(*state, language).to_owned(), count.to_string()];
        output.text(&columns(&one.records.iter().map(row).collect::<Vec<_>>()))?;
        for item in one.rejected.iter().chain(&one.unknown) {
            let reason = item.reason.as_deref().unwrap_or_default();
            output.text(&format!("  {} {}: {reason}\n", item.dossier_code, item_state(item.state, language)))?;
        }
        if !one.rejected.is_empty() || !one.unknown.is_empty() {
            output.text(&tell!(
                language,
                "  → sửa dữ liệu, rồi: sohoa portal retry {name} MÃ\n",
                "  → correct what is wrong, then: sohoa portal retry {name} CODE\n"
            ))?;
        }
    }
    Ok(Exit::Success)
}

fn show_passes(passes: &[Pass], mode: SendMode, output: &Output) -> Result<Exit, Failure> {
    if output.json() {
        output.data(&passes)?;
    } else {
        passes.iter().try_for_each(|pass| show_pass(pass, mode, output))?;
    }
    if let Some(stopped) = passes.iter().find_map(|pass| pass.stopped.clone()) {
        return Err(stopped);
    }
    let is_clean = passes.iter().all(|pass| pass.rejected.is_empty() && pass.incomplete.is_empty() && pass.failed.is_empty());
    Ok(if is_clean { Exit::Success } else { Exit::Exceptions })
}

fn show_pass(pass: &Pass, mode: SendMode, output: &Output) -> Result<(), Failure> {
    let language = output.language();
    for object in &pass.objects {
        output.text(&format!("{object:#}\n"))?;
    }
    for one in &pass.rejected {
        let (code, reason) = (&one.dossier_code, &one.reason);
        output.text(&tell!(language, "{code}: bị từ chối: {reason}\n", "{code}: rejected: {reason}\n"))?;
    }
    for one in &pass.failed {
        let (told, helps) = (describe(&one.failure, language), remedy(one.failure.code, language));
        output.text(&format!("{}: {told}\n  → {helps}\n", one.dossier_code))?;
    }
    for one in &pass.incomplete {
        output.text(&format!("{}:\n", one.dossier_code))?;
        for lacking in &one.lacking {
            let (what, whence) = (shortfall(lacking.shortfall, language), fact_source(&lacking.from, language));
            output.text(&format!("  {}: {what}; {whence}\n", lacking.field))?;
        }
    }
    if mode == SendMode::Send {
        let line = counts(pass, language);
        output.note(&line);
    }
    Ok(())
}

fn counts(pass: &Pass, language: Language) -> String {
    let (name, sent, accepted) = (&pass.consumer, pass.sent, pass.accepted);
    let (rejected, incomplete, failed) = (pass.rejected.len(), pass.incomplete.len(), pass.failed.len());
    tell!(
        language,
        "{name}: đã gửi {sent} bản ghi, hoàn tất {accepted}; {rejected} hồ sơ bị từ chối, {incomplete} hồ sơ chưa đủ thông tin, {failed} hồ sơ chưa gửi được hoặc chưa rõ kết quả.",
        "{name}: {sent} records sent, {accepted} done with; {rejected} dossiers rejected, {incomplete} lack something, {failed} not sent or not decided."
    )
}
