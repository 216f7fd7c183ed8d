//! What others may see of a stack: each document's own pages, cut out of the scan without loss.
//!
//! A scan of many citizens' papers is kept and never leaves. Manifests and those who are handed a document
//! get the cut, a blob of its own. A signed file is not cut, because the cut would bear no signature: with
//! papers of one dossier it stays what it is, with papers of several it waits for a person.

use super::Run;
use super::groups::Placed;
use super::take_in::TakenScan;
use crate::model::codes::DossierCode;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::PageId;
use crate::model::record::{Excerpt, RecordDocument, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::pipeline::step::CutOrder;
use crate::repository::StoredBlob;

/// What else lies on the scan of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing: the scan is the document's.
    Nothing,
    /// Other documents of its dossier.
    SameDossier,
    /// Papers of other dossiers.
    OtherDossiers,
}

impl Beside {
    /// What lies beside each of a file's documents.
    pub(super) fn within(file: &Placed) -> Self {
        match (file.documents.len(), file.codes().count()) {
            (0 | 1, _) => Self::Nothing,
            (_, 0 | 1) => Self::SameDossier,
            _ => Self::OtherDossiers,
        }
    }
}

impl Run<'_> {
    /// Cuts a document's `pages` out of its scan, in the order of the scan. None where the scan is its own,
    /// or signed.
    pub(super) fn excerpt(
        &self,
        code: &DossierCode,
        ordinal: u32,
        mut pages: Vec<PageId>,
        scan: &TakenScan,
        beside: Beside,
    ) -> Result<Option<(Excerpt, StoredBlob)>, Failure> {
        pages.retain(|page| page.scan == scan.blob.id);
        pages.sort_unstable();
        if beside == Beside::Nothing || pages.is_empty() || !scan.summary.signatures.is_empty() {
            return Ok(None);
        }
        match self.cut(code, ordinal, pages, scan) {
            Err(failure) if failure.code.effect().stops_the_run() => Err(failure),
            // Whoever sees the whole scan sees one dossier only.
            Err(failure) if beside == Beside::SameDossier => {
                tracing::info!(file = scan.file.relative, %failure, "a document's pages could not be cut out of its scan");
                Ok(None)
            }
            Err(failure) => Err(Failure { code: FailureCode::StackUnclear, ..failure.at_file(&scan.file.relative) }),
            Ok(cut) => Ok(Some(cut)),
        }
    }

    fn cut(
        &self,
        code: &DossierCode,
        ordinal: u32,
        pages: Vec<PageId>,
        scan: &TakenScan,
    ) -> Result<(Excerpt, StoredBlob), Failure> {
        let sealed = sealed_file_name(code, ordinal);
        let stem = sealed.strip_suffix(".pdf").unwrap_or(&sealed);
        let media_type = scan.summary.media_type;
        let name = format!("{stem}.goc.{}", if media_type == MediaType::Pdf { "pdf" } else { "tif" });
        let output = self.repository.scratch_dir()?.join(&name);
        let lent = self.repository.blobs.lend(scan.blob.id)?;
        let order = CutOrder {
            scan: lent.path().to_owned(),
            ordinals: pages.iter().map(|page| page.ordinal).collect(),
            output: output.clone(),
        };
        let times = self.pool.cut(order)?;
        self.meter.add(&times);
        let blob = self.hold(&output)?;
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let StoredBlob { id, sha256, bytes } = blob;
        let file = StoredFile { name, media_type, bytes, pages: count, sha256, blake3: id, origin: None };
        Ok((Excerpt { file, pages }, blob))
    }

    /// Adds what is missing to `documents` that are taken over from an older version of a record: their
    /// own pages of scans that hold papers of other dossiers too. Returns what was cut out.
    pub(super) fn with_excerpts(&self, code: &DossierCode, documents: &mut [RecordDocument]) -> Result<Vec<StoredBlob>, Failure> {
        let mut blobs = Vec::new();
        let lacks = |document: &&mut RecordDocument| document.excerpt.is_none() && document.signatures.is_empty();
        for document in documents.iter_mut().filter(lacks) {
            let own = document.pages.iter().chain(&document.blank_pages).filter(|page| page.scan == document.source.blake3);
            let own: Vec<PageId> = own.copied().collect();
            let is_whole = own.len() >= document.source.pages as usize;
            if is_whole || !self.repository.catalog.is_source_of_others(document.source.blake3, code)? {
                continue;
            }
            let source = self.repository.catalog.blob(document.source.blake3)?;
            let source = source.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(document.source.blake3))?;
            let scan = self.scan_of(source, document.source.name.clone(), self.settings.general.now())?;
            // A late paper does not wait for what is wrong with an old scan.
            if let Some((excerpt, blob)) = self.excerpt(code, document.ordinal, own, &scan, Beside::SameDossier)? {
                document.excerpt = Some(excerpt);
                blobs.push(blob);
            }
        }
        Ok(blobs)
    }
}
