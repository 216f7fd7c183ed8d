//! `sohoa audit`

use std::path::Path;

use super::args::{Audit as Arguments, AuditWork};
use super::exit::Exit;
use super::findings;
use super::output::{Output, columns, date_time, tell};
use crate::commands::access::{self, Repository};
use crate::commands::audit::{self as commands, Audit, AuditOrder, GivenManifest, record_name};
use crate::commands::sample::{CheckOrder, SampleOrder, check, draw};
use crate::model::act::Act;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Language, Names};
use crate::settings::Settings;
use crate::words;

/// Lists the acts and proves that they are those that were done.
pub(super) fn audit(arguments: &Arguments, root: Option<&Path>, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    if let (Some(work), Some(root)) = (&arguments.work, root) {
        return sample(work, root, settings, output);
    }
    if root.is_none() && arguments.manifest.is_empty() {
        return Err(Failure::new(FailureCode::RepositoryMissing)
            .because(WorkFault::OptionMissing { options: Names::of(["--repository", "--manifest"]) }));
    }
    let repository = root.map(access::to_read).transpose()?;
    let audit = commands::audit(repository.as_ref(), &AuditOrder { manifests: arguments.manifest.clone() })?;
    let exit = if audit.findings.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&audit))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&acts(&audit.acts, repository.as_ref(), settings, language))?;
    output.text(&columns(&audit.manifests.iter().map(manifest).collect::<Vec<_>>()))?;
    output.text(&findings::render(&audit.findings, language))?;
    notes(&audit, language).iter().for_each(|note| output.note(note));
    Ok(exit)
}

/// Draws a sample, or tells what was found in one.
fn sample(work: &AuditWork, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let language = output.language();
    match work {
        AuditWork::Sample(typed) => {
            let repository = access::to_write(root, &typed.name.told())?;
            let drawn = draw(&repository, settings, &SampleOrder { share: typed.share, seed: typed.seed.clone() })?;
            if output.json() {
                output.data(&drawn)?;
                return Ok(Exit::Success);
            }
            for document in &drawn.documents {
                output.text(&format!("{document}\n    sohoa audit checked {document} --by …\n"))?;
            }
            let (count, of, seed) = (drawn.documents.len(), drawn.of, &drawn.seed);
            output.note(&tell!(
                language,
                "Đã rút {count} trong {of} tài liệu (--seed {seed})",
                "Drew {count} of {of} documents (--seed {seed})"
            ));
        }
        AuditWork::Checked(typed) => {
            let repository = access::to_write(root, &typed.name.told())?;
            let wrong = typed.wrong.iter().map(|field| (*field).into()).collect();
            check(&repository, settings, &CheckOrder { document: typed.document.clone(), wrong })?;
        }
    }
    Ok(Exit::Success)
}

fn acts(acts: &[Act], repository: Option<&Repository>, settings: &Settings, language: Language) -> String {
    let name_of = |id| repository.and_then(|repository| record_name(repository, id));
    let rows: Vec<Vec<String>> = acts
        .iter()
        .map(|act| {
            vec![
                act.number.to_string(),
                date_time(settings.general.local(act.at)),
                words::actor(&act.actor),
                words::deed(&act.deed, &name_of, language),
                act.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    columns(&rows)
}

fn manifest(manifest: &GivenManifest) -> Vec<String> {
    let head = manifest.acts.map_or_else(String::new, |head| format!("{} {}", head.count, head.digest));
    vec![manifest.path.display().to_string(), manifest.sequence.to_string(), head]
}

fn notes(audit: &Audit, language: Language) -> Vec<String> {
    let (acts, manifests, findings) = (audit.acts.len(), audit.manifests.len(), audit.findings.len());
    let mut notes = vec![tell!(
        language,
        "Đã đối chiếu {acts} việc đã làm và {manifests} bản kê: {findings} sai lệch.",
        "Followed {acts} acts and {manifests} manifests: {findings} findings."
    )];
    if let Some(head) = audit.head {
        let (count, digest) = (head.count, head.digest);
        notes.push(tell!(language, "Cuối chuỗi: việc {count}, {digest}", "End of the chain: act {count}, {digest}"));
    }
    notes
}
