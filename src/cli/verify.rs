//! `sohoa verify`

use std::path::Path;

use super::args::Verify;
use super::exit::Exit;
use super::output::{Output, tell};
use super::{findings, progress};
use crate::commands::access;
use crate::commands::verify::{self as commands, Verification, VerifyOrder};
use crate::model::failure::Failure;
use crate::words;

/// Verifies everything, or a share of the files, and prints what is wrong.
pub(super) fn verify(arguments: &Verify, root: &Path, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let shown = progress::display(output);
    let verification = commands::verify(&repository, VerifyOrder { share: arguments.share }, shown.as_ref());
    drop(shown);
    let exit = if verification.is_sound() { Exit::Success } else { Exit::Damaged };
    if output.json() {
        output.data(&words::with_remedies(&verification))?;
        return Ok(exit);
    }
    let language = output.language();
    output.text(&findings::render(&verification.findings, language))?;
    let Verification { blobs, acts, records, manifests, index_entries, more_findings, findings, .. } = verification;
    let findings = findings.len() as u64 + more_findings;
    output.note(&tell!(
        language,
        "Đã kiểm tra {blobs} tệp, {acts} việc đã làm, {records} bản ghi, {manifests} bản kê, {index_entries} mục chỉ mục: {findings} sai lệch.",
        "Checked {blobs} blobs, {acts} acts, {records} records, {manifests} manifests, {index_entries} index entries: {findings} findings."
    ));
    Ok(exit)
}
