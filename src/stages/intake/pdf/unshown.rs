//! What a PDF holds that no page shows: files within it, and forms that only one program can draw.

use std::collections::BTreeSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys;
use hayro_syntax::object::{Array, Dict, Name, String as PdfString};

use super::super::error::IntakeError;
use super::dict::{dicts, has_area, is_hidden};

/// Files that are named, and nodes of a name tree that are looked at.
const FILES: usize = 100;
const NODES: usize = 2000;
/// Annotations that hold sound, moving pictures or models.
const PLAYED: [&[u8]; 5] = [b"Sound", b"Movie", b"Screen", b"RichMedia", b"3D"];
/// Characters of a name.
const NAME: usize = 200;

fn catalog(pdf: &Pdf) -> Option<Dict<'_>> {
    pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())
}

/// Refuses files whose pages are placeholders: portfolios, whose papers are attached, and forms that
/// Adobe's programs make out of XML while they show them.
pub(super) fn check(pdf: &Pdf) -> Result<(), IntakeError> {
    let Some(catalog) = catalog(pdf) else { return Ok(()) };
    if catalog.get::<Dict<'_>>(b"Collection".as_slice()).is_some() {
        return Err(IntakeError::PdfPortfolio { files: attachments(pdf) });
    }
    let form = catalog.get::<Dict<'_>>(keys::ACRO_FORM);
    if form.is_some_and(|form| form.contains_key(b"XFA".as_slice()))
        && (catalog.get::<bool>(b"NeedsRendering".as_slice()) == Some(true) || !has_widgets(pdf))
    {
        return Err(IntakeError::PdfXfa);
    }
    Ok(())
}

fn has_widgets(pdf: &Pdf) -> bool {
    let annotations = pdf.pages().iter().filter_map(|page| page.raw().get::<Array<'_>>(b"Annots".as_slice()));
    // A page that asks to wait has none that can be seen, but may have one for a signature to come.
    annotations
        .flat_map(|list| dicts(&list).collect::<Vec<_>>())
        .any(|annotation| is(&annotation, b"Widget") && !is_hidden(&annotation) && has_area(&annotation))
}

fn is(annotation: &Dict<'_>, kind: &[u8]) -> bool {
    annotation.get::<Name<'_>>(b"Subtype".as_slice()).is_some_and(|name| name.as_ref() == kind)
}

/// The names of the files attached to a PDF or to places on its pages.
pub(super) fn attachments(pdf: &Pdf) -> Vec<String> {
    let mut found = Found { names: BTreeSet::new(), left: NODES };
    let names = catalog(pdf).and_then(|catalog| catalog.get::<Dict<'_>>(b"Names".as_slice()));
    if let Some(tree) = names.and_then(|names| names.get::<Dict<'_>>(b"EmbeddedFiles".as_slice())) {
        found.walk(&tree);
    }
    let annotations = pdf.pages().iter().filter_map(|page| page.raw().get::<Array<'_>>(b"Annots".as_slice()));
    for list in annotations {
        for annotation in dicts(&list) {
            if is(&annotation, b"FileAttachment") {
                // One without a file specification holds a file all the same, or lost it.
                found.note(&annotation.get::<Dict<'_>>(b"FS".as_slice()).unwrap_or_default());
            } else if let Some(kind) = PLAYED.iter().find(|kind| is(&annotation, kind)) {
                found.names.insert(String::from_utf8_lossy(kind).into_owned());
            }
        }
    }
    // Files that belong to the whole or to a page need not be in the tree (ISO 32000-2, 14.13).
    for holder in catalog(pdf).into_iter().chain(pdf.pages().iter().map(|page| page.raw().clone())) {
        for file in holder.get::<Array<'_>>(b"AF".as_slice()).iter().flat_map(dicts) {
            found.note(&file);
        }
    }
    found.names.into_iter().collect()
}

struct Found {
    names: BTreeSet<String>,
    left: usize,
}

impl Found {
    /// Walks a name tree (ISO 32000-1, 7.9.6).
    fn walk(&mut self, node: &Dict<'_>) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if let Some(names) = node.get::<Array<'_>>(b"Names".as_slice()) {
            for file in dicts(&names) {
                self.note(&file);
            }
        }
        if let Some(kids) = node.get::<Array<'_>>(keys::KIDS) {
            for kid in dicts(&kids) {
                self.walk(&kid);
            }
        }
    }

    fn note(&mut self, file: &Dict<'_>) {
        let name = [b"UF".as_slice(), b"F"].into_iter().find_map(|key| file.get::<PdfString<'_>>(key));
        let name = name.map(|name| text(name.as_bytes(), NAME)).filter(|name| !name.is_empty());
        if self.names.len() < FILES {
            self.names.insert(name.unwrap_or_else(|| "?".into()));
        }
    }
}

/// A text string of PDF: UTF-16 or UTF-8 with a mark, else one byte a character. Of so many characters, in
/// one line.
pub(super) fn text(bytes: &[u8], most: usize) -> String {
    let decoded = match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(*pair.first_chunk()?))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    };
    let line: String = decoded.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    line.trim().chars().take(most).collect()
}
