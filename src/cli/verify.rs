//! `sohoa verify`

use std::path::Path;

use super::exit::Exit;
use super::output::{Output, columns, tell};
use super::progress;
use crate::model::failure::{Failure, Language};
use crate::pipeline::verify::{self as pipeline, Damage, Subject};
use crate::repository::Repository;

/// Verifies everything and prints what is wrong.
pub fn verify(root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = Repository::open(root)?;
    let shown = progress::display(output);
    let verification = pipeline::verify(&repository, shown.as_ref());
    drop(shown);
    let verification = verification?;
    let exit = if verification.findings.is_empty() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&verification)?;
        return Ok(exit);
    }
    let language = output.language();
    let rows: Vec<Vec<String>> = verification
        .findings
        .iter()
        .map(|finding| {
            vec![
                damage_name(finding.damage, language).to_owned(),
                subject_name(finding.subject, language).to_owned(),
                finding.name.clone(),
                finding.detail.clone(),
            ]
        })
        .collect();
    output.text(&columns(&rows))?;
    let findings = rows.len();
    let pipeline::Verification { blobs, records, manifests, index_entries, .. } = verification;
    output.note(&tell!(
        language,
        "Đã kiểm tra {blobs} tệp, {records} bản ghi, {manifests} bản kê, {index_entries} mục chỉ mục: {findings} sai lệch.",
        "Checked {blobs} blobs, {records} records, {manifests} manifests, {index_entries} index entries: {findings} findings."
    ));
    Ok(exit)
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
        (Subject::Catalog, Language::Vi) => "danh mục",
        (Subject::Catalog, Language::En) => "catalog",
    }
}
