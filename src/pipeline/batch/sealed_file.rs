//! The sealed file of one document: what a worker needs to write it, and what the record says of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::Run;
use super::take_in::TakenScan;
use crate::model::codes::DossierCode;
use crate::model::dossier::DraftDocument;
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{FieldName, Fields};
use crate::model::ids::{BlobId, PageId, RecipeId};
use crate::model::record::{Excerpt, RecordDocument, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::model::signature::SignatureSlot;
use crate::model::text::{mean_confidence, source_of};
use crate::pipeline::pdf_signing::PdfSigner;
use crate::pipeline::step::{PageToSeal, SealOrder};
use crate::repository::{LentFile, StoredBlob};
use crate::stages::assemble;
use crate::stages::seal::DocumentMetadata;

/// The pages of a document, ready for the worker that seals them.
struct ReadyPages {
    pages: Vec<PageToSeal>,
    /// Those that show an identity card.
    sensitive: Vec<PageId>,
    /// Lent until the worker is done with them.
    scans: BTreeMap<BlobId, LentFile>,
}

impl Run<'_> {
    /// Writes the sealed file of a document and proves that it reads back. The file says of itself what
    /// others may know of where it comes from. Where it says what the one that is `standing` says, that one stays.
    pub(super) fn seal_document(
        &self,
        code: &DossierCode,
        ordinal: u32,
        draft: &DraftDocument,
        fields: &Fields,
        (scan, excerpt): (&TakenScan, Option<&Excerpt>),
        (recipe, standing): (RecipeId, Option<&StoredFile>),
    ) -> Result<(RecordDocument, StoredBlob), Failure> {
        self.check_room()?;
        let ReadyPages { pages, sensitive, scans } = self.ready_pages(&draft.pages, recipe)?;
        let words = || pages.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words);
        let (text_confidence, text_source) = (mean_confidence(words()), source_of(words()).unwrap_or_default());
        let page_count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let file_name = sealed_file_name(code, ordinal);
        let source_name = draft.source_path.rsplit('/').next().unwrap_or_default().to_owned();
        let metadata = DocumentMetadata {
            title: title(fields, &file_name),
            dossier_code: code.clone(),
            file_name: file_name.clone(),
            scanned_at: draft.scanned_at,
            source_sha256: excerpt.map_or(scan.blob.sha256, |excerpt| excerpt.file.sha256),
            source_name: excerpt.map_or(&source_name, |excerpt| &excerpt.file.name).clone(),
        };
        let blob = self.write_sealed(pages, metadata, standing)?;
        drop(scans);
        let file = |name: String, media_type, pages, blob: &StoredBlob| StoredFile {
            name,
            media_type,
            bytes: blob.bytes,
            pages,
            sha256: blob.sha256,
            blake3: blob.id,
            origin: None,
        };
        let document = RecordDocument {
            id: draft.id,
            ordinal,
            file: file(file_name, MediaType::Pdf, page_count, &blob),
            source: StoredFile {
                origin: self.origins.of(&scan.file.relative),
                ..file(source_name, scan.summary.media_type, scan.summary.pages, &scan.blob)
            },
            pages: draft.pages.clone(),
            blank_pages: draft.blank_pages.clone(),
            text_confidence,
            text_source,
            signatures: scan.summary.signatures.clone(),
            sensitive_pages: sensitive,
            more_sources: Vec::new(),
            excerpt: None,
            text_digest: self.repository.catalog.text_digest(&draft.pages, recipe)?,
            by_hand: None,
            fields: fields.clone(),
        };
        Ok((document, blob))
    }

    /// What this recipe read on `ids`, with the scans that the pages are pictured in.
    fn ready_pages(&self, ids: &[PageId], recipe: RecipeId) -> Result<ReadyPages, Failure> {
        let mut ready = ReadyPages { pages: Vec::with_capacity(ids.len()), sensitive: Vec::new(), scans: BTreeMap::new() };
        for &page in ids {
            let read = self.page_by(page, recipe)?;
            ready.sensitive.extend(assemble::shows_id_card(&read).then_some(page));
            let lent = match ready.scans.entry(page.scan) {
                Slot::Occupied(lent) => lent.into_mut(),
                Slot::Vacant(place) => place.insert(self.repository.blobs.lend(page.scan)?),
            };
            ready.pages.push(PageToSeal { scan: lent.path().to_owned(), page, turn: read.turn, lines: read.lines });
        }
        Ok(ready)
    }

    /// Lets a worker write a sealed file, signs it if there is a key, and holds it.
    fn write_sealed(
        &self,
        pages: Vec<PageToSeal>,
        metadata: DocumentMetadata,
        standing: Option<&StoredFile>,
    ) -> Result<StoredBlob, Failure> {
        // The same pages may be sealed for two dossiers at once, so the name is the file's own.
        let output = self.repository.scratch_dir()?.join(&metadata.file_name);
        let (signer, now) = (self.signer()?, self.settings.general.now());
        let signature = signer.map(|signer| signer.order(self.settings, now));
        let (times, slot) = self.pool.seal(SealOrder { pages, metadata, output: output.clone(), signature })?;
        self.meter.add(&times);
        // Left without room, it would be kept without the signature that the settings ask for.
        if signer.is_some() != slot.is_some_and(|slot| slot.unsigned > 0) {
            return Err(Failure::new(FailureCode::SealUnproven).at_file(output.display()));
        }
        if let Some(standing) = standing
            && self.says_the_same(&output, slot, standing)?
        {
            let _ = fs::remove_file(&output);
            return Ok(StoredBlob { id: standing.blake3, bytes: standing.bytes, sha256: standing.sha256 });
        }
        if let (Some(signer), Some(slot)) = (signer, slot) {
            signer.sign(&output, slot, now)?;
        }
        self.hold(&output)
    }

    /// What signs sealed files; none if they are not signed.
    fn signer(&self) -> Result<Option<&PdfSigner>, Failure> {
        if self.signer.get().is_none() {
            let opened = PdfSigner::open(&self.settings.pdf_signature, self.settings.general.now())?;
            return Ok(self.signer.get_or_init(|| opened).as_ref());
        }
        Ok(self.signer.get().and_then(Option::as_ref))
    }

    /// Whether the file that is `standing` is the one just written but for its signature: signed at another
    /// time, it would be another file, and a version would be made that says nothing new.
    fn says_the_same(&self, written: &Path, slot: Option<SignatureSlot>, standing: &StoredFile) -> Result<bool, Failure> {
        let failed = |error: io::Error| Failure::new(FailureCode::StorageFailed).at_file(written.display()).because(error);
        let length = fs::metadata(written).map_err(failed)?.len();
        let unsigned = slot.map_or(length, |slot| slot.unsigned);
        let has_signature = |bytes: u64| bytes > unsigned;
        // Neither has one: they are compared as all files are.
        if standing.bytes < unsigned || !(has_signature(length) || has_signature(standing.bytes)) {
            return Ok(false);
        }
        // A file that is lost is no reason not to seal; `verify` tells of it.
        let Ok(lent) = self.repository.blobs.lend(standing.blake3) else { return Ok(false) };
        let head = |path: &Path| -> io::Result<blake3::Hash> {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(File::open(path)?.take(unsigned))?;
            Ok(hasher.finalize())
        };
        let new = head(written).map_err(failed)?;
        Ok(head(lent.path()).is_ok_and(|standing| standing == new))
    }
}

/// What a sealed file calls itself.
fn title(fields: &Fields, file_name: &str) -> String {
    let title = fields.get(&FieldName::Title).map(|field| &field.value).filter(|title| !title.is_empty());
    title.map_or(file_name, String::as_str).to_owned()
}
