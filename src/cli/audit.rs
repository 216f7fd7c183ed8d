//! `sohoa audit`

use std::path::Path;

use super::args::Audit as Arguments;
use super::exit::Exit;
use super::output::{Output, columns, date_time, tell};
use super::report::kind_name;
use super::verify::render;
use crate::model::act::{Act, Actor, Deed};
use crate::model::batch::BatchState;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Language, Names};
use crate::model::ids::RecordId;
use crate::pipeline::audit as pipeline;
use crate::repository::{Mode, Repository};
use crate::settings::Settings;
use crate::stages::publish;
use crate::words::{self, field_name};

/// Records that are named in a line.
const NAMED: usize = 3;

/// Lists the acts and proves that they are those that were done.
pub fn audit(arguments: &Arguments, root: Option<&Path>, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    if root.is_none() && arguments.manifest.is_empty() {
        return Err(Failure::new(FailureCode::RepositoryMissing)
            .because(WorkFault::OptionMissing { options: Names::of(["--repository", "--manifest"]) }));
    }
    let repository = root.map(|root| Repository::open(root, Mode::Read)).transpose()?;
    let audit = pipeline::audit(repository.as_ref(), &arguments.manifest)?;
    let exit = if audit.findings.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&audit)?;
        return Ok(exit);
    }
    let language = output.language();
    let rows: Vec<Vec<String>> = audit
        .acts
        .iter()
        .map(|act| {
            vec![
                act.number.to_string(),
                date_time(settings.general.local(act.at)),
                who(&act.actor),
                what(act, repository.as_ref(), language),
                act.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output.text(&columns(&rows))?;
    let rows: Vec<Vec<String>> = audit
        .manifests
        .iter()
        .map(|manifest| {
            let head = manifest.acts.map_or_else(String::new, |head| format!("{} {}", head.count, head.digest));
            vec![manifest.path.display().to_string(), manifest.sequence.to_string(), head]
        })
        .collect();
    output.text(&columns(&rows))?;
    output.text(&render(&audit.findings, language))?;
    let (acts, manifests, findings) = (audit.acts.len(), audit.manifests.len(), audit.findings.len());
    output.note(&tell!(
        language,
        "Đã đối chiếu {acts} việc đã làm và {manifests} bản kê: {findings} sai lệch.",
        "Followed {acts} acts and {manifests} manifests: {findings} findings."
    ));
    if let Some(head) = audit.head {
        let (count, digest) = (head.count, head.digest);
        output.note(&tell!(language, "Cuối chuỗi: việc {count}, {digest}", "End of the chain: act {count}, {digest}"));
    }
    Ok(exit)
}

fn who(actor: &Actor) -> String {
    match &actor.by {
        Some(by) => format!("{by} ({})", actor.account),
        None => actor.account.clone(),
    }
}

fn what(act: &Act, repository: Option<&Repository>, language: Language) -> String {
    match &act.deed {
        Deed::Adopted { records, batches, .. } => tell!(
            language,
            "tiếp nhận kho đã có: {records} bản ghi, {batches} lô",
            "took over what was there: {records} records, {batches} batches"
        ),
        Deed::Sealed { batch, records } => {
            let names = names(records, repository, language);
            tell!(language, "đóng gói {names} (lô {batch})", "sealed {names} (batch {batch})")
        }
        Deed::PagesChanged { batch, records } => {
            let names = names(records, repository, language);
            tell!(language, "thay đổi trang: {names} (lô {batch})", "changed pages: {names} (batch {batch})")
        }
        Deed::FieldDecided { record, ordinal, field, verdict, .. } => {
            let (name, field) = (names(&[*record], repository, language), field_name(*field, language));
            let verdict = words::verdict(*verdict, language);
            tell!(language, "{field}: {verdict}, tài liệu số {ordinal}, {name}", "{field}: {verdict}, document {ordinal}, {name}")
        }
        Deed::DocumentsChanged { records, action, ordinal, .. } => {
            let (names, done) = (names(records, repository, language), words::document_action(*action, language));
            tell!(language, "tài liệu số {ordinal} {done}: {names}", "document {ordinal} {done}: {names}")
        }
        Deed::FileSettled { scan, settlement } => {
            let scan: String = scan.to_string().chars().take(12).collect();
            let told = words::settlement(settlement, language);
            tell!(language, "quyết định về bản quét {scan}: {told}", "decided about scan {scan}: {told}")
        }
        Deed::BatchEnded { batch, state, files, .. } => {
            let state = match (state, language) {
                (BatchState::Running, Language::Vi) => "đang chạy",
                (BatchState::Finished, Language::Vi) => "hoàn tất",
                (BatchState::Failed, Language::Vi) => "thất bại",
                (BatchState::Interrupted, Language::Vi) => "bị ngắt",
                (state, Language::En) => state.as_str(),
            };
            tell!(language, "kết thúc lô {batch}: {state}, {files} tệp", "batch {batch} ended: {state}, {files} files")
        }
        Deed::PagesReadAgain { pages, .. } => {
            let pages = pages.len();
            tell!(
                language,
                "đọc lại {pages} trang bị mất kết quả, kết quả như cũ",
                "read {pages} lost pages again, with the same outcome"
            )
        }
        Deed::MadeAgain { made } => {
            let made = made.join(", ");
            tell!(language, "tạo lại: {made}", "made again: {made}")
        }
        Deed::Exported { sequence, records, .. } => {
            let name = publish::file_name(*sequence);
            tell!(language, "xuất bản kê {name}: {records} bản ghi", "exported {name}: {records} records")
        }
    }
}

/// The first few records by what people call them.
fn names(records: &[RecordId], repository: Option<&Repository>, language: Language) -> String {
    let name = |id: &RecordId| {
        let record = repository?.catalog.record_row(id.as_bytes()).ok()??.record.ok()?;
        let (code, kind, version) = (record.dossier_code, kind_name(record.kind, language), record.version);
        Some(tell!(language, "{code} {kind}, phiên bản {version}", "{code} {kind}, version {version}"))
    };
    let mut text = records.iter().take(NAMED).map(|id| name(id).unwrap_or_else(|| id.to_string())).collect::<Vec<_>>().join("; ");
    if let Some(more) = records.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push_str(&format!(" … +{more}"));
    }
    text
}
