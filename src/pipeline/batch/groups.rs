//! Which dossiers have to be sealed together.

use std::collections::{BTreeMap, BTreeSet};

use super::take_in::TakenScan;
use crate::model::codes::DossierCode;
use crate::model::dossier::{DraftDocument, RecordKind};
use crate::model::ids::{BlobId, DocumentId};
use crate::repository::Entry;

/// A document whose dossier is known.
#[derive(Debug, Clone)]
pub(super) struct PlacedDocument {
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// What is to be sealed.
    pub document: DraftDocument,
    /// BLAKE3 of the pixels of its pages; none if that of one is not known.
    pub pixels: Option<Vec<BlobId>>,
}

/// A file whose dossiers are known.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// What is to be sealed; at least one.
    pub documents: Vec<PlacedDocument>,
    /// Where it came from.
    pub scan: TakenScan,
    /// Its line in the ledger, without what is yet to be sealed.
    pub entry: Entry,
}

impl Placed {
    /// The dossiers that it has papers of, each once.
    pub fn codes(&self) -> impl Iterator<Item = &DossierCode> {
        self.documents.iter().map(|placed| &placed.code).collect::<BTreeSet<_>>().into_iter()
    }

    /// Whether it brought this document of this dossier.
    pub fn holds(&self, code: &DossierCode, document: DocumentId) -> bool {
        self.documents.iter().any(|placed| placed.code == *code && placed.document.id == document)
    }

    /// What two files have in common of which the second brings nothing new.
    pub fn identity(&self) -> Vec<(DossierCode, RecordKind, DocumentId)> {
        self.documents.iter().map(|placed| (placed.code.clone(), placed.kind, placed.document.id)).collect()
    }
}

/// Dossiers that share files, directly or through others, and these files.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The dossiers.
    pub codes: BTreeSet<DossierCode>,
    /// The files, in the order in which they came.
    pub files: Vec<Placed>,
}

/// Groups `files`, so that no dossier and no file is in two groups.
pub(super) fn group(files: Vec<Placed>) -> Vec<Group> {
    let mut sets: Vec<BTreeSet<DossierCode>> = Vec::new();
    for file in &files {
        let mut codes: BTreeSet<DossierCode> = file.codes().cloned().collect();
        sets.retain_mut(|set| {
            let apart = set.is_disjoint(&codes);
            if !apart {
                codes.append(set);
            }
            apart
        });
        sets.push(codes);
    }
    let mut groups: Vec<Group> = sets.into_iter().map(|codes| Group { codes, files: Vec::new() }).collect();
    let home: BTreeMap<DossierCode, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(number, group)| group.codes.iter().map(move |code| (code.clone(), number)))
        .collect();
    for file in files {
        let number = file.codes().next().and_then(|code| home.get(code));
        if let Some(group) = number.and_then(|&number| groups.get_mut(number)) {
            group.files.push(file);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use time::OffsetDateTime;

    use super::*;
    use crate::model::ids::{PageId, Sha256};
    use crate::model::scan::{MediaType, ScanSummary};
    use crate::pipeline::plan::InboxFile;
    use crate::repository::StoredBlob;
    use crate::stages::assemble::{InboxRules, InboxSettings};

    fn file(name: &str, codes: &[&str]) -> Placed {
        let page = PageId { scan: BlobId::of(name.as_bytes()), ordinal: 0 };
        let document = |code: &&str| PlacedDocument {
            code: code.parse().unwrap(),
            kind: RecordKind::Dossier,
            document: DraftDocument {
                id: DocumentId::of_pages(&[page]),
                source_path: name.into(),
                scanned_at: OffsetDateTime::UNIX_EPOCH,
                wanted_ordinal: None,
                pages: vec![page],
                blank_pages: vec![],
                readings: vec![],
            },
            pixels: None,
        };
        let scan = TakenScan {
            file: InboxFile {
                path: PathBuf::from(name),
                relative: name.into(),
                bytes: 1,
                modified: OffsetDateTime::UNIX_EPOCH,
                placement: InboxRules::new(&InboxSettings::default()).unwrap().place(name),
            },
            blob: StoredBlob { id: page.scan, sha256: Sha256::from_bytes([0; 32]), bytes: 1 },
            summary: ScanSummary { media_type: MediaType::Tiff, pages: 1, signatures: vec![], attachments: vec![] },
        };
        let entry = Entry {
            path: name.into(),
            scan: None,
            assignment: None,
            pages: 1,
            outcomes: vec![],
            failure: None,
            moved_to: None,
            poor_pages: vec![],
        };
        Placed { documents: codes.iter().map(document).collect(), scan, entry }
    }

    fn grouped(files: Vec<Placed>) -> Vec<(Vec<String>, Vec<String>)> {
        let text = |group: Group| {
            let codes = group.codes.into_iter().map(String::from).collect();
            (codes, group.files.into_iter().map(|file| file.scan.file.relative).collect())
        };
        group(files).into_iter().map(text).collect()
    }

    #[test]
    fn dossiers_are_together_only_where_a_file_holds_papers_of_both() {
        let found = grouped(vec![file("1", &["A"]), file("2", &["B", "C"]), file("3", &["B"]), file("4", &["A"])]);
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(found, [(texts(&["B", "C"]), texts(&["2", "3"])), (texts(&["A"]), texts(&["1", "4"]))]);
    }

    #[test]
    fn a_file_joins_groups_that_were_apart() {
        let found = grouped(vec![file("1", &["A"]), file("2", &["B"]), file("3", &["C"]), file("4", &["C", "A", "C"])]);
        let codes: Vec<_> = found.iter().map(|(codes, files)| (codes.join(""), files.join(""))).collect();
        assert_eq!(codes, [("B".to_owned(), "2".to_owned()), ("AC".to_owned(), "134".to_owned())]);
    }
}
