//! `sohoa verify`

use std::path::Path;

use time::OffsetDateTime;

use super::args::Verify;
use super::exit::Exit;
use super::output::{Output, columns, tell};
use super::progress;
use crate::model::failure::{Failure, Language};
use crate::pipeline::verify::{self as pipeline, Damage, Finding, Remedy, Subject};
use crate::repository::{Mode, Repository};
use crate::words;

/// Verifies everything, or a share of the files, and prints what is wrong.
pub fn verify(arguments: &Verify, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root, Mode::Read)?;
    let share = arguments.share.map(|wanted| wanted.on(OffsetDateTime::now_utc().date()));
    let shown = progress::display(output);
    let verification = pipeline::verify(&repository, share, shown.as_ref());
    drop(shown);
    let exit = if verification.is_sound() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&verification))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&render(&verification.findings, language))?;
    let pipeline::Verification { blobs, acts, records, manifests, index_entries, more_findings, findings, .. } = verification;
    let findings = findings.len() as u64 + more_findings;
    output.note(&tell!(
        language,
        "Đã kiểm tra {blobs} tệp, {acts} việc đã làm, {records} bản ghi, {manifests} bản kê, {index_entries} mục chỉ mục: {findings} sai lệch.",
        "Checked {blobs} blobs, {acts} acts, {records} records, {manifests} manifests, {index_entries} index entries: {findings} findings."
    ));
    Ok(exit)
}

/// Findings in lines, those with one remedy together and the remedy below them.
pub fn render(findings: &[Finding], language: Language) -> String {
    let mut remedies: Vec<Remedy> = findings.iter().map(|finding| finding.remedy).collect();
    remedies.sort();
    remedies.dedup();
    let mut text = String::new();
    for remedy in remedies {
        let rows: Vec<Vec<String>> = findings
            .iter()
            .filter(|finding| finding.remedy == remedy)
            .map(|finding| {
                vec![
                    damage_name(finding.damage, language).to_owned(),
                    subject_name(finding.subject, language).to_owned(),
                    words::item(&finding.item, language),
                    words::detail(&finding.detail, language),
                ]
            })
            .collect();
        text.push_str(&columns(&rows));
        text.push_str(&format!("    → {}\n", words::repair(remedy, language)));
    }
    text
}

fn damage_name(damage: Damage, language: Language) -> &'static str {
    match (damage, language) {
        (Damage::Missing, Language::Vi) => "thiếu",
        (Damage::Missing, Language::En) => "missing",
        (Damage::Changed, Language::Vi) => "bị thay đổi",
        (Damage::Changed, Language::En) => "changed",
        (Damage::Orphaned, Language::Vi) => "không có chủ",
        (Damage::Orphaned, Language::En) => "orphaned",
    }
}

fn subject_name(subject: Subject, language: Language) -> &'static str {
    match (subject, language) {
        (Subject::Blob, Language::Vi) => "tệp trong kho",
        (Subject::Blob, Language::En) => "blob",
        (Subject::Record, Language::Vi) => "bản ghi",
        (Subject::Record, Language::En) => "record",
        (Subject::Manifest, Language::Vi) => "bản kê",
        (Subject::Manifest, Language::En) => "manifest",
        (Subject::IndexEntry, Language::Vi) => "mục chỉ mục",
        (Subject::IndexEntry, Language::En) => "index entry",
        (Subject::Act, Language::Vi) => "việc đã làm",
        (Subject::Act, Language::En) => "act",
        (Subject::Catalog, Language::Vi) => "danh mục",
        (Subject::Catalog, Language::En) => "catalog",
    }
}
